//! Writing the rows of a table to a database, for PUT and BATCH (4.6, 4.11).

use crate::pql::Error;
use crate::pql::eval::Done;
use crate::pql::eval::json::RowCells;
use crate::pql::eval::placeholders::{Prepared, values_of};
use crate::pql::syntax::tree::PutMode;
use crate::sql::Session;
use crate::value::{Table, Value};

/// Rows of one prepared batch, each batch committed on its own.
const BATCH_ROWS: usize = 1000;

/// Runs a statement for the rows of a table and answers the affected rows.
pub(crate) fn write_rows(
    session: &mut dyn Session,
    mode: PutMode,
    prepared: &Prepared,
    table: &Table,
) -> Done<u64> {
    let affected = match mode {
        PutMode::Once => session
            .execute(&prepared.text(), &[])
            .map(|done| done.affected),
        PutMode::ShortInsert => {
            let values = values_of(table, prepared.dialect())?;
            let sql = format!("{} {values}", prepared.text().trim_end());
            session.execute(&sql, &[]).map(|done| done.affected)
        }
        PutMode::Positional => in_batches(session, prepared, table),
        PutMode::Named => {
            let mut statements = Vec::with_capacity(table.len());
            for cells in table.rows() {
                statements.push(prepared.fill(RowCells { table, cells })?);
            }
            in_transaction(session, |session| {
                let mut affected = 0_u64;
                for sql in &statements {
                    affected = affected.saturating_add(session.execute(sql, &[])?.affected);
                }
                Ok(affected)
            })
        }
    };
    Ok(affected.map_err(Error::from)?)
}

fn in_batches(
    session: &mut dyn Session,
    prepared: &Prepared,
    table: &Table,
) -> crate::sql::Result<u64> {
    let sql = prepared.text();
    let mut affected = 0_u64;
    for rows in table.rows().chunks(BATCH_ROWS) {
        let rows: Vec<Vec<Value>> = rows
            .iter()
            .map(|cells| prepared.parameters(cells))
            .collect();
        let done = in_transaction(session, |session| session.batch(&sql, &rows))?;
        affected = affected.saturating_add(done);
    }
    Ok(affected)
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
