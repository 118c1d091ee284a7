//! Why something about a function did not happen.

use crate::fault::Code;
use crate::model::FunctionName;
use crate::ops::Kind;
use crate::pql;
use crate::wasm::Incompatible;

/// Something about a function that did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Refusal {
    /// Callers of the running version would break.
    #[error("function `{name}`: {source}")]
    Incompatible {
        /// The function.
        name: FunctionName,
        /// The first difference.
        source: Incompatible,
    },
    /// A version that is not in the history.
    #[error("function `{name}` has no version {version}")]
    NoVersion {
        /// The function.
        name: FunctionName,
        /// The version that was asked for.
        version: u64,
    },
    /// There is nothing before the version that serves.
    #[error("function `{name}` has no version before the one that serves")]
    NothingBefore {
        /// The function.
        name: FunctionName,
    },
    /// The call did not succeed.
    #[error("{}", source.message())]
    Call {
        /// The run's error.
        source: pql::Error,
    },
    /// Work on a thread of its own stopped unexpectedly.
    #[error("the work stopped unexpectedly: {0}")]
    Broken(String),
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Incompatible { .. } => Code::SIGNATURE_INCOMPATIBLE,
            Self::NoVersion { .. } => Code::FUNCTION_NOT_FOUND,
            Self::NothingBefore { .. } => Code::STATE_CONFLICT,
            Self::Call { source } => source.code(),
            Self::Broken(_) => Code::INTERNAL,
        }
    }

    /// How it is to be taken.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoVersion { .. } => Kind::NotFound,
            Self::Incompatible { .. } | Self::NothingBefore { .. } => Kind::Conflict,
            Self::Call { .. } => Kind::CallFailed,
            Self::Broken(_) => Kind::Internal,
        }
    }
}
