//! The store's handle: hands work to the threads that own the sessions.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::writer::{self, Call, Tally, Unit, Writer};
use super::{Counters, Error, Options, Result, migrate};
use crate::clock::Timestamp;
use crate::sql::{Session, Source};

/// Keeper's own tables. Cheap to clone; every clone uses the same threads.
///
/// Every call may be dropped at any await: a write that was queued still happens, its answer is
/// lost.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    display: String,
    tally: Arc<Tally>,
    lanes: Mutex<Option<Lanes>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Clone)]
struct Lanes {
    write: mpsc::Sender<Box<dyn Unit>>,
    read: mpsc::Sender<Box<dyn Unit>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.inner.display).finish()
    }
}

impl Store {
    /// Opens the store behind `source`, brings its schema up to date and starts its threads.
    ///
    /// # Errors
    /// The database cannot be reached, has a newer schema, or a broken migration.
    pub async fn open(source: Arc<dyn Source>, options: Options, now: Timestamp) -> Result<Self> {
        let opening = tokio::task::spawn_blocking(move || Self::start(&source, options, now));
        opening.await.unwrap_or(Err(Error::Closed))
    }

    fn start(source: &Arc<dyn Source>, options: Options, now: Timestamp) -> Result<Self> {
        let mut session = writer::open(source.as_ref(), options.connect_timeout)?;
        migrate::apply(session.as_mut(), migrate::STEPS, now)?;
        let tally = Arc::new(Tally::default());
        let (write, queue) = mpsc::channel(writer::QUEUE);
        let writer = Writer {
            source: Arc::clone(source),
            timeout: options.connect_timeout,
            session: Some(session),
            tally: Arc::clone(&tally),
        };
        let mut threads = vec![thread("store-writer".to_owned(), || writer.serve(queue))?];
        let (read, queue) = mpsc::channel(writer::QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for number in 1..=options.readers.max(1) {
            let (source, queue) = (Arc::clone(source), Arc::clone(&queue));
            let work = move || serve_reads(source.as_ref(), options.connect_timeout, &queue);
            threads.push(thread(format!("store-reader-{number}"), work)?);
        }
        let inner = Inner {
            display: source.display(),
            tally,
            lanes: Mutex::new(Some(Lanes { write, read })),
            threads: Mutex::new(threads),
        };
        let inner = Arc::new(inner);
        Ok(Self { inner })
    }

    /// Lets queued work finish, then ends and joins the threads. Later calls answer
    /// [`Error::Closed`]; closing twice is harmless.
    pub async fn close(&self) {
        drop(self.lanes_lock().take());
        let threads = std::mem::take(
            &mut *self
                .inner
                .threads
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let joining = tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A thread that panicked has told so on standard error.
                let _panicked = thread.join();
            }
        });
        let _cancelled = joining.await;
    }

    /// Scheme, host and database, without credentials.
    pub fn display(&self) -> &str {
        &self.inner.display
    }

    /// What was counted since the store was opened.
    pub fn counters(&self) -> Counters {
        self.inner.tally.read()
    }

    pub(super) fn count_duplicate(&self) {
        self.inner.tally.duplicates.fetch_add(1, Ordering::Relaxed);
    }

    fn lanes_lock(&self) -> std::sync::MutexGuard<'_, Option<Lanes>> {
        let lanes = self.inner.lanes.lock();
        lanes.unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` inside the next group commit. It may run more than once and must not have
    /// effects outside the session.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Session) -> Result<T> + Send + 'static,
    {
        let lane = self.lanes_lock().as_ref().map(|lanes| lanes.write.clone());
        let answer = call(lane, work).await;
        if matches!(answer, Err(Error::Fenced { .. })) {
            self.inner.tally.fenced.fetch_add(1, Ordering::Relaxed);
        }
        answer
    }

    /// Runs `work` on a reading thread, outside a transaction.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut dyn Session) -> Result<T> + Send + 'static,
    {
        let lane = self.lanes_lock().as_ref().map(|lanes| lanes.read.clone());
        call(lane, work).await
    }
}

async fn call<T, F>(lane: Option<mpsc::Sender<Box<dyn Unit>>>, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut dyn Session) -> Result<T> + Send + 'static,
{
    let lane = lane.ok_or(Error::Closed)?;
    let (reply, answer) = oneshot::channel();
    let unit: Box<dyn Unit> = Box::new(Call::new(work, reply));
    lane.send(unit).await.map_err(|_| Error::Closed)?;
    drop(lane);
    answer.await.unwrap_or(Err(Error::Closed))
}

fn thread(name: String, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    let builder = std::thread::Builder::new().name(name);
    builder.spawn(work).map_err(|_| Error::Closed)
}

fn serve_reads(
    source: &dyn Source,
    timeout: Duration,
    queue: &Mutex<mpsc::Receiver<Box<dyn Unit>>>,
) {
    let mut session = None;
    loop {
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        let Some(mut unit) = next else { return };
        let whole = read_once(source, timeout, &mut session, unit.as_mut());
        unit.answer(whole);
    }
}

/// Runs one read, on a new session when there is none or the old one was lost.
fn read_once(
    source: &dyn Source,
    timeout: Duration,
    session: &mut Option<Box<dyn Session>>,
    unit: &mut dyn Unit,
) -> Result<()> {
    let had_one = session.is_some();
    let mut open = match session.take() {
        Some(open) => open,
        None => writer::open(source, timeout)?,
    };
    match unit.run(open.as_mut()) {
        Some(error) if error.is_retryable() => {
            if had_one {
                return read_once(source, timeout, session, unit);
            }
        }
        _ => *session = Some(open),
    }
    Ok(())
}
