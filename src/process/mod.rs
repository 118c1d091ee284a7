//! Child processes: start, output line by line, stop of the whole tree, search for orphans.
//!
//! Each child leads a process group of its own and carries a marker in its environment
//! (`KEEPER_HOME_ID`, `KEEPER_ACTION_ID`). The group is what gets stopped; the marker finds what
//! left the group, and what an earlier daemon left behind. A process is never killed by its number
//! alone: its start time, group or marker is compared first, since numbers are used again.
//!
//! The room does not know jobs, retries or time limits: `runner` does. It starts no thread; one
//! asynchronous task per child moves its output. Start reading at [`Launcher`].

mod error;
mod launch;
mod lines;
mod orphans;
mod running;
mod script;
mod stat;
mod system;

pub use error::Error;
pub use launch::{Launch, Launcher, Launching, Program};
pub use lines::{LINE_MAX_BYTES, Line, Stream};
pub use orphans::{Orphan, find_orphans, kill_orphans};
pub use running::{Exit, Identity, Reins, Running};
pub use system::{Settings, SystemLauncher};
