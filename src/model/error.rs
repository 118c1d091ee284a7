//! What the model refuses.

use crate::fault::Code;

/// A value that the model cannot hold or a change of state it does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text that is not a number of the right size.
    #[error("{noun} id `{text}` is not a whole number")]
    Id {
        /// What the id is of.
        noun: &'static str,
        /// The text that was given.
        text: String,
    },
    /// A text that is not a legal name.
    #[error(
        "{noun} name `{text}` is not legal: use letters, digits and `_`, starting with a letter"
    )]
    Name {
        /// What the name is of.
        noun: &'static str,
        /// The text that was given.
        text: String,
    },
    /// A word that is not one of the known ones.
    #[error("{noun} `{text}` is not known: expected one of {expected}")]
    Word {
        /// What the word stands for.
        noun: &'static str,
        /// The text that was given.
        text: String,
        /// The known words.
        expected: &'static str,
    },
    /// A workflow whose commands wait for each other in a circle.
    #[error("the commands wait for each other in a circle: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
    /// A command waits for one that is not there.
    #[error("command `{command}` runs after `{upstream}`, which is not a command of this job")]
    UnknownUpstream {
        /// The waiting command.
        command: String,
        /// What it waits for.
        upstream: String,
    },
    /// A job that lacks something or has something that does not fit its kind.
    #[error("job is not valid: {0}")]
    Job(String),
    /// A state that cannot follow the present one.
    #[error("{noun} {id} is `{from}` and cannot become `{to}`")]
    Transition {
        /// What would change.
        noun: &'static str,
        /// Its id.
        id: u64,
        /// The present status.
        from: &'static str,
        /// The wanted status.
        to: &'static str,
    },
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Id { .. } | Self::Name { .. } | Self::Word { .. } => Code::BAD_PARAMETER,
            Self::Cycle(_) | Self::UnknownUpstream { .. } | Self::Job(_) => Code::JOB_INVALID,
            Self::Transition { .. } => Code::STATE_CONFLICT,
        }
    }
}
