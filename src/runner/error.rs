//! Why an action could not be run.

use crate::fault::Code;

/// A failure before or around the command itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command's arguments cannot be read.
    #[error("arguments cannot be read: {0}")]
    Arguments(String),
    /// Embedded PQL in the command's text failed.
    #[error("embedded PQL failed: {0}")]
    Embedded(String),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Arguments(_) | Self::Embedded(_) => Code::COMMAND_UNPREPARED,
        }
    }
}
