//! Functions in WebAssembly: a call out of PQL beside the same component called straight through
//! the engine.
//!
//! Question: what does the language add to a call? Both run in turns on one machine over the same
//! bytes: `ours` is a turn of a PQL loop with the call, less a turn of the same loop without it;
//! `beside` is a typed call on a warm instance with arguments that were made before. Expected: at
//! most three times the straight call, better one and a half.
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench measures real time and prints what it found"
)]

mod table;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use keeper::clock::{SeededChance, SystemClock, Zone};
use keeper::model::{FunctionBody, FunctionDefinition, FunctionLimits, FunctionName, VariableName};
use keeper::pql::syntax::Source;
use keeper::pql::{self, Environment, Globals, Limits, Output, Runner, Script};
use keeper::registry::{Compile, Definitions, Severity};
use keeper::value::Value;
use keeper::wasm::{Ceilings, Host, Packaged};
use tokio::runtime::{Handle, Runtime};
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, Store, UpdateDeadline};

use table::{Limit, median};

/// Calls of one measurement.
const CALLS: u32 = 200_000;
/// Turns of each pair.
const TURNS: usize = 7;
/// Opens of a run that are measured.
const STARTS: u32 = 2_000;

mod bindings {
    wasmtime::component::bindgen!({
        path: "sdk/wit",
        world: "module",
        imports: { default: trappable },
    });
}

use bindings::Module;
use bindings::qross::pql::types;

/// A function with arguments that suit it.
struct Case {
    name: &'static str,
    module: &'static str,
    export: &'static str,
    arguments: &'static str,
    straight: fn() -> Vec<types::Value>,
}

const CASES: [Case; 3] = [
    Case {
        name: "call: one value in and out",
        module: "hostile",
        export: "ECHO",
        arguments: "7",
        straight: || vec![types::Value::Integer(7)],
    },
    Case {
        name: "call: a text and a number to a text",
        module: "masking",
        export: "MASK_PHONE",
        arguments: "$phone, 4",
        straight: || {
            let phone = types::Value::Text("13912345678".to_owned());
            vec![phone, types::Value::Integer(4)]
        },
    },
    Case {
        name: "call: two texts to a number",
        module: "similarity",
        export: "EDIT_DISTANCE",
        arguments: "$phone, '13812345679'",
        straight: || {
            let text = |it: &str| types::Value::Text(it.to_owned());
            vec![text("13912345678"), text("13812345679")]
        },
    },
];

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let host = Host::new(Ceilings::default(), None).expect("an engine");
    table::head();
    for case in &CASES {
        compare_calls(case, &host, runtime.handle());
    }
    compare_builds(&host);
}

fn guest(module: &str) -> Vec<u8> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
        PathBuf::from,
    );
    let path = target.join("guests").join(module).with_extension("wasm");
    std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing: make guests", path.display()))
}

fn compare_calls(case: &Case, host: &Host, runtime: &Handle) {
    let packaged = Packaged::new(&guest(case.module)).expect("a component");
    let definitions = define(host, &packaged, case);
    let call = program(&format!("SET $x := @F({});", case.arguments));
    let empty = program("SET $x := 1;");
    let mut straight = Straight::new(&packaged.component, case.export);
    let arguments = (case.straight)();
    let (mut ours, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        beside.push(straight.measure(&arguments));
        let with = measure(&call, &definitions, runtime);
        ours.push(with - measure(&empty, &definitions, runtime));
    }
    let (ours, beside) = (median(ours), median(beside));
    let shown = |seconds: f64| format!("{:.2} us", seconds * 1e6);
    let (left, right) = (shown(ours), shown(beside));
    table::line(case.name, &left, &right, ours / beside, Limit::AtMost(3.0));
}

/// Compiling and checking against loading what another function of the module holds.
fn compare_builds(host: &Host) {
    let packaged = Packaged::new(&guest("masking")).expect("a component");
    let compiled = || {
        let began = Instant::now();
        host.inspect(&packaged.component).expect("a module");
        began.elapsed().as_secs_f64()
    };
    let cold = median((0..TURNS).map(|_| compiled()).collect());
    let _held = host.inspect(&packaged.component).expect("a module");
    let warm = median((0..STARTS).map(|_| compiled()).collect());
    table::line(
        "renew: code at hand, times faster than anew",
        &format!("{:.3} ms", warm * 1e3),
        &format!("{:.1} ms", cold * 1e3),
        cold / warm,
        Limit::AtLeast(20.0),
    );
}

fn define(host: &Host, packaged: &Packaged, case: &Case) -> Arc<Definitions> {
    let definition = FunctionDefinition {
        name: FunctionName::parse("F").expect("legal"),
        version: 1,
        body: FunctionBody::Wasm {
            sha256: packaged.sha256.as_str().into(),
            component: packaged.component.as_slice().into(),
            export: case.export.into(),
        },
        grants: vec!["variable:X".parse().expect("a grant")],
        limits: FunctionLimits::default(),
    };
    let mut definitions = Definitions::default();
    let function = host.compile(&definition).expect("a function");
    definitions.functions.insert(definition.name, function);
    Arc::new(definitions)
}

fn program(body: &str) -> Script {
    let text = format!(
        "VAR $phone := '13912345678', $x, $n := 0;\n\
         WHILE $n < {CALLS} LOOP SET $n := $n + 1; {body} END LOOP;"
    );
    let source = Source::new("bench", text);
    pql::compile(&source).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Seconds of one turn of the loop.
fn measure(script: &Script, definitions: &Arc<Definitions>, runtime: &Handle) -> f64 {
    let environment = Environment {
        definitions: Arc::clone(definitions),
        globals: Arc::new(Nothing),
        user: Arc::default(),
        job_variables: None,
        commands: None,
        machine: None,
        output: Arc::new(Nothing),
        clock: Arc::new(SystemClock),
        zone: Zone::UTC,
        chance: Arc::new(SeededChance::new(1)),
        home: ".".into(),
        runtime: runtime.clone(),
        limits: Limits::default(),
    };
    let runner = Runner::new(script.clone(), environment);
    let began = Instant::now();
    runner.run().expect("the program ends well");
    began.elapsed().as_secs_f64() / f64::from(CALLS)
}

/// No globals, no output.
struct Nothing;

impl Globals for Nothing {
    fn get(&self, _: &VariableName) -> Option<Value> {
        None
    }

    fn set(&self, _: &VariableName, _: Value) -> Result<(), String> {
        Ok(())
    }
}

impl Output for Nothing {
    fn print(&self, _: &str) {}

    fn log(&self, _: Severity, _: &str) {}
}

/// The component without Keeper: the engine, one warm instance, typed calls.
struct Straight {
    store: Store<Imports>,
    module: Module,
    index: u32,
}

impl Straight {
    fn new(component: &[u8], export: &str) -> Self {
        let mut config = Config::new();
        config.epoch_interruption(true).concurrency_support(false);
        let engine = Engine::new(&config).expect("an engine");
        let component = Component::new(&engine, component).expect("a component");
        let mut linker = Linker::new(&engine);
        Module::add_to_linker::<_, HasSelf<Imports>>(&mut linker, |it| it).expect("links");
        let mut store = Store::new(&engine, Imports);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|_| Ok(UpdateDeadline::Continue(1)));
        let module = Module::instantiate(&mut store, &component, &linker).expect("starts");
        let description = module.qross_pql_functions().call_describe(&mut store);
        let functions = description.expect("describes").functions;
        let index = functions.iter().position(|it| it.name == export);
        let index = u32::try_from(index.expect("is there")).expect("is small");
        Self {
            store,
            module,
            index,
        }
    }

    /// Seconds of one call.
    fn measure(&mut self, arguments: &[types::Value]) -> f64 {
        let began = Instant::now();
        for _ in 0..CALLS {
            let functions = self.module.qross_pql_functions();
            let answer = functions.call_call(&mut self.store, self.index, arguments);
            std::hint::black_box(answer.expect("no trap").expect("no error"));
        }
        began.elapsed().as_secs_f64() / f64::from(CALLS)
    }
}

/// Capabilities that are linked and never used.
struct Imports;

impl types::Host for Imports {}

impl bindings::qross::pql::log::Host for Imports {
    fn write(&mut self, _: bindings::qross::pql::log::Level, _: String) -> wasmtime::Result<()> {
        Ok(())
    }

    fn panicked(&mut self, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

impl bindings::qross::pql::clock::Host for Imports {
    fn now(&mut self) -> wasmtime::Result<i64> {
        Ok(0)
    }
}

impl bindings::qross::pql::random::Host for Imports {
    fn next(&mut self) -> wasmtime::Result<u64> {
        Ok(0)
    }
}

impl bindings::qross::pql::variables::Host for Imports {
    fn get(&mut self, _: String) -> wasmtime::Result<Option<types::Value>> {
        Ok(None)
    }
}

impl bindings::qross::pql::connections::Host for Imports {
    fn query(
        &mut self,
        _: String,
        _: String,
        _: Vec<types::Scalar>,
        _: u32,
    ) -> wasmtime::Result<Result<types::Table, String>> {
        Ok(Err(String::new()))
    }

    fn execute(
        &mut self,
        _: String,
        _: String,
        _: Vec<types::Scalar>,
    ) -> wasmtime::Result<Result<u64, String>> {
        Ok(Err(String::new()))
    }
}

impl bindings::qross::pql::http::Host for Imports {
    fn send(
        &mut self,
        _: bindings::qross::pql::http::Request,
    ) -> wasmtime::Result<Result<bindings::qross::pql::http::Response, String>> {
        Ok(Err(String::new()))
    }
}
