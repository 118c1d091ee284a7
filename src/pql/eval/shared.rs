//! The part of a run that functions may use, from any thread.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::task::{AbortHandle, JoinError};

use crate::clock::Civil;
use crate::fault::Code;
use crate::model::{ConnectionName, VariableName};
use crate::pql::cancel::Watched;
use crate::pql::{Cancel, Environment, Error};
use crate::registry::{Definitions, RunContext, Severity};
use crate::sql::{Dialect, Session, Source};
use crate::value::{Frame, Table, Value};

/// How long opening a connection may take.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// One open session; functions and statements of a run take turns.
pub(crate) type SharedSession = Arc<Mutex<OwnSession>>;

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

/// Environment, stop and sessions of a run.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) cancel: Cancel,
    sessions: Mutex<HashMap<Arc<str>, SharedSession>>,
    /// Stops the sessions of a stopped run; started with the first of them.
    pursuit: OnceLock<AbortHandle>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(pursuit) = self.pursuit.get() {
            pursuit.abort();
        }
    }
}

impl Shared {
    pub(crate) fn new(environment: Environment, cancel: Cancel) -> Self {
        Self {
            environment,
            cancel,
            sessions: Mutex::default(),
            pursuit: OnceLock::new(),
        }
    }

    /// Gives the session of a connection, which is opened on first use and then kept.
    pub(crate) fn session(
        &self,
        key: &Arc<str>,
        source: &Arc<dyn Source>,
    ) -> Result<SharedSession, Error> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = sessions.get(key) {
            return Ok(Arc::clone(session));
        }
        let session = self.own_session(source).map_err(|error| {
            Error::new(
                error.code(),
                format!("connection `{key}`: {}", error.message()),
            )
        })?;
        let session = Arc::new(Mutex::new(session));
        sessions.insert(Arc::clone(key), Arc::clone(&session));
        Ok(session)
    }

    /// Opens a session besides those that the statements of the run take turns with.
    pub(crate) fn own_session(&self, source: &Arc<dyn Source>) -> Result<OwnSession, Error> {
        let runtime = &self.environment.runtime;
        let session = match source.dialect() {
            // A file is there at once or not at all.
            Dialect::Sqlite => source.open(CONNECT_TIMEOUT)?,
            // A server may be silent, and a stopped run does not wait for it.
            Dialect::MySql | Dialect::Postgres => {
                let source = Arc::clone(source);
                let opening = runtime.spawn_blocking(move || source.open(CONNECT_TIMEOUT));
                runtime.block_on(async {
                    tokio::select! {
                        biased;
                        () = self.cancel.cancelled() => Err(cancelled()),
                        opened = opening => match opened {
                            Ok(opened) => Ok(opened?),
                            Err(error) => Err(broken_off(&error)),
                        },
                    }
                })?
            }
        };
        self.pursuit.get_or_init(|| {
            let pursuit = runtime.spawn(self.cancel.clone().pursue());
            pursuit.abort_handle()
        });
        let watched = self.cancel.watch(session.canceller());
        Ok(OwnSession {
            session,
            _watched: watched,
        })
    }

    /// The present civil time.
    pub(crate) fn civil_now(&self) -> Civil {
        let now = self.environment.clock.now();
        self.environment.zone.to_datetime(now)
    }

    /// Date and zone for conversions.
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame {
            today: self.civil_now().date(),
            zone: &self.environment.zone,
        }
    }

    fn named_session(&self, name: &ConnectionName) -> Result<SharedSession, String> {
        let Some(connection) = self.environment.definitions.connections.get(name) else {
            return Err(format!("there is no connection `{name}`"));
        };
        self.session(&name.as_str().into(), &connection.source)
            .map_err(|error| error.message().to_owned())
    }
}

impl RunContext for Shared {
    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn now(&self) -> Civil {
        self.civil_now()
    }

    fn random(&self) -> u64 {
        self.environment.chance.next()
    }

    fn variable(&self, name: &VariableName) -> Value {
        self.environment.globals.get(name).unwrap_or_default()
    }

    fn query(
        &self,
        connection: &ConnectionName,
        sql: &str,
        parameters: &[Value],
        limit: usize,
    ) -> Result<Table, String> {
        let session = self.named_session(connection)?;
        let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
        let table = session.query(sql, parameters);
        let table = table.map_err(|error| error.to_string())?;
        if table.rows().len() > limit {
            return Err(format!("the query gives more than {limit} rows"));
        }
        Ok(table)
    }

    fn execute(
        &self,
        connection: &ConnectionName,
        sql: &str,
        parameters: &[Value],
    ) -> Result<u64, String> {
        let session = self.named_session(connection)?;
        let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
        let done = session.execute(sql, parameters);
        done.map(|done| done.affected)
            .map_err(|error| error.to_string())
    }

    fn log(&self, severity: Severity, text: &str) {
        self.environment.output.log(severity, text);
    }

    fn definitions(&self) -> Arc<Definitions> {
        Arc::clone(&self.environment.definitions)
    }
}

fn broken_off(error: &JoinError) -> Error {
    unconnected(&format!("connecting broke off: {error}"))
}

/// The error of a run that was stopped.
pub(crate) fn cancelled() -> Error {
    Error::new(Code::PQL_CANCELLED, "the run was cancelled")
}

/// The error for a statement that has no connection to run on.
pub(crate) fn unconnected(message: &str) -> Error {
    Error::new(Code::PQL_NO_CONNECTION, message)
}
