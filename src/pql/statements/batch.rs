//! BATCH (4.11): PUT with parallel writers.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::pql::cancel::cancelled;
use crate::pql::eval::{
    BATCH_ROWS, Connected, Done, FirstFault, Halt, Prepared, RowWriter, Run, Shared, TANKS,
};
use crate::pql::statements::put;
use crate::pql::syntax::tree::{Put, PutMode};
use crate::value::Table;

/// Runs a non-query for the rows of the buffer or of a producer, on several connections at once.
pub(crate) fn run(run: &mut Run, statement: &Put) -> Done<()> {
    let connected = run.destination_connection()?;
    let workers = run.workers(connected.dialect());
    if workers <= 1 || statement.mode == PutMode::Once {
        return put::run(run, statement);
    }
    let pieces = run.sql_pieces(&statement.body, connected.dialect())?;
    let prepared = Prepared::new(pieces, connected.dialect(), &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    let tanks = run.setting_number("pql.tanks", TANKS).max(1);
    let (sender, receiver) = sync_channel::<Part>(tanks);
    let shared = Arc::clone(&run.shared);
    let group = Group {
        shared: &shared,
        connected: &connected,
        mode: statement.mode,
        prepared: &prepared,
        parts: Mutex::new(receiver),
        affected: AtomicU64::new(0),
        fault: FirstFault::default(),
    };
    let drained = std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| group.work());
        }
        let drained = run.drain(&mut |_, table| {
            for rows in ranges(table.len()) {
                let part = Part {
                    table: Arc::clone(table),
                    rows,
                };
                // The writers leave together when one of them fails.
                if group.fault.is_set() || sender.send(part).is_err() {
                    return Err(cancelled().into());
                }
            }
            Ok(())
        });
        drop(sender);
        drained
    });
    if let Some(halt) = group.fault.take() {
        return Err(halt);
    }
    drained?;
    put::count(run, group.affected.into_inner());
    Ok(())
}

/// Some rows of a table; the others are at other writers.
struct Part {
    table: Arc<Table>,
    rows: Range<usize>,
}

fn ranges(count: usize) -> impl Iterator<Item = Range<usize>> {
    let starts = (0..count).step_by(BATCH_ROWS);
    starts.map(move |start| start..start.saturating_add(BATCH_ROWS).min(count))
}

/// What the writers share.
struct Group<'a> {
    shared: &'a Shared,
    connected: &'a Connected,
    mode: PutMode,
    prepared: &'a Prepared,
    parts: Mutex<Receiver<Part>>,
    affected: AtomicU64,
    fault: FirstFault,
}

impl Group<'_> {
    fn work(&self) {
        if let Err(halt) = self.write_all() {
            self.fault.set(halt);
            // The producer may wait for room: it gets it, and then sees the fault.
            while self.next().is_some() {}
        }
    }

    fn write_all(&self) -> Result<(), Halt> {
        let writer = RowWriter {
            mode: self.mode,
            prepared: self.prepared,
            cancel: &self.shared.cancel,
        };
        // Connecting waits for the first rows: often there are fewer than writers.
        let mut session = None;
        while let Some(part) = self.next() {
            if self.fault.is_set() {
                continue;
            }
            let session = match &mut session {
                Some(session) => session,
                none => {
                    let Connected { key, source } = self.connected;
                    none.insert(self.shared.own_session(key, source)?)
                }
            };
            let rows = part.table.rows().get(part.rows).unwrap_or_default();
            let written = writer.write(&mut **session, &part.table, rows)?;
            self.affected.fetch_add(written, Ordering::SeqCst);
        }
        Ok(())
    }

    fn next(&self) -> Option<Part> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.recv().ok()
    }
}
