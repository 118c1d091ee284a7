//! PUT (4.6).

use crate::pql::eval::{Connected, Done, Rendered, Run, drivers};
use crate::pql::syntax::tree::{Placeholder, Put, PutMode};
use crate::sql::{Dialect, Session};
use crate::value::{Table, Value};

/// Rows of one prepared batch, each batch committed on its own.
const BATCH_ROWS: usize = 1000;

/// Runs a non-query for the rows of the buffer.
pub(crate) fn run(run: &mut Run, statement: &Put) -> Done<()> {
    let connected = run.destination_connection()?;
    let affected = if run.buffer.table().is_empty() {
        0
    } else {
        let pieces = run.sql_pieces(&statement.body, connected.dialect())?;
        apply(run, statement.mode, &connected, &pieces)?
    };
    run.buffer.consume();
    run.counters.put = i64::try_from(affected).unwrap_or(i64::MAX);
    run.counters.put_total = run.counters.put_total.saturating_add(run.counters.put);
    Ok(())
}

fn apply(run: &Run, mode: PutMode, connected: &Connected, pieces: &[Rendered]) -> Done<u64> {
    let table = std::sync::Arc::clone(run.buffer.table());
    let dialect = connected.dialect();
    let written = |placeholder: &Placeholder| match placeholder {
        Placeholder::Position { .. } => "?".to_owned(),
        other => run.source.slice(other.span()).to_owned(),
    };
    let whole: String = pieces
        .iter()
        .map(|piece| match piece {
            Rendered::Text(text) => text.clone(),
            Rendered::Placeholder(placeholder) => written(placeholder),
        })
        .collect();
    run.trace(|| format!("{}: {whole} ({} rows)", connected.key, table.len()));
    match mode {
        PutMode::Once => run
            .with_session(connected, |session| session.execute(&whole, &[]))
            .map(|done| done.affected),
        PutMode::ShortInsert => {
            let sql = format!("{} {}", whole.trim_end(), values_of(&table, dialect)?);
            run.with_session(connected, |session| session.execute(&sql, &[]))
                .map(|done| done.affected)
        }
        PutMode::Positional => {
            let count = pieces
                .iter()
                .filter(|piece| matches!(piece, Rendered::Placeholder(_)))
                .count();
            let mut affected = 0_u64;
            for rows in table.rows().chunks(BATCH_ROWS) {
                let rows = parameters(rows, count);
                let done = run.with_session(connected, |session| {
                    in_transaction(session, |session| session.batch(&whole, &rows))
                })?;
                affected = affected.saturating_add(done);
            }
            Ok(affected)
        }
        PutMode::Named => {
            let mut statements = Vec::with_capacity(table.len());
            for cells in table.rows() {
                statements.push(fill(pieces, &table, cells, dialect, &written)?);
            }
            run.with_session(connected, |session| {
                in_transaction(session, |session| {
                    let mut affected = 0_u64;
                    for sql in &statements {
                        affected = affected.saturating_add(session.execute(sql, &[])?.affected);
                    }
                    Ok(affected)
                })
            })
        }
    }
}

/// As many cells as there are `?`; columns beyond them are not sent.
fn parameters(rows: &[Vec<Value>], count: usize) -> Vec<Vec<Value>> {
    let cut = |cells: &Vec<Value>| cells.iter().take(count).cloned().collect();
    rows.iter().map(cut).collect()
}

fn in_transaction<T>(
    session: &mut dyn Session,
    work: impl FnOnce(&mut dyn Session) -> crate::sql::Result<T>,
) -> crate::sql::Result<T> {
    session.begin()?;
    match work(session) {
        Ok(answer) => session.commit().map(|()| answer),
        Err(error) => {
            // The first error is the one to tell; a failing rollback only repeats it.
            drop(session.rollback());
            Err(error)
        }
    }
}

/// `VALUES (..), (..)` of a whole table.
fn values_of(table: &Table, dialect: Dialect) -> Done<String> {
    let mut text = String::from("VALUES ");
    for (index, cells) in table.rows().iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push('(');
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push_str(", ");
            }
            text.push_str(&drivers::literal(cell, dialect)?);
        }
        text.push(')');
    }
    Ok(text)
}

fn fill(
    pieces: &[Rendered],
    table: &Table,
    cells: &[Value],
    dialect: Dialect,
    written: &dyn Fn(&Placeholder) -> String,
) -> Done<String> {
    let cell = |name: &str| table.column(name).and_then(|index| cells.get(index));
    let mut sql = String::new();
    for piece in pieces {
        match piece {
            Rendered::Text(text) => sql.push_str(text),
            Rendered::Placeholder(placeholder) => {
                let filled = match placeholder {
                    Placeholder::Position { .. } => None,
                    Placeholder::Text { name, .. } => {
                        cell(name.as_str()).map(|value| escaped(&value.render(), dialect))
                    }
                    Placeholder::Value { name, .. } => {
                        let value = cell(name.as_str());
                        value
                            .map(|value| drivers::literal(value, dialect))
                            .transpose()?
                    }
                };
                sql.push_str(&filled.unwrap_or_else(|| written(placeholder)));
            }
        }
    }
    Ok(sql)
}

/// Text without quotes of its own that may stand inside those of the statement.
fn escaped(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    match dialect {
        Dialect::MySql => text.replace('\\', "\\\\"),
        _ => text,
    }
}
