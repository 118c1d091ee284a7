//! One line of a task log.

use serde::{Deserialize, Serialize};

/// What a line is (`keeper.md` 10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogType {
    /// What a command wrote to standard output.
    Info,
    /// What a command wrote to standard error, and errors of the scheduler about the task.
    Error,
    /// News of the scheduler about the task.
    Log,
    /// Handled but unusual.
    Warn,
    /// For who looks closely.
    Debug,
}

impl LogType {
    /// The published spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Error => "ERROR",
            Self::Log => "LOG",
            Self::Warn => "WARN",
            Self::Debug => "DEBUG",
        }
    }
}

/// One line, in the file as in answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// When it was written, `yyyy-MM-dd HH:mm:ss.SSS` in the daemon's zone.
    pub log_time: String,
    /// The command; 0 for the task as a whole.
    pub command_id: u32,
    /// The action; 0 for the task as a whole.
    pub action_id: u64,
    /// Which attempt of the action, from 1; 0 outside an attempt.
    pub attempt: u32,
    /// What it is.
    pub log_type: LogType,
    /// Its text, without a line end.
    pub log_text: String,
    /// Whether it goes on from the line before, which was too long.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cont: bool,
}
