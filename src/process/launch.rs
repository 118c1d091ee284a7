//! What to start, and the trait behind which starting happens.

use std::ffi::OsString;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use super::{Error, Running};

/// The text or command line of a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// Shell text: one line goes to `/bin/sh -c`, several become a script whose `#!` is honoured.
    Shell(String),
    /// Python text, run as a file by the configured interpreter.
    Python(String),
    /// A program with its arguments, without a shell between.
    Command {
        /// The program: a path, or a name looked up in `PATH`.
        program: OsString,
        /// Its arguments.
        arguments: Vec<OsString>,
    },
}

/// One child to start.
#[derive(Debug, Clone)]
pub struct Launch {
    /// What runs.
    pub program: Program,
    /// The working folder; made when it is not there.
    pub folder: PathBuf,
    /// Variables set besides the inherited ones; they win over those.
    pub environment: Vec<(OsString, OsString)>,
    /// Marks the child and all that it starts, so that stragglers can be found.
    pub action_id: u64,
}

/// The answer of [`Launcher::launch`].
pub type Launching<'a> = Pin<Box<dyn Future<Output = Result<Running, Error>> + Send + 'a>>;

/// Starts children; the simulator has one that starts none.
pub trait Launcher: Send + Sync + 'static {
    /// Starts one child.
    ///
    /// Dropping the future before it ends leaves no child behind.
    ///
    /// # Errors
    /// [`Error`] when it cannot be started; nothing runs then.
    fn launch(&self, launch: Launch) -> Launching<'_>;
}
