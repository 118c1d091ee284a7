//! System functions whose body is PQL: isolated programs behind the contract of `registry`.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::clock::{Chance, Clock, Zone};
use crate::fault::Code;
use crate::model::{FunctionBody, FunctionDefinition, FunctionName, VariableName};
use crate::pql::diagnostics::{Style, render};
use crate::pql::eval::run_function;
use crate::pql::syntax::tree::{ExpressionKind, Parameter};
use crate::pql::syntax::{Name, Source, parse};
use crate::pql::{Cancel, Environment, Globals, Limits, Output, Script, compile};
use crate::registry::{
    Arguments, BuildError, CallError, Compile, Instance, Parameter as Declared, RunContext,
    Severity, Signature, SystemFunction, Volatility,
};
use crate::value::Value;

/// Makes system functions out of PQL bodies.
#[derive(Clone)]
pub struct PqlCompile {
    /// Where `@NOW` and SLEEP of the functions take the time from.
    pub clock: Arc<dyn Clock>,
    /// The zone that dates are told in.
    pub zone: Zone,
    /// Where random numbers come from.
    pub chance: Arc<dyn Chance>,
    /// The folder for files that are named without one.
    pub home: PathBuf,
    /// Waits for SLEEP.
    pub runtime: Handle,
    /// What one call may use up.
    pub limits: Limits,
}

impl Compile for PqlCompile {
    fn accepts(&self, definition: &FunctionDefinition) -> bool {
        matches!(definition.body, FunctionBody::Pql { .. })
    }

    fn compile(
        &self,
        definition: &FunctionDefinition,
    ) -> Result<Arc<dyn SystemFunction>, BuildError> {
        let FunctionBody::Pql { parameters, text } = &definition.body else {
            return Err(BuildError {
                code: Code::MODULE_INVALID,
                message: format!("function `@{}` has no PQL body", definition.name),
            });
        };
        let parameters = parse_parameters(&definition.name, parameters)?;
        let source = Source::new(format!("@{}", definition.name), Arc::clone(text));
        let source = source.with_nesting_max(self.limits.nesting);
        let script = compile(&source).map_err(|diagnostics| BuildError {
            code: diagnostics.first().map_or(Code::PQL_SYNTAX, |one| one.code),
            message: render(&diagnostics, &source, Style::Plain),
        })?;
        Ok(Arc::new(PqlFunction {
            name: definition.name.clone(),
            version: definition.version,
            digest: digest(definition),
            signature: signature(&parameters),
            parameters: parameters.into(),
            script,
            host: self.clone(),
        }))
    }
}

/// A parameter list has the grammar of FUNCTION, so that statement reads it.
fn parse_parameters(name: &FunctionName, text: &str) -> Result<Vec<Parameter>, BuildError> {
    let source = Source::new(
        format!("parameters of @{name}"),
        format!("FUNCTION $f ({text}) BEGIN END;"),
    );
    let parsed = parse(&source);
    let function = parsed.program.functions.get(&Name::new("f")).cloned();
    match function {
        Some(function) if parsed.is_runnable() => Ok(function.parameters.clone()),
        _ => Err(BuildError {
            code: Code::PQL_SYNTAX,
            message: render(&parsed.diagnostics, &source, Style::Plain),
        }),
    }
}

fn signature(parameters: &[Parameter]) -> Signature {
    let declared = parameters.iter().map(|parameter| Declared {
        name: parameter.name.to_upper().into(),
        kind: None,
        // Whatever is left out has a value: that of DEFAULT, else NULL.
        default: Some(match parameter.default.as_ref().map(|one| &one.kind) {
            Some(ExpressionKind::Literal(literal)) => literal.value(),
            _ => Value::Null,
        }),
        description: "".into(),
    });
    Signature {
        description: "".into(),
        parameters: declared.collect(),
        returns: None,
        volatility: Volatility::Volatile,
        takes_batches: false,
    }
}

fn digest(definition: &FunctionDefinition) -> String {
    let mut hash = Sha256::new();
    if let FunctionBody::Pql { parameters, text } = &definition.body {
        hash.update(parameters.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        let written = write!(text, "{byte:02x}");
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
    }
    text
}

struct PqlFunction {
    name: FunctionName,
    version: u64,
    digest: String,
    signature: Signature,
    parameters: Arc<[Parameter]>,
    script: Script,
    host: PqlCompile,
}

impl std::fmt::Debug for PqlFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PqlFunction(@{} version {})", self.name, self.version)
    }
}

impl SystemFunction for PqlFunction {
    fn name(&self) -> &FunctionName {
        &self.name
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn digest(&self) -> &str {
        &self.digest
    }

    fn kind(&self) -> &'static str {
        "pql"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn open(&self, run: Arc<dyn RunContext>) -> Box<dyn Instance> {
        Box::new(PqlInstance {
            name: self.name.clone(),
            version: self.version,
            parameters: Arc::clone(&self.parameters),
            script: self.script.clone(),
            host: self.host.clone(),
            context: run,
        })
    }
}

struct PqlInstance {
    name: FunctionName,
    version: u64,
    parameters: Arc<[Parameter]>,
    script: Script,
    host: PqlCompile,
    context: Arc<dyn RunContext>,
}

impl PqlInstance {
    fn error(&self, code: Code, message: String) -> CallError {
        CallError {
            code,
            function: self.name.to_string(),
            version: self.version,
            message,
        }
    }

    /// What the caller passed, by parameter; the rest is left to the defaults.
    fn bind(&self, arguments: &Arguments) -> Result<Vec<(Arc<str>, Value)>, CallError> {
        if arguments.positional.len() > self.parameters.len() {
            let message = format!(
                "it takes {} arguments, not {}",
                self.parameters.len(),
                arguments.positional.len()
            );
            return Err(self.error(Code::PQL_FUNCTION, message));
        }
        let positional = self.parameters.iter().zip(&arguments.positional);
        let mut bound: Vec<(Arc<str>, Value)> = positional
            .map(|(parameter, value)| (parameter.name.as_str().into(), value.clone()))
            .collect();
        for (name, value) in &arguments.named {
            if !self.parameters.iter().any(|one| one.name.is(name)) {
                let message = format!("it has no parameter `{name}`");
                return Err(self.error(Code::PQL_FUNCTION, message));
            }
            bound.push((Arc::clone(name), value.clone()));
        }
        Ok(bound)
    }
}

impl Instance for PqlInstance {
    fn call(&mut self, arguments: &Arguments) -> Result<Value, CallError> {
        let bound = self.bind(arguments)?;
        let environment = Environment {
            definitions: self.context.definitions(),
            globals: Arc::new(Borrowed(Arc::clone(&self.context))),
            user: Arc::default(),
            job_variables: None,
            output: Arc::new(Borrowed(Arc::clone(&self.context))),
            clock: Arc::clone(&self.host.clock),
            zone: self.host.zone.clone(),
            chance: Arc::clone(&self.host.chance),
            home: self.host.home.clone(),
            // A function is called from anywhere, also by people who may not start processes.
            commands: None,
            machine: None,
            runtime: self.host.runtime.clone(),
            limits: self.host.limits,
        };
        let context = Arc::clone(&self.context);
        let cancel = Cancel::following(move || context.is_cancelled());
        let outcome = run_function(&self.script, &self.parameters, environment, bound, cancel);
        outcome
            .map(|outcome| outcome.value())
            .map_err(|error| self.error(error.code(), error.to_string()))
    }

    fn call_columns(&mut self, columns: &[Vec<Value>]) -> Result<Vec<Value>, CallError> {
        let count = columns.first().map_or(0, Vec::len);
        let mut answers = Vec::with_capacity(count);
        for index in 0..count {
            let cells = columns
                .iter()
                .map(|column| column.get(index).cloned().unwrap_or(Value::Null));
            let arguments = Arguments {
                positional: cells.collect(),
                named: Vec::new(),
            };
            answers.push(self.call(&arguments)?);
        }
        Ok(answers)
    }
}

/// The caller's run, as host of the function's.
struct Borrowed(Arc<dyn RunContext>);

impl Globals for Borrowed {
    fn get(&self, name: &VariableName) -> Option<Value> {
        match self.0.variable(name) {
            Value::Undefined => None,
            value => Some(value),
        }
    }

    fn set(&self, _name: &VariableName, _value: Value) -> Result<(), String> {
        Err("a system function may not change global variables".to_owned())
    }
}

impl Output for Borrowed {
    fn print(&self, line: &str) {
        self.0.log(Severity::Info, line);
    }

    fn log(&self, severity: Severity, text: &str) {
        self.0.log(severity, text);
    }
}
