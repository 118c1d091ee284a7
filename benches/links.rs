//! How long links take on a table of 100,000 rows, and on short and long texts.
//!
//! Question: what does a chain cost against the same work in pandas, and a text link against the
//! plain call in Rust that keeps its result? Expected order: tables about as fast as pandas, which
//! works on packed columns; texts within twice the call, but for calls that take a few nanoseconds
//! on a short text, because a link takes ten or more by itself.
//!
//! The table is one value for all chains, as a frame of pandas is: the first chain that asks for a
//! column makes it of the rows, and the median of the turns does not show that; the column `first`
//! does.
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

use base64::Engine;

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
    ("LENGTH", "LENGTH", |text| text.chars().count()),
    ("TAKE", "TAKE 5", |text| {
        kept(text.chars().take(5).collect::<String>())
    }),
    ("TAKE RIGHT", "TAKE RIGHT 5", |text| {
        let at = text.char_indices().nth_back(4).map_or(0, |(at, _)| at);
        kept(text.split_at(at).1)
    }),
    ("DROP", "DROP 5", |text| {
        kept(text.chars().skip(5).collect::<String>())
    }),
    ("TRIM", "TRIM", |text| kept(text.trim())),
    ("TO UPPER", "TO UPPER", |text| kept(text.to_uppercase())),
    ("CAPITALIZE", "CAPITALIZE", |text| {
        let mut letters = text.chars();
        let first: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .collect();
        kept(first + letters.as_str())
    }),
    ("REVERSE", "REVERSE", |text| {
        kept(text.chars().rev().collect::<String>())
    }),
    ("REPLACE", "REPLACE 'o' TO 'e'", |text| {
        kept(text.replace('o', "e"))
    }),
    ("CONCAT", "CONCAT 'x'", |text| kept([text, "x"].concat())),
    ("SPLIT", "SPLIT ','", |text| {
        black_box(text.split(',').map(Arc::<str>::from).collect::<Vec<_>>()).len()
    }),
    ("INDEX OF", "INDEX OF 'row'", |text| {
        text.find("row")
            .map_or(0, |at| text.split_at(at).0.chars().count())
    }),
    ("CONTAINS", "CONTAINS 'rox'", |text| {
        usize::from(text.contains("rox"))
    }),
    ("IGNORE CASE", "CONTAINS IGNORE CASE 'ROX'", |text| {
        usize::from(text.to_lowercase().contains("rox"))
    }),
    ("LIKE", "-> LIKE '%rox%'", |text| {
        usize::from(text.to_lowercase().contains("rox"))
    }),
    ("TO BASE64", "TO BASE64", |text| {
        kept(base64::engine::general_purpose::STANDARD.encode(text))
    }),
    ("URL ENCODE", "URL ENCODE", |text| {
        let pieces = url::form_urlencoded::byte_serialize(text.as_bytes());
        kept(pieces.collect::<String>())
    }),
];

const TEXT: &str = "tomorrow,and tomorrow,and tomorrow";

/// Copies of the text and turns of the loop.
const SIZES: &[(usize, u32)] = &[(1, 100_000), (30, 30_000), (1_000, 4_000)];

/// The text as a value of the language keeps it.
fn kept(text: impl Into<Arc<str>>) -> usize {
    black_box(text.into()).len()
}

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
    measure_tables(&runtime);
    for (copies, turns) in SIZES {
        measure_texts(&runtime, &TEXT.repeat(*copies), *turns);
    }
}

fn measure_tables(runtime: &Runtime) {
    let rows = rows();
    let pandas = pandas();
    println!("{ROWS} rows: milliseconds of the chain, the first time and usually, and of pandas;");
    println!("how many times as fast as pandas the chain usually is");
    for (name, chain, _) in TABLES {
        let program = format!("SET $x =: {chain};");
        let first = run(runtime, &program, ("rows", &rows));
        let own = median(|| run(runtime, &program, ("rows", &rows)));
        let other = pandas.get(*name).copied();
        let other = other.map_or("no pandas".to_owned(), |other| {
            format!("{other:9.2}  {:6.2}", other / milliseconds(own))
        });
        let (first, own) = (milliseconds(first), milliseconds(own));
        println!("  {name:14} {first:9.2}  {own:9.2}  {other}");
    }
}

fn measure_texts(runtime: &Runtime, text: &str, turns: u32) {
    println!(
        "a text of {} bytes: nanoseconds of the link in a loop and of the call, and their ratio",
        text.len()
    );
    let value = Value::from(text);
    let loop_of = |body: &str| {
        let program = format!("FOR $i IN 1 TO {turns} LOOP SET $x =: {body}; END LOOP;");
        median(|| run(runtime, &program, ("t", &value)))
    };
    let empty = loop_of("$t");
    for (name, link, call) in TEXTS {
        let own = loop_of(&format!("$t {link}")).saturating_sub(empty) / turns;
        let plain = median(|| {
            let start = Instant::now();
            for _ in 0..turns {
                black_box(call(black_box(text)));
            }
            start.elapsed()
        }) / turns;
        let ratio = own.as_secs_f64() / plain.as_secs_f64();
        let (own, plain) = (own.as_nanos(), plain.as_nanos());
        println!("  {name:14} {own:9}  {plain:9}  {ratio:6.1}");
    }
    println!(
        "  the loop itself takes {} ns a turn",
        (empty / turns).as_nanos()
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

/// Runs a program with a variable and tells how long it took.
fn run(runtime: &Runtime, text: &str, (name, value): (&str, &Value)) -> Duration {
    let script = compile(&Source::new("bench", text)).expect("the program is good");
    let runner = Runner::new(script, environment(runtime)).place(name, value.clone());
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
