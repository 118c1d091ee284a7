//! The room as a whole, with the shipped functions and hostile ones.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::{Ceilings, Host, Packaged};
use crate::clock::{Civil, Date, Time};
use crate::fault::Code;
use crate::model::{
    ConnectionName, FunctionBody, FunctionDefinition, FunctionLimits, FunctionName, VariableName,
};
use crate::registry::{
    Arguments, BuildError, CallError, Compile, Definitions, Instance, RunContext, Severity,
    SystemFunction,
};
use crate::value::{Table, Value};

static HOST: LazyLock<Host> = LazyLock::new(|| Host::new(Ceilings::default(), None).unwrap());

#[derive(Default)]
struct Run {
    cancelled: AtomicBool,
    lines: AtomicUsize,
}

impl RunContext for Run {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn now(&self) -> Civil {
        Date::constant(2026, 1, 2).to_datetime(Time::midnight())
    }

    fn random(&self) -> u64 {
        4
    }

    fn variable(&self, name: &VariableName) -> Value {
        Value::text(format!("value of {name}"))
    }

    fn query(&self, _: &ConnectionName, _: &str, _: &[Value], _: usize) -> Result<Table, String> {
        Err("no connection".to_owned())
    }

    fn execute(&self, _: &ConnectionName, _: &str, _: &[Value]) -> Result<u64, String> {
        Err("no connection".to_owned())
    }

    fn log(&self, _: Severity, _: &str) {
        self.lines.fetch_add(1, Ordering::Relaxed);
    }

    fn definitions(&self) -> Arc<Definitions> {
        Arc::default()
    }
}

fn guest(module: &str) -> Vec<u8> {
    let folder = std::env::var_os("KEEPER_GUESTS").map_or_else(
        || {
            let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
            PathBuf::from(target).join("guests")
        },
        PathBuf::from,
    );
    let path = folder.join(module).with_extension("wasm");
    let hint = format!("{} is missing: run `make guests`", path.display());
    std::fs::read(path).expect(&hint)
}

fn definition(bytes: &[u8], name: &str, grants: &[&str]) -> FunctionDefinition {
    let packaged = Packaged::new(bytes).unwrap();
    FunctionDefinition {
        name: FunctionName::parse(name).unwrap(),
        version: 3,
        body: FunctionBody::Wasm {
            sha256: packaged.sha256.into(),
            component: packaged.component.into(),
            export: name.into(),
        },
        grants: grants.iter().map(|it| it.parse().unwrap()).collect(),
        limits: FunctionLimits {
            call_time: Duration::from_millis(300),
            value_bytes: 1 << 20,
            ..FunctionLimits::default()
        },
    }
}

fn load(module: &str, name: &str, grants: &[&str]) -> Arc<dyn SystemFunction> {
    HOST.compile(&definition(&guest(module), name, grants))
        .unwrap()
}

fn hostile(name: &str) -> Arc<dyn SystemFunction> {
    load("hostile", name, &["variable:OPEN_*"])
}

fn arguments(values: &[Value]) -> Arguments {
    Arguments {
        positional: values.to_vec(),
        named: Vec::new(),
    }
}

fn open(function: &Arc<dyn SystemFunction>) -> Box<dyn Instance> {
    function.open(Arc::new(Run::default()))
}

fn call(function: &Arc<dyn SystemFunction>, values: &[Value]) -> Result<Value, CallError> {
    open(function).call(&arguments(values))
}

fn wat(text: &str) -> Result<Vec<super::Described>, BuildError> {
    offered(&wat::parse_str(text).unwrap())
}

fn offered(bytes: &[u8]) -> Result<Vec<super::Described>, BuildError> {
    HOST.inspect(bytes).map(|offer| offer.functions)
}

/// Calls a function that must fail so, while another instance keeps answering.
fn must_fail(name: &str, values: &[Value], code: Code) -> CallError {
    let counts = hostile("counts");
    let mut bystander = open(&counts);
    assert_eq!(bystander.call(&arguments(&[])).unwrap(), Value::Integer(1));
    let error = call(&hostile(name), values).unwrap_err();
    assert_eq!(bystander.call(&arguments(&[])).unwrap(), Value::Integer(2));
    assert_eq!(error.code, code, "{error}");
    assert_eq!(
        (error.function.as_str(), error.version),
        (&*name.to_uppercase(), 3)
    );
    error
}

#[test]
fn a_call_converts_binds_and_defaults() {
    let mask = load("masking", "mask_phone", &[]);
    let phone = Value::Integer(13_912_345_678);
    assert_eq!(
        call(&mask, std::slice::from_ref(&phone)).unwrap(),
        Value::text("139****5678")
    );
    let named = Arguments {
        positional: Vec::new(),
        named: vec![
            ("KEEP".into(), Value::text("2")),
            ("PHONE".into(), phone.clone()),
        ],
    };
    assert_eq!(
        open(&mask).call(&named).unwrap(),
        Value::text("13912****78")
    );
    let missing = call(&mask, &[]).unwrap_err();
    assert_eq!(missing.code, Code::CALL_ARGUMENT);
    assert!(missing.message.contains("`PHONE` is missing"), "{missing}");
    let wrong = call(&mask, &[phone, Value::text("many")]).unwrap_err();
    assert_eq!(wrong.code, Code::CALL_ARGUMENT);
    assert!(wrong.message.contains("`KEEP`"), "{wrong}");
}

#[test]
fn a_row_comes_back_as_a_row() {
    let parse = load("query_string", "parse_query", &[]);
    let row = call(&parse, &[Value::text("?a=1&b=x+y")]).unwrap();
    assert_eq!(row.property("b").unwrap(), Value::text("x y"));
}

#[test]
fn columns_give_what_single_calls_give() {
    let geohash = load("geo", "geohash", &[]);
    let column = |values: &[f64]| {
        values
            .iter()
            .copied()
            .map(Value::Decimal)
            .collect::<Vec<_>>()
    };
    let columns = [
        column(&[57.64911, -25.38, 0.0]),
        column(&[10.40744, -49.26, 0.0]),
    ];
    let answer = open(&geohash).call_columns(&columns).unwrap();
    for (row, cell) in answer.iter().enumerate() {
        let values: Vec<_> = columns.iter().map(|it| it[row].clone()).collect();
        assert_eq!(*cell, call(&geohash, &values).unwrap());
    }
    let error = open(&geohash)
        .call_columns(&[column(&[99.0]), column(&[0.0])])
        .unwrap_err();
    assert_eq!(error.code, Code::CALL_FAILED);
}

#[test]
fn every_kind_of_value_survives_the_border() {
    let echo = hostile("echo");
    let mut instance = open(&echo);
    for text in [
        r#"[1,"x",null,[2]]"#,
        r#"{"a":1,"b":{"c":[true]}}"#,
        "1.5",
        "\"\"",
        "null",
    ] {
        let value = Value::from_json(text).unwrap();
        assert_eq!(
            instance
                .call(&arguments(std::slice::from_ref(&value)))
                .unwrap(),
            value,
            "{text}"
        );
    }
}

#[test]
fn an_endless_loop_meets_its_deadline() {
    must_fail("endless", &[], Code::CALL_TIMEOUT);
}

#[test]
fn a_cancelled_run_stops_its_call() {
    let run = Arc::new(Run::default());
    run.cancelled.store(true, Ordering::Relaxed);
    let error = hostile("endless")
        .open(run)
        .call(&arguments(&[]))
        .unwrap_err();
    assert!(error.message.contains("stopped with its run"), "{error}");
}

#[test]
fn a_memory_bomb_meets_its_limit() {
    must_fail("memory_bomb", &[], Code::CALL_MEMORY);
}

#[test]
fn deep_recursion_meets_the_stack() {
    must_fail("deep", &[], Code::CALL_STACK);
}

#[test]
fn a_panic_keeps_its_message() {
    let error = must_fail("panics", &[Value::text("fish")], Code::CALL_TRAP);
    assert!(error.message.contains("no good: fish"), "{error}");
}

#[test]
fn a_huge_result_is_refused() {
    must_fail("huge", &[Value::Integer(8 << 20)], Code::CALL_RESULT);
}

#[test]
fn huge_arguments_are_refused() {
    must_fail(
        "echo",
        &[Value::text("x".repeat(2 << 20))],
        Code::CALL_ARGUMENT,
    );
}

#[test]
fn an_error_of_its_own_keeps_the_instance() {
    let error = must_fail("fails", &[], Code::CALL_FAILED);
    assert_eq!(error.message, "not today");
}

#[test]
fn too_many_calls_into_the_host_are_refused() {
    must_fail("logs", &[Value::Integer(10_001)], Code::CALL_DENIED);
}

#[test]
fn a_trap_throws_the_instance_away() {
    let panics = hostile("panics");
    let mut instance = open(&panics);
    instance.call(&arguments(&[Value::text("x")])).unwrap_err();
    assert_eq!(
        instance.call(&arguments(&[Value::text("")])).unwrap(),
        Value::Integer(0)
    );
}

#[test]
fn variables_need_their_grant() {
    let variable = hostile("variable");
    let granted = call(&variable, &[Value::text("open_day")]).unwrap();
    assert_eq!(granted, Value::text("value of OPEN_DAY"));
    must_fail("variable", &[Value::text("secret")], Code::CALL_DENIED);
}

#[test]
fn an_import_without_a_grant_does_not_load() {
    let error = HOST
        .compile(&definition(&guest("hostile"), "echo", &[]))
        .unwrap_err();
    assert_eq!(error.code, Code::IMPORT_NOT_GRANTED);
    assert!(error.message.contains("qross:pql/variables"), "{error}");
    assert!(error.message.contains("`variable:NAME`"), "{error}");
}

#[test]
fn an_unknown_export_does_not_load() {
    let error = HOST
        .compile(&definition(&guest("masking"), "other", &[]))
        .unwrap_err();
    assert_eq!(error.code, Code::SIGNATURE_INVALID);
    assert!(error.message.contains("`MASK_EMAIL`"), "{error}");
}

#[test]
fn a_module_tells_what_it_offers() {
    let offered = offered(&guest("masking")).unwrap();
    let names: Vec<_> = offered.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["MASK_PHONE", "HIDE_PHONE", "MASK_EMAIL"]);
    let signature = &offered[0].signature;
    assert!(signature.description.starts_with("Hides the middle"));
    assert_eq!(signature.parameters[1].default, Some(Value::Integer(4)));
    assert!(signature.takes_batches);
}

#[test]
fn versions_are_independent_of_each_other() {
    let old = load("masking", "mask_email", &[]);
    let mut in_flight = open(&old);
    drop(old);
    let new = load("masking", "mask_phone", &[]);
    let address = [Value::text("ann@x.org")];
    assert_eq!(
        in_flight.call(&arguments(&address)).unwrap(),
        Value::text("a***@x.org")
    );
    assert_eq!(
        call(&new, &[Value::text("1234")]).unwrap(),
        Value::text("1234")
    );
}

#[test]
fn small_functions_stay_small() {
    for module in ["masking", "similarity", "query_string"] {
        let size = guest(module).len();
        assert!(size < 70 << 10, "{module} has {size} bytes");
    }
}

#[test]
fn bytes_that_are_no_module_are_refused() {
    for bytes in [
        &b""[..],
        b"\0asm",
        b"hello, world",
        b"\0asm\x0d\0\x01\0garbage",
    ] {
        assert_eq!(offered(bytes).unwrap_err().code, Code::MODULE_INVALID);
    }
    let whole = guest("masking");
    let half = whole.get(..whole.len() / 2).unwrap();
    assert_eq!(offered(half).unwrap_err().code, Code::MODULE_INVALID);
    assert_eq!(wat("(module)").unwrap_err().code, Code::MODULE_INVALID);
}

#[test]
fn a_component_without_the_exports_is_refused() {
    let error = wat("(component)").unwrap_err();
    assert_eq!(error.code, Code::MODULE_INVALID);
    assert!(error.message.contains("qross:pql"), "{error}");
}

#[test]
fn an_import_that_does_not_exist_is_refused() {
    let error = wat(r#"(component (import "wasi:cli/run@0.2.0" (instance)))"#).unwrap_err();
    assert_eq!(error.code, Code::MODULE_INVALID);
    assert!(error.message.contains("wasi:cli/run"), "{error}");
}
