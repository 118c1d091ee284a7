//! Rows on their way from PAGE and BLOCK to a consumer, table by table (4.11).
//!
//! A producer is only registered until a consumer asks for its rows. Then at most a few tables
//! wait between the stages, so that any amount of data moves in constant memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::pql::Error;
use crate::pql::eval::json::RowCells;
use crate::pql::eval::shared::Shared;
use crate::pql::eval::{Buffer, Connected, Done, Halt, Prepared, Run};
use crate::pql::syntax::tree::PutMode;
use crate::sql::{Dialect, Session};
use crate::value::{Table, Value};

/// A registered group of producer and stages.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) connected: Connected,
    pub(crate) producer: Producer,
    /// What PROCESS has added, in order.
    pub(crate) stages: Vec<(Connected, PutMode, Prepared)>,
}

/// Where the tables come from.
#[derive(Debug, Clone)]
pub(crate) enum Producer {
    /// Page k begins at row k * size; ends at the first empty page.
    Offset { query: Prepared, size: i64 },
    /// Each page begins behind the largest value of a column in the page before.
    Column { query: Prepared, column: Arc<str> },
    /// One query for each pair of bounds.
    Ranges {
        query: Prepared,
        bounds: Vec<(i64, i64)>,
    },
}

/// Takes the tables one after the other on the thread of the run.
pub(crate) type Consumer<'a> = &'a mut dyn FnMut(&mut Run, &Arc<Table>) -> Done<()>;

impl Run {
    /// Hands over the rows of the registered producer, else those of the buffer, and ends the
    /// group.
    pub(crate) fn drain(&mut self, consumer: Consumer<'_>) -> Done<()> {
        let Some(pipeline) = self.outside.pipeline.take() else {
            let table = Arc::clone(self.buffer.table());
            return consumer(self, &table);
        };
        let workers = self.workers(pipeline.connected.dialect());
        let produced = if workers > 1 && pipeline.producer.is_parallel() {
            self.drain_parallel(&pipeline, workers, consumer)
        } else {
            self.drain_here(&pipeline, consumer)
        };
        self.buffer.replace(Arc::default());
        let produced = i64::try_from(produced?).unwrap_or(i64::MAX);
        self.counters.total = self.counters.total.saturating_add(produced);
        Ok(())
    }

    /// Threads that may work on one database: SQLite has one writer and, in memory, one session.
    pub(crate) fn workers(&self, dialect: Dialect) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        match dialect {
            Dialect::Sqlite => 1,
            Dialect::MySql | Dialect::Postgres => self.setting_number("pql.parallel", cores).max(1),
        }
    }

    fn drain_here(&mut self, pipeline: &Pipeline, consumer: Consumer<'_>) -> Done<u64> {
        let mut turn = Turn::default();
        let mut produced = 0_u64;
        loop {
            self.look()?;
            self.step()?;
            let Some(sql) = pipeline.producer.query(&turn) else {
                return Ok(produced);
            };
            let table = self.query_rows(&pipeline.connected, &sql, &[])?;
            if pipeline.producer.ends_with(&table) {
                return Ok(produced);
            }
            turn = pipeline.producer.after(&turn, &table)?;
            let table = self.stages(pipeline, Arc::new(table))?;
            produced = produced.saturating_add(table.len() as u64);
            consumer(self, &table)?;
        }
    }

    /// The stages of PROCESS for one table.
    fn stages(&mut self, pipeline: &Pipeline, mut table: Arc<Table>) -> Done<Arc<Table>> {
        for (connected, mode, prepared) in &pipeline.stages {
            let shared = &self.shared;
            table = shared.with_session(&connected.key, &connected.source, |session| {
                process(shared, &mut **session, (*mode, prepared), &table)
            })??;
        }
        Ok(table)
    }

    /// Several readers with sessions of their own; the consumer stays on this thread.
    fn drain_parallel(
        &mut self,
        pipeline: &Pipeline,
        workers: usize,
        consumer: Consumer<'_>,
    ) -> Done<u64> {
        let tanks = self.setting_number("pql.tanks", TANKS).max(1);
        let next = AtomicUsize::new(0);
        let end = AtomicUsize::new(usize::MAX);
        let (sender, receiver) = sync_channel(tanks);
        let shared = Arc::clone(&self.shared);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                let reader = Reader {
                    pipeline,
                    next: &next,
                    end: &end,
                    shared: &shared,
                };
                let sender: SyncSender<Done<Arc<Table>>> = sender.clone();
                scope.spawn(move || reader.run(&sender));
            }
            drop(sender);
            let produced = self.consume(&receiver, consumer);
            // Readers stop at a closed channel and at this mark.
            end.store(0, Ordering::SeqCst);
            drop(receiver);
            produced
        })
    }

    fn consume(
        &mut self,
        receiver: &Receiver<Done<Arc<Table>>>,
        consumer: Consumer<'_>,
    ) -> Done<u64> {
        let mut produced = 0_u64;
        for table in receiver {
            self.look()?;
            self.step()?;
            let table = table?;
            produced = produced.saturating_add(table.len() as u64);
            consumer(self, &table)?;
        }
        Ok(produced)
    }
}

/// Tables that may wait between two stages when no setting says otherwise.
pub(crate) const TANKS: usize = 3;

/// Where a producer is.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    index: usize,
    largest: i64,
}

impl Producer {
    fn is_parallel(&self) -> bool {
        !matches!(self, Self::Column { .. })
    }

    /// The query of a turn; `None` behind the last one.
    fn query(&self, turn: &Turn) -> Option<String> {
        let index = i64::try_from(turn.index).unwrap_or(i64::MAX);
        match self {
            Self::Offset { query, size } => Some(query.fill_marks(&[index.saturating_mul(*size)])),
            Self::Column { query, .. } => Some(query.fill_marks(&[turn.largest])),
            Self::Ranges { query, bounds } => {
                let (low, high) = bounds.get(turn.index)?;
                Some(query.fill_marks(&[*low, *high]))
            }
        }
    }

    /// Tells whether a page is the one behind the last.
    fn ends_with(&self, table: &Table) -> bool {
        table.is_empty() && !matches!(self, Self::Ranges { .. })
    }

    fn after(&self, turn: &Turn, table: &Table) -> Done<Turn> {
        let mut largest = turn.largest;
        if let Self::Column { column, .. } = self {
            largest = largest_of(table, column)?;
            if largest <= turn.largest {
                let message = format!("the column `{column}` does not grow from page to page");
                return Err(Halt::new(crate::fault::Code::PQL_STATEMENT, message));
            }
        }
        Ok(Turn {
            index: turn.index.saturating_add(1),
            largest,
        })
    }
}

fn largest_of(table: &Table, column: &str) -> Done<i64> {
    let Some(index) = table.column(column) else {
        let message = format!("the query of PAGE does not select its column `{column}`");
        return Err(Halt::new(crate::fault::Code::PQL_STATEMENT, message));
    };
    let numbers = table
        .rows()
        .iter()
        .filter_map(|cells| match cells.get(index) {
            Some(Value::Integer(number)) => Some(*number),
            Some(Value::Text(text)) => text.trim().parse().ok(),
            _ => None,
        });
    numbers.max().ok_or_else(|| {
        let message = format!("the column `{column}` of PAGE has no whole numbers");
        Halt::new(crate::fault::Code::PQL_STATEMENT, message)
    })
}

/// One thread that reads pages or ranges.
struct Reader<'a> {
    pipeline: &'a Pipeline,
    next: &'a AtomicUsize,
    end: &'a AtomicUsize,
    shared: &'a Arc<Shared>,
}

impl Reader<'_> {
    fn run(&self, sender: &SyncSender<Done<Arc<Table>>>) {
        let read = self.read_all(sender);
        if let Err(halt) = read {
            self.end.store(0, Ordering::SeqCst);
            // The consumer has gone with an error of its own.
            drop(sender.send(Err(halt)));
        }
    }

    fn read_all(&self, sender: &SyncSender<Done<Arc<Table>>>) -> Done<()> {
        let mut sessions = Vec::new();
        let connections = std::iter::once(&self.pipeline.connected)
            .chain(self.pipeline.stages.iter().map(|(connected, ..)| connected));
        for connected in connections {
            sessions.push(self.shared.own_session(&connected.key, &connected.source)?);
        }
        loop {
            let index = self.next.fetch_add(1, Ordering::SeqCst);
            if index >= self.end.load(Ordering::SeqCst) {
                return Ok(());
            }
            let turn = Turn { index, largest: 0 };
            let Some(sql) = self.pipeline.producer.query(&turn) else {
                return Ok(());
            };
            let mut sessions = sessions.iter_mut();
            let Some(first) = sessions.next() else {
                return Ok(());
            };
            let limit = self.shared.environment.limits.rows;
            let table = first.query_up_to(limit, &sql, &[]).map_err(Error::from)?;
            // Some servers end a stopped query as if it had no more rows.
            self.shared.cancel.look()?;
            let mut table = Arc::new(table);
            if self.pipeline.producer.ends_with(&table) {
                self.end.fetch_min(index, Ordering::SeqCst);
                return Ok(());
            }
            for ((_, mode, prepared), session) in self.pipeline.stages.iter().zip(sessions) {
                table = process(self.shared, &mut **session, (*mode, prepared), &table)?;
            }
            if sender.send(Ok(table)).is_err() {
                return Ok(());
            }
        }
    }
}

/// Asks again for each row and collects what comes.
fn process(
    shared: &Shared,
    session: &mut dyn Session,
    (mode, prepared): (PutMode, &Prepared),
    table: &Table,
) -> Done<Arc<Table>> {
    let limit = shared.environment.limits.rows;
    let mut results = Buffer::default();
    for cells in table.rows() {
        shared.cancel.look()?;
        let more = if mode == PutMode::Positional {
            session.query_up_to(limit, &prepared.text(), &prepared.parameters(cells))
        } else {
            session.query_up_to(limit, &prepared.fill(RowCells { table, cells })?, &[])
        };
        results.append(&Arc::new(more.map_err(Error::from)?));
        if results.table().len() > limit {
            return Err(Error::from(crate::sql::Error::TooManyRows { limit }).into());
        }
    }
    Ok(Arc::clone(results.table()))
}

/// Keeps the first error of several threads.
#[derive(Debug, Default)]
pub(crate) struct FirstFault(Mutex<Option<Halt>>);

impl FirstFault {
    pub(crate) fn set(&self, halt: Halt) {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.get_or_insert(halt);
    }

    /// Tells whether there is one.
    pub(crate) fn is_set(&self) -> bool {
        let place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.is_some()
    }

    pub(crate) fn take(&self) -> Option<Halt> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
