//! `keeper run` with what needs more than a file: the store, a server, options with blanks.

use std::path::Path;

use serde_json::json;

use crate::command::{Ended, end, keeper};
use crate::daemon::Daemon;
use crate::mariadb::Server;

fn run(home: &Path, arguments: &[&str]) -> Ended {
    let mut command = keeper();
    end(command
        .arg("run")
        .args(arguments)
        .env("KEEPER_HOME", home)
        .current_dir(home))
}

fn ok(home: &Path, arguments: &[&str]) -> String {
    let ended = run(home, arguments);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.errors);
    ended.out
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

#[test]
fn the_text_of_a_program_may_be_an_argument() {
    let home = home();
    let home = home.path();
    assert_eq!(ok(home, &["--sql", "PRINT ~u00341~u0034 + 2;"]), "12");
    assert_eq!(ok(home, &["-sql", "OUTPUT 1 = 1;"]), "true");
    std::fs::write(home.join("p.pql"), "PRINT '#{a} ' + $b;").expect("written");
    assert_eq!(ok(home, &["p.pql?a=1&b=x%20y"]), "1 x y");
    let both = ["--file", "p.pql?a=1&b=2", "--args", "b=3"];
    assert_eq!(ok(home, &both), "1 3");
    let none = run(home, &[]);
    assert_eq!(none.code, 2, "{}", none.errors);
    let missing = run(home, &["none.pql"]);
    assert_eq!(missing.code, 1);
    assert!(missing.errors.contains("none.pql"), "{}", missing.errors);
}

#[test]
fn a_byte_order_mark_and_wide_blanks_are_blanks() {
    let home = home();
    let text = "\u{feff}PRINT\u{a0}1;\r\nPRINT '\u{a0}'\u{a0}LENGTH;";
    std::fs::write(home.path().join("p.pql"), text).expect("written");
    assert_eq!(ok(home.path(), &["p.pql"]), "1\n1");
}

#[test]
fn an_interface_that_does_not_answer_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = silent.local_addr().expect("it listens");
    let home = home();
    std::fs::write(home.path().join("s.properties"), "pql.http.timeout=1\n").expect("written");
    let text = format!("REQUEST JSON API 'http://{address}/x';");
    let with = ["--properties", "s.properties", "--sql", &text];
    let ended = run(home.path(), &with);
    assert_eq!(ended.code, 1);
    assert!(
        ended.errors.contains(&format!("GET http://{address}/x")),
        "{}",
        ended.errors
    );
}

#[test]
fn properties_and_connections_come_in_their_order() {
    let home = home();
    let home = home.path();
    let file = "company.name=ours\nsqlite.own=jdbc:sqlite:from-properties.db\n\
                jdbc.default=jdbc:sqlite:default.db\n";
    std::fs::write(home.join("own.properties"), file).expect("written");
    let text = "OPEN sqlite.own; CREATE TABLE t (n); PRINT @COMPANY_NAME; OPEN DEFAULT; SELECT 1;";
    let with = ["--properties", "own.properties", "--sql", text];
    assert_eq!(ok(home, &with), "ours");
    assert!(home.join("from-properties.db").exists());

    // What the command line names goes before the file, what the program loads before both.
    let loaded = "sqlite.own=jdbc:sqlite:loaded.db\n";
    std::fs::write(home.join("loaded.properties"), loaded).expect("written");
    let text = "OPEN sqlite.own; CREATE TABLE t (n);
        LOAD PROPERTIES 'loaded.properties'; OPEN sqlite.own; CREATE TABLE t (n);";
    let with = [
        "--properties",
        "own.properties",
        "--connection",
        "sqlite.own=sqlite:named.db",
        "--sql",
        text,
    ];
    ok(home, &with);
    assert!(home.join("named.db").exists() && home.join("loaded.db").exists());
}

#[test]
fn a_url_alone_tests_a_connection() {
    let home = home();
    let home = home.path();
    assert_eq!(ok(home, &["--url", "jdbc:sqlite::memory:"]), "Connected");
    let url = Server::shared().fresh_database();
    let bare = url.replace("root@", "");
    let with = [
        "--url",
        &bare,
        "--username",
        "root",
        "--driver",
        "x",
        "--database.type",
        "mysql",
        "--database.name",
        "d",
    ];
    assert_eq!(ok(home, &with), "Connected");
    let with = [
        "--url",
        &bare,
        "--username",
        "nobody",
        "--password",
        "s3cret",
    ];
    let refused = run(home, &with);
    assert_eq!(refused.code, 6, "{}", refused.errors);
    assert!(!refused.errors.contains("s3cret"), "{}", refused.errors);
    assert!(refused.errors.contains("nobody"), "{}", refused.errors);
}

#[test]
fn a_job_gives_its_variables_and_a_task_its_program() {
    let daemon = Daemon::start();
    let body = json!({ "parameters": "$x", "text": "RETURN $x * 2;" });
    daemon
        .send(reqwest::Method::PUT, "/api/v1/functions/TWICE", Some(&body))
        .ok();
    let text = "SET %last := 5; SET %list =: [1, 2]; SET @RATE := 3;
        PRINT '''$n of $job_id at $task_time''';";
    let job = daemon.apply(&json!({
        "title": "copy", "kind": "manual",
        "commands": [{ "title": "copy", "kind": "pql", "text": text, "args": { "n": 1 } }],
    }));
    let task = daemon.run(&job);
    daemon.wait_for_status(&task, "success");
    let home = daemon.home();

    let text = "PRINT '''${ %last } ${ %list } ${ %none } ${ @TWICE(%last) } ${ @RATE }''';
        SET %last := %last + 1; SET %text := 'it''s'; PRINT @KEEPER_IS_RUNNING;
        PRINT @KEEPER_HTTP_SERVICE;";
    let address = format!("127.0.0.1:{}", daemon.port());
    let out = ok(home, &["--job", &job, "--sql", text]);
    assert_eq!(out, format!("5 [1,2] UNDEFINED 10 3\ntrue\n{address}"));
    let out = ok(
        home,
        &["--job", &job, "--sql", "OUTPUT [%last, %text, %list];"],
    );
    assert_eq!(out, r#"[6,"it's",[1,2]]"#);

    let out = ok(home, &["--task", &task]);
    assert!(out.starts_with(&format!("1 of {job} at 20")), "{out}");
    let out = ok(home, &["--task", &task, "--args", "n=2"]);
    assert!(out.starts_with("2 of "), "{out}");

    let missing = run(home, &["--job", "999", "--sql", "PRINT 1;"]);
    assert_eq!(missing.code, 3, "{}", missing.errors);
    assert!(
        missing.errors.contains("there is no job 999"),
        "{}",
        missing.errors
    );
    let missing = run(home, &["--task", "999"]);
    assert_eq!(missing.code, 3, "{}", missing.errors);
}

#[test]
fn a_task_without_one_program_says_what_it_has() {
    let daemon = Daemon::start();
    let task_of = |title: &str, kinds: &[&str]| {
        let commands: Vec<_> = kinds
            .iter()
            .enumerate()
            .map(|(n, kind)| json!({ "title": n.to_string(), "kind": kind, "text": "PRINT 1;" }))
            .collect();
        let job = json!({ "title": title, "kind": "manual", "commands": commands });
        daemon.run(&daemon.apply(&job))
    };
    let several = run(daemon.home(), &["--task", &task_of("two", &["pql", "pql"])]);
    assert_eq!(several.code, 2);
    assert!(
        several.errors.contains("several PQL commands"),
        "{}",
        several.errors
    );
    let none = run(daemon.home(), &["--task", &task_of("none", &["shell"])]);
    assert_eq!(none.code, 2);
    assert!(
        none.errors.contains("has no PQL command"),
        "{}",
        none.errors
    );
}

#[test]
fn a_label_is_text_or_html() {
    let home = home();
    let home = home.path();
    let line = ok(home, &["--sql", "PRINT info '<b>';"]);
    let stamp = line.split_once(" [INFO] ").expect("a label");
    assert_eq!((stamp.0.len(), stamp.1), (19, "<b>"), "{line}");
    let line = ok(home, &["--log", "html", "--sql", "PRINT info '<b>';"]);
    assert!(
        line.contains("&lt;b&gt;") && line.contains("INFO"),
        "{line}"
    );
    let wrong = run(home, &["--log", "pdf", "--sql", "PRINT 1;"]);
    assert_eq!(wrong.code, 2);
}

#[test]
fn a_person_is_not_kept_waiting_for_a_server() {
    let home = home();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let connection = format!("mysql.shop=mysql://joe:s3cret@{address}/db");
    let sql = "OPEN mysql.shop; SELECT 1;";
    let ended = run(home.path(), &["--connection", &connection, "--sql", sql]);
    assert_eq!(ended.code, 1, "{}", ended.errors);
    let text = &ended.errors;
    let tries = text.matches("trying again in 1 s").count();
    assert_eq!(tries, 3, "{text}");
    assert!(text.contains("3 of 3"), "{text}");
    assert!(!text.contains("s3cret"), "{text}");
}
