//! Stopping a run from outside.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::fault::Code;
use crate::pql::Error;
use crate::sql::Canceller;
use crate::value::{self, Value};

/// How often a stopped run stops its sessions again: a statement that began just after the first
/// call would otherwise run to its end.
const STOP_AGAIN: Duration = Duration::from_millis(20);

/// How often a waiting function looks whether the run that called it was stopped.
const LOOK_OUT: Duration = Duration::from_millis(20);

/// A handle that stops a run: the running SQL statement, whatever it waits for, or the next
/// statement. Clones stop the same run.
#[derive(Clone, Default)]
pub struct Cancel {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    cancelled: AtomicBool,
    /// A run that this one is part of.
    outer: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    wake: Notify,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    open: HashMap<u64, Canceller>,
    next: u64,
}

impl Cancel {
    /// Makes a handle for one run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a handle that also stops when `outer` says so.
    pub(crate) fn following(outer: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        let inner = Inner {
            outer: Some(Box::new(outer)),
            ..Inner::default()
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Stops the run. May be called from any thread and any number of times.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::SeqCst);
        self.inner.wake.notify_waiters();
        self.stop_sessions();
    }

    /// Tells whether the run is being stopped.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
            || self.inner.outer.as_ref().is_some_and(|outer| outer())
    }

    /// Ends the work of a run that is being stopped.
    pub(crate) fn look(&self) -> Result<(), Error> {
        if self.is_cancelled() {
            return Err(cancelled());
        }
        Ok(())
    }

    /// Waits for something outside, unless the run is stopped: then it is dropped.
    pub(crate) async fn or_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancelled() => Err(cancelled()),
            done = work => Ok(done),
        }
    }

    /// Reads JSON, unless the run is stopped: then there is an error, which nobody sees.
    pub(crate) fn read_json(&self, text: &str) -> value::Result<Value> {
        Value::from_json_until(text, &|| self.is_cancelled())
    }

    /// Makes a session stop with the run, for as long as the answer is kept.
    #[must_use]
    pub(crate) fn watch(&self, canceller: Canceller) -> Watched {
        let mut sessions = self.sessions();
        let key = sessions.next;
        sessions.next = key.wrapping_add(1);
        sessions.open.insert(key, canceller);
        Watched {
            cancel: self.clone(),
            key,
        }
    }

    /// Waits until the run is stopped. May be dropped at any await.
    pub async fn cancelled(&self) {
        loop {
            // From here on no call is missed; one that came before has left its mark.
            let mut woken = pin!(self.inner.wake.notified());
            woken.as_mut().enable();
            if self.is_cancelled() {
                return;
            }
            if self.inner.outer.is_some() {
                drop(tokio::time::timeout(LOOK_OUT, woken).await);
            } else {
                woken.await;
            }
        }
    }

    /// Waits until the run is stopped and then stops its sessions again and again, whatever they
    /// begin. Never ends: its owner drops it with the run.
    pub(crate) async fn pursue(self) {
        self.cancelled().await;
        loop {
            self.stop_sessions();
            tokio::time::sleep(STOP_AGAIN).await;
        }
    }

    fn stop_sessions(&self) {
        // A driver may take its time, and sessions may end meanwhile.
        let open: Vec<Canceller> = self.sessions().open.values().cloned().collect();
        for session in open {
            session.cancel();
        }
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.inner
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cancel")
            .field("is_cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}

/// The error of a run that was stopped.
pub(crate) fn cancelled() -> Error {
    Error::new(Code::PQL_CANCELLED, "the run was cancelled")
}

/// Looks now and then, from inside a loop over values, whether the run was stopped. Whoever leaves
/// a loop for it may hand on half of a result: the caller of every link looks again.
pub(crate) struct Lookout {
    cancel: Cancel,
    passed: u32,
}

impl Lookout {
    /// Values between two looks: a few microseconds of the cheapest work.
    const VALUES: u32 = 256;

    pub(crate) fn new(cancel: &Cancel) -> Self {
        Self {
            cancel: cancel.clone(),
            passed: 0,
        }
    }

    /// Counts a value; tells whether to leave.
    pub(crate) fn is_stopped(&mut self) -> bool {
        self.passed = self.passed.wrapping_add(1);
        self.passed.is_multiple_of(Self::VALUES) && self.look()
    }

    /// The items until the run is stopped.
    pub(crate) fn among<I: Iterator>(mut self, items: I) -> impl Iterator<Item = I::Item> + use<I> {
        items.take_while(move |_| !self.is_stopped())
    }

    /// Tells whether to leave, for who does much between two looks.
    pub(crate) fn look(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

/// A session that stops with the run until this is dropped.
pub(crate) struct Watched {
    cancel: Cancel,
    key: u64,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.cancel.sessions().open.remove(&self.key);
    }
}
