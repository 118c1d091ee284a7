//! Why a task log cannot be written or read.

use std::path::PathBuf;
use std::sync::Arc;

use crate::fault::Code;

/// A log that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The file or its folder.
    #[error("task log `{}`: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The cursor lies behind the end of the log.
    #[error("cursor {cursor} lies behind the end of the log, which has {size} bytes")]
    Cursor {
        /// What was asked for.
        cursor: u64,
        /// What there is.
        size: u64,
    },
    /// The thread that writes logs out cannot be started.
    #[error("the thread of the task logs cannot be started: {0}")]
    Thread(#[source] Arc<std::io::Error>),
}

impl Error {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Cursor { .. } => Code::BAD_PARAMETER,
            Self::File { .. } | Self::Thread(_) => Code::INTERNAL,
        }
    }
}
