//! How fast do rows move between two databases in PQL, beside a loop that a person would write in
//! Rust? A million rows go from SQLite to MariaDB and back, once by the loop (one SELECT, INSERTs
//! of 1,000 rows) and once by each form of the language, all on one machine with the servers.
//! Expected: PAGE and BLOCK with BATCH reach at least 0.7 of the loop's rows per second and stay
//! below 200 MB, however many rows there are; GET takes as much memory as its rows.
//!
//! `cargo bench --bench flow` prints one line for each form; a number behind `--` is the count of
//! rows.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "measures foreign programs and tells it to a person"
)]

#[path = "../tests/support/guard.rs"]
#[expect(clippy::panic, reason = "a tool of tests")]
mod guard;
#[path = "../tests/support/mariadb.rs"]
#[expect(dead_code, reason = "a tool of tests, which also crash the server")]
mod mariadb;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Params, Row, Value};
use rusqlite::Connection;
use tokio::runtime::Runtime;

const ROWS: u64 = 1_000_000;

/// Rows of one INSERT of the loop.
const GROUP: usize = 1000;

const COLUMNS: &str = "id, name, amount, created";

const BLOCK: &str = "BLOCK FROM 1 TO {rows} PER 10000 # SELECT id, name, amount, created FROM big \
                     WHERE id > @{id} AND id <= @{id};";
const PAGE: &str = "PAGE # SELECT id, name, amount, created FROM big WHERE id > @{id} ORDER BY id \
                    LIMIT 10000;";
const GET: &str = "GET # SELECT id, name, amount, created FROM big;";
const MARKS: &str = "INSERT INTO copy (id, name, amount, created) VALUES (?, ?, ?, ?);";
const SHORT: &str = "INSERT INTO copy (id, name, amount, created);";
const NAMED: &str = "INSERT INTO copy (id, name, amount, created) VALUES (#id, &name, #amount, \
                     &created);";

/// Name, producer, consumer, statement.
const FORMS: &[(&str, &str, &str, &str)] = &[
    ("BLOCK, BATCH with ?", BLOCK, "BATCH", MARKS),
    ("BLOCK, BATCH short", BLOCK, "BATCH", SHORT),
    ("PAGE, BATCH with ?", PAGE, "BATCH", MARKS),
    ("PAGE, BATCH short", PAGE, "BATCH", SHORT),
    ("BLOCK, PUT with ?", BLOCK, "PUT", MARKS),
    ("BLOCK, PUT short", BLOCK, "PUT", SHORT),
    ("GET, PUT with ?", GET, "PUT", MARKS),
    ("GET, PUT short", GET, "PUT", SHORT),
    ("BLOCK, PUT with #id", BLOCK, "PUT", NAMED),
];

fn main() {
    let rows = std::env::args().find_map(|word| word.parse().ok());
    let rows: u64 = rows.unwrap_or(ROWS);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let places = Places {
        rows,
        file: folder.path().join("rows.db").display().to_string(),
        server: mariadb::Server::shared().fresh_database(),
        runtime: Runtime::new().expect("a runtime"),
    };
    places.fill();
    println!("{rows} rows, SQLite to MariaDB");
    places.measure(&Direction::ToServer);
    println!("{rows} rows, MariaDB to SQLite");
    places.measure(&Direction::ToFile);
}

#[derive(PartialEq)]
enum Direction {
    ToServer,
    ToFile,
}

struct Places {
    rows: u64,
    file: String,
    server: String,
    runtime: Runtime,
}

impl Places {
    /// The same rows on both sides.
    fn fill(&self) {
        let file = self.open_file();
        file.execute_batch(&format!(
            "CREATE TABLE big (id INTEGER PRIMARY KEY, name TEXT, amount DOUBLE, created DATETIME);
             INSERT INTO big WITH RECURSIVE n(i) AS
               (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})
             SELECT i, 'customer number ' || i, i / 8.0,
               datetime(1700000000 + i, 'unixepoch') FROM n;",
            self.rows
        ))
        .expect("the file is filled");
        mariadb::Server::shared().execute(&format!(
            "USE {}; CREATE TABLE big (id INT PRIMARY KEY, name VARCHAR(60), amount DOUBLE,
               created DATETIME);
             INSERT INTO big SELECT seq, CONCAT('customer number ', seq), seq / 8,
               FROM_UNIXTIME(1700000000 + seq) FROM seq_1_to_{};",
            self.database(),
            self.rows
        ));
    }

    fn measure(&self, direction: &Direction) {
        // Once to warm caches up, once to count.
        let mut hand = Duration::MAX;
        for _ in 0..2 {
            self.empty(direction);
            let begun = Instant::now();
            match direction {
                Direction::ToServer => self.runtime.block_on(self.loop_to_server()),
                Direction::ToFile => self.runtime.block_on(self.loop_to_file()),
            }
            hand = hand.min(begun.elapsed());
            self.check(direction);
        }
        println!("  a loop in Rust: {:.0} rows/s", self.rate(hand));
        for (name, producer, consumer, statement) in FORMS {
            self.empty(direction);
            let begun = Instant::now();
            let peak = self.run(direction, &format!("{producer} {consumer} # {statement}"));
            let own = begun.elapsed();
            self.check(direction);
            println!(
                "  {name}: {:.0} rows/s, {:.2} of the loop, peak {} MB",
                self.rate(own),
                hand.as_secs_f64() / own.as_secs_f64(),
                peak / 1024
            );
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "told to three digits")]
    fn rate(&self, time: Duration) -> f64 {
        self.rows as f64 / time.as_secs_f64()
    }

    /// Runs a program; answers the largest size of its memory in KB.
    fn run(&self, direction: &Direction, program: &str) -> u64 {
        let program = program.replace("{rows}", &self.rows.to_string());
        let ends = match direction {
            Direction::ToServer => "OPEN a; SAVE TO b;",
            Direction::ToFile => "OPEN b; SAVE TO a;",
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_keeper"))
            .args(["run", "--sql", &format!("{ends} {program}")])
            .args(["--connection", &format!("a=sqlite:{}", self.file)])
            .args(["--connection", &format!("b={}", self.server)])
            .stdout(Stdio::null())
            .spawn()
            .expect("keeper starts");
        let peak = watch(&mut child);
        let status = child.wait().expect("keeper ends");
        assert!(status.success(), "{program}");
        peak
    }

    fn empty(&self, direction: &Direction) {
        match direction {
            Direction::ToServer => {
                mariadb::Server::shared().execute(&format!(
                    "USE {}; DROP TABLE IF EXISTS copy; CREATE TABLE copy (id INT PRIMARY KEY,
                     name VARCHAR(60), amount DOUBLE, created DATETIME);",
                    self.database()
                ));
            }
            Direction::ToFile => self
                .open_file()
                .execute_batch(
                    "DROP TABLE IF EXISTS copy; CREATE TABLE copy (id INTEGER PRIMARY KEY,
                     name TEXT, amount DOUBLE, created DATETIME);",
                )
                .expect("the table is made"),
        }
    }

    /// Every row must have arrived once.
    fn check(&self, direction: &Direction) {
        let sql = "SELECT COUNT(*), COUNT(DISTINCT id), SUM(amount * 8) FROM copy";
        let found = match direction {
            Direction::ToServer => {
                let sql = format!("USE {}; {sql}", self.database());
                mariadb::Server::shared().execute(&sql)
            }
            Direction::ToFile => self
                .open_file()
                .query_row(sql, [], |row| {
                    let (all, ids): (i64, i64) = (row.get(0)?, row.get(1)?);
                    let sum: f64 = row.get(2)?;
                    Ok(format!("{all}\t{ids}\t{sum:.0}"))
                })
                .expect("the copy is readable"),
        };
        let sum = self.rows * (self.rows + 1) / 2;
        let expected = format!("{0}\t{0}\t{sum}", self.rows);
        assert_eq!(found.trim(), expected, "every row arrives once");
    }

    fn database(&self) -> &str {
        self.server.rsplit('/').next().unwrap_or_default()
    }

    /// As Keeper opens files: durable, with the journal beside.
    fn open_file(&self) -> Connection {
        let file = Connection::open(Path::new(&self.file)).expect("the file opens");
        file.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
            .expect("the journal is set");
        file
    }

    async fn loop_to_server(&self) {
        let file = self.open_file();
        let mut server = self.connect().await;
        let mut select = file
            .prepare(&format!("SELECT {COLUMNS} FROM big ORDER BY id"))
            .expect("prepared");
        let mut rows = select.query([]).expect("read");
        let mut cells: Vec<Value> = Vec::with_capacity(GROUP * 4);
        loop {
            let row = rows.next().expect("read");
            if let Some(row) = row {
                let id: i64 = row.get(0).expect("id");
                let name: String = row.get(1).expect("name");
                let amount: f64 = row.get(2).expect("amount");
                let created: String = row.get(3).expect("created");
                cells.extend([id.into(), name.into(), amount.into(), created.into()]);
            }
            let is_last = row.is_none();
            if cells.len() == GROUP * 4 || (is_last && !cells.is_empty()) {
                let insert = insert(cells.len() / 4);
                let cells = Params::Positional(std::mem::take(&mut cells));
                server.exec_drop(insert, cells).await.expect("written");
            }
            if is_last {
                break;
            }
        }
        drop(server.disconnect().await);
    }

    async fn loop_to_file(&self) {
        let mut file = self.open_file();
        let mut server = self.connect().await;
        let mut rows = server
            .query_iter(format!("SELECT {COLUMNS} FROM big ORDER BY id"))
            .await
            .expect("read");
        let mut group: Vec<(i64, String, f64, String)> = Vec::with_capacity(GROUP);
        loop {
            let row: Option<Row> = rows.next().await.expect("read");
            let is_last = row.is_none();
            group.extend(row.map(mysql_async::from_row::<(i64, String, f64, String)>));
            if group.len() == GROUP || (is_last && !group.is_empty()) {
                let writing = file.transaction().expect("begun");
                let cells = group.iter().flat_map(|(id, name, amount, created)| {
                    let cells: [&dyn rusqlite::ToSql; 4] = [id, name, amount, created];
                    cells
                });
                writing
                    .prepare_cached(&insert(group.len()))
                    .and_then(|mut insert| insert.execute(rusqlite::params_from_iter(cells)))
                    .expect("written");
                writing.commit().expect("committed");
                group.clear();
            }
            if is_last {
                break;
            }
        }
        drop(rows);
        drop(server.disconnect().await);
    }

    async fn connect(&self) -> Conn {
        let options = Opts::from_url(&self.server).expect("a good address");
        Conn::new(options).await.expect("the server answers")
    }
}

/// An INSERT of many rows.
fn insert(rows: usize) -> String {
    let marks = vec!["(?, ?, ?, ?)"; rows].join(", ");
    format!("INSERT INTO copy ({COLUMNS}) VALUES {marks}")
}

/// Reads the peak of a child's memory, in KB, until it has ended.
fn watch(child: &mut Child) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().is_ok_and(|ended| ended.is_none()) {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = size.unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}
