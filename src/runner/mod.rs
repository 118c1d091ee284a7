//! Runs one action: prepares its text and arguments, runs the process or the PQL program, captures
//! its log, keeps its deadline, retries and kills it.
//!
//! The row says `running` before anything starts. What an action came to is handed back as a
//! [`Report`]; writing the end is up to the scheduler, because the record's next step is taken in
//! the same transaction. The room does not choose what runs, nor when.
//!
//! Start reading at [`Runner`].

mod arguments;
mod commands;
mod error;
mod host;
mod journal;
mod machine;
mod prepare;
mod process;
mod program;
mod run;
mod stop;

pub use arguments::{Arguments, arguments, civil_text, environment, parse_arguments};
pub use commands::ShellCommands;
pub use error::Error;
pub use host::{PqlHost, StoredJobVariables};
pub use journal::Journal;
pub use machine::ThisMachine;
pub use prepare::argument_values;
pub use run::{Assignment, Report, Runner};
pub use stop::{StopSignal, Stopper, Why};
