//! From the kind of a statement to its file.

use crate::pql::eval::{Done, Flow, Run};
use crate::pql::statements::{
    batch, case, debug, excel, exit, get, load, looping, open, open_file, output, page, pass, prep,
    print, put, redis, request, save, save_file, set, shell, sleep, store, var,
};
use crate::pql::syntax::tree::{Expression, StatementKind};

/// Runs one statement.
#[inline]
pub(crate) fn run(run: &mut Run, statement: &StatementKind) -> Done<Flow> {
    // What loops do most needs none of what follows.
    if let StatementKind::Set(statement) = statement
        && set::set_integer(run, statement)
    {
        return Ok(Flow::Next);
    }
    any(run, statement)
}

fn any(run: &mut Run, statement: &StatementKind) -> Done<Flow> {
    match statement {
        StatementKind::If(statement) => return case::run_if(run, statement),
        StatementKind::Case(statement) => return case::run_case(run, statement),
        StatementKind::For(statement) => return looping::run_for(run, statement),
        StatementKind::While(statement) => return looping::run_while(run, statement),
        StatementKind::Exit(when) => return exit::run_exit(run, when.as_ref()),
        StatementKind::Continue(when) => return exit::run_continue(run, when.as_ref()),
        StatementKind::ExitCode(code) => return exit::run_exit_code(run, code.as_ref()),
        StatementKind::Return(value) => return output::run_return(run, value.as_ref()),
        other => plain(run, other)?,
    }
    Ok(Flow::Next)
}

/// Runs a statement that is always followed by the next one.
fn plain(run: &mut Run, statement: &StatementKind) -> Done<()> {
    match statement {
        StatementKind::Open(connection) => open::run(run, connection)?,
        StatementKind::Save(destination) => save::run(run, destination)?,
        StatementKind::Get(body) => get::run(run, body)?,
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
        StatementKind::Echo(text) => run.output(text.into()),
        StatementKind::Print(statement) => print::run(run, statement)?,
        StatementKind::Debug(mode) => debug::run(run, mode)?,
        StatementKind::Sleep(time) => sleep::run(run, time)?,
        other => return rows(run, other),
    }
    Ok(())
}

/// Runs a statement that moves rows or reaches outside.
fn rows(run: &mut Run, statement: &StatementKind) -> Done<()> {
    run.look()?;
    match statement {
        StatementKind::OpenFile(table) => open_file::run(run, table),
        StatementKind::OpenRedis(host) => redis::open(run, host),
        StatementKind::SaveTable(table) => store::run_save(run, table),
        StatementKind::SaveFile(target) => save_file::run(run, target),
        StatementKind::SaveExcel(target) => excel::save(run, target),
        StatementKind::SaveRedis(host) => redis::save(run, host),
        StatementKind::Load(file) => load::run(run, file),
        StatementKind::Prep(body) if run.outside.workbook.is_some() => excel::prep(run, body),
        StatementKind::Prep(body) => prep::run(run, body),
        StatementKind::Put(put) | StatementKind::Batch(put) if run.outside.workbook.is_some() => {
            excel::put(run, &put.body)
        }
        StatementKind::Put(statement) => put::run(run, statement),
        StatementKind::PrepRedis(body) => redis::prep(run, body),
        StatementKind::PutRedis(body) => redis::put(run, body),
        StatementKind::Pass(statement) => pass::run(run, statement),
        StatementKind::Trans(template) => pass::run_trans(run, template),
        StatementKind::Shift(links) => pass::run_shift(run, links),
        StatementKind::Page(page) => page::run(run, page),
        StatementKind::BlockRange(block) => page::run_block(run, block),
        StatementKind::Process(statement) => page::run_process(run, statement),
        StatementKind::Batch(statement) => batch::run(run, statement),
        StatementKind::Par(query) => shell::run_par(run, query),
        StatementKind::Request(call) => request::run(run, call),
        StatementKind::ShowBuffer(count) => show(run, count.as_ref()),
        // All others have been run by the callers.
        _ => Ok(()),
    }
}

/// The rows that SHOW prints when no number is written.
const SHOWN_ROWS: usize = 20;

fn show(run: &mut Run, count: Option<&Expression>) -> Done<()> {
    run.check_no_producer("SHOW")?;
    let count = count.map_or(Ok(SHOWN_ROWS), |count| run.evaluate_count(count, "SHOW"))?;
    store::show(run, count);
    Ok(())
}
