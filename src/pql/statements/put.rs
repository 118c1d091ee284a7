//! PUT (4.6).

use crate::pql::eval::{Done, Prepared, RowWriter, Run};
use crate::pql::syntax::tree::{Put, PutMode};

/// Runs a non-query for the rows of the buffer, or for those that PAGE and BLOCK produce.
pub(crate) fn run(run: &mut Run, statement: &Put) -> Done<()> {
    let connected = run.destination_connection()?;
    let dialect = connected.dialect();
    let pieces = run.sql_pieces(&statement.body, dialect)?;
    let prepared = Prepared::new(pieces, dialect, &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    let cancel = run.shared.cancel.clone();
    let writer = RowWriter {
        mode: statement.mode,
        prepared: &prepared,
        cancel: &cancel,
    };
    let mut affected = 0_u64;
    let mut was_run = false;
    run.drain(&mut |run, table| {
        // What takes nothing from the rows runs once, however many tables they come in.
        if table.is_empty() || (statement.mode == PutMode::Once && was_run) {
            return Ok(());
        }
        was_run = true;
        let shared = &run.shared;
        let written = shared.with_session(&connected.key, &connected.source, |session| {
            writer.write(&mut **session, table, table.rows())
        })??;
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
