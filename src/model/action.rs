//! Actions: one run of a command in one record.

use std::time::Duration;

use super::{ActionId, CommandId, CommandKind, EndReason, NodeId, RecordId};
use crate::clock::Timestamp;

words! {
    /// Where an action stands (`keeper.md` 5.3).
    ActionStatus, "action status" {
        /// Something upstream is not done.
        Waiting = "waiting",
        /// Handed to the executors.
        Queueing = "queueing",
        /// Its process was started, or is about to be: the row says so first.
        Running = "running",
        /// Its text or arguments could not be prepared; nothing was started.
        Wrong = "wrong",
        /// Ended with exit code 0.
        Done = "done",
        /// Ended with an error.
        Exceptional = "exceptional",
        /// Stopped by its time limit on the last attempt.
        Overtime = "overtime",
        /// Stopped by request.
        Killed = "killed",
        /// Disabled, or follows a disabled command.
        Skipped = "skipped",
        /// Never started because the record ended first.
        Cancelled = "cancelled",
    }
}

impl ActionStatus {
    /// Whether it has ended.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Queueing | Self::Running)
    }

    /// What this end means for the record; `None` when it does not spoil it.
    pub const fn end_reason(self) -> Option<EndReason> {
        match self {
            Self::Wrong | Self::Exceptional => Some(EndReason::Failed),
            Self::Overtime => Some(EndReason::Timeout),
            Self::Killed => Some(EndReason::Killed),
            Self::Waiting
            | Self::Queueing
            | Self::Running
            | Self::Done
            | Self::Skipped
            | Self::Cancelled => None,
        }
    }
}

/// One run of a command: a snapshot of everything needed to run it, and what became of it.
#[derive(Debug, Clone)]
pub struct Action {
    /// Given by the store.
    pub id: ActionId,
    /// Of which record.
    pub record_id: RecordId,
    /// Of which command.
    pub command_id: CommandId,
    /// The command's title when the record was opened.
    pub title: String,
    /// What the text is written in.
    pub kind: CommandKind,
    /// The text as the command had it.
    pub source_text: String,
    /// The arguments as the command had them.
    pub source_args: String,
    /// The text that was run, after embedding.
    pub final_text: Option<String>,
    /// The arguments that were used, as a JSON object.
    pub final_args: Option<String>,
    /// Definition generation and function versions it ran with, as a JSON object.
    pub pinned: Option<String>,
    /// Limit of one attempt; zero is none.
    pub timeout: Duration,
    /// Attempts after the first.
    pub retry_limit: u32,
    /// Pause before a retry.
    pub retry_delay: Duration,
    /// Order inside the record.
    pub position: u32,
    /// Where it stands.
    pub status: ActionStatus,
    /// Upstream actions that are not done yet.
    pub pending_upstreams: u32,
    /// The node that runs it.
    pub node_id: Option<NodeId>,
    /// The epoch of the claim it runs under.
    pub epoch: u64,
    /// Its process, also the id of its process group.
    pub pid: Option<u32>,
    /// When it was handed to the executors.
    pub queued_at: Option<Timestamp>,
    /// When its process started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Attempts made.
    pub attempts: u32,
    /// Exit code of the last attempt.
    pub exit_code: Option<i32>,
    /// Signal that ended the last attempt.
    pub signal: Option<i32>,
    /// What went wrong, for people.
    pub error: Option<String>,
}

/// How an action ended, as the runner reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionEnd {
    /// A final status.
    pub status: ActionStatus,
    /// Attempts made.
    pub attempts: u32,
    /// Exit code of the last attempt.
    pub exit_code: Option<i32>,
    /// Signal that ended the last attempt.
    pub signal: Option<i32>,
    /// What went wrong, for people; never a secret.
    pub error: Option<String>,
    /// Definition generation and function versions that were used, as a JSON object; `None` keeps
    /// what was noted at the start.
    pub pinned: Option<String>,
}
