//! Tasks and their records: the runs.

use std::sync::Arc;

use super::{Action, Error, JobId, NodeId, Reason, RecordId, TaskId};
use crate::clock::Timestamp;

words! {
    /// Where a record stands (`keeper.md` 5.1).
    RecordStatus, "task status" {
        /// The row exists, nothing is prepared.
        New = "new",
        /// Waits for its before-dependencies.
        Initialized = "initialized",
        /// A dependency used up its checks.
        CheckingLimit = "checking_limit",
        /// May execute; waits for its turn.
        Ready = "ready",
        /// Waited too long for its turn.
        WaitingLimit = "waiting_limit",
        /// At least one action was handed out.
        Executing = "executing",
        /// All actions are done, after-dependencies are being checked.
        Finished = "finished",
        /// Done and correct.
        Success = "success",
        /// An after-dependency did not hold.
        Incorrect = "incorrect",
        /// An action ended with an error after its retries.
        Failed = "failed",
        /// An action exceeded its time limit on its last attempt.
        Timeout = "timeout",
        /// Killed.
        Interrupted = "interrupted",
        /// The job has no enabled command.
        NoCommands = "no_commands",
        /// Set aside by a person.
        Ignore = "ignore",
    }
}

impl RecordStatus {
    /// Whether the record can still change by itself.
    pub const fn is_live(self) -> bool {
        matches!(
            self,
            Self::New | Self::Initialized | Self::Ready | Self::Executing | Self::Finished
        )
    }

    /// Whether a person should look at it (`keeper.md` 5.6).
    pub const fn is_abnormal(self) -> bool {
        matches!(
            self,
            Self::CheckingLimit
                | Self::WaitingLimit
                | Self::Failed
                | Self::Timeout
                | Self::Incorrect
        )
    }

    /// Whether `to` may follow (`keeper.md` 5.2); a final status is followed by nothing here, only
    /// by a new record.
    pub const fn may_become(self, to: Self) -> bool {
        use RecordStatus as S;
        match self {
            S::New => matches!(
                to,
                S::Initialized | S::Ready | S::NoCommands | S::Interrupted
            ),
            S::Initialized => matches!(to, S::Ready | S::CheckingLimit | S::Interrupted),
            S::Ready => matches!(
                to,
                S::Executing | S::WaitingLimit | S::NoCommands | S::Success | S::Interrupted
            ),
            S::Executing => {
                matches!(
                    to,
                    S::Finished | S::Failed | S::Timeout | S::Interrupted | S::Ready
                )
            }
            S::Finished => matches!(to, S::Success | S::Incorrect | S::Interrupted),
            _ => false,
        }
    }

    /// Checks a change of status.
    ///
    /// # Errors
    /// [`Error::Transition`] when it is not in the table.
    pub fn become_status(self, record: RecordId, to: Self) -> Result<Self, Error> {
        if self.may_become(to) {
            return Ok(to);
        }
        let (from, to) = (self.as_str(), to.as_str());
        Err(Error::Transition {
            noun: "record",
            id: record.0,
            from,
            to,
        })
    }
}

words! {
    /// Why a record will not end in success although it still executes: the record ends once, when
    /// its last running action has ended.
    EndReason, "end reason" {
        /// An action failed.
        Failed = "failed",
        /// An action ran out of time.
        Timeout = "timeout",
        /// Somebody killed it.
        Killed = "killed",
    }
}

impl EndReason {
    /// Killed before timeout before failed (`keeper.md` 5.2, precedence).
    pub const fn rank(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Timeout => 1,
            Self::Killed => 2,
        }
    }

    /// The status that the record ends with.
    pub const fn status(self) -> RecordStatus {
        match self {
            Self::Failed => RecordStatus::Failed,
            Self::Timeout => RecordStatus::Timeout,
            Self::Killed => RecordStatus::Interrupted,
        }
    }
}

words! {
    /// What made a task (`keeper.md` 5.4).
    CreateMode, "create mode" {
        /// The time plan.
        Schedule = "schedule",
        /// A person.
        Instant = "instant",
        /// An endless job's interval.
        Interval = "interval",
        /// A dependency.
        Trigger = "trigger",
        /// Catch-up after a stop.
        Complement = "complement",
    }
}

words! {
    /// What started a record (`keeper.md` 5.4).
    StartMode, "start mode" {
        /// The scheduler.
        AutoStart = "auto_start",
        /// A person.
        ManualStart = "manual_start",
        /// An event or recovery after a crash.
        AutoRestart = "auto_restart",
        /// A person, again.
        ManualRestart = "manual_restart",
    }
}

words! {
    /// How a record came out of the one before it (`keeper.md` 5.5).
    RestartKind, "restart kind" {
        /// It is the first.
        First = "first",
        /// Everything again.
        Whole = "whole",
        /// What did not end well.
        Exceptional = "exceptional",
        /// Chosen commands.
        Partial = "partial",
        /// Dependencies again.
        Recheck = "recheck",
    }
}

words! {
    /// How a due tick was settled: every one ends as exactly one of these.
    TickOutcome, "tick outcome" {
        /// A task was made in time.
        Created = "created",
        /// A task was made late, by the catch-up policy.
        CaughtUp = "caught_up",
        /// A named policy left it out.
        Skipped = "skipped",
        /// The task existed already or the job was just disabled.
        Suppressed = "suppressed",
    }
}

/// A task: one run of a job for one task time, with the record that counts now.
#[derive(Debug, Clone)]
pub struct Task {
    /// Given by the store.
    pub id: TaskId,
    /// Whose run it is.
    pub job_id: JobId,
    /// The job's title when it was read.
    pub job_title: Arc<str>,
    /// The logical time; never changes.
    pub task_time: Timestamp,
    /// Who made it; 0 is the scheduler.
    pub creator: u32,
    /// What made it.
    pub create_mode: CreateMode,
    /// When it was made.
    pub created_at: Timestamp,
    /// The record that counts.
    pub record: Record,
}

/// One attempt at a task.
#[derive(Debug, Clone)]
pub struct Record {
    /// Given by the store.
    pub id: RecordId,
    /// Of which task.
    pub task_id: TaskId,
    /// Of which job.
    pub job_id: JobId,
    /// When it was opened; with the task id it names the record everywhere. Whole seconds.
    pub record_time: Timestamp,
    /// 1 for the first.
    pub seq: u32,
    /// How it came out of the one before.
    pub restart_kind: RestartKind,
    /// What started it.
    pub start_mode: StartMode,
    /// Who started it; 0 is the scheduler.
    pub starter: u32,
    /// Who killed it.
    pub killer: Option<u32>,
    /// Where it stands.
    pub status: RecordStatus,
    /// How it will end, once its last running action has ended.
    pub end_reason: Option<EndReason>,
    /// The node that claimed it.
    pub node_id: Option<NodeId>,
    /// Grows with every claim; a result that carries an older one is refused.
    pub epoch: u64,
    /// Not to be started before.
    pub start_after: Option<Timestamp>,
    /// When it became ready.
    pub ready_at: Option<Timestamp>,
    /// When its first action was handed out.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Why it stands where it stands, as the deciding function said it.
    pub reason: Option<Reason>,
    /// When a record that waits is looked at again.
    pub next_check_at: Option<Timestamp>,
    /// Its actions by position; filled only where the reader asked for them.
    pub actions: Vec<Action>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_status_never_changes() {
        for &from in RecordStatus::ALL.iter().filter(|status| !status.is_live()) {
            for &to in RecordStatus::ALL {
                assert!(!from.may_become(to), "{from} became {to}");
            }
        }
    }

    #[test]
    fn every_live_status_can_be_interrupted() {
        for &from in RecordStatus::ALL.iter().filter(|status| status.is_live()) {
            assert!(from.may_become(RecordStatus::Interrupted), "{from}");
        }
    }

    #[test]
    fn spellings_are_read_back() {
        for &status in RecordStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert!("Ready".parse::<RecordStatus>().is_err());
    }
}
