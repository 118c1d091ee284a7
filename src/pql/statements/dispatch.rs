//! From the kind of a statement to its file.

use crate::pql::eval::{Done, Flow, Run};
use crate::pql::statements::{
    case, debug, exit, get, looping, open, output, prep, print, put, save, set, sleep, store, var,
};
use crate::pql::syntax::tree::StatementKind;
use crate::value::Value;

/// Runs one statement.
pub(crate) fn run(run: &mut Run, statement: &StatementKind) -> Done<Flow> {
    match statement {
        StatementKind::If(statement) => return case::run_if(run, statement),
        StatementKind::Case(statement) => return case::run_case(run, statement),
        StatementKind::For(statement) => return looping::run_for(run, statement),
        StatementKind::While(statement) => return looping::run_while(run, statement),
        StatementKind::Exit(when) => return exit::run_exit(run, when.as_ref()),
        StatementKind::Continue(when) => return exit::run_continue(run, when.as_ref()),
        StatementKind::ExitCode(code) => return exit::run_exit_code(run, code.as_ref()),
        StatementKind::Return(value) => return output::run_return(run, value.as_ref()),
        StatementKind::Open(connection) => open::run(run, connection)?,
        StatementKind::Save(destination) => save::run(run, destination)?,
        StatementKind::Get(body) => get::run(run, body)?,
        StatementKind::Prep(body) => prep::run(run, body)?,
        StatementKind::Put(statement) => put::run(run, statement)?,
        StatementKind::Store(statement) => store::run(run, statement)?,
        StatementKind::Set(statement) => set::run(run, statement)?,
        StatementKind::Var(items) => var::run(run, items)?,
        StatementKind::Let { target, links } => var::run_let(run, target, links)?,
        StatementKind::Evaluate(expression) => {
            let value = run.evaluate(expression)?;
            run.leave(value);
        }
        StatementKind::Call(call) => {
            if let Some(value) = run.call_for_return(call)? {
                run.leave(value);
            }
        }
        StatementKind::Output(value) => output::run(run, value.as_ref())?,
        StatementKind::Echo(text) => run.output(Value::Text(text.clone())),
        StatementKind::Print(statement) => print::run(run, statement)?,
        StatementKind::Debug(mode) => debug::run(run, mode)?,
        StatementKind::Sleep(time) => sleep::run(run, time)?,
    }
    Ok(Flow::Next)
}
