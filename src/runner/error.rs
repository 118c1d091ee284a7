//! Why an action could not be run.

use crate::fault::Code;

/// A failure before or around the command itself.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The command's arguments cannot be read.
    #[error("arguments cannot be read: {0}")]
    Arguments(String),
    /// Embedded PQL in the command's text failed.
    #[error("embedded PQL failed:\n{0}")]
    Embedded(String),
    /// The PQL program of the command cannot be parsed.
    #[error("the PQL program cannot be run:\n{0}")]
    Program(String),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Arguments(_) | Self::Embedded(_) | Self::Program(_) => Code::COMMAND_UNPREPARED,
        }
    }
}
