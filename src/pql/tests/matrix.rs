//! The same programs of data flow between all pairs of engines.

use std::sync::Arc;

use rstest::rstest;

use super::Host;
use crate::mariadb;
use crate::model::ConnectionName;
use crate::postgres;
use crate::registry::Connection;
use crate::sql;

#[derive(Debug, Clone, Copy)]
enum Engine {
    Sqlite,
    MariaDb,
    Postgres,
}

/// Ways of rows from `big` of the source to `copy` of the destination, and how many rows come.
/// `COLS` stands for the columns.
const FLOWS: &[(&str, u64)] = &[
    ("GET # SELECT COLS FROM big; PUT # INSERT INTO copy (COLS);", 2500),
    ("GET # SELECT COLS FROM big; PUT # INSERT INTO copy (COLS) VALUES (?, ?, ?, ?);", 2500),
    (
        "GET # SELECT COLS FROM big WHERE id <= 300;
         PUT # INSERT INTO copy (COLS) VALUES (#id, &name, #amount, &moment);",
        300,
    ),
    (
        "GET # SELECT id, amount FROM big WHERE id = 8; PUT # INSERT INTO copy (id, amount) VALUES (&id, &(amount));
         GET # SELECT name, moment FROM big WHERE id = 8;
         PUT # UPDATE copy SET name = '#(name)', moment = '#moment' WHERE id = 8;
         PREP # INSERT INTO copy (id, amount, moment) VALUES (7, 0.875, '2024-02-29 13:04:05');",
        1,
    ),
    ("GET # SELECT COLS FROM big; BATCH # INSERT INTO copy (COLS);", 2500),
    (
        "GET # SELECT COLS FROM big WHERE id <= 1500; GET # SELECT COLS FROM big WHERE id > 1500;
         BATCH # INSERT INTO copy (COLS) VALUES (?, ?, ?, ?);",
        2500,
    ),
    (
        "GET # SELECT id FROM big WHERE id <= 200; PASS # SELECT COLS FROM big WHERE id = #id;
         PUT # INSERT INTO copy (COLS);",
        200,
    ),
    (
        "GET # SELECT id FROM big WHERE id <= 200; PASS # SELECT COLS FROM big WHERE id = ?;
         BATCH # INSERT INTO copy (COLS) VALUES (&id, &name, &amount, &moment);",
        200,
    ),
    (
        "PAGE # SELECT COLS FROM big ORDER BY id LIMIT 300 OFFSET @{offset};
         BATCH # INSERT INTO copy (COLS);",
        2500,
    ),
    (
        "PAGE # SELECT COLS FROM big WHERE id > @{id} ORDER BY id LIMIT 300;
         BATCH # INSERT INTO copy (COLS) VALUES (?, ?, ?, ?);",
        2500,
    ),
    (
        "PAGE # SELECT COLS FROM big WHERE id > @{id} ORDER BY id LIMIT 300;
         PUT # INSERT INTO copy (COLS);",
        2500,
    ),
    (
        "BLOCK FROM 1 TO 2500 PER 300 # SELECT COLS FROM big WHERE id > @{id} AND id <= @{id};
         BATCH # INSERT INTO copy (COLS) VALUES (?, ?, ?, ?);",
        2500,
    ),
    (
        "BLOCK FROM 1 TO 2500 PER 300 # SELECT COLS FROM big WHERE id >= @{id} AND id < @{id};
         PUT # INSERT INTO copy (COLS) VALUES (?, ?, ?, ?);",
        2500,
    ),
    (
        "BLOCK FROM 1 TO 400 PER 100 # SELECT id FROM big WHERE id > @{id} AND id <= @{id};
         PROCESS # SELECT id AS k FROM big WHERE id = #id;
         PROCESS # SELECT COLS FROM big WHERE id = ?;
         BATCH # INSERT INTO copy (COLS);",
        400,
    ),
    (
        "BLOCK FROM 1 TO 2500 PER 300 # SELECT COLS FROM big WHERE id > @{id} AND id <= @{id};
         SAVE AS CACHE TABLE 'c'; OPEN CACHE; GET # SELECT COLS FROM c;
         PUT # INSERT INTO copy (COLS);",
        2500,
    ),
    (
        "PAGE # SELECT COLS FROM big WHERE id > @{id} ORDER BY id LIMIT 300;
         SAVE AS TEMP TABLE 't' PRIMARY KEY id KEY (name); OPEN TEMP;
         BLOCK FROM 1 TO 2500 PER 500 # SELECT COLS FROM t WHERE id > @{id} AND id <= @{id};
         BATCH # INSERT INTO copy (COLS);",
        2500,
    ),
    (
        "BLOCK FROM 1 TO 2500 PER 300 # SELECT COLS FROM big WHERE id > @{id} AND id <= @{id};
         SAVE AS CSV FILE 'rows.csv'; OPEN CSV FILE 'rows.csv' AS TABLE f WITH FIRST ROW HEADERS;
         GET # SELECT COLS FROM :f; PUT # INSERT INTO copy (COLS);",
        2500,
    ),
];

const COLUMNS: &str = "id, name, amount, moment";

#[rstest]
fn rows_flow_between_all_engines(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] from: Engine,
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] to: Engine,
) {
    let folder = tempfile::tempdir().unwrap();
    let mut host = Host::new();
    host.home = folder.path().to_owned();
    for (name, engine) in [("a.from", from), ("b.to", to)] {
        let file = folder.path().join(name).with_extension("db");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", file.display()),
            Engine::MariaDb => mariadb::Server::shared().fresh_database(),
            Engine::Postgres => postgres::Server::shared().fresh_database(),
        };
        let source = sql::source(&url, sql::Options::default(), host.runtime.handle()).unwrap();
        let name = ConnectionName::parse(name).unwrap();
        let connection = Connection {
            id: None,
            name: name.clone(),
            source,
            digest: "".into(),
        };
        host.definitions
            .connections
            .insert(name, Arc::new(connection));
    }
    let settings = &mut host.definitions.settings;
    settings.insert("PQL_PARALLEL".into(), "3".into());
    settings.insert("PQL_TANKS".into(), "2".into());
    fill(&host, from, to);
    for (program, rows) in FLOWS {
        let program = program.replace("COLS", COLUMNS);
        host.output.lines.lock().unwrap().clear();
        run(
            &host,
            &format!(
                "OPEN a.from; SAVE TO b.to; PREP # DELETE FROM copy; {program}
                 PRINT @AFFECTED_ROWS_OF_LAST_PUT; OPEN b.to;
                 PRINT ${{ SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS ids FROM copy
                   WHERE id % 7 <> 0 OR name IS NULL OR name = '' }};
                 PRINT ${{ SELECT {COLUMNS} FROM copy WHERE id = 8 }};
                 PRINT ${{ SELECT amount, moment FROM copy WHERE id = 7 }};"
            ),
        );
        let all = if *rows == 1 { 2 } else { *rows };
        let expected = format!(
            "{rows}\n[{{\"n\":{all},\"ids\":{all}}}]\n\
             [{{\"id\":8,\"name\":\"it's \\\\ 8\",\"amount\":1,\"moment\":\"2024-02-29 13:04:05\"}}]\n\
             [{{\"amount\":0.875,\"moment\":\"2024-02-29 13:04:05\"}}]"
        );
        assert_eq!(host.lines(), expected, "{from:?} to {to:?}: {program}");
    }
    changes_ranges(&host);
}

/// Ranges are changed where they are.
fn changes_ranges(host: &Host) {
    host.output.lines.lock().unwrap().clear();
    run(
        host,
        "OPEN b.to; SAVE TO b.to;
         BLOCK FROM 1 TO 2500 PER 300 # UPDATE copy SET amount = 1 WHERE id >= @{id} AND id < @{id};
         PRINT @AFFECTED_ROWS;
         BLOCK FROM 1 TO 2499 PER 300 # DELETE FROM copy WHERE id > @{id} AND id <= @{id};
         PRINT @AFFECTED_ROWS; PRINT ${ SELECT id FROM copy };",
    );
    assert_eq!(host.lines(), "2500\n2499\n[{\"id\":2500}]");
}

/// The rows come from PQL, so that every engine has the same.
fn fill(host: &Host, from: Engine, to: Engine) {
    let (source, destination) = (table("big", from), table("copy", to));
    run(
        host,
        &format!("OPEN a.from; {source} OPEN b.to; {destination}"),
    );
    run(
        host,
        &format!(
            "SAVE TO a.from; GET # 1 TO 2500;
             TRANS # {{ \"id\": &item, \"name\": \"it's \\\\ #item\", \"amount\": &item,
               \"moment\": \"2024-02-29 13:04:05\" }};
             BATCH # INSERT INTO big ({COLUMNS});
             PREP # UPDATE big SET amount = amount / 8.0;
             PREP # UPDATE big SET name = NULL WHERE id % 7 = 0;"
        ),
    );
}

fn table(name: &str, engine: Engine) -> String {
    let (double, moment) = match engine {
        Engine::Postgres => ("DOUBLE PRECISION", "TIMESTAMP"),
        Engine::Sqlite | Engine::MariaDb => ("DOUBLE", "DATETIME"),
    };
    format!(
        "CREATE TABLE {name} (id INT PRIMARY KEY, name VARCHAR(60), amount {double},
         moment {moment});"
    )
}

#[track_caller]
fn run(host: &Host, program: &str) {
    host.run(program)
        .unwrap_or_else(|error| panic!("{program}\n{}", error.render()));
}
