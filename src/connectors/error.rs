//! What can go wrong with an outside service.

use std::path::Path;

use crate::fault::Code;

/// A failed call.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("file `{path}`: {message}")]
    File {
        /// The file.
        path: String,
        /// What the system or the reader of its format says.
        message: String,
    },
    /// An HTTP call gave no usable answer.
    #[error("{message}")]
    Http {
        /// Method, address without secrets, and what came back.
        message: String,
    },
    /// A mail could not be made or handed over.
    #[error("{message}")]
    Mail {
        /// What is wrong.
        message: String,
    },
    /// Redis cannot be reached or refused a command.
    #[error("{message}")]
    Redis {
        /// The words of the server or driver.
        message: String,
    },
    /// A setting has a value that means nothing.
    #[error("setting `{name}` is `{value}`, and should be {expected}")]
    Setting {
        /// The setting.
        name: String,
        /// Its value.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// The run was stopped while it waited.
    #[error("the run was cancelled")]
    Cancelled,
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::File { .. } => Code::PQL_FILE,
            Self::Http { .. } | Self::Mail { .. } => Code::PQL_STATEMENT,
            Self::Redis { .. } => Code::DATABASE_ERROR,
            Self::Setting { .. } => Code::CONNECTION_INVALID,
            Self::Cancelled => Code::PQL_CANCELLED,
        }
    }

    /// A fault of a file.
    pub fn file(path: &Path, fault: &dyn std::fmt::Display) -> Self {
        Self::File {
            path: path.display().to_string(),
            message: fault.to_string(),
        }
    }
}
