//! How long links take on a table of 100,000 rows, and on many texts.
//!
//! Question: what does a chain cost against the same work in pandas, and a text link against the
//! plain call in Rust? Expected order: tables within a few times of pandas, which works on packed
//! columns; text links within a few hundred nanoseconds of the call, for the loop around them.
//!
//! Run `cargo bench --bench links`; pandas is used when the Python named by `PANDAS_PYTHON`, or
//! else `python3`, has it.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a bench talks to a person and starts a foreign program to compare with"
)]

use std::collections::HashMap;
use std::fmt::Write;
use std::hint::black_box;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keeper::clock::{SeededChance, SystemClock, Zone};
use keeper::model::VariableName;
use keeper::pql::syntax::Source;
use keeper::pql::{Environment, Globals, Limits, Output, Runner, compile};
use keeper::registry::{Definitions, Severity};
use keeper::value::{Table, Value};
use tokio::runtime::Runtime;
use tokio::time::Instant;

const ROWS: i64 = 100_000;
const TURNS: usize = 5;

/// A name, a chain on `$rows`, and the same in pandas on `d`.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "WHERE",
        "$rows WHERE 'n > 500 AND city = 3'",
        "d[(d.n > 500) & (d.city == 3)]",
    ),
    (
        "SORT",
        "$rows COLUMN n -> SORT",
        "d.n.sort_values(kind='stable')",
    ),
    (
        "SORT texts",
        "$rows COLUMN name -> SORT",
        "d.name.sort_values(kind='stable')",
    ),
    (
        "SELECT groups",
        "$rows SELECT city, SUM(n) AS total, COUNT() AS c",
        "d.groupby('city', sort=False).agg(total=('n', 'sum'), c=('n', 'size'))",
    ),
    (
        "TO GROUPS",
        "$rows TO GROUPS city",
        "{k: g.drop(columns='city') for k, g in d.groupby('city')}",
    ),
    (
        "DISTINCT",
        "$rows DISTINCT city",
        "d[['city']].drop_duplicates()",
    ),
    ("JOIN", "$rows COLUMN name -> JOIN ','", "','.join(d.name)"),
    ("SUM", "$rows SUM n", "d.n.sum()"),
    ("UPDATE", "$rows UPDATE city=1", "d.assign(city=1)"),
];

/// A name, a link on a text, and the same in Rust.
type TextCase = (&'static str, &'static str, fn(&str) -> usize);

const TEXTS: &[TextCase] = &[
    ("TAKE", "TAKE 5", |text| text.chars().take(5).count()),
    ("TO UPPER", "TO UPPER", |text| text.to_uppercase().len()),
    ("REPLACE", "REPLACE 'o' TO 'e'", |text| {
        text.replace('o', "e").len()
    }),
    ("SPLIT", "SPLIT ','", |text| {
        text.split(',').map(str::to_owned).collect::<Vec<_>>().len()
    }),
    ("CONTAINS", "CONTAINS 'row'", |text| {
        usize::from(text.contains("row"))
    }),
];

const TEXT: &str = "tomorrow,and tomorrow,and tomorrow";
const TEXT_TURNS: u32 = 100_000;

struct Nowhere;

impl Output for Nowhere {
    fn print(&self, line: &str) {
        black_box(line);
    }

    fn log(&self, _severity: Severity, text: &str) {
        black_box(text);
    }
}

#[derive(Default)]
struct NoGlobals(Mutex<HashMap<VariableName, Value>>);

impl Globals for NoGlobals {
    fn get(&self, name: &VariableName) -> Option<Value> {
        self.0.lock().ok()?.get(name).cloned()
    }

    fn set(&self, _name: &VariableName, _value: Value) -> Result<(), String> {
        Err("there are none".to_owned())
    }
}

fn main() {
    let runtime = Runtime::new().expect("a runtime starts");
    let rows = rows();
    let pandas = pandas();
    println!("{ROWS} rows: milliseconds of the chain, of pandas, and their ratio");
    for (name, chain, _) in TABLES {
        let own = median(|| run(&runtime, &format!("SET $x =: {chain};"), Some(&rows)));
        let other = pandas.get(*name).copied();
        let other = other.map_or("-".to_owned(), |other| {
            format!("{other:9.2}  {:6.2}", milliseconds(own) / other)
        });
        println!("  {name:14} {:9.2}  {other}", milliseconds(own));
    }

    println!("one text: nanoseconds of the link in a loop, of the call, and their ratio");
    let turns = i64::from(TEXT_TURNS);
    let loop_of = |body: &str| {
        let program =
            format!("SET $t := '{TEXT}'; FOR $i IN 1 TO {turns} LOOP SET $x =: {body}; END LOOP;");
        median(|| run(&runtime, &program, None))
    };
    let empty = loop_of("$t");
    for (name, link, call) in TEXTS {
        let own = loop_of(&format!("$t {link}")).saturating_sub(empty) / TEXT_TURNS;
        let plain = median(|| {
            let start = Instant::now();
            for _ in 0..TEXT_TURNS {
                black_box(call(black_box(TEXT)));
            }
            start.elapsed()
        }) / TEXT_TURNS;
        let ratio = own.as_secs_f64() / plain.as_secs_f64();
        println!(
            "  {name:14} {:9}  {:9}  {ratio:6.1}",
            own.as_nanos(),
            plain.as_nanos()
        );
    }
    println!(
        "  the loop itself {} ns a turn",
        (empty / TEXT_TURNS).as_nanos()
    );
}

fn rows() -> Value {
    let columns = ["id", "n", "city", "name"].map(Into::into).to_vec();
    let rows = (0..ROWS)
        .map(|id| {
            let n = (id * 7919) % 1000;
            vec![
                id.into(),
                n.into(),
                (id % 50).into(),
                format!("name{}", (id * 31) % ROWS).into(),
            ]
        })
        .collect();
    Table::with_rows(columns, rows).into()
}

/// Runs a program with `$rows` and tells how long it took.
fn run(runtime: &Runtime, text: &str, rows: Option<&Value>) -> Duration {
    let script = compile(&Source::new("bench", text)).expect("the program is good");
    let mut runner = Runner::new(script, environment(runtime));
    if let Some(rows) = rows {
        runner = runner.place("rows", rows.clone());
    }
    let start = Instant::now();
    runner.run().expect("the program runs");
    start.elapsed()
}

fn environment(runtime: &Runtime) -> Environment {
    Environment {
        definitions: Arc::new(Definitions::default()),
        globals: Arc::new(NoGlobals::default()),
        user: Arc::default(),
        commands: None,
        machine: None,
        job_variables: None,
        output: Arc::new(Nowhere),
        clock: Arc::new(SystemClock),
        zone: Zone::UTC,
        chance: Arc::new(SeededChance::new(1)),
        home: std::env::temp_dir(),
        runtime: runtime.handle().clone(),
        limits: Limits::default(),
    }
}

fn median(mut measure: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<Duration> = (0..TURNS).map(|_| measure()).collect();
    all.sort_unstable();
    all.get(TURNS / 2).copied().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Milliseconds by name; empty when there is no pandas.
fn pandas() -> HashMap<String, f64> {
    let python = std::env::var_os("PANDAS_PYTHON").unwrap_or("python3".into());
    let mut program = format!(
        "import time, statistics, pandas as pd\n\
         i = range({ROWS})\n\
         d = pd.DataFrame({{'id': list(i), 'n': [(k * 7919) % 1000 for k in i],\n\
             'city': [k % 50 for k in i], 'name': ['name%d' % ((k * 31) % {ROWS}) for k in i]}})\n\
         def t(name, f):\n\
        \x20   times = []\n\
        \x20   for _ in range({TURNS}):\n\
        \x20       s = time.perf_counter(); f(); times.append(time.perf_counter() - s)\n\
        \x20   print(name, statistics.median(times) * 1000, sep='\\t')\n"
    );
    for (name, _, expression) in TABLES {
        // Writing into a String cannot fail.
        let _ = writeln!(program, "t({name:?}, lambda: {expression})");
    }
    let output = Command::new(python).args(["-c", &program]).output();
    let text = match output {
        Ok(output) if output.status.success() => output.stdout,
        _ => {
            println!("there is no pandas: its columns stay empty (see PANDAS_PYTHON)");
            return HashMap::new();
        }
    };
    String::from_utf8_lossy(&text)
        .lines()
        .filter_map(|line| {
            let (name, time) = line.split_once('\t')?;
            Some((name.to_owned(), time.parse().ok()?))
        })
        .collect()
}
