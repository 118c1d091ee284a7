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
    steps: u64,
    /// The largest number of steps.
    steps_max: u64,
}

/// The numbers behind `@ROWS` and its kin; -1 until first set.
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
            put: -1,
            put_total: 0,
            prep: -1,
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
                None | Some(Err(Halt::Exit(_))) => Value::Null,
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
            Ok(Flow::Return(value)) => {
                self.output(*value);
                0
            }
            Ok(_) => 0,
            Err(Halt::Exit(code)) => {
                // What was collected so far does not count (4.27).
                self.explicit.clear();
                self.implicit = None;
                code
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
        let steps_max = environment.limits.steps.unwrap_or(u64::MAX);
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
            steps: 0,
            steps_max,
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

    fn statement(&mut self, statement: &Statement) -> Done<Flow> {
        self.step()
            .and_then(|()| statements::run(self, &statement.kind))
            .map_err(|halt| halt.at(statement.span).located(&self.source))
    }

    /// Counts a statement or loop turn, and stops the run when it must.
    pub(crate) fn step(&mut self) -> Done<()> {
        self.look()?;
        self.steps = self.steps.saturating_add(1);
        if self.steps > self.steps_max {
            let limit = self.steps_max;
            let message = format!("the run has taken more than {limit} steps");
            return Err(Halt::new(Code::PQL_LIMIT, message));
        }
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
