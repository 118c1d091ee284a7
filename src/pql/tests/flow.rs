//! Rows between two databases: pages and ranges with several readers and writers.

use super::{Host, refused};
use crate::fault::Code;
use crate::mariadb;
use crate::model::ConnectionName;
use crate::postgres;
use crate::registry::Connection;
use crate::sql;

/// A host whose connections are one database of a real server, where readers run in parallel.
fn on_mariadb() -> Host {
    on(&mariadb::Server::shared().fresh_database())
}

pub(super) fn on(base: &str) -> Host {
    let mut host = Host::new();
    let source = sql::source(base, sql::Options::default(), host.runtime.handle()).unwrap();
    let name = ConnectionName::parse("jdbc.default").unwrap();
    let connection = Connection {
        id: None,
        name: name.clone(),
        source,
        digest: "".into(),
    };
    host.definitions.connections.insert(name, connection.into());
    host.definitions
        .settings
        .insert("PQL_PARALLEL".into(), "4".into());
    host
}

const BIG: &str = "CREATE TABLE big (id INT PRIMARY KEY, v INT);
    CREATE TABLE copy (id INT PRIMARY KEY, v INT);
    INSERT INTO big SELECT seq, seq * 2 FROM seq_1_to_5000;";

#[test]
fn every_produced_row_reaches_the_consumer_once() {
    let producers = [
        "PAGE # SELECT id, v FROM big ORDER BY id LIMIT @{offset}, 300;",
        "PAGE # SELECT id, v FROM big WHERE id > @{id} ORDER BY id LIMIT 300;",
        "BLOCK FROM 1 TO 5000 PER 300 # SELECT id, v FROM big WHERE id > @{id} AND id <= @{id};",
        "BLOCK FROM 1 TO 5000 PER 300 # SELECT id, v FROM big WHERE id >= @{id} AND id < @{id};",
        "BLOCK FROM 1 TO 5000 PER 1000 # SELECT id AS k FROM big WHERE id > @{id} AND id <= @{id};
         PROCESS # SELECT id, v FROM big WHERE id = #k;",
    ];
    let consumers = [
        "BATCH # INSERT INTO copy (id, v);",
        "BATCH # INSERT INTO copy (id, v) VALUES (?, ?);",
        "PUT # INSERT INTO copy (id, v) VALUES (#id, &v);",
        "SAVE AS CACHE TABLE copy; OPEN CACHE;",
    ];
    let host = on_mariadb();
    host.run(BIG)
        .unwrap_or_else(|error| panic!("{}", error.render()));
    for producer in producers {
        for consumer in consumers {
            host.output.lines.lock().unwrap().clear();
            let program = format!(
                "DELETE FROM copy; {producer} {consumer}
                 SET $n, $sum := SELECT COUNT(*), SUM(v) FROM copy;
                 PRINT '''$n $sum ${{ @TOTAL }}''';"
            );
            host.run(&program)
                .unwrap_or_else(|error| panic!("{program}\n{}", error.render()));
            assert_eq!(host.lines(), "5000 25005000 5000", "{program}");
        }
    }
}

#[test]
fn ranges_are_changed_in_parallel_and_an_error_stops_all() {
    let host = on_mariadb();
    let program = format!(
        "{BIG} BLOCK FROM 1 TO 5000 PER 100 # UPDATE big SET v = 1 WHERE id > @{{id}} AND id <= @{{id}};
         PRINT @AFFECTED_ROWS;"
    );
    host.run(&program)
        .unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(host.lines(), "5000");
    let clash = "PAGE # SELECT id, v FROM big ORDER BY id LIMIT @{offset}, 100;
        BATCH # INSERT INTO copy (id, v) VALUES (1, #v);";
    let error = host.run(clash).expect_err("a key repeats");
    assert_eq!(error.code(), Code::DATABASE_ERROR);
    let wrong =
        "PAGE # SELECT nothing FROM big LIMIT @{offset}, 100; BATCH # INSERT INTO copy (id);";
    let error = host.run(wrong).expect_err("no such column");
    assert_eq!(error.code(), Code::DATABASE_ERROR);
}

#[test]
fn rows_that_cannot_share_a_statement_are_written_alone() {
    let host = on_mariadb();
    host.run("CREATE TABLE t (a INT, b VARCHAR(20));")
        .unwrap_or_else(|error| panic!("{}", error.render()));
    for (put, sum) in [
        ("(a, b) VALUES (&n, 'b') #note", 6),
        ("(a, b) VALUES (#n, \"#x\")", 6),
        ("(a, b) VALUES (&n, '#x');", 6),
        (
            "(a) VALUES ((SELECT COALESCE(MAX(o.a), 0) + #n FROM t AS o))",
            10,
        ),
        (
            "(a) VALUES ((SELECT COALESCE(MAX(o.a), 0) + ? FROM t AS o))",
            10,
        ),
        ("(a) SELECT #n UNION ALL SELECT 2", 12),
    ] {
        host.output.lines.lock().unwrap().clear();
        let program =
            format!(
            "DELETE FROM t; GET # [{{ \"n\": 1, \"x\": \"') -- \" }}, {{ \"n\": 2, \"x\": \"y\" }},
                 {{ \"n\": 3, \"x\": \"'), ('\" }}];
             PUT # INSERT INTO t {put}
             PRINT ${{ SELECT SUM(a) AS s FROM t -> FIRST CELL }};",
            put = if put.ends_with(';') { put.to_owned() } else { format!("{put}\n;") },
        );
        host.run(&program)
            .unwrap_or_else(|error| panic!("{program}\n{}", error.render()));
        assert_eq!(host.lines(), sum.to_string(), "{program}");
    }
}

#[test]
fn a_page_that_does_not_grow_is_refused() {
    let error = refused(
        "CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (5);
         PAGE # SELECT id FROM t WHERE id >= @{id}; SAVE AS CACHE TABLE x;",
    );
    assert!(error.message().contains("does not grow"), "{error}");
    let error = refused(
        "CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (5);
         PAGE # SELECT id AS k FROM t WHERE id > @{id}; SAVE AS CACHE TABLE x;",
    );
    assert!(error.message().contains("does not select"), "{error}");
}

#[test]
fn rows_flow_on_postgresql() {
    let host = on(&postgres::Server::shared().fresh_database());
    let program = "CREATE TABLE big (id INT PRIMARY KEY, v INT);
        CREATE TABLE copy (id INT PRIMARY KEY, v INT);
        INSERT INTO big SELECT n, n * 2 FROM generate_series(1, 1000) AS n;
        PAGE # SELECT id, v FROM big ORDER BY id OFFSET @{offset} LIMIT 100;
        BATCH # INSERT INTO copy (id, v) VALUES (?, ?);
        SET $n, $sum := SELECT COUNT(*), SUM(v) FROM copy;
        PRINT '''$n $sum ${ @TOTAL }''';
        BLOCK FROM 1 TO 1000 PER 100 # DELETE FROM copy WHERE id > @{id} AND id <= @{id};
        PRINT @AFFECTED_ROWS;";
    host.run(program)
        .unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(host.lines(), "1000 1001000 1000\n1000");
}
