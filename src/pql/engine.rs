//! The ways in: text to script, script and environment to outcome.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::cancel::Lookout;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::eval;
use crate::pql::syntax::tree::Program;
use crate::pql::syntax::{self, Name, Parsed, Source};
use crate::pql::{Cancel, Environment, Error, Limits};
use crate::value::Value;

/// What one call may need of the stack, with expressions nested as deeply as they may be. Only
/// what is used becomes memory.
const CALL_STACK_BYTES: usize = 1 << 20;

/// The stack that a run needs besides its calls.
const LEAST_STACK_BYTES: usize = 8 << 20;

/// The stack of a thread that runs programs, for recursion up to the limit of call depth.
pub(crate) fn stack_bytes(limits: Limits) -> usize {
    let calls = limits.call_depth.saturating_mul(CALL_STACK_BYTES);
    calls.saturating_add(LEAST_STACK_BYTES)
}

/// A checked program, ready to run any number of times; clones share the tree.
#[derive(Debug, Clone)]
pub struct Script {
    program: Arc<Program>,
    form: Form,
    warnings: Arc<[Diagnostic]>,
}

/// What a script was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A program.
    Program,
    /// Text with code blocks; its outcome is text.
    Embedded,
}

impl Script {
    /// The text it was made from.
    pub fn source(&self) -> &Source {
        &self.program.source
    }

    /// What could be better, in the order of the text.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The names that may be passed as arguments, in lower case and sorted (4.44).
    pub fn parameters(&self) -> &[Name] {
        &self.program.parameters
    }

    pub(crate) fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

/// Parses and checks a program.
///
/// # Errors
/// All diagnostics, at least one of them an error; nothing has run.
pub fn compile(source: &Source) -> Result<Script, Vec<Diagnostic>> {
    script(syntax::parse(source), Form::Program)
}

/// Parses and checks text with code blocks `<% %>`.
///
/// # Errors
/// As [`compile`].
pub fn compile_embedded(source: &Source) -> Result<Script, Vec<Diagnostic>> {
    script(syntax::parse_embedded(source), Form::Embedded)
}

/// Parses and checks one expression or query; running it prints its value.
///
/// # Errors
/// As [`compile`].
pub fn compile_expression(source: &Source) -> Result<Script, Vec<Diagnostic>> {
    script(syntax::parse_expression(source), Form::Program)
}

fn script(parsed: Parsed, form: Form) -> Result<Script, Vec<Diagnostic>> {
    if parsed.is_runnable() {
        Ok(Script {
            program: Arc::new(parsed.program),
            form,
            warnings: parsed.diagnostics.into(),
        })
    } else {
        Err(parsed.diagnostics)
    }
}

/// One run of a script that is about to happen.
#[derive(Debug)]
pub struct Runner {
    script: Script,
    environment: Environment,
    arguments: Vec<(Arc<str>, Value)>,
    cancel: Cancel,
}

impl Runner {
    /// Prepares a run.
    pub fn new(script: Script, environment: Environment) -> Self {
        Self {
            script,
            environment,
            arguments: Vec::new(),
            cancel: Cancel::new(),
        }
    }

    /// Passes an argument: the variable `$name` of the root scope and a field of `@ARGUMENTS`.
    /// The text parameters `#{name}` are replaced earlier, by [`Source::with_arguments`].
    #[must_use]
    pub fn place(mut self, name: impl Into<Arc<str>>, value: Value) -> Self {
        self.arguments.push((name.into(), value));
        self
    }

    /// The handle that stops this run, also before it has begun.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Runs to the end on a thread of its own and waits for it: call it where waiting is allowed.
    ///
    /// # Errors
    /// The error that ended the program, with its place.
    pub fn run(self) -> Result<Outcome, Error> {
        let thread = std::thread::Builder::new()
            .name("pql".to_owned())
            .stack_size(stack_bytes(self.environment.limits));
        let run = thread.spawn(move || {
            eval::run(
                self.script.program(),
                self.script.form,
                self.environment,
                self.arguments,
                self.cancel,
            )
        });
        let run = run.map_err(|error| {
            let message = format!("no thread for the run can be started: {error}");
            Error::new(Code::PQL_LIMIT, message)
        })?;
        match run.join() {
            Ok(outcome) => outcome,
            Err(payload) => std::panic::resume_unwind(payload),
        }
    }
}

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Values of OUTPUT, ECHO and RETURN, in order.
    pub explicit: Vec<Value>,
    /// The last value of a statement that stood alone.
    pub implicit: Option<Value>,
    /// 0, or what EXIT CODE said.
    pub exit_code: i32,
    /// The system functions that were called, by name, each once.
    pub functions: Vec<CalledFunction>,
    /// How the script was written.
    pub form: Form,
}

/// A system function that a run used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalledFunction {
    /// Its name in upper case, without `@`.
    pub name: Arc<str>,
    /// The version of the whole run.
    pub version: u64,
}

impl Outcome {
    /// The result by the rules of 4.16: the explicit ones, else the last implicit one, else null.
    pub fn value(&self) -> Value {
        match self.explicit.as_slice() {
            [] => self.implicit.clone().unwrap_or(Value::Null),
            [only] => only.clone(),
            several => Value::Array(Arc::new(several.to_vec())),
        }
    }

    /// What the run leaves behind: of an embedded script all explicit results, one after the other;
    /// of a program their JSON, or nothing when there are none. It ends in the middle when the run
    /// is stopped, after which nobody asks for it.
    pub fn written(&self, cancel: &Cancel) -> String {
        let mut lookout = Lookout::new(cancel);
        let mut goes_on = |_| !lookout.is_stopped();
        let mut text = String::new();
        match (self.form, self.explicit.is_empty()) {
            (Form::Embedded, _) => {
                for value in &self.explicit {
                    value.render_while(&mut text, &mut goes_on);
                }
            }
            (Form::Program, true) => {}
            (Form::Program, false) => self.value().write_json_while(&mut text, &mut goes_on),
        }
        text
    }
}
