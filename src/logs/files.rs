//! All task logs of a node: where they are, which are open, and the thread that writes them out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::time::Instant;

use super::{Error, LogPage, LogQuery, RecordLog, page};
use crate::clock::{Clock, Timestamp, Zone};
use crate::model::{JobId, TaskId};

/// How long a line may stand in memory (`keeper.md` 10.2).
const FLUSH_EVERY: Duration = Duration::from_millis(250);

/// Ended logs that may wait for the disk; their tasks wait beyond that, as the disk is too slow.
const ENDED_MAX: usize = 4096;

/// Names the log of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogKey {
    /// The job.
    pub job_id: JobId,
    /// The task.
    pub task_id: TaskId,
    /// When the record was opened, in whole seconds.
    pub record_time: Timestamp,
}

/// The task logs below one folder.
pub struct TaskLogs {
    root: PathBuf,
    zone: Zone,
    clock: Arc<dyn Clock>,
    open: Arc<Mutex<HashMap<LogKey, Arc<RecordLog>>>>,
    ended: Mutex<Option<SyncSender<Arc<RecordLog>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for TaskLogs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TaskLogs").field(&self.root).finish()
    }
}

impl TaskLogs {
    /// Keeps logs below `root`, named and dated in `zone`, and starts the thread that writes them
    /// out.
    ///
    /// # Errors
    /// [`Error::Thread`].
    pub fn start(root: PathBuf, zone: Zone, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let open: Arc<Mutex<HashMap<LogKey, Arc<RecordLog>>>> = Arc::default();
        let (ended, queue) = sync_channel::<Arc<RecordLog>>(ENDED_MAX);
        let present = Arc::clone(&open);
        let work = move || {
            let mut flushed = Instant::now();
            loop {
                match queue.recv_timeout(FLUSH_EVERY) {
                    Ok(log) => log.sync(),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if flushed.elapsed() >= FLUSH_EVERY {
                    flush_all(&present);
                    flushed = Instant::now();
                }
            }
            flush_all(&present);
        };
        let thread = std::thread::Builder::new().name("task-logs".to_owned());
        let thread = thread.spawn(work);
        Ok(Self {
            root,
            zone,
            clock,
            open,
            ended: Mutex::new(Some(ended)),
            thread: Mutex::new(Some(thread.map_err(|e| Error::Thread(Arc::new(e)))?)),
        })
    }

    /// Opens the log of a record, or gives the one that is open.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn record(&self, key: LogKey) -> Result<Arc<RecordLog>, Error> {
        if let Some(log) = lock(&self.open).get(&key) {
            return Ok(Arc::clone(log));
        }
        let path = self.path(key);
        let log = Arc::new(RecordLog::open(
            &path,
            Arc::clone(&self.clock),
            self.zone.clone(),
        )?);
        let mut open = lock(&self.open);
        Ok(Arc::clone(open.entry(key).or_insert(log)))
    }

    /// Lets go of the log of a record that has ended; its lines are in the file when this returns
    /// and on the disk soon after.
    pub fn end(&self, key: LogKey) {
        let Some(log) = lock(&self.open).remove(&key) else {
            return;
        };
        log.flush();
        let ended = lock(&self.ended).clone();
        // Without the thread the daemon is stopping, and the file is closed by dropping the log.
        if let Some(ended) = ended {
            let _stopping = ended.send(log);
        }
    }

    /// Reads a page of a record's log; an absent log is an empty one. Blocks on the disk.
    ///
    /// # Errors
    /// [`Error::Cursor`], [`Error::File`].
    pub fn read(&self, key: LogKey, query: LogQuery) -> Result<LogPage, Error> {
        let open = lock(&self.open).get(&key).cloned();
        if let Some(log) = open {
            log.flush();
        }
        page::read(&self.path(key), query)
    }

    /// Deletes the log of a record and its folders when they are empty. Harmless when it is absent.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn remove(&self, key: LogKey) -> Result<(), Error> {
        drop(lock(&self.open).remove(&key));
        let path = self.path(key);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::File {
                path,
                source: Arc::new(error),
            }),
            _ => {
                for folder in path.ancestors().skip(1).take(2) {
                    // A folder that still holds something stays.
                    let _in_use = std::fs::remove_dir(folder);
                }
                Ok(())
            }
        }
    }

    /// Writes everything out and ends the thread. Blocks; closing twice is harmless.
    pub fn close(&self) {
        drop(lock(&self.ended).take());
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread {
            // A thread that panicked has told so on standard error.
            let _panicked = thread.join();
        }
    }

    fn path(&self, key: LogKey) -> PathBuf {
        let time = key.record_time.to_zoned(self.zone.clone());
        Path::new(&self.root)
            .join(time.strftime("%Y%m%d").to_string())
            .join(key.job_id.to_string())
            .join(format!("{}_{}.log", key.task_id, time.strftime("%H%M%S")))
    }
}

fn flush_all(open: &Mutex<HashMap<LogKey, Arc<RecordLog>>>) {
    let logs: Vec<_> = lock(open).values().cloned().collect();
    for log in logs {
        log.flush();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
