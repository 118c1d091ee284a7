//! Why an operation did not happen.

use super::Refusal;
use crate::clock::Timestamp;
use crate::fault::Code;
use crate::logs;
use crate::model;
use crate::registry;
use crate::scheduler::ScheduleFault;
use crate::store;

/// An operation that did not happen.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A change of definitions was refused.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// The store refused, or does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something about a function was refused.
    #[error(transparent)]
    Function(#[from] Refusal),
    /// A job that is not valid.
    #[error(transparent)]
    Job(#[from] model::Error),
    /// A schedule that cannot be followed.
    #[error(transparent)]
    Schedule(#[from] ScheduleFault),
    /// A log that cannot be read.
    #[error(transparent)]
    Log(#[from] logs::Error),
    /// There is no such job.
    #[error("no job `{0}`")]
    NoJob(String),
    /// There is no such task, or it has no record of that time.
    #[error("no task `{0}`")]
    NoTask(model::TaskId),
    /// The task has no record of that time.
    #[error("task `{task}` has no record of {record_time}")]
    NoRecord {
        /// The task.
        task: model::TaskId,
        /// What was asked for.
        record_time: Timestamp,
    },
    /// A next tick that cannot be.
    #[error("the next tick was not set: {0}")]
    NextTick(String),
    /// A job that has nothing to run.
    #[error("job `{0}` has no enabled command: there is nothing to run")]
    NoCommands(String),
}

/// How a refusal is to be taken by who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was given is not valid.
    Invalid,
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
            Self::Store(error) => error.code(),
            Self::Function(refusal) => refusal.code(),
            Self::Job(error) => error.code(),
            Self::Schedule(error) => error.code(),
            Self::Log(error) => error.code(),
            Self::NoJob(_) => Code::JOB_NOT_FOUND,
            Self::NoTask(_) | Self::NoRecord { .. } => Code::TASK_NOT_FOUND,
            Self::NextTick(_) => Code::BAD_PARAMETER,
            Self::NoCommands(_) => Code::NO_COMMANDS,
        }
    }

    /// How it is to be taken.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Registry(error) => of_registry(error),
            Self::Store(error) => of_store(error),
            Self::Function(refusal) => refusal.kind(),
            Self::Job(_)
            | Self::Schedule(_)
            | Self::NextTick(_)
            | Self::Log(logs::Error::Cursor { .. }) => Kind::Invalid,
            Self::Log(_) => Kind::Internal,
            Self::NoJob(_) | Self::NoTask(_) | Self::NoRecord { .. } => Kind::NotFound,
            Self::NoCommands(_) => Kind::Conflict,
        }
    }

    /// The definitions at fault, for a rejection.
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            Self::Registry(registry::Error::Rejected { noun, name, source }) => vec![Fault {
                noun,
                name: name.clone(),
                code: source.code,
                message: source.message.clone(),
            }],
            Self::Registry(registry::Error::Refused(problems)) => {
                problems.iter().map(fault_of).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn of_registry(error: &registry::Error) -> Kind {
    match error {
        registry::Error::NotFound { .. } => Kind::NotFound,
        registry::Error::Disabled { .. } | registry::Error::Protected { .. } => Kind::Conflict,
        registry::Error::Rejected { .. } | registry::Error::Refused(_) => Kind::Rejected,
        registry::Error::Store(error) => of_store(error),
    }
}

fn of_store(error: &store::Error) -> Kind {
    match error {
        store::Error::NotFound { .. } => Kind::NotFound,
        store::Error::Conflict(_)
        | store::Error::Fenced { .. }
        | store::Error::Model(model::Error::Transition { .. }) => Kind::Conflict,
        store::Error::Model(_) => Kind::Invalid,
        _ if error.code() == Code::STORE_UNAVAILABLE => Kind::Unavailable,
        _ => Kind::Internal,
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
