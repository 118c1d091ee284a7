//! What may go wrong before a process runs.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::fault::Code;

/// A process that could not be started, or a process table that could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such program.
    #[error(
        "program `{program}` was not found: install it, or name its folder in the setting of \
         program folders or in `PATH`"
    )]
    Missing {
        /// The program or interpreter as it was written.
        program: String,
    },
    /// The program is there and did not start.
    #[error("program `{program}` could not be started")]
    Start {
        /// The program or interpreter as it was written.
        program: String,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// A script could not be written.
    #[error("script file `{}` could not be written: is the disk full?", path.display())]
    Script {
        /// Where it should have been.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<io::Error>,
    },
    /// A folder cannot be used.
    #[error("folder `{}` {fault}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is wrong and how to mend it.
        fault: &'static str,
        /// Why, where the system said so.
        #[source]
        source: Option<Arc<io::Error>>,
    },
    /// The table of processes cannot be read.
    #[error("the process table `/proc` could not be read: Keeper needs it to find its children")]
    ProcessTable(#[source] Arc<io::Error>),
    /// Processes that survive being killed.
    #[error("{left} processes of an earlier run are still there after being killed")]
    Unkillable {
        /// How many.
        left: usize,
    },
    /// The launcher was closed.
    #[error("no process is started any more: the launcher is closed")]
    Closed,
}

impl Error {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Closed => Code::SHUTTING_DOWN,
            _ => Code::PROCESS_FAILED,
        }
    }
}
