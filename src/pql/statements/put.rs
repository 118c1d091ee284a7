//! PUT (4.6).

use crate::pql::eval::{Done, Prepared, Run, write_rows};
use crate::pql::syntax::tree::Put;

/// Runs a non-query for the rows of the buffer, or for those that PAGE and BLOCK produce.
pub(crate) fn run(run: &mut Run, statement: &Put) -> Done<()> {
    let connected = run.destination_connection()?;
    let dialect = connected.dialect();
    let pieces = run.sql_pieces(&statement.body, dialect)?;
    let prepared = Prepared::new(pieces, dialect, &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    let mut affected = 0_u64;
    run.drain(&mut |run, table| {
        if table.is_empty() {
            return Ok(());
        }
        let session = run.open_session(&connected)?;
        let mut session = session
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let written = write_rows(session.as_mut(), statement.mode, &prepared, table)?;
        affected = affected.saturating_add(written);
        Ok(())
    })?;
    count(run, affected);
    Ok(())
}

/// Notes what a PUT or BATCH has written.
pub(crate) fn count(run: &mut Run, affected: u64) {
    run.buffer.consume();
    run.counters.put = i64::try_from(affected).unwrap_or(i64::MAX);
    run.counters.put_total = run.counters.put_total.saturating_add(run.counters.put);
}
