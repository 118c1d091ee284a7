//! The driver suite: the same tests against SQLite and a real MariaDB server.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use tokio::runtime::Runtime;

use super::{Dialect, Error, Options, Session, Source, literal, source};
use crate::mariadb;
use crate::postgres;
use crate::value::{Kind, Table, Value};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy)]
enum Engine {
    Sqlite,
    MariaDb,
    Postgres,
}

/// An empty database, kept as long as this value.
struct Base {
    url: String,
    _folder: tempfile::TempDir,
}

impl Base {
    fn new(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("base.db").display()),
            Engine::MariaDb => mariadb::Server::shared().fresh_database(),
            Engine::Postgres => postgres::Server::shared().fresh_database(),
        };
        Self {
            url,
            _folder: folder,
        }
    }

    fn open(&self) -> Box<dyn Session> {
        let found = from_url(&self.url).expect("the url is good");
        found.open(PATIENCE).expect("the database answers")
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime can be built"))
}

fn from_url(url: &str) -> super::Result<Arc<dyn Source>> {
    source(url, Options::default(), runtime().handle())
}

fn json(table: Table) -> String {
    Value::from(table).to_json()
}

#[rstest]
fn rows_are_counted_batched_and_streamed(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    session
        .script("CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(20)); -- done;\n")
        .expect("created");
    let done = session.execute("INSERT INTO t VALUES (?, ?)", &[1.into(), "a".into()]);
    assert_eq!(done.expect("inserted").affected, 1);
    let rows: Vec<Vec<Value>> = (2..=50).map(|n| vec![n.into(), "b".into()]).collect();
    let count = session.batch("INSERT INTO t VALUES (?, ?)", &rows);
    assert_eq!(count.expect("inserted"), 49);
    // Found rows count, also when nothing changes.
    let done = session.execute("UPDATE t SET v = 'b' WHERE id > ?", &[40.into()]);
    assert_eq!(done.expect("updated").affected, 10);
    let mut seen = 0;
    session
        .stream("SELECT id FROM t ORDER BY id", &[], &mut |columns, row| {
            assert_eq!(&*columns[0], "id");
            seen = row[0].as_integer().expect("a number");
            seen < 3
        })
        .expect("streamed");
    assert_eq!(seen, 3, "the reader stops it");
    let table = session.query("SELECT COUNT(*) AS n FROM t WHERE v = ?", &["b".into()]);
    assert_eq!(json(table.expect("usable afterwards")), r#"[{"n":49}]"#);
}

#[rstest]
fn transactions_end_as_told(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    session
        .script("CREATE TABLE t (id INTEGER)")
        .expect("created");
    session.begin().expect("begun");
    session
        .execute("INSERT INTO t VALUES (1)", &[])
        .expect("inserted");
    session.rollback().expect("rolled back");
    session.rollback().expect("harmless without a transaction");
    session.begin().expect("begun");
    session
        .execute("INSERT INTO t VALUES (2)", &[])
        .expect("inserted");
    session.commit().expect("committed");
    let table = base
        .open()
        .query("SELECT id FROM t", &[])
        .expect("read by another session");
    assert_eq!(json(table), r#"[{"id":2}]"#);
}

#[rstest]
fn more_rows_than_wanted_are_refused_and_the_session_lives(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let mut session = Base::new(engine).open();
    let three = "SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3";
    let refused = session.query_up_to(2, three, &[]);
    assert!(
        matches!(refused, Err(Error::TooManyRows { limit: 2 })),
        "{refused:?}"
    );
    let all = session.query_up_to(3, three, &[]).expect("just enough");
    assert_eq!(json(all), r#"[{"n":1},{"n":2},{"n":3}]"#);
}

#[rstest]
fn a_batch_of_any_size_brings_every_row(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    session
        .script("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
        .expect("created");
    let long = "x".repeat(60_000);
    let rows = |from: i64, to: i64, text: &str| -> Vec<Vec<Value>> {
        (from..to).map(|id| vec![id.into(), text.into()]).collect()
    };
    let insert = "INSERT INTO t (id, v) VALUES (?, ?)";
    for (from, to, text) in [(0, 1, "a"), (1, 2502, "it's"), (2502, 2532, long.as_str())] {
        let done = session
            .batch(insert, &rows(from, to, text))
            .expect("inserted");
        assert_eq!(i64::try_from(done), Ok(to - from));
    }
    // A clash takes back what its transaction has done, however the rows were sent.
    session.begin().expect("begun");
    let clash = session.batch(insert, &rows(2530, 2540, "again"));
    assert!(
        matches!(
            clash,
            Err(Error::Database {
                duplicate: true,
                ..
            })
        ),
        "{clash:?}"
    );
    session.rollback().expect("rolled back");
    let few = session.batch(insert, &[vec![9999.into()]]);
    assert!(matches!(few, Err(Error::Database { .. })), "{few:?}");
    let found = session
        .query("SELECT COUNT(*) AS n, MAX(LENGTH(v)) AS l FROM t", &[])
        .expect("read");
    assert_eq!(json(found), r#"[{"n":2532,"l":60000}]"#);
}

#[rstest]
fn faults_are_told_apart(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    session
        .script("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        .expect("created");
    session
        .execute("INSERT INTO t VALUES (1)", &[])
        .expect("inserted");
    let again = session.execute("INSERT INTO t VALUES (?)", &[1.into()]);
    assert!(
        matches!(
            again,
            Err(Error::Database {
                duplicate: true,
                retryable: false,
                ..
            })
        ),
        "{again:?}"
    );
    for sql in ["SELEC 1", "SELECT * FROM absent"] {
        let fault = session.query(sql, &[]).expect_err("refused");
        assert!(
            matches!(fault, Error::Database { code: Some(_), .. }),
            "{fault:?}"
        );
        assert!(!fault.is_retryable());
    }
    let few = session.query("SELECT ? + ?", &[1.into()]);
    assert!(matches!(few, Err(Error::Database { .. })), "{few:?}");
    assert!(session.query("SELECT 1", &[]).is_ok(), "usable afterwards");
}

#[rstest]
fn repeated_labels_get_their_position(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let mut session = Base::new(engine).open();
    let table = session
        .query("SELECT 1 AS a, 2 AS a, 3 AS A", &[])
        .expect("read");
    // PostgreSQL folds the names that are not quoted.
    let last = if matches!(engine, Engine::Postgres) {
        "a2"
    } else {
        "A2"
    };
    assert_eq!(json(table), format!(r#"[{{"a":1,"a1":2,"{last}":3}}]"#));
}

#[rstest]
fn a_running_statement_is_cancelled_and_the_session_lives(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \
                   100000000000) SELECT COUNT(*) FROM n";
    if matches!(engine, Engine::MariaDb) {
        let sql = "SET SESSION max_recursive_iterations = 4000000000";
        session.execute(sql, &[]).expect("set");
    }
    let canceller = session.canceller();
    canceller.cancel();
    let (ended, end) = std::sync::mpsc::sync_channel::<()>(1);
    std::thread::scope(|scope| {
        // Nothing tells that the statement has begun, so it is stopped until it has ended.
        scope.spawn(move || {
            while end.recv_timeout(Duration::from_millis(20)).is_err() {
                canceller.cancel();
            }
        });
        let result = session.query(endless, &[]);
        ended.send(()).expect("the other thread waits");
        assert!(matches!(result, Err(Error::Cancelled)), "{result:?}");
    });
    assert!(session.query("SELECT 1", &[]).is_ok(), "usable afterwards");
}

#[rstest]
fn hostile_text_is_read_back_unchanged(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    let dialect = session.dialect();
    let hostile = prop_oneof![
        "(['\"\\\\`;%_?#$@-]|/\\*|\\*/|--|\\x00|\\x1a|\\n|é|😀|a){0,40}",
        any::<String>(),
    ];
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(200)
    });
    let session = std::cell::RefCell::new(session.as_mut());
    let checked = runner.run(&hostile, |text| {
        let mut session = session.borrow_mut();
        let value = Value::from(text.as_str());
        if dialect == Dialect::Postgres && text.contains('\0') {
            let refused = session.query("SELECT ? AS x", &[value]);
            let is_refused = matches!(refused, Err(Error::Database { .. }));
            prop_assert!(is_refused);
            return Ok(());
        }
        let quoted = literal(&value, dialect).expect("text has a literal");
        let read = session.query(&format!("SELECT {quoted} AS x"), &[]);
        let read = read.map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(
            read.cell(0, 0).and_then(Value::as_text),
            Some(text.as_str())
        );
        let read = session.query("SELECT ? AS x", &[value]).expect("read");
        prop_assert_eq!(
            read.cell(0, 0).and_then(Value::as_text),
            Some(text.as_str())
        );
        Ok(())
    });
    checked.expect("every text comes back");
}

#[rstest]
fn parameters_of_every_type_come_back(
    #[values(Engine::Sqlite, Engine::MariaDb, Engine::Postgres)] engine: Engine,
) {
    let base = Base::new(engine);
    let mut session = base.open();
    let (double, moment, blob) = match engine {
        Engine::Postgres => ("DOUBLE PRECISION", "TIMESTAMP", "BYTEA"),
        Engine::Sqlite | Engine::MariaDb => ("DOUBLE", "DATETIME", "BLOB"),
    };
    session
        .script(&format!(
            "CREATE TABLE t (b BOOLEAN, i BIGINT, d {double}, x TEXT, m {moment}, y DATE, z {blob}, n INT)"
        ))
        .expect("created");
    let row = [
        true.into(),
        i64::MIN.into(),
        0.1.into(),
        "text".into(),
        crate::value::DateTime::parse("2024-02-29 13:04:05", crate::value::Frame::utc())
            .expect("a moment")
            .into(),
        "2024-02-29".into(),
        vec![0_u8, 255].into(),
        Value::Null,
    ];
    session
        .execute("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", &row)
        .expect("inserted");
    let expected = r#"[{"b":true,"i":-9223372036854775808,"d":0.1,"x":"text","m":"2024-02-29 13:04:05","y":"2024-02-29","z":"00ff","n":null}]"#;
    // Both protocols of a server: the plain one without, the other with parameters.
    for (sql, parameters) in [
        ("SELECT * FROM t", &[][..]),
        ("SELECT * FROM t WHERE i < ?", &[Value::Integer(0)][..]),
    ] {
        let table = session.query(sql, parameters).expect("read");
        assert_eq!(table.cell(0, 4).map(Value::kind), Some(Kind::DateTime));
        assert_eq!(table.cell(0, 6).map(Value::kind), Some(Kind::Bytes));
        assert_eq!(json(table), expected);
    }
}

#[test]
fn mariadb_types_follow_the_table_of_the_language() {
    let mut session = Base::new(Engine::MariaDb).open();
    session
        .script(
            "CREATE TABLE t (u BIGINT UNSIGNED, t1 TINYINT(1), t4 TINYINT, b1 BIT(1), b9 BIT(9), \
             y YEAR, n DECIMAL(10,2), f FLOAT, tm TIME, lt TIME, dt DATETIME(6), e ENUM('p','q'), \
             bl BLOB);
             INSERT INTO t VALUES (18446744073709551615, 2, 2, b'1', b'100000001', 2024, 12.50, \
             0.1, '13:04:05', '-30:00:01', '2024-02-29 13:04:05.123456', 'q', 'blob')",
        )
        .expect("created");
    let expected = r#"[{"u":"18446744073709551615","t1":true,"t4":2,"b1":true,"b9":257,"y":2024,"n":12.5,"f":0.1,"tm":"13:04:05","lt":"-30:00:01","dt":"2024-02-29 13:04:05","e":"q","bl":"blob"}]"#;
    let plain = session.query("SELECT * FROM t", &[]).expect("read");
    let Some(Value::DateTime(moment)) = plain.cell(0, 10) else {
        panic!("no DATETIME: {plain:?}");
    };
    assert_eq!(moment.civil.subsec_nanosecond(), 123_456_000);
    let parameter = [Value::DateTime(*moment)];
    let prepared = session
        .query("SELECT * FROM t WHERE dt = ?", &parameter)
        .expect("read");
    assert_eq!(json(plain), expected);
    assert_eq!(json(prepared), expected);
}

#[test]
fn rows_are_alone_where_the_server_would_change_them_together() {
    let mut session = Base::new(Engine::MariaDb).open();
    session
        .script("CREATE TABLE t (n INTEGER NOT NULL)")
        .expect("created");
    for mode in ["", "STRICT_TRANS_TABLES"] {
        session
            .script(&format!("SET SESSION sql_mode = '{mode}'"))
            .expect("set");
        assert_eq!(session.shares_rows().expect("told"), !mode.is_empty());
        let rows = [vec![Value::Integer(1)], vec![Value::Null]];
        let refused = session.batch("INSERT INTO t VALUES (?)", &rows);
        assert!(refused.is_err(), "{mode}: {refused:?}");
    }
}

#[test]
fn a_large_statement_that_may_not_come_again_is_not_kept() {
    let mut session = Base::new(Engine::MariaDb).open();
    session
        .script("CREATE TABLE t (n INTEGER)")
        .expect("created");
    let mut closed = |count: i64| {
        let rows: Vec<Vec<Value>> = (0..count).map(|number| vec![number.into()]).collect();
        let sql = format!("INSERT INTO t VALUES ({}?)", "+".repeat(10));
        assert_eq!(
            session.batch(&sql, &rows).expect("written"),
            count.cast_unsigned()
        );
        let table = session.query("SHOW SESSION STATUS LIKE 'Com_stmt_close'", &[]);
        let table = table.expect("told");
        let number = table.cell(0, 1).map(Value::render);
        number.and_then(|text| text.parse::<i64>().ok())
    };
    assert_eq!(closed(1), Some(0));
    assert_eq!(closed(2), Some(0), "it is small");
    assert_eq!(closed(1000), Some(0), "it is as large as they become");
    assert_eq!(closed(900), Some(1));
}

#[test]
fn a_deadlock_may_be_tried_again() {
    let base = Base::new(Engine::MariaDb);
    let (mut first, mut second) = (base.open(), base.open());
    first
        .script("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t VALUES (1, 0), (2, 0)")
        .expect("created");
    let update = |session: &mut dyn Session, id: i64| {
        session.execute("UPDATE t SET v = v + 1 WHERE id = ?", &[id.into()])
    };
    first.begin().expect("begun");
    second.begin().expect("begun");
    update(first.as_mut(), 1).expect("free");
    update(second.as_mut(), 2).expect("free");
    let (one, two) = std::thread::scope(|scope| {
        let waiting = scope.spawn(move || {
            let result = update(first.as_mut(), 2);
            first.rollback().expect("rolled back");
            result
        });
        let result = update(second.as_mut(), 1);
        second.rollback().expect("rolled back");
        (waiting.join().expect("no panic"), result)
    });
    let faults: Vec<Error> = [one, two].into_iter().filter_map(Result::err).collect();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].is_retryable(), "{faults:?}");
}

#[test]
fn a_busy_file_may_be_tried_again() {
    let base = Base::new(Engine::Sqlite);
    let (mut first, mut second) = (base.open(), base.open());
    second.execute("PRAGMA busy_timeout = 0", &[]).expect("set");
    first.begin().expect("begun");
    let fault = second.begin().expect_err("locked");
    assert!(fault.is_retryable(), "{fault:?}");
}

#[test]
fn sqlite_files_are_durable_and_checked() {
    let mut session = Base::new(Engine::Sqlite).open();
    for (name, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let table = session.query(&format!("PRAGMA {name}"), &[]).expect("read");
        let cell = table.cell(0, 0).map(ToString::to_string);
        assert_eq!(cell.as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn an_unreachable_server_is_named_without_credentials() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let url = format!("mysql://joe:s3cret@127.0.0.1:{port}/db");
    let found = from_url(&url).expect("the url is good");
    // The listener takes the connection and says nothing.
    let Err(fault) = found.open(Duration::from_millis(100)) else {
        panic!("nobody answers");
    };
    let all = format!("{fault} {fault:?} {found:?} {}", found.display());
    assert!(all.contains(&format!("127.0.0.1:{port}/db")), "{all}");
    assert!(!all.contains("s3cret") && !all.contains("joe"), "{all}");
    assert!(matches!(fault, Error::Unreachable { .. }), "{fault:?}");
}

#[rstest]
fn a_refused_connection_says_once_what_and_where(#[values("mysql", "postgresql")] scheme: &str) {
    // Nobody listens on a port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    drop(listener);
    let url = format!("{scheme}://joe:s3cret@127.0.0.1:{port}/db");
    let fault = from_url(&url).expect("the url is good").open(PATIENCE);
    let fault = fault.map(drop).expect_err("nobody listens");
    assert!(matches!(fault, Error::Unreachable { .. }), "{fault:?}");
    let place = format!("{scheme}://127.0.0.1:{port}/db");
    let expected = format!("cannot reach `{place}`: Connection refused (os error 111)");
    assert_eq!(fault.to_string(), expected);
}

#[rstest]
fn an_absent_database_is_a_refusal(#[values(Engine::MariaDb, Engine::Postgres)] engine: Engine) {
    let base = Base::new(engine);
    let url = format!("{}_absent", base.url);
    let fault = from_url(&url).expect("the url is good").open(PATIENCE);
    let fault = fault.map(drop).expect_err("there is no such database");
    assert!(matches!(fault, Error::Connect { .. }), "{fault:?}");
    let text = fault.to_string();
    assert_eq!(text.matches("_absent").count(), 2, "where and why: {text}");
}

#[rstest]
#[case("sqlite:a.db", Ok("sqlite:a.db"))]
#[case("JDBC:sqlite:/x/a b.db", Ok("sqlite:/x/a b.db"))]
#[case("sqlite:///x/a.db", Ok("sqlite:/x/a.db"))]
#[case("jdbc:sqlite::memory:", Ok("sqlite::memory:"))]
#[case("mysql://u:p%40@h/db", Ok("mysql://h:3306/db"))]
#[case(
    "jdbc:mysql://h:3307/db?user=u&password=p&useSSL=false",
    Ok("mysql://h:3307/db")
)]
#[case("jdbc:mariadb://h", Ok("mysql://h:3306/"))]
#[case("jdbc:postgresql://h/db", Ok("postgresql://h:5432/db"))]
#[case("postgres://h:1/db?sslmode=require", Err("encrypted"))]
#[case("sqlite:", Err("a file is missing"))]
#[case("oracle://scott:tiger@h/x", Err("no driver for `oracle`"))]
#[case("mysql:h/db", Err("host"))]
#[case("nonsense tiger", Err("no driver"))]
fn urls(#[case] url: &str, #[case] expected: Result<&str, &str>) {
    match (from_url(url), expected) {
        (Ok(found), Ok(display)) => assert_eq!(found.display(), display),
        (Err(fault), Err(words)) => {
            assert!(fault.to_string().contains(words), "{fault}");
            assert!(!fault.to_string().contains("tiger:"), "{fault}");
        }
        (found, _) => panic!("{found:?}"),
    }
}

#[test]
fn credentials_come_from_the_url_or_beside_it() {
    let server = mariadb::Server::shared();
    server.execute("CREATE USER 'j@e' IDENTIFIED BY 'p+ %/&w'");
    let address = server.address();
    let logs_in = |url: String, options: Options| {
        let found = source(&url, options, runtime().handle()).expect("the url is good");
        found.open(PATIENCE).map(drop)
    };
    let coded = "p%2B%20%25%2F%26w";
    logs_in(
        format!("mysql://j%40e:{coded}@{address}/"),
        Options::default(),
    )
    .expect("in front");
    logs_in(
        format!("jdbc:mysql://{address}/?user=j%40e&password={coded}"),
        Options::default(),
    )
    .expect("behind");
    let beside = Options {
        username: Some("j@e".to_owned()),
        password: Some("p+ %/&w".to_owned().into()),
        ..Options::default()
    };
    logs_in(format!("mysql://x:y@{address}/"), beside).expect("beside");
    let wrong = logs_in(format!("mysql://j%40e:no@{address}/"), Options::default());
    assert!(matches!(wrong, Err(Error::Connect { .. })), "{wrong:?}");
}

#[test]
fn session_statements_run_in_every_session() {
    let base = Base::new(Engine::MariaDb);
    let options = Options {
        session_statements: vec!["SET time_zone = '+00:00'".to_owned()],
        ..Options::default()
    };
    let found = source(&base.url, options, runtime().handle()).expect("the url is good");
    let mut session = found.open(PATIENCE).expect("open");
    let table = session.query("SELECT @@time_zone AS z", &[]).expect("read");
    assert_eq!(json(table), r#"[{"z":"+00:00"}]"#);
}

#[test]
fn undefined_has_no_literal() {
    assert!(literal(&Value::Undefined, Dialect::Sqlite).is_err());
    let bytes = Value::from(vec![1_u8, 255]);
    assert_eq!(literal(&bytes, Dialect::MySql).expect("bytes"), "X'01ff'");
}

#[test]
fn postgres_types_follow_the_table_of_the_language() {
    let mut session = Base::new(Engine::Postgres).open();
    let table = session
        .query(
            "SELECT 1::smallint AS a, 2.50::numeric AS b, true AS c, '2024-02-29'::date AS d,
                    '13:04:05'::time AS e, '2024-02-29 13:04:05.123456'::timestamp AS f,
                    '{\"x\": 1}'::jsonb AS g, NULL AS h, 'NaN'::float8 AS i, 'x?'::text AS j,
                    '\\x6162'::bytea AS k",
            &[],
        )
        .expect("read");
    assert_eq!(
        json(table),
        r#"[{"a":1,"b":2.5,"c":true,"d":"2024-02-29","e":"13:04:05","f":"2024-02-29 13:04:05","g":"{\"x\": 1}","h":null,"i":"NaN","j":"x?","k":"ab"}]"#
    );
    let table = session
        .query(
            "SELECT '?' AS a, ? AS b, $q$?$q$ AS c -- ?\n, ? AS d",
            &["x".into(), 2.into()],
        )
        .expect("read");
    assert_eq!(json(table), r#"[{"a":"?","b":"x","c":"?","d":2}]"#);
}
