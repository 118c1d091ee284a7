//! Writing the rows of a table to a database, for PUT and BATCH (4.6, 4.11).

use crate::pql::eval::json::RowCells;
use crate::pql::eval::placeholders::Prepared;
use crate::pql::eval::{Done, Halt};
use crate::pql::syntax::tree::PutMode;
use crate::pql::{Cancel, Error};
use crate::sql::Session;
use crate::value::{Table, Value};

/// Rows of one prepared batch, each batch committed on its own.
pub(crate) const BATCH_ROWS: usize = 1000;

/// About the largest text of a statement that rows share: far below what any server refuses.
const STATEMENT_BYTES: usize = 256 << 10;

/// A statement that is run for rows.
pub(crate) struct RowWriter<'a> {
    pub(crate) mode: PutMode,
    pub(crate) prepared: &'a Prepared,
    /// Looked at between two statements.
    pub(crate) cancel: &'a Cancel,
}

impl RowWriter<'_> {
    /// Runs the statement for some rows of a table and answers the affected rows.
    pub(crate) fn write(
        &self,
        session: &mut dyn Session,
        table: &Table,
        rows: &[Vec<Value>],
    ) -> Done<u64> {
        let affected = self.write_all(session, table, rows)?;
        // Some servers end a stopped statement as if it had done its work.
        self.cancel.look()?;
        Ok(affected)
    }

    fn write_all(
        &self,
        session: &mut dyn Session,
        table: &Table,
        rows: &[Vec<Value>],
    ) -> Done<u64> {
        match self.mode {
            PutMode::Once => {
                let done = session.execute(&self.prepared.text(), &[]);
                Ok(done.map_err(Error::from)?.affected)
            }
            PutMode::ShortInsert => self.short_insert(session, table, rows),
            PutMode::Positional => self.in_batches(session, rows),
            PutMode::Named => in_transaction(session, |session| self.named(session, table, rows)),
        }
    }

    /// One statement for each row, or for many of them where they can share one.
    fn named(&self, session: &mut dyn Session, table: &Table, rows: &[Vec<Value>]) -> Done<u64> {
        let inserted = match self.prepared.inserted(table) {
            Some(found) if rows.len() > 1 && session.shares_rows().map_err(Error::from)? => {
                Some(found)
            }
            _ => None,
        };
        let mut affected = 0_u64;
        let mut statement = String::new();
        let mut sql = String::new();
        let mut shared_by = 0;
        for cells in rows {
            let row = RowCells { table, cells };
            sql.clear();
            self.prepared.fill_into(row, &mut sql)?;
            let inserted = inserted.as_ref();
            let span = inserted.and_then(|inserted| inserted.values(&sql, row));
            if let Some(span) = &span {
                sql.truncate(span.end);
            }
            let values = span.and_then(|span| sql.get(span));
            let is_full = statement.len().saturating_add(sql.len()) > STATEMENT_BYTES;
            match values {
                Some(values) if !is_full && (1..BATCH_ROWS).contains(&shared_by) => {
                    statement.extend([", ", values]);
                    shared_by += 1;
                }
                _ => {
                    affected = affected.saturating_add(self.execute(session, &statement)?);
                    shared_by = usize::from(values.is_some());
                    std::mem::swap(&mut statement, &mut sql);
                }
            }
        }
        Ok(affected.saturating_add(self.execute(session, &statement)?))
    }

    fn execute(&self, session: &mut dyn Session, statement: &str) -> Done<u64> {
        if statement.is_empty() {
            return Ok(0);
        }
        self.cancel.look()?;
        let done = session.execute(statement, &[]).map_err(Error::from)?;
        Ok(done.affected)
    }

    /// All rows or none.
    fn short_insert(
        &self,
        session: &mut dyn Session,
        table: &Table,
        rows: &[Vec<Value>],
    ) -> Done<u64> {
        let marks = vec!["?"; table.columns().len()].join(", ");
        let head = self.prepared.text();
        let sql = format!("{} VALUES ({marks})", head.trim_end());
        in_transaction(session, |session| {
            let mut affected = 0_u64;
            for rows in rows.chunks(BATCH_ROWS) {
                self.cancel.look()?;
                let done = session.batch(&sql, rows).map_err(Error::from)?;
                affected = affected.saturating_add(done);
            }
            Ok(affected)
        })
    }

    fn in_batches(&self, session: &mut dyn Session, rows: &[Vec<Value>]) -> Done<u64> {
        let sql = self.prepared.text();
        let width = self.prepared.width();
        let mut affected = 0_u64;
        for rows in rows.chunks(BATCH_ROWS) {
            self.cancel.look()?;
            // Columns beyond the marks are not sent.
            let cut: Vec<Vec<Value>>;
            let rows = if rows.iter().all(|cells| cells.len() <= width) {
                rows
            } else {
                let rows = rows.iter();
                cut = rows
                    .map(|cells| cells.iter().take(width).cloned().collect())
                    .collect();
                cut.as_slice()
            };
            let done = in_transaction(session, |session| {
                Ok(session.batch(&sql, rows).map_err(Error::from)?)
            })?;
            affected = affected.saturating_add(done);
        }
        Ok(affected)
    }
}

fn in_transaction<T>(
    session: &mut dyn Session,
    work: impl FnOnce(&mut dyn Session) -> Done<T>,
) -> Done<T> {
    let told = |error: crate::sql::Error| Halt::from(Error::from(error));
    session.begin().map_err(told)?;
    match work(session) {
        Ok(answer) => session.commit().map(|()| answer).map_err(told),
        Err(error) => {
            // The first error is the one to tell; a failing rollback only repeats it.
            drop(session.rollback());
            Err(error)
        }
    }
}
