//! Calling a function the way a program does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Refusal, unknown};
use crate::fault::Code;
use crate::model::FunctionName;
use crate::ops::{Error, Ops};
use crate::pql::syntax::Source;
use crate::pql::{self, Cancel, Output, Runner, Script};
use crate::registry::Severity;
use crate::value::Value;

/// The longest that a call from outside may take, whatever the limits of the function.
pub const CALL_TIME_MAX: Duration = Duration::from_secs(30);

/// The most lines of a call that are kept.
const LINES_MAX: usize = 1_000;

/// What a call gave.
#[derive(Debug, Clone)]
pub struct Called {
    /// The result.
    pub value: Value,
    /// The version that answered.
    pub version: u64,
    /// What the function printed and logged.
    pub lines: Vec<String>,
}

impl Ops {
    /// Calls a function through PQL over the definitions of this moment, and stops it when it takes
    /// longer than [`CALL_TIME_MAX`] or nobody waits any more.
    ///
    /// # Errors
    /// [`crate::ops::Kind::NotFound`], [`crate::ops::Kind::CallFailed`] with the code of the cause.
    pub async fn call_function(
        &self,
        name: &FunctionName,
        arguments: Vec<Value>,
    ) -> Result<Called, Error> {
        let definitions = self.registry.pin();
        let function = definitions.functions.get(name);
        let version = function.ok_or_else(|| unknown(name))?.version();
        let lines = Arc::new(Lines::default());
        let output: Arc<dyn Output> = Arc::clone(&lines) as _;
        let mut environment = self.pql.environment(definitions, None, output);
        environment.limits = environment.limits.for_a_person();
        let mut runner = Runner::new(script(name, arguments.len())?, environment);
        for (index, value) in arguments.into_iter().enumerate() {
            runner = runner.place(format!("a{index}"), value);
        }
        let outcome = self.finish(runner).await?;
        Ok(Called {
            value: outcome.value(),
            version,
            lines: lines.take(),
        })
    }

    async fn finish(&self, runner: Runner) -> Result<pql::Outcome, Refusal> {
        let stop = StopOnDrop(runner.cancel());
        let mut run = tokio::task::spawn_blocking(move || runner.run());
        let mut late = false;
        let ended = tokio::select! {
            ended = &mut run => ended,
            () = tokio::time::sleep(CALL_TIME_MAX) => {
                late = true;
                stop.0.cancel();
                run.await
            }
        };
        let ended = ended.map_err(|error| Refusal::Broken(error.to_string()))?;
        ended.map_err(|source| Refusal::Call {
            source: if late { too_long() } else { source },
        })
    }
}

/// A program of one call, whose arguments are passed as variables and so need no quoting.
fn script(name: &FunctionName, arguments: usize) -> Result<Script, Refusal> {
    let names: Vec<String> = (0..arguments).map(|index| format!("$a{index}")).collect();
    let text = format!("RETURN @{name}({});", names.join(", "));
    let source = Source::new(format!("call of @{name}"), text);
    pql::compile(&source).map_err(|faults| {
        let title = faults.first().map_or("no program", |fault| &fault.title);
        let message = format!("`@{name}` cannot be called by this name: {title}");
        Refusal::Call {
            source: pql::Error::new(Code::PQL_SYNTAX, message),
        }
    })
}

fn too_long() -> pql::Error {
    let message = format!("the call was stopped after {} s", CALL_TIME_MAX.as_secs());
    pql::Error::new(Code::CALL_TIMEOUT, message)
}

/// Stops the run of a caller that went away; a run that has ended does not notice.
struct StopOnDrop(Cancel);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl Lines {
    fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < LINES_MAX {
            lines.push(line.to_owned());
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Output for Lines {
    fn print(&self, line: &str) {
        self.add(line);
    }

    fn log(&self, _severity: Severity, text: &str) {
        self.add(text);
    }
}
