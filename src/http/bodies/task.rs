//! Tasks, records and actions as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::Timestamp;
use crate::model::{Action, Reason, Record, Task};

/// A task with its current record.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TaskBody {
    /// Given by the store.
    pub id: String,
    /// Whose run it is.
    pub job_id: String,
    /// The job's title.
    pub job_title: String,
    /// The logical time, RFC 3339.
    pub task_time: String,
    /// What made it.
    pub create_mode: String,
    /// Who made it; 0 is the scheduler.
    pub creator: u32,
    /// Where its current record stands.
    pub status: String,
    /// The record that counts now.
    pub record: RecordBody,
}

/// One attempt at a task.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecordBody {
    /// Given by the store.
    pub id: String,
    /// Names the record together with the task id, RFC 3339.
    pub record_time: String,
    /// 1 for the first.
    pub seq: u32,
    /// How it came out of the one before.
    pub restart_kind: String,
    /// What started it.
    pub start_mode: String,
    /// Where it stands.
    pub status: String,
    /// When it became ready.
    pub ready_at: Option<String>,
    /// When its first action was handed out.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Why it stands where it stands.
    pub reason: Option<ReasonBody>,
    /// Its actions; absent in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ActionBody>,
}

/// One run of a command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionBody {
    /// Given by the store.
    pub id: String,
    /// Of which command.
    pub command_id: String,
    /// The command's title.
    pub title: String,
    /// `shell`, `python` or `pql`.
    pub kind: String,
    /// Where it stands.
    pub status: String,
    /// When it was handed to the executors.
    pub queued_at: Option<String>,
    /// When its process started.
    pub started_at: Option<String>,
    /// When it ended.
    pub finished_at: Option<String>,
    /// Attempts made.
    pub attempts: u32,
    /// Exit code of the last attempt.
    pub exit_code: Option<i32>,
    /// Signal that ended the last attempt.
    pub signal: Option<i32>,
    /// What went wrong.
    pub error: Option<String>,
    /// Definition generation and function versions it ran with.
    #[schema(value_type = Option<Object>)]
    pub pinned: Option<serde_json::Value>,
}

/// Why something stands where it stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ReasonBody {
    /// The kind of wait.
    pub wait: String,
    /// One sentence with the figures that decided.
    pub text: String,
    /// What lies behind it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub because: Vec<ReasonBody>,
    /// When the decision was taken.
    pub decided_at: String,
    /// When it is looked at again at the latest.
    pub next_check_at: Option<String>,
}

/// A line of a task's log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogLineBody {
    /// When it was written, `yyyy-MM-dd HH:mm:ss.SSS` in the daemon's zone.
    pub log_time: String,
    /// The command; 0 for the task as a whole.
    pub command_id: u32,
    /// The action; 0 for the task as a whole.
    pub action_id: u64,
    /// Which attempt of the action, from 1; 0 outside an attempt.
    pub attempt: u32,
    /// `INFO`, `ERROR`, `LOG`, `WARN` or `DEBUG`.
    pub log_type: String,
    /// Its text.
    pub log_text: String,
    /// Whether it goes on from the line before.
    #[serde(default)]
    pub cont: bool,
}

/// A part of a task's log.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct LogPageBody {
    /// The matching lines.
    pub logs: Vec<LogLineBody>,
    /// Where the next page begins.
    pub cursor: u64,
    /// Whether nothing is left and nothing will follow.
    #[serde(default)]
    pub end: bool,
}

/// What a kill came to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KilledBody {
    /// Actions that were stopped or will never start.
    pub actions: Vec<String>,
    /// Why nothing happened, when nothing did.
    pub warning: Option<String>,
}

/// A task that was created on request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CreatedTaskBody {
    /// The task.
    pub id: String,
    /// Its job.
    pub job_id: String,
    /// The logical time, RFC 3339.
    pub task_time: String,
    /// When its record was opened, RFC 3339.
    pub record_time: String,
    /// Where it stands.
    pub status: String,
}

fn moment(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

impl From<&Task> for TaskBody {
    fn from(task: &Task) -> Self {
        Self {
            id: task.id.to_string(),
            job_id: task.job_id.to_string(),
            job_title: task.job_title.to_string(),
            task_time: task.task_time.to_string(),
            create_mode: task.create_mode.to_string(),
            creator: task.creator,
            status: task.record.status.to_string(),
            record: RecordBody::from(&task.record),
        }
    }
}

impl From<&Record> for RecordBody {
    fn from(record: &Record) -> Self {
        Self {
            id: record.id.to_string(),
            record_time: record.record_time.to_string(),
            seq: record.seq,
            restart_kind: record.restart_kind.to_string(),
            start_mode: record.start_mode.to_string(),
            status: record.status.to_string(),
            ready_at: moment(record.ready_at),
            started_at: moment(record.started_at),
            finished_at: moment(record.finished_at),
            reason: record.reason.as_ref().map(ReasonBody::from),
            actions: record.actions.iter().map(ActionBody::from).collect(),
        }
    }
}

impl From<&Action> for ActionBody {
    fn from(action: &Action) -> Self {
        let pinned = action
            .pinned
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        Self {
            id: action.id.to_string(),
            command_id: action.command_id.to_string(),
            title: action.title.clone(),
            kind: action.kind.to_string(),
            status: action.status.to_string(),
            queued_at: moment(action.queued_at),
            started_at: moment(action.started_at),
            finished_at: moment(action.finished_at),
            attempts: action.attempts,
            exit_code: action.exit_code,
            signal: action.signal,
            error: action.error.clone(),
            pinned,
        }
    }
}

impl From<&Reason> for ReasonBody {
    fn from(reason: &Reason) -> Self {
        Self {
            wait: reason.wait.to_string(),
            text: reason.text.clone(),
            because: reason.because.iter().map(Self::from).collect(),
            decided_at: reason.decided_at.to_string(),
            next_check_at: moment(reason.next_check_at),
        }
    }
}
