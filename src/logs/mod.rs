//! The logs of tasks: one append-only file of JSON lines per record, read page by page with a
//! cursor (`keeper.md` 10).
//!
//! What a command prints and what the scheduler says about it stand in one file, in the order in
//! which they happened. Lines are in the file at most 250 ms after they were written, and on the
//! disk soon after their record ended; a crash of the daemon loses no more than that. This is user
//! data: the daemon's own log never mixes with it.
//!
//! Start reading at [`TaskLogs`].

mod error;
mod files;
mod line;
mod page;
mod record;

#[cfg(test)]
mod tests;

pub use error::Error;
pub use files::{LogKey, TaskLogs};
pub use line::{LogLine, LogType};
pub use page::{LogPage, LogQuery, Mode};
pub use record::{Entry, RecordLog};
