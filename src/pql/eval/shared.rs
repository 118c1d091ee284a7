//! The part of a run that functions may use, from any thread.

use std::sync::{Arc, OnceLock};

use tokio::task::AbortHandle;

use crate::clock::{Civil, Date};
use crate::fault::Code;
use crate::model::{ConnectionName, VariableName};
use crate::pql::eval::sessions::{OwnSession, Sessions};
use crate::pql::{Cancel, Environment, Error};
use crate::registry::{Definitions, RunContext, Severity};
use crate::sql;
use crate::value::{Calendar, Frame, Table, Value};

/// Environment, stop and sessions of a run.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) cancel: Cancel,
    pub(super) sessions: Sessions,
    /// Stops the sessions of a stopped run; started with the first of them.
    pub(super) pursuit: OnceLock<AbortHandle>,
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
            sessions: Sessions::default(),
            pursuit: OnceLock::new(),
        }
    }

    /// The present civil time.
    pub(crate) fn civil_now(&self) -> Civil {
        let now = self.environment.clock.now();
        self.environment.zone.to_datetime(now)
    }

    /// Date and zone for conversions.
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame {
            calendar: self,
            zone: &self.environment.zone,
        }
    }

    fn with_named<T>(
        &self,
        name: &ConnectionName,
        work: impl FnOnce(&mut OwnSession) -> sql::Result<T>,
    ) -> Result<T, String> {
        let Some(connection) = self.environment.definitions.connections.get(name) else {
            return Err(format!("there is no connection `{name}`"));
        };
        self.with_session(&name.as_str().into(), &connection.source, work)
            .map_err(|error| error.message().to_owned())?
            .map_err(|error| error.to_string())
    }
}

impl Calendar for Shared {
    fn today(&self) -> Date {
        self.civil_now().date()
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
        self.with_named(connection, |session| {
            session.query_up_to(limit, sql, parameters)
        })
    }

    fn execute(
        &self,
        connection: &ConnectionName,
        sql: &str,
        parameters: &[Value],
    ) -> Result<u64, String> {
        let done = self.with_named(connection, |session| session.execute(sql, parameters));
        done.map(|done| done.affected)
    }

    fn log(&self, severity: Severity, text: &str) {
        self.environment.output.log(severity, text);
    }

    fn definitions(&self) -> Arc<Definitions> {
        Arc::clone(&self.environment.definitions)
    }
}

/// The error for a statement that has no connection to run on.
pub(crate) fn unconnected(message: &str) -> Error {
    Error::new(Code::PQL_NO_CONNECTION, message)
}
