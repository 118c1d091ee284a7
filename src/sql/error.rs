//! What can go wrong with a database.

use std::time::Duration;

use crate::fault::Code;

/// A failed driver call.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The text is not a connection URL that this build can open.
    #[error("connection url is not usable: {0}")]
    Url(String),
    /// Nobody answers where the server should be, or not yet as a server does.
    #[error("cannot reach `{target}`: {message}")]
    Unreachable {
        /// Host, port and database, without credentials.
        target: String,
        /// What the system says.
        message: String,
    },
    /// The server refuses the session, or the file cannot be opened.
    #[error("cannot connect to `{target}`: {message}")]
    Connect {
        /// Host and database, without credentials.
        target: String,
        /// The driver's words.
        message: String,
    },
    /// The database refused the statement.
    #[error("{message}")]
    Database {
        /// The engine's own code: a MySQL number or a SQLite extended result code.
        code: Option<i64>,
        /// The engine's words.
        message: String,
        /// Whether trying again may help: deadlock, lock wait, busy.
        retryable: bool,
        /// Whether a unique key was hit.
        duplicate: bool,
    },
    /// The query gives more rows than its caller keeps.
    #[error("the result grows beyond {limit} rows")]
    TooManyRows {
        /// The most rows.
        limit: usize,
    },
    /// The statement was stopped by a [`super::Canceller`].
    #[error("the statement was cancelled")]
    Cancelled,
    /// The connection broke while the statement ran.
    #[error("connection lost: {0}")]
    Lost(String),
}

impl Error {
    /// The error for a server that took too long to answer.
    pub(super) fn silent(target: &str, timeout: Duration) -> Self {
        Self::Unreachable {
            target: target.to_owned(),
            message: format!("no answer within {} ms", timeout.as_millis()),
        }
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Url(_) => Code::CONNECTION_INVALID,
            Self::Unreachable { .. } | Self::Connect { .. } | Self::Lost(_) => {
                Code::CONNECTION_FAILED
            }
            Self::Database { .. } => Code::DATABASE_ERROR,
            Self::TooManyRows { .. } => Code::PQL_LIMIT,
            Self::Cancelled => Code::PQL_CANCELLED,
        }
    }

    /// Whether the same call may succeed when it is made again.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Database {
                retryable: true,
                ..
            } | Self::Lost(_)
                | Self::Unreachable { .. }
                | Self::Connect { .. }
        )
    }
}
