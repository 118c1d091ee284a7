//! Keeper's own tables: definitions, ticks, tasks and all SQL that names them.
//!
//! One set of statements serves SQLite and the MySQL-protocol engines. A writing thread groups many
//! changes into one commit, each behind a savepoint; reading threads serve queries. A change of
//! state is a compare-and-set, and a report under an old claim is refused.
//!
//! Start reading at [`Store`], then `ticks`, `claims` and `progress`, the three steps of a task.

mod actions;
mod cells;
mod claims;
mod commands;
mod connections;
mod dialect;
mod due;
mod error;
mod functions;
mod handle;
mod jobs;
mod kill;
mod migrate;
mod nodes;
mod options;
mod progress;
mod queries;
mod reasons;
mod records;
mod recovery;
mod requests;
mod retention;
mod settings;
mod tasks;
mod ticks;
mod writer;

#[cfg(test)]
mod tests;

pub use due::{OpeningJob, PlannedJob};
pub use error::{Error, Result};
pub use functions::FunctionVersion;
pub use handle::Store;
pub use jobs::JobSwitch;
pub use nodes::NodeRow;
pub use options::{Counters, Options};
pub use requests::{
    CHECK_EVERY, Claim, Claimed, DueJob, Killed, NewTask, Prepared, ProcessMark, Progress,
    RecordWork, Recovered, Restart, SettleTick, Settled, TaskFilter, TaskRef,
};
pub use retention::OldTask;
pub use settings::{CalendarDay, JobVariable, Scope};
pub use ticks::TickRow;
