//! Jobs and their commands: the plan.

use std::time::Duration;

use super::{CommandId, Dag, Error, JobId};
use crate::clock::Timestamp;

words! {
    /// When tasks of a job are created (`keeper.md` 4.1).
    JobKind, "job kind" {
        /// At the ticks of a time expression.
        Scheduled = "scheduled",
        /// A while after the previous run ended.
        Endless = "endless",
        /// When its dependencies hold.
        Dependent = "dependent",
        /// Only when somebody asks.
        Manual = "manual",
    }
}

words! {
    /// What a command is written in.
    CommandKind, "command kind" {
        /// A shell command or script.
        Shell = "shell",
        /// A Python 3 script.
        Python = "python",
        /// A PQL program, run by the daemon itself.
        Pql = "pql",
    }
}

words! {
    /// What happens to ticks that are older than the grace period (`keeper.md` 4.7).
    CatchUp, "catch-up policy" {
        /// They are skipped and counted.
        None = "none",
        /// Only the latest is created.
        Last = "last",
        /// All are created, oldest first.
        All = "all",
    }
}

words! {
    /// Whether a schedule still has ticks to come.
    ScheduleState, "schedule state" {
        /// It has.
        Ok = "ok",
        /// It will never match again.
        Ended = "ended",
        /// The expression could not be read.
        Invalid = "invalid",
    }
}

/// A job: title, kind, time expression, workflow and limits.
#[derive(Debug, Clone)]
pub struct Job {
    /// Given by the store; `None` before it is stored.
    pub id: Option<JobId>,
    /// Unique among jobs; the identity of a job that is kept as a file.
    pub title: String,
    /// For people.
    pub description: String,
    /// When tasks are created.
    pub kind: JobKind,
    /// Gates the creation of tasks; tasks that exist run to their end.
    pub enabled: bool,
    /// The time expression (scheduled) or interval list (endless); empty for the other kinds.
    pub schedule: String,
    /// IANA name of the zone the schedule is read in; `None` is the daemon's zone.
    pub time_zone: Option<String>,
    /// When the job is enabled by itself; cleared then.
    pub open_at: Option<Timestamp>,
    /// When the job is disabled by itself; cleared then.
    pub close_at: Option<Timestamp>,
    /// The next tick to settle.
    pub next_tick_at: Option<Timestamp>,
    /// Whether there is a next tick at all.
    pub schedule_state: ScheduleState,
    /// Tasks that may execute at the same time; 0 is without limit.
    pub max_parallel: u32,
    /// Ends a task that waited this long for its turn; zero waits for ever.
    pub max_wait: Duration,
    /// Policy for old ticks.
    pub catch_up: CatchUp,
    /// How many ticks [`CatchUp::All`] creates per beat at most.
    pub catch_up_limit: u32,
    /// Finished tasks to keep; 0 keeps all.
    pub keep_tasks: u32,
    /// Grows with every change of the definition.
    pub version: u64,
    /// The nodes of the DAG in their written order.
    pub commands: Vec<Command>,
}

/// A node of a job's DAG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Given by the store; `None` before it is stored.
    pub id: Option<CommandId>,
    /// Unique inside the job; other commands refer to it.
    pub title: String,
    /// What the text is written in.
    pub kind: CommandKind,
    /// The command, with parameters and embedded PQL as written.
    pub text: String,
    /// A query string or a JSON object, as written; empty for none.
    pub args: String,
    /// Limit of one attempt; zero is none.
    pub timeout: Duration,
    /// Attempts after the first.
    pub retry_limit: u32,
    /// Pause before a retry.
    pub retry_delay: Duration,
    /// A disabled command and all that follow it are skipped.
    pub enabled: bool,
    /// Titles of the commands that must be done first.
    pub after: Vec<String>,
}

impl Job {
    /// Checks everything that can be checked without a clock or a store, except the expression.
    ///
    /// # Errors
    /// The first fault: a missing title, a repeated command, an unknown upstream, a circle.
    pub fn check(&self) -> Result<Dag, Error> {
        if self.title.trim().is_empty() {
            return Err(Error::Job("`title` is empty".to_owned()));
        }
        let timed = matches!(self.kind, JobKind::Scheduled | JobKind::Endless);
        if timed && self.schedule.trim().is_empty() {
            return Err(Error::Job(format!(
                "a {} job needs a `schedule`",
                self.kind
            )));
        }
        if self.enabled && self.commands.is_empty() {
            return Err(Error::Job(
                "a job without commands cannot be enabled".to_owned(),
            ));
        }
        if let (Some(open), Some(close)) = (self.open_at, self.close_at)
            && close <= open
        {
            return Err(Error::Job("`close_at` is not after `open_at`".to_owned()));
        }
        if self.open_at.is_some() && self.commands.is_empty() {
            return Err(Error::Job(
                "a job without commands cannot be enabled by `open_at`".to_owned(),
            ));
        }
        Dag::of(&self.commands)
    }
}
