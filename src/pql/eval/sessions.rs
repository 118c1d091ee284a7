//! The sessions of a run: opened on first use, with patience, and kept.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinError;

use crate::clock::{SignedDuration, Timestamp};
use crate::pql::Error;
use crate::pql::cancel::Watched;
use crate::pql::eval::shared::{Shared, unconnected};
use crate::registry::Severity;
use crate::sql::{self, Dialect, Session, Source};

/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// How long after a failed attempt to reach a server the next one is made.
const RETRY_PAUSE: SignedDuration = SignedDuration::from_secs(1);

/// The sessions that statements and functions of a run share, by the key of their connection.
#[derive(Default)]
pub(crate) struct Sessions {
    slots: Mutex<HashMap<Arc<str>, Arc<Mutex<Slot>>>>,
    /// The statements that chose a database: all sessions of a connection begin with its own.
    choices: Mutex<HashMap<Arc<str>, String>>,
}

/// The place of one shared session; its users take turns, and wait here while it is opened.
#[derive(Default)]
struct Slot {
    open: Option<OwnSession>,
    /// When the session was last at work.
    used_at: Timestamp,
}

/// A session that ends its statement when the run is stopped.
pub(crate) struct OwnSession {
    session: Box<dyn Session>,
    _watched: Watched,
}

impl Deref for OwnSession {
    type Target = dyn Session;

    fn deref(&self) -> &Self::Target {
        self.session.as_ref()
    }
}

impl DerefMut for OwnSession {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.session.as_mut()
    }
}

impl Shared {
    /// Uses the session of a connection, which is opened on first use, kept, and made anew after it
    /// was idle for longer than the connection allows.
    pub(crate) fn with_session<T>(
        &self,
        key: &Arc<str>,
        source: &Arc<dyn Source>,
        work: impl FnOnce(&mut OwnSession) -> T,
    ) -> Result<T, Error> {
        // Who waits for one server must not stop those who use another.
        let slot = {
            let slots = self.sessions.slots.lock();
            let mut slots = slots.unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(Arc::clone(key)).or_default())
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let Slot { open, used_at } = &mut *slot;
        if let Some(idle_max) = source.patience().idle_max {
            let idle = self.environment.clock.now().duration_since(*used_at);
            if idle.unsigned_abs() > idle_max {
                *open = None;
            }
        }
        let session = match open {
            Some(session) => session,
            none => none.insert(self.shared_session(key, source)?),
        };
        let done = work(session);
        *used_at = self.environment.clock.now();
        Ok(done)
    }

    fn shared_session(
        &self,
        key: &Arc<str>,
        source: &Arc<dyn Source>,
    ) -> Result<OwnSession, Error> {
        self.own_session(key, source).map_err(|error| {
            // A connection that was opened by its URL has no other name to be told.
            if key.starts_with(&source.display()) {
                return error;
            }
            let message = format!("connection `{key}`: {}", error.message());
            Error::new(error.code(), message)
        })
    }

    /// Chooses the database of a connection by a statement, for all its sessions from here on.
    pub(crate) fn choose_database(
        &self,
        key: &Arc<str>,
        source: &Arc<dyn Source>,
        statement: String,
    ) -> Result<(), Error> {
        self.with_session(key, source, |session| session.execute(&statement, &[]))??;
        self.choices().insert(Arc::clone(key), statement);
        Ok(())
    }

    fn choices(&self) -> MutexGuard<'_, HashMap<Arc<str>, String>> {
        let choices = self.sessions.choices.lock();
        choices.unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session besides those that the statements of the run take turns with.
    pub(crate) fn own_session(
        &self,
        key: &Arc<str>,
        source: &Arc<dyn Source>,
    ) -> Result<OwnSession, Error> {
        let mut session = self.connect(source)?;
        self.pursuit.get_or_init(|| {
            let runtime = &self.environment.runtime;
            let pursuit = runtime.spawn(self.cancel.clone().pursue());
            pursuit.abort_handle()
        });
        let watched = self.cancel.watch(session.canceller());
        let choice = self.choices().get(key).cloned();
        if let Some(statement) = choice {
            session.execute(&statement, &[])?;
        }
        Ok(OwnSession {
            session,
            _watched: watched,
        })
    }

    /// Connects, again and again while nobody answers, as often as the connection says.
    fn connect(&self, source: &Arc<dyn Source>) -> Result<Box<dyn Session>, Error> {
        let retries = source.patience().retry_count;
        let retries = retries.unwrap_or(self.environment.limits.connect_retries);
        let mut attempt = 0_u32;
        loop {
            let fault = match self.connect_once(source)? {
                Ok(session) => return Ok(session),
                Err(fault) => fault,
            };
            if attempt >= retries || !matches!(fault, sql::Error::Unreachable { .. }) {
                return Err(fault.into());
            }
            attempt = attempt.saturating_add(1);
            let now = self.environment.clock.now();
            let due = now.saturating_add(RETRY_PAUSE).unwrap_or(Timestamp::MAX);
            let text = format!("{fault}; trying again in 1 s, {attempt} of {retries}");
            self.environment.output.log(Severity::Warn, &text);
            self.wait_until(due)?;
        }
    }

    fn connect_once(
        &self,
        source: &Arc<dyn Source>,
    ) -> Result<sql::Result<Box<dyn Session>>, Error> {
        let runtime = &self.environment.runtime;
        match source.dialect() {
            // A file is there at once or not at all.
            Dialect::Sqlite => Ok(source.open(CONNECT_TIMEOUT)),
            // A server may be silent, and a stopped run does not wait for it.
            Dialect::MySql | Dialect::Postgres => {
                let source = Arc::clone(source);
                let opening = runtime.spawn_blocking(move || source.open(CONNECT_TIMEOUT));
                let opened = runtime.block_on(self.cancel.or_stopped(opening))?;
                opened.map_err(|error| broken_off(&error))
            }
        }
    }

    /// Waits on the clock, or until the run is stopped.
    pub(crate) fn wait_until(&self, due: Timestamp) -> Result<(), Error> {
        let asleep = self.environment.clock.sleep_until(due);
        let runtime = &self.environment.runtime;
        runtime.block_on(self.cancel.or_stopped(asleep))
    }
}

fn broken_off(error: &JoinError) -> Error {
    unconnected(&format!("connecting broke off: {error}"))
}
