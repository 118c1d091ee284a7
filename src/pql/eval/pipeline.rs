//! Rows on their way from PAGE and BLOCK to a consumer, table by table (4.11).
//!
//! A producer is only registered until a consumer asks for its rows. Then at most a few tables
//! wait between the stages, so that any amount of data moves in constant memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::json::RowCells;
use crate::pql::eval::producer::{Producer, Turn};
use crate::pql::eval::shared::Shared;
use crate::pql::eval::{Buffer, Connected, Done, Halt, Prepared, Run};
use crate::pql::syntax::tree::PutMode;
use crate::sql::{Dialect, Session};
use crate::value::Table;

/// A registered group of producer and stages.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) connected: Connected,
    pub(crate) producer: Producer,
    /// What PROCESS has added, in order.
    pub(crate) stages: Vec<(Connected, PutMode, Prepared)>,
}

/// Takes the tables one after the other on the thread of the run.
pub(crate) type Consumer<'a> = &'a mut dyn FnMut(&mut Run, &Arc<Table>) -> Done<()>;

impl Run {
    /// Hands over the rows of the buffer, then those of the registered producers in their order,
    /// and ends the group. A consumer gets tables with rows, or one that has the columns alone.
    pub(crate) fn drain(&mut self, consumer: Consumer<'_>) -> Done<()> {
        let pipelines = std::mem::take(&mut self.outside.pipelines);
        let table = Arc::clone(self.buffer.table());
        if pipelines.is_empty() {
            return consumer(self, &table);
        }
        let mut group = Group::new(consumer);
        let drained = match group.take(self, &table) {
            Ok(()) => self.drain_all(&pipelines, group),
            Err(halt) => Err(halt),
        };
        self.buffer.replace(Arc::default());
        let produced = i64::try_from(drained?).unwrap_or(i64::MAX);
        self.counters.total = self.counters.total.saturating_add(produced);
        Ok(())
    }

    fn drain_all(&mut self, pipelines: &[Pipeline], mut group: Group<'_>) -> Done<u64> {
        let mut produced = 0_u64;
        for pipeline in pipelines {
            group.is_new_part = true;
            let consumer: Consumer<'_> = &mut |run, table| group.take(run, table);
            let workers = self.workers(pipeline.connected.dialect());
            let rows = if workers > 1 && pipeline.producer.is_parallel() {
                self.drain_parallel(pipeline, workers, consumer)
            } else {
                self.drain_here(pipeline, consumer)
            };
            produced = produced.saturating_add(rows?);
        }
        group.finish(self)?;
        Ok(produced)
    }

    /// Refuses a statement that reads the buffer while rows of a producer are not yet in it.
    pub(crate) fn check_no_producer(&self, statement: &str) -> Done<()> {
        if self.outside.pipelines.is_empty() {
            return Ok(());
        }
        let message = format!(
            "{statement} works on the buffer, which gets no rows of PAGE and BLOCK: use PROCESS, \
             or GET in place of PAGE"
        );
        Err(Halt::new(Code::PQL_STATEMENT, message))
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
            let mut table = Arc::new(table);
            let is_last = pipeline.producer.ends_with(&table);
            if !is_last {
                (table, turn) = pipeline.producer.accept(&turn, table)?;
            }
            let table = self.stages(pipeline, table)?;
            produced = produced.saturating_add(table.len() as u64);
            consumer(self, &table)?;
            if is_last {
                return Ok(produced);
            }
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

/// The tables of a group on their way to its consumer.
struct Group<'a> {
    consumer: Consumer<'a>,
    /// The columns of the first rows; before there are any, those of the last table.
    columns: Table,
    has_rows: bool,
    is_new_part: bool,
}

impl<'a> Group<'a> {
    fn new(consumer: Consumer<'a>) -> Self {
        Self {
            consumer,
            columns: Table::default(),
            has_rows: false,
            is_new_part: true,
        }
    }

    /// Hands over a table with rows. One without them waits until all is known: a consumer may
    /// take the types of the columns from the first table that it gets.
    fn take(&mut self, run: &mut Run, table: &Arc<Table>) -> Done<()> {
        if !self.has_rows && !table.columns().is_empty() {
            self.columns = Table::new(table.columns().to_vec());
        }
        if table.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.is_new_part) {
            check_columns(&self.columns, table)?;
        }
        self.has_rows = true;
        (self.consumer)(run, table)
    }

    /// Tells the columns to a consumer that has got no rows.
    fn finish(self, run: &mut Run) -> Done<()> {
        if self.has_rows || self.columns.columns().is_empty() {
            return Ok(());
        }
        (self.consumer)(run, &Arc::new(self.columns))
    }
}

/// Rows of several parts go to one place, where other columns would be lost or misplaced.
fn check_columns(first: &Table, next: &Table) -> Done<()> {
    let (first, next) = (first.columns(), next.columns());
    let mut pairs = first.iter().zip(next);
    if first.len() == next.len() && pairs.all(|(first, next)| first.eq_ignore_ascii_case(next)) {
        return Ok(());
    }
    let message = format!(
        "the rows before have the columns `{}`, those of the next PAGE or BLOCK have `{}`: select \
         the same columns in the same order",
        first.join(", "),
        next.join(", ")
    );
    Err(Halt::new(Code::PQL_STATEMENT, message))
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
            let Some(sql) = self.pipeline.producer.query(&Turn::at(index)) else {
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
