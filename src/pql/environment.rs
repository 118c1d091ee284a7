//! What a run needs from its host.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::clock::{Chance, Clock, Zone};
use crate::model::VariableName;
use crate::pql::Cancel;
use crate::pql::syntax::NESTING_MAX;
use crate::registry::{Definitions, Severity};
use crate::value::{Row, Value};

/// Everything that a run takes from outside. One environment serves one run.
#[derive(Clone)]
pub struct Environment {
    /// Functions and connections, pinned for the whole run.
    pub definitions: Arc<Definitions>,
    /// Global variables, read and written live.
    pub globals: Arc<dyn Globals>,
    /// The fields of the signed-in user, such as `USERID`; empty when nobody is.
    pub user: Arc<Row>,
    /// The variables of the job; `None` when the program runs without one.
    pub job_variables: Option<Arc<dyn JobVariables>>,
    /// Takes what the program prints and logs.
    pub output: Arc<dyn Output>,
    /// Where `@NOW` and SLEEP take the time from.
    pub clock: Arc<dyn Clock>,
    /// The zone that `@NOW` and the other dates are told in.
    pub zone: Zone,
    /// Where random numbers come from.
    pub chance: Arc<dyn Chance>,
    /// The folder for files that are named without one.
    pub home: PathBuf,
    /// What the program may ask about where it runs; `None` where that is nobody's business.
    pub machine: Option<Arc<dyn Machine>>,
    /// Runs the commands of RUN SHELL; `None` where a program may start none.
    pub commands: Option<Arc<dyn Commands>>,
    /// Waits for SLEEP; drivers that need one have their own.
    pub runtime: Handle,
    /// What the program may use up.
    pub limits: Limits,
}

impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("generation", &self.definitions.generation)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Takes the lines of a run, in order, on the thread of the run.
pub trait Output: Send + Sync {
    /// Takes one line of PRINT, without its line end.
    fn print(&self, line: &str);

    /// Takes a line for the log channel: warnings, DEBUG, log lines of functions and the lines of
    /// `PRINT ERROR`.
    fn log(&self, severity: Severity, text: &str);
}

/// The global variables of the system.
pub trait Globals: Send + Sync {
    /// Reads one; `None` when there is none.
    fn get(&self, name: &VariableName) -> Option<Value>;

    /// Stores one.
    ///
    /// # Errors
    /// Why it could not be stored, for people.
    fn set(&self, name: &VariableName, value: Value) -> Result<(), String>;
}

/// The variables of the job that a program runs for.
pub trait JobVariables: Send + Sync {
    /// Reads one by its name in lower case; `None` when there is none.
    ///
    /// # Errors
    /// Why it could not be read, for people.
    fn get(&self, name: &str) -> Result<Option<Value>, String>;

    /// Stores one by its name in lower case.
    ///
    /// # Errors
    /// Why it could not be stored, for people.
    fn set(&self, name: &str, value: Value) -> Result<(), String>;
}

/// The machine that a program runs on, and the daemons around it (3.6).
pub trait Machine: Send + Sync {
    /// The address by which others on the network see this machine.
    fn local_address(&self) -> String;

    /// The folder that the process runs in.
    fn running_folder(&self) -> PathBuf;

    /// `host:port` of the daemons that showed a sign of life within the last two minutes, the one
    /// to ask first in front; empty when there are none, or none that one can know of.
    fn online_nodes(&self) -> Vec<String>;
}

/// Starts child processes for RUN SHELL.
pub trait Commands: Send + Sync {
    /// Runs a command line with `sh -c` to its end, or until the run is cancelled, and answers
    /// its exit code. `each` gets the lines of both outputs in order.
    ///
    /// # Errors
    /// Why it could not be run, for people.
    fn run(
        &self,
        command: &str,
        cancel: &Cancel,
        each: &mut dyn FnMut(CommandLine<'_>),
    ) -> Result<i32, String>;
}

/// One line that a command wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandLine<'a> {
    /// To standard output.
    Output(&'a str),
    /// To standard error.
    Error(&'a str),
}

/// What a run may use up. Reaching one is the error KP-3007, but for connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Functions that wait for each other, at most 1024: the stack of a run grows with it.
    pub call_depth: usize,
    /// Brackets and blocks inside each other, at most 64, in texts that the run parses.
    pub nesting: usize,
    /// Rows of one query, of the buffer, elements of one range.
    pub rows: usize,
    /// Statements and loop turns of the whole run; `None` lets it run until it is cancelled.
    pub steps: Option<u64>,
    /// Statements and loop turns between two looks whether the run was cancelled, at least 1.
    /// Whatever may take long looks, or is stopped, by itself.
    pub cancel_steps: u64,
    /// Size of one text made by embedding.
    pub text_bytes: usize,
    /// How often connecting to a server that cannot be reached is tried again, a second apart,
    /// where the connection itself does not say.
    pub connect_retries: u32,
}

impl Limits {
    /// How often at most an unreachable server is tried again while a person waits, who soon wants
    /// to read why.
    pub const PERSON_CONNECT_RETRIES: u32 = 3;

    /// For a run that a person waits for.
    #[must_use]
    pub fn for_a_person(self) -> Self {
        Self {
            connect_retries: self.connect_retries.min(Self::PERSON_CONNECT_RETRIES),
            ..self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_depth: 256,
            nesting: NESTING_MAX,
            rows: 10_000_000,
            steps: None,
            cancel_steps: 16,
            text_bytes: 64 << 20,
            connect_retries: 100,
        }
    }
}
