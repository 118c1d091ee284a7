//! The state of one run.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::eval::connections::Connections;
use crate::pql::eval::depth;
use crate::pql::eval::scope::Scopes;
use crate::pql::eval::shared::Shared;
use crate::pql::eval::{Buffer, Done, Flow, FrameKind, Halt, Outside};
use crate::pql::syntax::tree::{Block, Function, Parameter, Program, Statement};
use crate::pql::syntax::{Name, Source};
use crate::pql::{
    CalledFunction, Cancel, Environment, Error, Form, Limits, Outcome, Script, statements,
};
use crate::registry::{Instance, Severity};
use crate::value::Value;

/// Everything that changes while a program runs.
pub(crate) struct Run {
    pub(crate) shared: Arc<Shared>,
    pub(crate) scopes: Scopes,
    pub(crate) connections: Connections,
    pub(crate) buffer: Buffer,
    pub(crate) counters: Counters,
    pub(crate) outside: Outside,
    pub(crate) debug: bool,
    /// Whether labelled lines of PRINT are marked up.
    pub(crate) html: bool,
    pub(crate) form: Form,
    pub(crate) arguments: Vec<(Arc<str>, Value)>,
    pub(crate) functions: indexmap::IndexMap<Name, Arc<Function>>,
    /// Functions of the system that were called, warm, with their versions.
    pub(crate) instances: HashMap<Name, Box<dyn Instance>>,
    pub(crate) called: BTreeMap<Arc<str>, u64>,
    pub(crate) call_depth: usize,
    /// The text that spans point into: that of the program, or inside EXEC its text.
    pub(crate) source: Arc<Source>,
    /// The text that the bodies of functions belong to.
    pub(crate) program_source: Arc<Source>,
    explicit: Vec<Value>,
    implicit: Option<Value>,
    /// The value of a RETURN on its way out.
    returned: Value,
    exit_code: i32,
    steps: Steps,
}

/// What is left of the steps that a run may take.
#[derive(Debug)]
struct Steps {
    /// Until the run looks whether it was stopped.
    to_look: u64,
    /// Beyond those.
    left: u64,
}

/// The numbers behind `@ROWS` and its kin (3.6).
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    pub(crate) rows: i64,
    pub(crate) affected_rows: i64,
    pub(crate) count: i64,
    pub(crate) total: i64,
    pub(crate) put: i64,
    pub(crate) put_total: i64,
    pub(crate) prep: i64,
}

impl Counters {
    fn new() -> Self {
        Self {
            rows: -1,
            affected_rows: -1,
            count: 0,
            total: 0,
            put: 0,
            put_total: 0,
            prep: 0,
        }
    }
}

/// Runs a program to its end on the present thread.
pub(crate) fn run(
    program: &Arc<Program>,
    form: Form,
    environment: Environment,
    arguments: Vec<(Arc<str>, Value)>,
    cancel: Cancel,
) -> Result<Outcome, Error> {
    Run::new(program, form, environment, arguments, cancel).finish(program)
}

/// Runs the program of a system function, which sees its parameters and nothing of its caller.
pub(crate) fn run_function(
    script: &Script,
    parameters: &[Parameter],
    environment: Environment,
    arguments: Vec<(Arc<str>, Value)>,
    cancel: Cancel,
) -> Result<Outcome, Error> {
    let program = script.program();
    let mut run = Run::new(program, Form::Program, environment, arguments, cancel);
    for parameter in parameters {
        let passed = run
            .arguments
            .iter()
            .any(|(name, _)| parameter.name.is(name));
        if !passed {
            let default = parameter.default.as_ref().map(|value| run.evaluate(value));
            let value = match default {
                Some(Ok(value)) => value,
                Some(Err(Halt::Fault(error))) => return Err(error),
                None | Some(Err(Halt::Exit)) => Value::Null,
            };
            run.scopes.declare_name(&parameter.name, value);
        }
    }
    run.finish(program)
}

impl Run {
    fn finish(mut self, program: &Program) -> Result<Outcome, Error> {
        let is_set = |name: &str, words: &[&str]| {
            self.setting(name)
                .is_some_and(|text| words.contains(&text.trim()))
        };
        let debug = is_set("pql.debug", &["on", "true", "1", "yes"]);
        let html = is_set("pql.log", &["html"]);
        (self.debug, self.html) = (debug, html);
        let flow = self.block(&program.body);
        // What was written into a workbook before an error stays, as in a database.
        let flow = statements::close_workbook(&mut self).and(flow);
        let exit_code = match flow {
            Ok(Flow::Return) => {
                let value = self.take_returned();
                self.output(value);
                0
            }
            Ok(_) => 0,
            Err(Halt::Exit) => {
                // What was collected so far does not count (4.27).
                self.explicit.clear();
                self.implicit = None;
                self.exit_code
            }
            Err(Halt::Fault(error)) => return Err(error),
        };
        let called = std::mem::take(&mut self.called);
        Ok(Outcome {
            explicit: std::mem::take(&mut self.explicit),
            implicit: self.implicit.take(),
            exit_code,
            functions: called
                .into_iter()
                .map(|(name, version)| CalledFunction { name, version })
                .collect(),
            form: self.form,
        })
    }

    fn new(
        program: &Program,
        form: Form,
        environment: Environment,
        arguments: Vec<(Arc<str>, Value)>,
        cancel: Cancel,
    ) -> Self {
        let left = environment.limits.steps.unwrap_or(u64::MAX);
        let mut scopes = Scopes::new(&program.slots, &program.parameters);
        for (name, value) in &arguments {
            scopes.declare_name(&Name::new(name), value.clone());
        }
        Self {
            connections: Connections::new(&environment),
            shared: Arc::new(Shared::new(environment, cancel)),
            scopes,
            buffer: Buffer::default(),
            counters: Counters::new(),
            outside: Outside::default(),
            debug: false,
            html: false,
            form,
            arguments,
            functions: program.functions.clone(),
            instances: HashMap::new(),
            called: BTreeMap::new(),
            call_depth: depth::get(),
            source: Arc::clone(&program.source),
            program_source: Arc::clone(&program.source),
            explicit: Vec::new(),
            implicit: None,
            returned: Value::Undefined,
            exit_code: 0,
            steps: Steps { to_look: 0, left },
        }
    }

    /// Runs statements until one leaves the block.
    pub(crate) fn block(&mut self, block: &Block) -> Done<Flow> {
        for statement in block {
            match self.statement(statement)? {
                Flow::Next => {}
                leaving => return Ok(leaving),
            }
        }
        Ok(Flow::Next)
    }

    /// Runs statements in a scope of their own.
    pub(crate) fn scoped(&mut self, block: &Block) -> Done<Flow> {
        self.scopes.push(FrameKind::Block);
        let flow = self.block(block);
        self.scopes.pop();
        flow
    }

    #[inline]
    fn statement(&mut self, statement: &Statement) -> Done<Flow> {
        let done = match self.step() {
            Ok(()) => statements::run(self, &statement.kind),
            Err(halt) => Err(halt),
        };
        done.map_err(|halt| self.located(halt, statement))
    }

    /// What a statement that fails says; while the run is being stopped, that.
    #[cold]
    fn located(&self, halt: Halt, statement: &Statement) -> Halt {
        let halt = self.look().err().unwrap_or(halt);
        halt.at(statement.span).located(&self.source)
    }

    /// Counts a statement or loop turn, and now and then stops the run when it must.
    #[inline]
    pub(crate) fn step(&mut self) -> Done<()> {
        if self.steps.to_look == 0 {
            self.take_steps()?;
        }
        self.steps.to_look -= 1;
        Ok(())
    }

    /// Takes the steps until the next look.
    #[cold]
    fn take_steps(&mut self) -> Done<()> {
        self.look()?;
        let taken = self.limits().cancel_steps.clamp(1, self.steps.left.max(1));
        let Some(left) = self.steps.left.checked_sub(taken) else {
            let limit = self.limits().steps.unwrap_or(u64::MAX);
            let message = format!("the run has taken more than {limit} steps");
            return Err(Halt::new(Code::PQL_LIMIT, message));
        };
        self.steps = Steps {
            to_look: taken,
            left,
        };
        Ok(())
    }

    /// Stops the run when it was told to stop.
    pub(crate) fn look(&self) -> Done<()> {
        Ok(self.shared.cancel.look()?)
    }

    /// Runs the text of EXEC in the present scope.
    pub(crate) fn exec_text(&mut self, text: &str) -> Done<Executed> {
        let source = Source::new("EXEC", text).with_nesting_max(self.limits().nesting);
        let parsed = crate::pql::syntax::parse_statement(&source, self.scopes.names());
        let fault = parsed.diagnostics.iter().find(|one| one.is_error());
        if let Some(fault) = fault {
            return Err(unparsable(fault, text));
        }
        let program = parsed.program;
        self.scopes.extend(program.slots);
        let [statement] = program.body.as_slice() else {
            let message = format!("EXEC needs the text of one statement, not `{text}`");
            return Err(Halt::new(Code::PQL_STATEMENT, message));
        };
        Ok(Executed {
            statement: statement.clone(),
            source: program.source,
        })
    }

    /// Leaves the function or program with a value.
    pub(crate) fn return_with(&mut self, value: Value) -> Flow {
        self.returned = value;
        Flow::Return
    }

    /// The value that came with [`Flow::Return`].
    pub(crate) fn take_returned(&mut self) -> Value {
        std::mem::take(&mut self.returned)
    }

    /// Ends the program with a code.
    pub(crate) fn exit_with(&mut self, code: i32) -> Halt {
        self.exit_code = code;
        Halt::Exit
    }

    /// Appends to the explicit results.
    pub(crate) fn output(&mut self, value: Value) {
        self.explicit.push(value);
    }

    /// Replaces the implicit result: only the last one can be seen.
    pub(crate) fn leave(&mut self, value: Value) {
        self.implicit = Some(value);
    }

    pub(crate) fn limits(&self) -> Limits {
        self.shared.environment.limits
    }

    pub(crate) fn log(&self, severity: Severity, text: &str) {
        self.shared.environment.output.log(severity, text);
    }

    /// Writes a debug line when DEBUG is on; the text is made only then.
    pub(crate) fn trace(&self, text: impl FnOnce() -> String) {
        if self.debug {
            self.log(Severity::Debug, &text());
        }
    }
}

/// The one statement of an EXEC.
pub(crate) struct Executed {
    pub(crate) statement: Statement,
    pub(crate) source: Arc<Source>,
}

fn unparsable(fault: &Diagnostic, text: &str) -> Halt {
    let message = format!("EXEC cannot run `{text}`: {}", fault.title);
    Halt::new(fault.code, message)
}
