//! The writing thread: many units of work share one commit.
//!
//! Each unit runs behind a savepoint, so that one that fails takes only its own changes back. When
//! the engine breaks the whole transaction (deadlock, lost connection), the whole batch runs again;
//! units may therefore run several times and answer only once, after the commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::{Counters, Error, Result};
use crate::sql::{self, Dialect, Session, Source};

/// Units that may wait for the writer; more callers wait in their own `await`.
pub(super) const QUEUE: usize = 1024;

/// Units in one commit at most: bounds how long the first of them waits.
const BATCH_MAX: usize = 128;

/// How often a batch is run before its error is answered.
const ATTEMPTS: u32 = 3;

/// Prepares a session for the store: SQLite's durability, and on MySQL an isolation in which each
/// statement sees what others have committed, as the locks taken by `UPDATE` expect.
pub(super) fn open(source: &dyn Source, timeout: Duration) -> Result<Box<dyn Session>> {
    let mut session = source.open(timeout)?;
    session.script(match session.dialect() {
        Dialect::Sqlite => {
            "PRAGMA busy_timeout = 10000;
             PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON"
        }
        Dialect::Postgres => {
            let message = "Keeper's own tables can be kept in SQLite or a MySQL-family database";
            return Err(sql::Error::Url(message.to_owned()).into());
        }
        Dialect::MySql => "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    })?;
    Ok(session)
}

/// A unit of work that keeps its answer until the commit.
pub(super) trait Unit: Send {
    /// Runs it; may be called again after the transaction was lost.
    fn run(&mut self, session: &mut dyn Session) -> Option<Error>;
    /// Tells the caller; an error stands for the whole transaction.
    fn answer(self: Box<Self>, whole: Result<()>);
}

/// A closure with the place where its answer goes.
pub(super) struct Call<T, F> {
    work: F,
    result: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T, F> Call<T, F> {
    pub(super) fn new(work: F, reply: oneshot::Sender<Result<T>>) -> Self {
        let result = None;
        Self {
            work,
            result,
            reply,
        }
    }
}

impl<T, F> Unit for Call<T, F>
where
    T: Send,
    F: FnMut(&mut dyn Session) -> Result<T> + Send,
{
    fn run(&mut self, session: &mut dyn Session) -> Option<Error> {
        let result = (self.work)(session);
        let error = result.as_ref().err().cloned();
        self.result = Some(result);
        error
    }

    fn answer(self: Box<Self>, whole: Result<()>) {
        let own = self.result.unwrap_or(Err(Error::Closed));
        let answer = match (whole, own) {
            (Err(error), Ok(_)) => Err(error),
            (_, own) => own,
        };
        // A caller that went away does not want its answer.
        let _gone = self.reply.send(answer);
    }
}

/// Counted by the writer, read by everybody.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) commits: AtomicU64,
    pub(super) units: AtomicU64,
    pub(super) reruns: AtomicU64,
    pub(super) fenced: AtomicU64,
    pub(super) duplicates: AtomicU64,
}

impl Tally {
    pub(super) fn read(&self) -> Counters {
        Counters {
            commits: self.commits.load(Ordering::Relaxed),
            units: self.units.load(Ordering::Relaxed),
            reruns: self.reruns.load(Ordering::Relaxed),
            fenced: self.fenced.load(Ordering::Relaxed),
            duplicates: self.duplicates.load(Ordering::Relaxed),
        }
    }
}

/// The state of the writing thread.
pub(super) struct Writer {
    pub(super) source: Arc<dyn Source>,
    pub(super) timeout: Duration,
    pub(super) session: Option<Box<dyn Session>>,
    pub(super) tally: Arc<Tally>,
}

impl Writer {
    /// Serves until every sender is gone.
    pub(super) fn serve(mut self, mut queue: mpsc::Receiver<Box<dyn Unit>>) {
        while let Some(first) = queue.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH_MAX {
                let Ok(unit) = queue.try_recv() else { break };
                batch.push(unit);
            }
            let whole = self.attempt(&mut batch);
            for unit in batch {
                unit.answer(whole.clone());
            }
        }
    }

    fn attempt(&mut self, batch: &mut [Box<dyn Unit>]) -> Result<()> {
        let mut attempt = 1;
        loop {
            let result = self.transaction(batch);
            match result {
                Err(error) if error.is_retryable() && attempt < ATTEMPTS => {
                    attempt += 1;
                    self.tally.reruns.fetch_add(1, Ordering::Relaxed);
                }
                result => return result,
            }
        }
    }

    fn transaction(&mut self, batch: &mut [Box<dyn Unit>]) -> Result<()> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => open(self.source.as_ref(), self.timeout)?,
        };
        let result = run(session.as_mut(), batch);
        // A session that cannot even roll back is replaced before the next batch.
        if result.is_ok() || session.rollback().is_ok() {
            self.session = Some(session);
        }
        if result.is_ok() {
            self.tally.commits.fetch_add(1, Ordering::Relaxed);
            let units = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            self.tally.units.fetch_add(units, Ordering::Relaxed);
        }
        result
    }
}

fn run(session: &mut dyn Session, batch: &mut [Box<dyn Unit>]) -> Result<()> {
    session.begin()?;
    for unit in batch {
        session.script("SAVEPOINT unit")?;
        match unit.run(session) {
            Some(error) if error.is_retryable() => return Err(error),
            Some(_) => session.script("ROLLBACK TO SAVEPOINT unit")?,
            None => session.script("RELEASE SAVEPOINT unit")?,
        }
    }
    // Running a batch again whose commit may have arrived could make a task twice.
    session.commit().map_err(|error| match error {
        sql::Error::Lost(message) => Error::Unknown(message),
        error => error.into(),
    })
}
