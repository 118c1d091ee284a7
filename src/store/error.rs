//! What the store refuses or cannot do.

use std::fmt::Display;

use crate::fault::Code;
use crate::model;
use crate::sql;

/// Result of a store call.
pub type Result<T> = std::result::Result<T, Error>;

/// A failed store call.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The database failed or refused.
    #[error("store: {0}")]
    Sql(#[from] sql::Error),
    /// The connection broke while the commit was on its way: it may or may not be stored.
    #[error("the connection broke during the commit, read back what is stored: {0}")]
    Unknown(String),
    /// The store was closed, or its thread is gone.
    #[error("the store is closed")]
    Closed,
    /// The schema is newer than this binary.
    #[error(
        "the store has schema version {found} and this Keeper knows {known}: start the newer Keeper"
    )]
    TooNew {
        /// The newest version in the store.
        found: u32,
        /// The newest version of this binary.
        known: u32,
    },
    /// A migration that was applied has another text now, or one was left half done.
    #[error("schema migration {version} `{name}` {fault}")]
    Migration {
        /// Its number.
        version: u32,
        /// Its name.
        name: String,
        /// What is wrong and how to mend it.
        fault: &'static str,
    },
    /// A cell holds something the model cannot hold.
    #[error("row `{id}` of table `{table}` has an impossible `{column}`: {found}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's first cell.
        id: String,
        /// What was found.
        found: String,
    },
    /// A value that may not be stored.
    #[error(transparent)]
    Model(#[from] model::Error),
    /// The row is not there.
    #[error("no {noun} `{id}`")]
    NotFound {
        /// What was looked for.
        noun: &'static str,
        /// Its id or name.
        id: String,
    },
    /// The present state does not allow it, or somebody else was faster.
    #[error("{0}")]
    Conflict(String),
    /// A report under an old claim: the work was taken over, killed or has ended.
    #[error("action {action} no longer belongs to epoch {epoch}: the report is refused")]
    Fenced {
        /// The action that was reported on.
        action: u64,
        /// The epoch of the report.
        epoch: u64,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Sql(sql::Error::Url(_)) => Code::SETTING_INVALID,
            Self::Sql(sql::Error::Database { .. }) => Code::DATABASE_ERROR,
            Self::Sql(_) | Self::Unknown(_) | Self::Closed => Code::STORE_UNAVAILABLE,
            Self::TooNew { .. } => Code::STORE_TOO_NEW,
            Self::Migration { .. } => Code::MIGRATION_BROKEN,
            Self::Inconsistent { .. } => Code::STORE_INCONSISTENT,
            Self::Model(error) => error.code(),
            Self::NotFound { noun, .. } => match *noun {
                "job" => Code::JOB_NOT_FOUND,
                "action" => Code::ACTION_NOT_FOUND,
                "function" => Code::FUNCTION_NOT_FOUND,
                "connection" => Code::CONNECTION_NOT_FOUND,
                "variable" => Code::VARIABLE_NOT_FOUND,
                _ => Code::TASK_NOT_FOUND,
            },
            Self::Conflict(_) => Code::STATE_CONFLICT,
            Self::Fenced { .. } => Code::LEASE_LOST,
        }
    }

    /// Whether the whole transaction should be run again.
    pub(super) fn is_retryable(&self) -> bool {
        matches!(self, Self::Sql(error) if error.is_retryable())
    }

    pub(super) fn missing(noun: &'static str, id: impl Display) -> Self {
        let id = id.to_string();
        Self::NotFound { noun, id }
    }
}
