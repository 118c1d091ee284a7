//! A stopped run ends at once, whatever it does. A run is stopped from another thread, right when
//! it says that it has begun and also a while later, when it is in the middle of its work.

use std::net::TcpListener;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use super::flow::on;
use super::{Host, redis};
use crate::fault::Code;
use crate::mariadb;
use crate::postgres;

/// Times after which a run is stopped: before its work can have begun, and within it.
const MOMENTS: [Duration; 2] = [Duration::ZERO, Duration::from_millis(300)];

/// Ten times what is promised: the machine may be busy with other tests.
const LATEST: Duration = Duration::from_secs(2);

/// A query of SQLite that only the stop can end.
const ENDLESS: &str = "SELECT COUNT(*) FROM (WITH RECURSIVE n(i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n) AS all_of_them;";

#[track_caller]
fn stops(host: &Host, program: &str) {
    let setup = format!("PRINT 'begun'; {program}");
    for moment in MOMENTS {
        host.output.lines.lock().unwrap().clear();
        let runner = host.runner(&setup);
        let cancel = runner.cancel();
        let (begun, is_begun) = sync_channel(1);
        let tell = move || begun.send(()).unwrap();
        *host.output.at_line.lock().unwrap() = Some(Box::new(tell));
        let (ended, is_ended) = sync_channel(1);
        let outcome = std::thread::scope(|scope| {
            scope.spawn(move || ended.send(runner.run()));
            is_begun
                .recv_timeout(Duration::from_mins(1))
                .unwrap_or_else(|_| panic!("it does not begin: {program}"));
            // Nothing tells that a statement is in its middle, so it is given a while.
            assert!(
                is_ended.recv_timeout(moment).is_err(),
                "ends by itself: {program}"
            );
            let stopped = tokio::time::Instant::now();
            cancel.cancel();
            let outcome = is_ended
                .recv_timeout(Duration::from_mins(1))
                .unwrap_or_else(|_| panic!("does not stop: {program}"));
            let took = stopped.elapsed();
            let line: String = program.chars().take(60).collect();
            println!(
                "{} ms after {} ms: {line}",
                took.as_millis(),
                moment.as_millis()
            );
            assert!(took < LATEST, "{took:?}: {program}");
            outcome
        });
        let error = outcome.expect_err("the run is stopped");
        assert_eq!(error.code(), Code::PQL_CANCELLED, "{program}: {error}");
    }
}

/// Takes connections and says nothing.
fn silent_server() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn in_loops_and_sleep() {
    let host = Host::new();
    stops(&host, "WHILE true LOOP SET $i := 1; END LOOP;");
    stops(
        &host,
        "FOR $i IN 1 TO 9999999 LOOP FOR $j IN 1 TO 9999999 LOOP SET $k := $i; END LOOP; END LOOP;",
    );
    stops(&host, "SLEEP 60 MINUTES;");
    stops(
        &host,
        "FUNCTION $f () BEGIN SLEEP 60 MINUTES; END; CALL $f();",
    );
}

#[test]
fn in_functions_of_the_system() {
    let mut host = Host::new();
    host.define("NAP", "", "SLEEP 60 MINUTES; RETURN 1;");
    host.define("LONG", "", ENDLESS);
    host.define("BUSY", "", "WHILE true LOOP SET $i := 1; END LOOP;");
    for name in ["NAP", "LONG", "BUSY"] {
        stops(&host, &format!("SET $x := @{name}();"));
    }
}

#[test]
fn in_queries_of_sqlite() {
    let host = Host::new();
    stops(&host, ENDLESS);
    stops(&host, &format!("GET # {ENDLESS}"));
    stops(&host, &format!("CACHE 'c' # {ENDLESS}"));
    stops(
        &host,
        "CREATE TABLE IF NOT EXISTS t (n INT); SAVE TO DEFAULT;
         PREP # INSERT INTO t WITH RECURSIVE n(i) AS
           (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;",
    );
    stops(
        &host,
        "GET # 1 TO 9; PASS # SELECT COUNT(*) FROM (WITH RECURSIVE n(i) AS
           (SELECT &item UNION ALL SELECT i + 1 FROM n) SELECT i FROM n) AS m;",
    );
    stops(
        &host,
        "BLOCK FROM 1 TO 9 PER 1 # SELECT a.i FROM (WITH RECURSIVE n(i) AS
           (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS i FROM n) a
           WHERE a.i > @{i} AND a.i <= @{i}; SAVE AS TEMP TABLE x;",
    );
}

#[test]
fn in_queries_of_mariadb() {
    let mut host = on(&mariadb::Server::shared().fresh_database());
    stops(&host, "SELECT SLEEP(100);");
    stops(&host, "UPDATE # DO SLEEP(100);");
    stops(&host, "GET # 1 TO 3; PASS # SELECT SLEEP(100 + &item);");
    stops(&host, "GET # 1 TO 3; PUT # DO SLEEP(100 + &item);");
    host.define("LONG", "", "OPEN jdbc.default; SELECT SLEEP(100);");
    stops(&host, "SET $x := @LONG();");
}

#[test]
fn in_queries_of_postgresql() {
    let host = on(&postgres::Server::shared().fresh_database());
    host.run("CREATE TABLE none (v INT);").unwrap();
    stops(&host, "SELECT pg_sleep(100);");
    stops(&host, "GET # 1 TO 3; PASS # SELECT pg_sleep(100 + &item);");
    stops(
        &host,
        "SAVE TO DEFAULT; PREP # INSERT INTO none SELECT 1 FROM pg_sleep(100);",
    );
}

#[test]
fn in_groups_of_readers_and_writers() {
    let server = mariadb::Server::shared();
    for base in [
        server.fresh_database(),
        postgres::Server::shared().fresh_database(),
    ] {
        let host = on(&base);
        let nap = if base.starts_with("mysql") {
            "SLEEP(1)"
        } else {
            "pg_sleep(1)"
        };
        host.run("CREATE TABLE big (id INT PRIMARY KEY); CREATE TABLE copy (id INT, v INT);")
            .unwrap();
        for first in (1..=5000).step_by(1000) {
            let rows = format!(
                "GET # {first} TO {}; PUT # INSERT INTO big (id);",
                first + 999
            );
            host.run(&rows).unwrap();
        }
        let slow = format!("SELECT id FROM big WHERE {nap} IS NOT NULL AND id > @{{id}}");
        let fast = "SELECT id FROM big WHERE id > @{id}";
        let copy = "BATCH # INSERT INTO copy (id) VALUES (?);";
        // Readers wait for the server, then writers do, each with rows in between.
        stops(
            &host,
            &format!("BLOCK FROM 1 TO 5000 PER 100 # {slow} AND id <= @{{id}}; {copy}"),
        );
        stops(
            &host,
            &format!("PAGE # {slow} ORDER BY id LIMIT 100; {copy}"),
        );
        stops(
            &host,
            &format!(
                "BLOCK FROM 1 TO 5000 PER 100 # {fast} AND id <= @{{id}};
                 BATCH # INSERT INTO copy SELECT &id, 1 FROM big WHERE {nap} IS NOT NULL;"
            ),
        );
        stops(
            &host,
            &format!(
                "BLOCK FROM 1 TO 5000 PER 100 # {fast} AND id <= @{{id}};
                 PROCESS # SELECT id FROM big WHERE {nap} IS NOT NULL AND id >= #id; {copy}"
            ),
        );
        stops(
            &host,
            &format!(
                "BLOCK FROM 1 TO 5000 PER 100 # UPDATE big SET id = id
                 WHERE {nap} IS NOT NULL AND id > @{{id}} AND id <= @{{id}};"
            ),
        );
    }
}

#[test]
fn while_a_server_is_silent() {
    // Another test may have installed it before: then it is the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let (_listener, port) = silent_server();
    let mut host = Host::new();
    for url in [
        format!("mysql://me@127.0.0.1:{port}/x"),
        format!("postgresql://me@127.0.0.1:{port}/x"),
    ] {
        stops(&host, &format!("OPEN DATABASE '{url}'; SELECT 1;"));
    }
    stops(
        &host,
        &format!("REQUEST JSON API 'http://127.0.0.1:{port}/';"),
    );
    stops(
        &host,
        &format!("OPEN REDIS '127.0.0.1:{port}'; REDIS ping;"),
    );
    let settings = &mut host.definitions.settings;
    settings.insert("EMAIL_SENDER_ACCOUNT".into(), "keeper@example.org".into());
    stops(
        &host,
        &format!(
            "SEND MAIL 'x' CONTENT 'y' SET SMTP HOST 127.0.0.1 PORT {port} TO 'ada@example.org';"
        ),
    );
}

#[test]
fn while_redis_waits() {
    let host = redis::host();
    stops(&host, "OPEN REDIS main; REDIS blpop nothing 0;");
    stops(
        &host,
        "SAVE TO REDIS main; GET # 1 TO 3; PUT # REDIS brpop nothing#item 0;",
    );
}

#[test]
fn in_parallel_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nap.pql");
    std::fs::write(&file, "SLEEP 60 MINUTES;").unwrap();
    let mut host = Host::new();
    host.definitions
        .settings
        .insert("PQL_PARALLEL".into(), "4".into());
    stops(
        &host,
        &format!("GET # 1 TO 8; PAR # RUN PQL '{}';", file.display()),
    );
    std::fs::write(&file, ENDLESS).unwrap();
    stops(
        &host,
        &format!("GET # 1 TO 8; PAR # RUN PQL '{}';", file.display()),
    );
    stops(&host, &format!("RUN PQL '{}';", file.display()));
}

#[test]
fn in_links_over_many_values() {
    let host = Host::new();
    let many = "VAR $all := 1 TO 300000;";
    for work in [
        "VAR $x := $all -> MAP \"'#item' + 'a'\"; LET $x SORT;",
        "VAR $x := $all -> MAP '#item * 7 % 1000'; LET $x DESC;",
    ] {
        let endless = format!("{many} WHILE true LOOP {work} END LOOP;");
        stops(&host, &endless);
    }
    let table = "GET # 1 TO 300000; VAR $t := @BUFFER;";
    for work in [
        "WHERE 'item % 7 = 3 OR item > 9'",
        "DISTINCT item",
        "TO GROUPS 'item'",
    ] {
        stops(
            &host,
            &format!("{table} WHILE true LOOP VAR $x := $t -> {work}; END LOOP;"),
        );
    }
    let text = "VAR $s := 'ab' -> REPEAT 5000000;";
    for work in [
        "'a+' -> REPLACE ALL IN $s TO 'c'",
        "'(a|c)b' -> FIND ALL MATCH IN $s",
    ] {
        stops(
            &host,
            &format!("{text} WHILE true LOOP VAR $x := {work}; END LOOP;"),
        );
    }
}

#[test]
fn in_one_text_of_json() {
    let json = "VAR $s := '[' + ('[\"a\",1,{\"b\":null}],' -> REPEAT 2000000) + '0]';";
    stops(
        &Host::new(),
        &format!("{json} WHILE true LOOP VAR $x := $s FIND '/1'; END LOOP;"),
    );
}

#[test]
fn in_one_match_of_a_pattern() {
    let host = Host::new();
    let text = "VAR $s := 1 TO 300000 -> RANDOM 300000 -> JOIN ',';";
    // The last byte is none of them, so the first search goes to the end; that by states, and where
    // words end beside letters beyond ASCII, that by threads; then what a group took.
    for work in [
        "$s MATCHES '[0-9,]*1[0-9,]{1000}x'",
        r"($s CONCAT '中x') MATCHES '([0-9,]*1[0-9,]{1000}|\b中)\by'",
        "@REGEXP_INSTR($s, '[0-9,]*1[0-9,]{1000}x')",
        "'(([0-9]|,)(|[0-9]{300}))*' REPLACE FIRST IN $s TO '$1'",
    ] {
        stops(&host, &format!("{text} VAR $x := {work};"));
    }
}

#[test]
fn a_run_looks_after_so_many_steps() {
    let lines_after_the_stop = |cancel_steps| {
        let mut host = Host::new();
        host.limits.cancel_steps = cancel_steps;
        let runner = host.runner("FOR $i IN 1 TO 1000 LOOP PRINT $i; END LOOP;");
        let cancel = runner.cancel();
        *host.output.at_line.lock().unwrap() = Some(Box::new(move || cancel.cancel()));
        let error = runner.run().expect_err("the run is stopped");
        assert_eq!(error.code(), Code::PQL_CANCELLED, "{error}");
        host.output.lines.lock().unwrap().len() - 1
    };
    assert_eq!(lines_after_the_stop(1), 0);
    // Each turn is a step, and each statement.
    let lines = lines_after_the_stop(100);
    assert!((45..=50).contains(&lines), "{lines}");
}

#[test]
fn while_its_result_is_written() {
    let runner = Host::new().runner("OUTPUT 1 TO 100000;");
    let cancel = runner.cancel();
    let outcome = runner.run().unwrap();
    let whole = outcome.written(&cancel);
    cancel.cancel();
    let half = outcome.written(&cancel);
    assert!(
        half.len() < 2000 && whole.starts_with(&half),
        "{}",
        half.len()
    );
    assert_eq!(whole.len(), outcome.value().to_json().len());
}
