//! RUN and PAR (4.38, 4.37).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::fault::Code;
use crate::pql::engine::stack_bytes;
use crate::pql::eval::{
    Done, Halt, Named, RowCells, Run, TextTarget, depth, read_text, run as run_program,
};
use crate::pql::syntax::Source;
use crate::pql::syntax::tree::{Expression, RunQuery};
use crate::pql::{CommandLine, Commands, Error, Form, arguments, compile};
use crate::registry::Severity;
use crate::value::{Row, Table, Value};

/// Runs a command or another program.
pub(crate) fn run(run: &mut Run, query: &RunQuery) -> Done<Value> {
    match query {
        RunQuery::Text(text) => {
            let command = run.evaluate_text(text)?;
            shell(run, &command)
        }
        RunQuery::Shell(template) => {
            let command = run.target_text(template, TextTarget::Shell)?;
            shell(run, command.trim())
        }
        RunQuery::Pql(file) => {
            let (name, text, arguments) = program(run, file)?;
            let outcome = run.run_nested(&name, &text, Form::Program, arguments)?;
            Ok(outcome.value())
        }
    }
}

fn shell(run: &mut Run, command: &str) -> Done<Value> {
    run.trace(|| format!("shell: {command}"));
    let commands = allowed(run)?;
    let mut logs = Vec::new();
    let mut errors = Vec::new();
    let code = {
        let log = |severity, line: &str| run.log(severity, line);
        commands.run(command, &run.shared.cancel, &mut |line| match line {
            CommandLine::Output(text) => {
                log(Severity::Info, text);
                logs.push(Value::text(text));
            }
            CommandLine::Error(text) => {
                log(Severity::Warn, text);
                logs.push(Value::text(text));
                errors.push(Value::text(text));
            }
        })
    };
    if run.shared.cancel.is_cancelled() {
        return Err(Halt::new(Code::PQL_CANCELLED, "the run was cancelled"));
    }
    let code = code.map_err(|reason| Halt::new(Code::PROCESS_FAILED, reason))?;
    let mut row = Row::new();
    row.insert("code", code);
    row.insert("logs", logs);
    row.insert("errors", errors);
    Ok(row.into())
}

fn allowed(run: &Run) -> Done<Arc<dyn Commands>> {
    let commands = run.shared.environment.commands.clone();
    commands.ok_or_else(|| {
        let message = "RUN SHELL is not allowed here: the program may start no processes";
        Halt::new(Code::PQL_STATEMENT, message)
    })
}

/// Name, text and arguments of `file?name=value`.
fn program(run: &mut Run, file: &Expression) -> Done<(String, String, Named)> {
    let written = run.evaluate_text(file)?;
    let (name, query) = written.split_once('?').unwrap_or((&written, ""));
    let arguments = arguments::parse(query).map_err(Error::from)?;
    let path = run.file_path(name, "");
    let text = read_text(&path)?;
    Ok((path.to_string_lossy().into_owned(), text, arguments))
}

/// Runs once for each row of the buffer, on several threads; a failure does not stop the others.
pub(crate) fn run_par(run: &mut Run, query: &RunQuery) -> Done<()> {
    run.check_no_producer("PAR")?;
    let table = Arc::clone(run.buffer.table());
    let work = match query {
        RunQuery::Pql(file) => {
            let (name, text, arguments) = program(run, file)?;
            Work::Program {
                name,
                text,
                arguments,
            }
        }
        RunQuery::Text(text) => Work::Command(run.evaluate_text(text)?, allowed(run)?),
        RunQuery::Shell(template) => {
            let command = run.target_text(template, TextTarget::Shell)?;
            Work::Command(command, allowed(run)?)
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = run
        .setting_number("pql.parallel", cores)
        .clamp(1, table.len().max(1));
    let next = AtomicUsize::new(0);
    let faults = Mutex::new(Vec::new());
    let level = run.call_depth;
    let shared = &run.shared;
    let worker = || {
        depth::replace(level);
        while let Some(cells) = table.rows().get(next.fetch_add(1, Ordering::SeqCst)) {
            if shared.cancel.is_cancelled() {
                return;
            }
            let row = RowCells {
                table: &table,
                cells,
            };
            if let Err(reason) = work.run(shared, row) {
                let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
                faults.push(reason);
            }
        }
    };
    std::thread::scope(|scope| -> Done<()> {
        for _ in 0..workers {
            // Programs need the stack that a run has, however deep they call.
            let thread = std::thread::Builder::new()
                .name("pql-par".to_owned())
                .stack_size(stack_bytes(shared.environment.limits));
            thread.spawn_scoped(scope, worker).map_err(|error| {
                let message = format!("no thread for PAR can be started: {error}");
                Halt::new(Code::PQL_LIMIT, message)
            })?;
        }
        Ok(())
    })?;
    run.buffer.replace(Arc::default());
    run.look()?;
    let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    match faults.first() {
        None => Ok(()),
        Some(first) => {
            let count = faults.len();
            let message = format!("{count} of {} parallel runs failed: {first}", table.len());
            Err(Halt::new(Code::PQL_STATEMENT, message))
        }
    }
}

/// What PAR runs.
enum Work {
    Program {
        name: String,
        text: String,
        arguments: Named,
    },
    Command(String, Arc<dyn Commands>),
}

impl Work {
    fn run(&self, shared: &crate::pql::eval::Shared, row: RowCells<'_>) -> Result<(), String> {
        match self {
            Self::Program {
                name,
                text,
                arguments,
            } => {
                let mut all = fields(row);
                all.extend(arguments.iter().cloned());
                let texts: Vec<(&str, String)> = all
                    .iter()
                    .map(|(name, value)| (name.as_ref(), value.render().into_owned()))
                    .collect();
                let limits = shared.environment.limits;
                let source = Source::with_arguments(name.as_str(), text.as_str(), &texts)
                    .with_nesting_max(limits.nesting);
                let script = compile(&source).map_err(|faults| {
                    faults
                        .first()
                        .map_or_else(String::new, |fault| fault.title.clone())
                })?;
                let environment = shared.environment.clone();
                let cancel = shared.cancel.clone();
                let outcome =
                    run_program(script.program(), Form::Program, environment, all, cancel);
                match outcome {
                    Ok(outcome) if outcome.exit_code == 0 => Ok(()),
                    Ok(outcome) => Err(format!("`{name}`: exit code {}", outcome.exit_code)),
                    Err(error) => Err(format!("`{name}`: {error}")),
                }
            }
            Self::Command(command, commands) => {
                let query = query_string(row);
                let mut text = String::new();
                crate::value::write_shell_text(&query, &mut text);
                let command = format!("{command} {text}");
                let output = &shared.environment.output;
                let code = commands.run(&command, &shared.cancel, &mut |line| match line {
                    CommandLine::Output(text) => output.log(Severity::Info, text),
                    CommandLine::Error(text) => output.log(Severity::Warn, text),
                })?;
                if code == 0 {
                    Ok(())
                } else {
                    Err(format!("exit code {code}"))
                }
            }
        }
    }
}

fn fields(row: RowCells<'_>) -> Named {
    let table: &Table = row.table;
    let names = table.columns().iter().cloned();
    names.zip(row.cells.iter().cloned()).collect()
}

fn query_string(row: RowCells<'_>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields(row) {
        query.append_pair(&name, &value.render());
    }
    query.finish()
}
