//! Whole programs against SQLite in memory, with what they must print and give.

mod cancel;
mod connecting;
mod flow;
mod hostile;
mod limits;
mod matrix;
mod messages;
mod outside;
mod redis;
mod speed;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;

use crate::clock::{Civil, ManualClock, SeededChance, Timestamp, Zone};
use crate::fault::Code;
use crate::model::{
    ConnectionName, FunctionBody, FunctionDefinition, FunctionLimits, FunctionName, VariableName,
};
use crate::pql::eval;
use crate::pql::syntax::Source;
use crate::pql::{
    CalledFunction, Cancel, Commands, Environment, Error, Form, Globals, JobVariables, Limits,
    Outcome, Output, PqlCompile, Runner, compile, compile_embedded, compile_expression,
};
use crate::registry::{
    Arguments, CallError, Compile, Connection, Definitions, Instance, RunContext, Severity,
    Signature, SystemFunction, Volatility,
};
use crate::sql;
use crate::value::Value;

/// Keeps what a run wrote.
#[derive(Default)]
struct Captured {
    lines: Mutex<Vec<String>>,
    log: Mutex<Vec<String>>,
    /// Done at the next line.
    at_line: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Output for Captured {
    fn print(&self, line: &str) {
        self.lines.lock().unwrap().push(line.to_owned());
        if let Some(act) = self.at_line.lock().unwrap().take() {
            act();
        }
    }

    fn log(&self, _severity: Severity, text: &str) {
        self.log.lock().unwrap().push(text.to_owned());
    }
}

#[derive(Default)]
struct Variables(Mutex<HashMap<String, Value>>);

impl Globals for Variables {
    fn get(&self, name: &VariableName) -> Option<Value> {
        self.0.lock().unwrap().get(name.as_str()).cloned()
    }

    fn set(&self, name: &VariableName, value: Value) -> Result<(), String> {
        let name = name.as_str().to_owned();
        self.0.lock().unwrap().insert(name, value);
        Ok(())
    }
}

impl JobVariables for Variables {
    fn get(&self, name: &str) -> Result<Option<Value>, String> {
        Ok(self.0.lock().unwrap().get(name).cloned())
    }

    fn set(&self, name: &str, value: Value) -> Result<(), String> {
        self.0.lock().unwrap().insert(name.to_owned(), value);
        Ok(())
    }
}

/// `@TWICE(x)`: counts its calls, to show that one instance serves the whole run.
#[derive(Debug)]
struct Twice(FunctionName, Signature);

impl SystemFunction for Twice {
    fn name(&self) -> &FunctionName {
        &self.0
    }

    fn version(&self) -> u64 {
        7
    }

    fn digest(&self) -> &'static str {
        "none"
    }

    fn kind(&self) -> &'static str {
        "test"
    }

    fn signature(&self) -> &Signature {
        &self.1
    }

    fn open(&self, _run: Arc<dyn RunContext>) -> Box<dyn Instance> {
        Box::new(TwiceInstance(0))
    }
}

struct TwiceInstance(i64);

impl Instance for TwiceInstance {
    fn call(&mut self, arguments: &Arguments) -> Result<Value, CallError> {
        self.0 += 1;
        match arguments.positional.first().and_then(Value::as_integer) {
            Some(number) => Ok(Value::array([
                Value::Integer(number * 2),
                Value::Integer(self.0),
            ])),
            None => Err(CallError {
                code: Code::CALL_ARGUMENT,
                function: "TWICE".to_owned(),
                version: 7,
                message: "a number is needed".to_owned(),
            }),
        }
    }

    fn call_columns(&mut self, _columns: &[Vec<Value>]) -> Result<Vec<Value>, CallError> {
        Ok(Vec::new())
    }
}

/// A host with a SQLite in memory as default connection.
pub(crate) struct Host {
    runtime: Runtime,
    definitions: Definitions,
    output: Arc<Captured>,
    job: Option<Arc<Variables>>,
    /// What RUN SHELL may start.
    pub(crate) commands: Option<Arc<dyn Commands>>,
    limits: Limits,
    home: PathBuf,
    chance: Arc<SeededChance>,
}

impl Host {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let mut definitions = Definitions::default();
        for name in ["jdbc.default", "sqlite.other"] {
            let source = sql::source("sqlite::memory:", sql::Options::default(), runtime.handle());
            let name = ConnectionName::parse(name).unwrap();
            let connection = Connection {
                id: None,
                name: name.clone(),
                source: source.unwrap(),
                digest: "".into(),
            };
            definitions.connections.insert(name, Arc::new(connection));
        }
        let name = FunctionName::parse("TWICE").unwrap();
        let signature = Signature {
            description: "".into(),
            parameters: Vec::new(),
            returns: None,
            volatility: Volatility::Volatile,
            takes_batches: false,
        };
        let twice = Arc::new(Twice(name.clone(), signature));
        definitions.functions.insert(name, twice);
        Self {
            runtime,
            definitions,
            output: Arc::default(),
            job: None,
            commands: None,
            limits: Limits::default(),
            home: std::env::temp_dir(),
            chance: Arc::new(SeededChance::new(1)),
        }
    }

    fn clock() -> Arc<ManualClock> {
        let civil: Civil = "2030-01-31T12:34:56".parse().unwrap();
        let moment: Timestamp = civil.to_zoned(Zone::UTC).unwrap().timestamp();
        Arc::new(ManualClock::new(moment))
    }

    fn define(&mut self, name: &str, parameters: &str, text: &str) {
        let compiler = PqlCompile {
            clock: Self::clock(),
            zone: Zone::UTC,
            chance: Arc::<SeededChance>::clone(&self.chance),
            home: self.home.clone(),
            runtime: self.runtime.handle().clone(),
            limits: self.limits,
        };
        let definition = FunctionDefinition {
            name: FunctionName::parse(name).unwrap(),
            version: 3,
            body: FunctionBody::Pql {
                parameters: parameters.into(),
                text: text.into(),
            },
            grants: Vec::new(),
            limits: FunctionLimits::default(),
        };
        let function = compiler.compile(&definition).unwrap();
        self.definitions.functions.insert(definition.name, function);
    }

    fn environment(&self) -> Environment {
        let job = self.job.clone().map(|job| job as Arc<dyn JobVariables>);
        Environment {
            definitions: Arc::new(self.definitions.clone()),
            globals: Arc::new(Variables::default()),
            user: Arc::default(),
            job_variables: job,
            output: Arc::<Captured>::clone(&self.output),
            clock: Self::clock(),
            zone: Zone::UTC,
            chance: Arc::<SeededChance>::clone(&self.chance),
            commands: self.commands.clone(),
            machine: None,
            home: self.home.clone(),
            runtime: self.runtime.handle().clone(),
            limits: self.limits,
        }
    }

    pub(crate) fn runner(&self, text: &str) -> Runner {
        let source = Source::new("test.pql", text).with_nesting_max(self.limits.nesting);
        let script = compile(&source).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        Runner::new(script, self.environment())
    }

    pub(crate) fn run(&self, text: &str) -> Result<Outcome, Error> {
        self.runner(text).run()
    }

    /// Waits for whatever its programs wait for.
    pub(crate) fn runtime(&self) -> tokio::runtime::Handle {
        self.runtime.handle().clone()
    }

    /// The elements of the result of a program that gets a text as `$t` and as `#{t}`.
    pub(crate) fn outputs(&self, program: &str, text: &str) -> Vec<String> {
        let source = Source::with_arguments("test.pql", program, &[("t", text)]);
        let script = compile(&source).unwrap_or_else(|faults| panic!("{program}: {faults:?}"));
        let runner = Runner::new(script, self.environment()).place("t", Value::text(text));
        let outcome = runner
            .run()
            .unwrap_or_else(|error| panic!("{program}\n{text:?}\n{}", error.render()));
        let values = outcome.value().to_array();
        values.iter().map(Value::to_string).collect()
    }

    fn lines(&self) -> String {
        self.output.lines.lock().unwrap().join("\n")
    }
}

/// Runs a program and gives what it printed.
#[track_caller]
fn printed(text: &str) -> String {
    let host = Host::new();
    if let Err(error) = host.run(text) {
        panic!("{}", error.render());
    }
    host.lines()
}

/// Runs a program and gives its result.
#[track_caller]
fn result(text: &str) -> String {
    match Host::new().run(text) {
        Ok(outcome) => outcome.value().to_json(),
        Err(error) => panic!("{}", error.render()),
    }
}

#[track_caller]
fn refused(text: &str) -> Error {
    Host::new().run(text).expect_err("the program must fail")
}

const STUDENTS: &str = "CREATE TABLE students (id INTEGER, name TEXT, age INTEGER);
    INSERT INTO students VALUES (1, 'Ada', 36), (2, 'Bob', 20), (3, 'O''Hara', 9);";

#[test]
fn arithmetic_binds_and_converts() {
    let cases = [
        ("PRINT 1 + 2 * 3;", "7"),
        ("PRINT 1 + 2 + 'x';", "3x"),
        ("PRINT 'x' + 1 + 2;", "x12"),
        ("PRINT 6 / 2;", "3"),
        ("PRINT 7 / 2;", "3.5"),
        ("PRINT '3' * 2;", "6"),
        ("PRINT (1 + 2) * 3;", "9"),
        ("PRINT (5);", "5"),
        ("PRINT ('Ada', 5);", "(\"Ada\", 5)"),
        ("PRINT;", ""),
        ("PRINT 5 - -5;", "10"),
        ("SET $ok := 3 > 2; PRINT $ok;", "true"),
        ("PRINT [1, 'b'];", "[1,\"b\"]"),
    ];
    for (text, expected) in cases {
        assert_eq!(printed(text), expected, "{text}");
    }
}

#[test]
fn loops_go_on_and_end_as_documented() {
    let text =
        "FOR $n IN 1 TO 9 LOOP CONTINUE WHEN $n % 2 == 0; EXIT WHEN $n > 6; PRINT $n; END LOOP;";
    assert_eq!(printed(text), "1\n3\n5");
    assert_eq!(
        printed("FOR $n IN 3 TO 1 LOOP PRINT $n; END LOOP;"),
        "3\n2\n1"
    );
    assert_eq!(
        printed("FOR $n IN 1 UNTIL 3 LOOP PRINT $n; END LOOP;"),
        "1\n2"
    );
    assert_eq!(
        printed("SET $n := 0; WHILE $n < 2 LOOP SET $n := $n + 1; PRINT $n; END LOOP;"),
        "1\n2"
    );
    assert_eq!(
        printed("FOR $k, $v IN { \"a\": 1, \"b\": 2 } LOOP PRINT $k + $v; END LOOP;"),
        "a1\nb2"
    );
}

#[test]
fn scopes_follow_the_rules() {
    let text = "SET $x := 1; IF true THEN SET $x := 2; SET $y := 3; END IF; PRINT $x; PRINT $y IS UNDEFINED;";
    assert!(printed(text).starts_with('2'));
    let text = "SET $n := 'out'; FOR $n IN 1 TO 2 LOOP SET $n := 9; END LOOP; PRINT $n;";
    assert_eq!(printed(text), "out");
}

#[test]
fn branches_choose() {
    let text = "SET $n := 5; IF $n > 9 THEN PRINT 'many'; ELSIF $n > 0 THEN PRINT 'few'; ELSE PRINT 'none'; END IF;";
    assert_eq!(printed(text), "few");
    let text = "SET $n := 5; SET $l := CASE WHEN $n > 9 THEN 'high' WHEN $n > 4 THEN 'mid' ELSE 'low' END; PRINT $l;";
    assert_eq!(printed(text), "mid");
    let text = "CASE 'b' WHEN 'a' THEN PRINT 1; WHEN 'b' THEN PRINT 2; ELSE PRINT 3; END CASE;";
    assert_eq!(printed(text), "2");
}

#[test]
fn functions_call_and_recurse() {
    let text = "FUNCTION $area ($w, $h DEFAULT 1) BEGIN RETURN $w * $h; END; PRINT $area(3); PRINT $area($h := 4, $w := 2);";
    assert_eq!(printed(text), "3\n8");
    let text = "FUNCTION $f ($n) BEGIN IF $n < 2 THEN RETURN 1; END IF; RETURN $n * $f($n - 1); END; PRINT $f(10);";
    assert_eq!(printed(text), "3628800");
    let error = refused("FUNCTION $f () BEGIN RETURN $f(); END; PRINT $f();");
    assert_eq!(error.code(), Code::PQL_LIMIT);
    assert!(error.calls().contains(&"$f".to_owned()));
    assert_eq!(
        refused("FUNCTION $f ($a) BEGIN RETURN 1; END; PRINT $f(1, 2);").code(),
        Code::PQL_FUNCTION
    );
}

#[test]
fn queries_have_results_and_counters() {
    let program = format!("{STUDENTS} SELECT name FROM students WHERE id = 2;");
    assert_eq!(result(&program), "[{\"name\":\"Bob\"}]");
    let program = format!(
        "{STUDENTS} SET $name, $age := SELECT name, age FROM students WHERE id = 2; PRINT ($name, $age); PRINT @ROWS; PRINT @AFFECTED_ROWS;"
    );
    assert_eq!(printed(&program), "(\"Bob\", 20)\n1\n3");
    let program =
        format!("{STUDENTS} OUTPUT {{ \"n\": @ROWS, \"d\": ${{{{ SELECT id FROM students }}}} }};");
    assert_eq!(
        result(&program),
        "{\"n\":3,\"d\":[{\"id\":1},{\"id\":2},{\"id\":3}]}"
    );
}

#[test]
fn values_are_embedded_as_appendix_a_says() {
    let setup = "SET $n := \"O'Hara\"; SET $i := 7; VAR $l := [1, \"b\"]; VAR $r := { \"w\": \"1 = 1\", \"x\": null };";
    let cases = [
        ("SELECT $n AS a, $i AS b;", "[{\"a\":\"O'Hara\",\"b\":7}]"),
        ("SELECT 1 AS a WHERE $r.w!;", "[{\"a\":1}]"),
        ("SELECT '$n' AS a;", "[{\"a\":\"$n\"}]"),
        ("SELECT '''%$n''' AS a;", "[{\"a\":\"%O'Hara\"}]"),
        ("SELECT $r.x AS a;", "[{\"a\":null}]"),
        ("SELECT ${ $i * 2 } AS a;", "[{\"a\":14}]"),
        ("SELECT @TODAY AS a;", "[{\"a\":\"2030-01-31 00:00:00\"}]"),
        (
            "OUTPUT { \"n\": $n, \"l\": $l, \"x\": $r.x, \"s\": \"$i\", \"t\": \"\"\"$i!\"\"\" };",
            "{\"n\":\"O'Hara\",\"l\":[1,\"b\"],\"x\":null,\"s\":\"$i\",\"t\":\"7\"}",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(result(&format!("{setup} {text}")), expected, "{text}");
    }
    let text = format!("{setup} PRINT '''$n has $(l).first'''; PRINT '''$n has $l.first''';");
    assert_eq!(printed(&text), "O'Hara has [1,\"b\"].first\nO'Hara has 1");
    assert_eq!(printed("SET $n := 'Ada'; PRINT '''Hi $n.''';"), "Hi Ada.");
    assert_eq!(refused("SELECT $nothing;").code(), Code::PQL_UNDEFINED);
}

#[test]
fn the_buffer_moves_rows() {
    let cases = [
        "PUT # INSERT INTO copy (name, age);",
        "PUT # INSERT INTO copy (name, age) VALUES (?, ?);",
        "PUT # INSERT INTO copy (name, age) VALUES (&name, #age);",
        "PUT # INSERT INTO copy (name, age) VALUES ('#name', &age);",
    ];
    for put in cases {
        let program = format!(
            "{STUDENTS} GET # SELECT name, age FROM students; SAVE TO sqlite.other;
             PREP # CREATE TABLE copy (name TEXT, age INTEGER); {put}
             PRINT (@COUNT, @TOTAL, @AFFECTED_ROWS_OF_LAST_PUT);
             OPEN sqlite.other; SELECT name, age FROM copy ORDER BY age -> REVERSE;
             SET $names := SELECT GROUP_CONCAT(name) FROM (SELECT name FROM copy ORDER BY age); PRINT $names;"
        );
        assert_eq!(printed(&program), "(3, 3, 3)\nO'Hara,Bob,Ada", "{put}");
    }
    let program = format!(
        "{STUDENTS} CACHE 'a' # SELECT id, name FROM students; OPEN CACHE; SELECT _pk_id, name FROM a WHERE id = 3;"
    );
    assert_eq!(result(&program), "[{\"_pk_id\":3,\"name\":\"O'Hara\"}]");
}

#[test]
fn system_functions_are_called_with_one_warm_instance() {
    let mut host = Host::new();
    host.define("AREA", "$w, $h DEFAULT 2", "RETURN $w * $h;");
    let outcome =
        host.run("PRINT @TWICE(4); PRINT @TWICE(5); PRINT @AREA(3); PRINT @AREA(3, $h := 5);");
    let outcome = outcome.unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(host.lines(), "[8,1]\n[10,2]\n6\n15");
    let called = |name: &str, version| CalledFunction {
        name: name.into(),
        version,
    };
    assert_eq!(outcome.functions, [called("AREA", 3), called("TWICE", 7)]);
    assert_eq!(refused("PRINT @TWICE('x');").code(), Code::CALL_ARGUMENT);
    host.define("LOOP", "", "RETURN @LOOP();");
    let endless = host
        .run("PRINT @LOOP();")
        .expect_err("recursion is limited");
    assert_eq!(endless.code(), Code::PQL_LIMIT);
}

#[test]
fn errors_name_their_place() {
    let error = refused("PRINT 1;\nSET $a := 0;\nPRINT 5 / $a;");
    assert_eq!(error.code(), Code::PQL_ARITHMETIC);
    assert_eq!(error.line(), Some(3));
    assert!(error.render().contains("test.pql:3:"), "{}", error.render());
    assert!(error.render().contains("PRINT 5 / $a;"));
    let error = refused("SELECT\n 1 FROM nowhere;");
    assert_eq!(error.code(), Code::DATABASE_ERROR);
    assert!(error.message().contains("nowhere"));
    assert_eq!(refused("OPEN no.such;").code(), Code::CONNECTION_NOT_FOUND);
    assert_eq!(refused("SET @NOW := 1;").code(), Code::PQL_READ_ONLY);
    assert_eq!(refused("SET %x := 1;").code(), Code::PQL_STATEMENT);
}

#[test]
fn results_and_exit_codes() {
    assert_eq!(result("OUTPUT 1; OUTPUT 'a';"), "[1,\"a\"]");
    assert_eq!(
        result("FOR $n IN 1 TO 9 LOOP IF $n == 3 THEN RETURN $n; END IF; END LOOP;"),
        "3"
    );
    assert_eq!(result("SET $a := 1;"), "null");
    let outcome = Host::new().run("OUTPUT 1; EXIT CODE 2; OUTPUT 3;").unwrap();
    assert_eq!((outcome.exit_code, outcome.explicit.len()), (2, 0));
    assert_eq!(
        result("SET $sql := 'SELECT 4 AS a'; VAR $t := EXEC $sql; OUTPUT $t.first.a;"),
        "4"
    );
    let mut host = Host::new();
    host.job = Some(Arc::default());
    host.run("SET %x := 5; PRINT %x + 1;").unwrap();
    assert_eq!(host.lines(), "6");
}

#[test]
fn a_job_variable_stands_behind_any_word() {
    let mut host = Host::new();
    host.job = Some(Arc::default());
    let program = "SET %s := ','; SET %n := 2; SET %w := 'w'; SET %f := false; VAR $l := [1];
        SET $p := 'a,b,c' SPLIT %s -> SIZE; SET $i := 'abc' TAKE %n; LET $l ADD %n;
        SET $a := FILE WRITE './job_variable' APPEND %w; SET $b := FILE READ './job_variable';
        FILE DELETE './job_variable'; IF !%f THEN SET $p := $p + 1; END IF;
        OPEN CACHE; SET $q := SELECT 7 UNION SELECT 8 LIMIT %n -> SIZE; SET $m := 7%%n;
        PRINT '''$p $i $l $b $q $m ${ $p % %n }''';";
    host.run(program).unwrap();
    assert_eq!(host.lines(), "4 ab [1,2] w 2 1 0");
}

#[test]
fn embedded_text_is_rendered() {
    let text = "run --date <%= @TODAY %><% IF $full THEN %> --full<% END IF %> $HOME\n";
    let script = compile_embedded(&Source::new("line", text)).expect("it compiles");
    let host = Host::new();
    let runner = Runner::new(script, host.environment()).place("full", Value::Boolean(true));
    let outcome = runner
        .run()
        .unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(
        outcome.written(&Cancel::new()),
        "run --date 2030-01-31 00:00:00 --full $HOME\n"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn hostile_text_reads_back_unchanged(text in "[ -~'\"\\\\;$#{}@\u{0}\u{e9}\n]{0,40}") {
        let host = Host::new();
        let runner = host.runner("SET $r := SELECT $t AS a, '''[$t]''' AS b; SET $a, $b := SELECT $t, '''[$t]'''; OUTPUT [$a, $b];");
        let outcome = runner.place("t", Value::text(text.as_str())).run();
        let outcome = outcome.unwrap_or_else(|error| panic!("{}", error.render()));
        let expected = Value::array([Value::text(text.as_str()), Value::text(format!("[{text}]"))]);
        proptest::prop_assert_eq!(outcome.value(), expected);
    }
}

/// Evaluates expressions, one run for each.
pub(crate) struct Evaluator(Host);

impl Evaluator {
    pub(crate) fn new() -> Self {
        Self(Host::new())
    }

    /// Gives the text of a setting to the expressions that follow.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        let settings = &mut self.0.definitions.settings;
        settings.insert(name.into(), text.into());
    }

    /// Gives another source of random numbers to the expressions that follow.
    pub(crate) fn draw_from(&mut self, chance: Arc<SeededChance>) {
        self.0.chance = chance;
    }

    /// The text that an expression prints, or the code and message of its error.
    pub(crate) fn evaluate(&self, expression: &str) -> Result<String, String> {
        self.evaluate_with(&[], expression)
    }

    /// As `evaluate`, with values for some variables.
    pub(crate) fn evaluate_with(
        &self,
        variables: &[(&str, Value)],
        expression: &str,
    ) -> Result<String, String> {
        let source = Source::new("expression", expression);
        let script = compile_expression(&source).map_err(|faults| {
            let titles = faults
                .iter()
                .map(|fault| format!("{} {}", fault.code, fault.title));
            titles.collect::<Vec<_>>().join("; ")
        })?;
        self.0.output.lines.lock().unwrap().clear();
        // On this thread: thousands of expressions would start as many threads.
        let environment = self.0.environment();
        let program = script.program();
        let run = eval::run(
            program,
            Form::Program,
            environment,
            variables
                .iter()
                .map(|(name, value)| ((*name).into(), value.clone()))
                .collect(),
            Cancel::new(),
        );
        run.map_err(|error| format!("{} {}", error.code(), error.message()))?;
        Ok(self.0.lines())
    }

    /// Checks that expressions print what they should.
    #[track_caller]
    pub(crate) fn check<'a>(&self, examples: impl IntoIterator<Item = (&'a str, &'a str)>) {
        let mut faults = Vec::new();
        for (expression, expected) in examples {
            let found = self.evaluate(expression);
            if found.as_deref() != Ok(expected) {
                faults.push(format!(
                    "{expression}\n  wants {expected}\n  gives {found:?}"
                ));
            }
        }
        assert!(
            faults.is_empty(),
            "{} faults\n{}",
            faults.len(),
            faults.join("\n")
        );
    }
}
