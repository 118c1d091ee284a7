//! Why a definition could not be changed, a function not be built, or a call did not succeed.

use crate::fault::Code;
use crate::store;

/// A change of the published definitions that did not happen; what was published serves on.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such row, or nothing of that name is published.
    #[error("{noun} `{name}` does not exist")]
    NotFound {
        /// What was looked for.
        noun: &'static str,
        /// Its name or id.
        name: String,
    },
    /// The row says that it must not be used.
    #[error("connection `{name}` is disabled: enable its row first")]
    Disabled {
        /// The connection.
        name: String,
    },
    /// The name may not be changed or removed.
    #[error("{noun} `{name}` is protected: {reason}")]
    Protected {
        /// What it is.
        noun: &'static str,
        /// Its name.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// The row is there and cannot be made usable.
    #[error("{noun} `{name}` is rejected")]
    Rejected {
        /// What it is.
        noun: &'static str,
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: BuildError,
    },
    /// A reload found rows that cannot be made usable and was not told to go on without them.
    #[error("{} of the definitions cannot be loaded, so nothing was changed", .0.len())]
    Refused(Vec<Problem>),
    /// The rows could not be read or written.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::NotFound { noun, .. } => match *noun {
                "connection" => Code::CONNECTION_NOT_FOUND,
                "variable" => Code::VARIABLE_NOT_FOUND,
                _ => Code::FUNCTION_NOT_FOUND,
            },
            Self::Disabled { .. } | Self::Protected { .. } => Code::STATE_CONFLICT,
            Self::Rejected { source, .. } => source.code,
            Self::Refused(problems) => problems
                .first()
                .map_or(Code::INTERNAL, |problem| problem.code),
            Self::Store(error) => error.code(),
        }
    }
}

/// One row that cannot be made usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `function`, `connection` or `variable`.
    pub noun: &'static str,
    /// Its name.
    pub name: String,
    /// The stable code.
    pub code: Code,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// A definition that cannot be made usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BuildError {
    /// The stable code.
    pub code: Code,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("function `@{function}` (version {version}): {message}")]
pub struct CallError {
    /// The stable code of the cause.
    pub code: Code,
    /// The function's name.
    pub function: String,
    /// The version that was called.
    pub version: u64,
    /// The cause, for people.
    pub message: String,
}
