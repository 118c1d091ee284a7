//! Why an operation did not happen.

use super::Refusal;
use crate::fault::Code;
use crate::registry;
use crate::store;

/// An operation that did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A change of definitions was refused.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// Something about a function was refused.
    #[error(transparent)]
    Function(#[from] Refusal),
}

/// How a refusal is to be taken by who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// There is no such thing.
    NotFound,
    /// The present state does not allow it.
    Conflict,
    /// The definition is there and cannot be used.
    Rejected,
    /// A function was called and did not succeed.
    CallFailed,
    /// The store does not answer; asking again later may help.
    Unavailable,
    /// Nothing the asker can mend.
    Internal,
}

/// One faulty definition of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// `function`, `connection` or `variable`.
    pub noun: &'static str,
    /// Its name.
    pub name: String,
    /// The stable code.
    pub code: Code,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Registry(error) => error.code(),
            Self::Function(refusal) => refusal.code(),
        }
    }

    /// How it is to be taken.
    pub fn kind(&self) -> Kind {
        let error = match self {
            Self::Registry(error) => error,
            Self::Function(refusal) => return refusal.kind(),
        };
        match error {
            registry::Error::NotFound { .. } => Kind::NotFound,
            registry::Error::Disabled { .. } | registry::Error::Protected { .. } => Kind::Conflict,
            registry::Error::Rejected { .. } | registry::Error::Refused(_) => Kind::Rejected,
            registry::Error::Store(error) => match error.code() {
                Code::STORE_UNAVAILABLE => Kind::Unavailable,
                _ => Kind::Internal,
            },
        }
    }

    /// The definitions at fault, for a rejection.
    pub fn faults(&self) -> Vec<Fault> {
        let Self::Registry(error) = self else {
            return Vec::new();
        };
        match error {
            registry::Error::Rejected { noun, name, source } => vec![Fault {
                noun,
                name: name.clone(),
                code: source.code,
                message: source.message.clone(),
            }],
            registry::Error::Refused(problems) => problems.iter().map(fault_of).collect(),
            _ => Vec::new(),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Function(Refusal::Store(error))
    }
}

/// The same in the words of this room.
pub(super) fn fault_of(problem: &registry::Problem) -> Fault {
    Fault {
        noun: problem.noun,
        name: problem.name.clone(),
        code: problem.code,
        message: problem.message.clone(),
    }
}
