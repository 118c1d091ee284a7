//! The programs of `docs/pql/examples`, run for real: databases, an HTTP interface, a mail server.

use std::path::Path;

use serde_json::{Value, json};

use crate::command::{Ended, end, keeper};
use crate::daemon::Daemon;
use crate::mariadb::Server;
use crate::peers::Peer;

/// The result, which is the last line.
fn said(ended: &Ended) -> Value {
    let last = ended.out.lines().last();
    let last = last.unwrap_or_else(|| panic!("{}", ended.errors));
    serde_json::from_str(last).unwrap_or_else(|_| panic!("{last}\n{}", ended.errors))
}

fn run(home: &Path, program: &str, arguments: &[&str]) -> Ended {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs/pql/examples")
        .join(program);
    let mut command = keeper();
    end(command
        .arg("run")
        .arg(file)
        .args(arguments)
        .env("KEEPER_HOME", home)
        .current_dir(home))
}

/// A SQLite database of this folder.
fn sqlite(folder: &Path, name: &str, text: &str) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(folder.join(name)).expect("opens");
    database.execute_batch(text).expect("the text is good");
    database
}

fn number(database: &rusqlite::Connection, query: &str) -> i64 {
    let read = database.query_row(query, [], |row| row.get(0));
    read.expect("a number")
}

/// A database with 2,500 orders: the server, its address, its name.
fn shop() -> (&'static Server, String, String) {
    let server = Server::shared();
    let shop = server.fresh_database();
    let name = shop.rsplit('/').next().expect("a name");
    server.execute(&format!(
        "CREATE TABLE {name}.orders
             (id INT PRIMARY KEY, customer TEXT, amount INT, placed_at DATETIME);
         INSERT INTO {name}.orders
         SELECT seq, CONCAT('O''Hara ', seq), seq * 2, '2030-01-01 10:00:00'
         FROM {name}.seq_1_to_2500"
    ));
    let name = name.to_owned();
    (server, shop, name)
}

#[test]
fn orders_are_copied_since_the_last_run() {
    let daemon = Daemon::start();
    let home = daemon.home();
    let (server, shop, name) = shop();
    let job = daemon.apply(&json!({
        "title": "copy", "kind": "manual",
        "commands": [{ "title": "copy", "kind": "pql", "text": "PRINT 1;" }],
    }));
    let shop = format!("shop.orders={shop}");
    let with = [
        "--job",
        &job,
        "--connection",
        &shop,
        "--connection",
        "mart.sales=sqlite:mart.db",
    ];
    let first = run(home, "copy_orders.pql", &with);
    assert_eq!(first.code, 0, "{}", first.errors);
    assert_eq!(said(&first), json!({ "copied": 2500, "until": 2500 }));

    let mart = rusqlite::Connection::open(home.join("mart.db")).expect("opens");
    assert_eq!(number(&mart, "SELECT SUM(amount) FROM orders"), 2500 * 2501);
    let customer = "SELECT COUNT(*) FROM orders WHERE customer = 'O''Hara ' || id";
    assert_eq!(number(&mart, customer), 2500);

    let again = run(home, "copy_orders.pql", &with);
    assert_eq!(said(&again), json!({ "copied": 0, "until": 2500 }));

    server.execute(&format!(
        "INSERT INTO {name}.orders VALUES (2501, 'new', 1, NOW()), (2600, 'new', 1, NOW())"
    ));
    let more = run(
        home,
        "copy_orders.pql",
        &[&with[..], &["--args", "per=10"]].concat(),
    );
    assert_eq!(
        said(&more),
        json!({ "copied": 2, "until": 2600 }),
        "{}",
        more.errors
    );

    // From an id on, whatever the job remembers; and the variable stays when the sides differ.
    let from = run(
        home,
        "copy_orders.pql",
        &[&with[..], &["--args", "from=2501"]].concat(),
    );
    assert_eq!(said(&from), json!({ "copied": 2, "until": 2600 }));
    mart.execute_batch(
        "CREATE TRIGGER spoil AFTER INSERT ON orders BEGIN
         UPDATE orders SET amount = 0 WHERE id = new.id; END",
    )
    .expect("a trigger");
    server.execute(&format!(
        "INSERT INTO {name}.orders VALUES (2700, 'x', 5, NOW())"
    ));
    let spoiled = run(home, "copy_orders.pql", &with);
    assert_eq!(spoiled.code, 2, "{}", spoiled.errors);
    assert!(
        spoiled.errors.contains("the shop has"),
        "{}",
        spoiled.errors
    );
    mart.execute_batch("DROP TRIGGER spoil").expect("dropped");
    let mended = run(home, "copy_orders.pql", &with);
    assert_eq!(said(&mended), json!({ "copied": 1, "until": 2700 }));
    assert_eq!(number(&mart, "SELECT COUNT(*) FROM copies"), 4);
}

#[test]
fn the_report_of_a_day_is_mailed_with_its_workbook() {
    let home = tempfile::tempdir().expect("a folder can be made");
    let home = home.path();
    sqlite(
        home,
        "mart.db",
        "CREATE TABLE sales
             (id INTEGER PRIMARY KEY, day TEXT, region TEXT, customer TEXT, amount INTEGER);
         INSERT INTO sales (day, region, customer, amount) VALUES
         ('2030-01-01', 'north', 'Ada', 700), ('2030-01-01', 'north', 'O''Hara', 500),
         ('2030-01-01', 'south', '7', 600), ('2030-01-02', 'south', 'never', 1);",
    );
    let mails = Peer::smtp();
    let settings = format!(
        "email.smtp.host=127.0.0.1\nemail.smtp.port={}\nemail.sender.account=keeper@example.org\n",
        mails.address().port()
    );
    std::fs::write(home.join("mail.properties"), settings).expect("written");
    let with = |arguments: &'static str| {
        let options = ["--connection", "mart.sales=sqlite:mart.db", "--properties"];
        let rest = ["mail.properties", "--args", arguments];
        run(
            home,
            "daily_report.pql",
            &[&options[..], &rest[..]].concat(),
        )
    };
    let sent = with("day=2030-01-01&to=ada@example.org");
    assert_eq!(sent.code, 0, "{}", sent.errors);
    let result = said(&sent);
    assert_eq!(result["total"], 1800);
    assert_eq!(
        result["regions"][0],
        json!({ "region": "north", "orders": 2, "amount": 1200 })
    );

    let heard = mails.heard().join("\n");
    for words in [
        "RCPT TO:<ada@example.org>",
        "Subject: Sales of 2030-01-01: 1800",
        "sales-2030-01-01.xlsx",
    ] {
        assert!(heard.contains(words), "{words}\n{heard}");
    }
    assert!(
        heard.contains("<td>north</td><td>1200</td><td>good</td>"),
        "{heard}"
    );
    let sheets = format!(
        "OPEN EXCEL '{}' AS report; OUTPUT SELECT * FROM :report;",
        home.join("temp/sales-2030-01-01.xlsx").display()
    );
    let read = keeper()
        .args(["run", "--sql", &sheets])
        .env("KEEPER_HOME", home)
        .output();
    let read = read.expect("the program starts").stdout;
    let read: Value = serde_json::from_slice(&read).expect("JSON");
    assert_eq!(
        read[1],
        json!({ "Region": "south", "Orders": 1, "Amount": 600, "Mark": "fair" })
    );

    assert_eq!(said(&with("day=2031-01-01&to=ada@example.org")), "nothing");
    let nobody = with("day=2030-01-01");
    assert_eq!(nobody.code, 2, "{}", nobody.errors);
}

#[test]
fn rates_are_polled_until_there_are_no_more() {
    let home = tempfile::tempdir().expect("a folder can be made");
    let home = home.path();
    let interface = Peer::http(|head, number| {
        let line = head.lines().next().unwrap_or_default();
        let answer = match line {
            _ if line.contains("/state") && number < 2 => json!({ "state": "starting" }),
            _ if line.contains("/state") => json!({ "state": "ready" }),
            _ if line.contains("page=1") => json!({ "more": true, "rates": [
                { "day": "2030-01-01", "currency": "EUR", "rate": 1.25 },
                { "day": "2030-01-01", "currency": "", "rate": 0 },
            ] }),
            _ => json!({ "more": false, "rates": [
                { "day": "2030-01-01", "currency": "CNY", "rate": 7 },
            ] }),
        };
        (200, answer.to_string())
    });
    let arguments = format!("url=http://{}/api&token=t0ken", interface.address());
    let with = [
        "--connection",
        "mart.rates=sqlite:rates.db",
        "--args",
        &arguments,
    ];
    let first = run(home, "poll_rates.pql", &with);
    assert_eq!(first.code, 0, "{}", first.errors);
    assert_eq!(said(&first), json!({ "read": 3, "added": 2, "kept": 2 }));
    let again = run(home, "poll_rates.pql", &with);
    assert_eq!(said(&again), json!({ "read": 3, "added": 0, "kept": 2 }));
    let heard = interface.heard();
    assert!(
        heard
            .iter()
            .all(|head| head.to_lowercase().contains("authorization: bearer t0ken"))
    );
    let rates = rusqlite::Connection::open(home.join("rates.db")).expect("opens");
    assert_eq!(
        number(&rates, "SELECT COUNT(*) FROM rates WHERE rate = 1.25"),
        1
    );

    let never = Peer::http(|_, _| (200, json!({ "state": "starting" }).to_string()));
    let arguments = format!("url=http://{}&token=x&attempts=2", never.address());
    let with = [
        "--connection",
        "mart.rates=sqlite:rates.db",
        "--args",
        &arguments,
    ];
    let given_up = run(home, "poll_rates.pql", &with);
    assert_eq!(
        (given_up.code, never.heard().len()),
        (3, 2),
        "{}",
        given_up.errors
    );
    let broken = Peer::http(|_, _| (503, "busy".to_owned()));
    let arguments = format!("url=http://{}&token=x", broken.address());
    let with = [
        "--connection",
        "mart.rates=sqlite:rates.db",
        "--args",
        &arguments,
    ];
    let failed = run(home, "poll_rates.pql", &with);
    assert_eq!(failed.code, 1);
    assert!(
        failed.errors.contains("status 503: busy"),
        "{}",
        failed.errors
    );
}
