//! Feeds texts to embedding: a value comes back from SQL, JSON and text as it went in, whatever
//! signs it holds, and any rich or embedded text either compiles and runs or says why not.

#![no_main]

use std::sync::{Arc, LazyLock};

use keeper::clock::{SeededChance, SystemClock, Zone};
use keeper::model::{ConnectionName, VariableName};
use keeper::pql::syntax::Source;
use keeper::pql::{
    Environment, Globals, Limits, Outcome, Output, Runner, compile, compile_embedded,
};
use keeper::registry::{Connection, Definitions, Severity};
use keeper::sql;
use keeper::value::Value;
use libfuzzer_sys::{Corpus, fuzz_target};
use tokio::runtime::Runtime;

/// Each gives an array of values that must all be the text.
const PROGRAMS: &[&str] = &[
    "SET $a, $b, $c := SELECT $t AS a, ${ $t } AS b, $(t) AS c; OUTPUT [$a, $b, $c];",
    "SET $a := SELECT '''$t''' AS a; OUTPUT [$a, $t, '''$t''', ${ $t }, ${ '''$t''' }];",
    "VAR $r := { \"t\": $t, \"l\": [$t] }; SET $a, $b := SELECT $r.t AS a, $r.l[0] AS b;
     OUTPUT [$a, $b];",
    "GET # [ { \"n\": $t } ]; PASS # SELECT &n AS n, '#n' AS m;
     OUTPUT [@BUFFER.first.n, @BUFFER.first.m];",
    "GET # [ { \"n\": $t } ]; TRANS # { \"a\": &n, \"b\": \"#n\", \"d\": $t };
     OUTPUT [@BUFFER.first.a, @BUFFER.first.b, @BUFFER.first.d];",
    "CACHE 'c' # [ { \"n\": $t } ]; OPEN CACHE; SET $a := SELECT n FROM c WHERE n = $t;
     OUTPUT [$a];",
    "VAR $a := '#{'t'}', $b := \"#{\"t\"}\"; OUTPUT [$a, $b];",
];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime starts"));

struct Nothing;

impl Output for Nothing {
    fn print(&self, _line: &str) {}

    fn log(&self, _severity: Severity, _text: &str) {}
}

impl Globals for Nothing {
    fn get(&self, _name: &VariableName) -> Option<Value> {
        None
    }

    fn set(&self, _name: &VariableName, _value: Value) -> Result<(), String> {
        Ok(())
    }
}

fuzz_target!(|text: &str| -> Corpus {
    // A value of C text ends at its NUL in SQLite's own functions.
    if text.contains('\0') {
        return Corpus::Reject;
    }
    for program in PROGRAMS {
        let source = Source::with_arguments("t.pql", *program, &[("t", text)]);
        let script = compile(&source).expect("a value changes no program");
        let outcome = Runner::new(script, environment())
            .place("t", Value::text(text))
            .run();
        for value in values(&outcome.expect("a value breaks no run")) {
            assert_eq!(value, text, "{program}");
        }
    }
    // What is in braces may be any statement, also one that removes files.
    if !text.contains("${") && !text.contains("<%") {
        run_text(&format!("OUTPUT [\n'''{text}'''];"));
        run_text(&format!("SELECT {text}"));
        if let Ok(script) = compile_embedded(&Source::new("t.txt", text)) {
            Runner::new(script, environment())
                .run()
                .expect("text without blocks only stays");
        }
    }
    Corpus::Keep
});

/// Runs one statement: more would run whatever the text says.
fn run_text(program: &str) {
    let source = Source::new("t.pql", program);
    if program.trim_end_matches(';').contains(';') || program.contains("->") {
        return;
    }
    if let Ok(script) = compile(&source)
        && let Err(error) = Runner::new(script, environment()).run()
    {
        assert!(!error.render().is_empty());
    }
}

fn values(outcome: &Outcome) -> Vec<String> {
    let values = outcome.value().to_array();
    values.iter().map(Value::to_string).collect()
}

fn environment() -> Environment {
    let mut definitions = Definitions::default();
    let name = ConnectionName::parse("jdbc.default").expect("a name");
    let source = sql::source("sqlite::memory:", sql::Options::default(), RUNTIME.handle());
    let connection = Connection {
        id: None,
        name: name.clone(),
        source: source.expect("SQLite is there"),
        digest: "".into(),
    };
    definitions.connections.insert(name, Arc::new(connection));
    Environment {
        definitions: Arc::new(definitions),
        globals: Arc::new(Nothing),
        user: Arc::default(),
        job_variables: None,
        output: Arc::new(Nothing),
        clock: Arc::new(SystemClock),
        zone: Zone::UTC,
        chance: Arc::new(SeededChance::new(1)),
        commands: None,
        machine: None,
        home: std::env::temp_dir(),
        runtime: RUNTIME.handle().clone(),
        limits: Limits {
            steps: Some(10_000),
            rows: 10_000,
            text_bytes: 1 << 20,
            ..Limits::default()
        },
    }
}
