//! From a command as it is written to what runs (`keeper.md` 7.3).

use std::sync::Arc;

use serde_json::Value as Json;

use super::program::{self, Ended};
use super::stop::{StopSignal, Why};
use super::{Arguments, Assignment, Error, PqlHost, arguments};
use crate::clock::{Timestamp, Zone};
use crate::logs::LogType;
use crate::model::{CommandKind, Task};
use crate::pql::diagnostics::{Style, render};
use crate::pql::syntax::Source;
use crate::pql::{Script, compile, compile_embedded};
use crate::value::{DateTime, Value};

/// A command that can be run.
pub(super) struct Prepared {
    /// The text after parameters and embedded PQL.
    pub(super) text: String,
    /// All arguments.
    pub(super) arguments: Arguments,
    /// The same as values of PQL.
    pub(super) values: Vec<(Arc<str>, Value)>,
    /// The parsed program of a PQL command.
    pub(super) script: Option<Script>,
}

/// Why there is nothing to run.
pub(super) enum Unprepared {
    /// It cannot be prepared.
    Wrong(Error),
    /// It was asked to stop meanwhile.
    Stopped(Why),
}

impl From<Error> for Unprepared {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

/// Prepares the command of an action.
pub(super) async fn prepare(
    host: &PqlHost,
    of: &Assignment,
    stop: &mut StopSignal,
) -> Result<Prepared, Unprepared> {
    let journal = &of.journal;
    let arguments = arguments(&of.task, &of.action, &host.zone)?;
    for name in &arguments.refused {
        let text = format!("argument `{name}` is reserved and keeps its predefined value");
        journal.say(LogType::Warn, &text);
    }
    let values = argument_values(&of.task, &arguments, &host.zone);
    let source = source(of, &values).with_nesting_max(host.limits.nesting);
    if of.action.kind == CommandKind::Pql {
        let script = compile(&source);
        let script = script.map_err(|faults| {
            Error::Program(render(&faults, &source, Style::Plain).trim_end().to_owned())
        })?;
        for warning in script.warnings() {
            let warning = render(std::slice::from_ref(warning), &source, Style::Plain);
            journal.say(LogType::Warn, warning.trim_end());
        }
        return Ok(Prepared {
            text: source.text().to_owned(),
            arguments,
            values,
            script: Some(script),
        });
    }
    let text = expand(host, of, &source, &values, stop).await?;
    Ok(Prepared {
        text,
        arguments,
        values,
        script: None,
    })
}

/// Evaluates the PQL that is embedded in the text of a process.
async fn expand(
    host: &PqlHost,
    of: &Assignment,
    source: &Source,
    values: &[(Arc<str>, Value)],
    stop: &mut StopSignal,
) -> Result<String, Unprepared> {
    let text = source.text();
    // Nearly all commands have neither blocks nor character codes.
    if !text.contains("<%") && !text.contains("~u") {
        return Ok(text.to_owned());
    }
    let script = compile_embedded(source).map_err(|faults| {
        let faults = render(&faults, source, Style::Plain);
        Error::Embedded(faults.trim_end().to_owned())
    })?;
    let output = Arc::new(of.journal.clone());
    let environment = host.environment(host.registry.pin(), Some(of.task.job_id), output);
    let limit = of.action.timeout;
    match program::run(script, environment, values.to_vec(), limit, stop).await {
        Ended::Done(_, written) => Ok(written),
        Ended::Failed(error) => Err(Error::Embedded(error.render().trim_end().to_owned()).into()),
        Ended::Broken(message) => Err(Error::Embedded(message).into()),
        Ended::TimedOut => {
            let message = format!("it took longer than {limit:?}, the limit of the command");
            Err(Error::Embedded(message).into())
        }
        Ended::Stopped(why) => Err(Unprepared::Stopped(why)),
    }
}

fn source(of: &Assignment, values: &[(Arc<str>, Value)]) -> Source {
    let name = format!("command `{}`", of.action.title);
    let texts: Vec<(&str, String)> = values
        .iter()
        .map(|(name, value)| (name.as_ref(), value.render().into_owned()))
        .collect();
    Source::with_arguments(name, of.action.source_text.as_str(), &texts)
}

/// The arguments as values; times are date-times, not text (`keeper.md` 7.5).
pub fn argument_values(task: &Task, arguments: &Arguments, zone: &Zone) -> Vec<(Arc<str>, Value)> {
    let time = |moment: Timestamp| {
        let second = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
        Value::DateTime(DateTime::full(zone.to_datetime(second)))
    };
    let value = |name: &str, json: &Json| match name {
        "task_time" => time(task.task_time),
        "record_time" => time(task.record.record_time),
        _ => Value::from(json.clone()),
    };
    let values = arguments.values.iter();
    values
        .map(|(name, json)| (name.as_str().into(), value(name, json)))
        .collect()
}
