//! Stopping a run from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::sql::Canceller;

/// A handle that stops a run: the running SQL statement, a SLEEP, or the next statement. Clones
/// stop the same run.
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
    sessions: Mutex<Vec<Canceller>>,
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
        self.inner.wake.notify_one();
        for session in self.sessions().iter() {
            session.cancel();
        }
    }

    /// Tells whether the run is being stopped.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::SeqCst)
            || self.inner.outer.as_ref().is_some_and(|outer| outer())
    }

    /// Makes a session stop with the run.
    pub(crate) fn watch(&self, canceller: Canceller) {
        self.sessions().push(canceller);
    }

    /// Waits until the run is stopped. The permit of `Notify` keeps an early call.
    pub async fn cancelled(&self) {
        while !self.is_cancelled() {
            self.inner.wake.notified().await;
        }
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, Vec<Canceller>> {
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
