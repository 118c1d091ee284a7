//! What is said about an action in the log of its task.

use std::sync::Arc;

use super::civil_text;
use crate::clock::{Clock, Zone};
use crate::logs::{Entry, LogType, RecordLog};
use crate::pql::Output;
use crate::process::{Line, Stream};
use crate::registry::Severity;

/// Writes for one action, or for the task as a whole; clones write to the same log.
#[derive(Clone)]
pub struct Journal {
    log: Arc<RecordLog>,
    clock: Arc<dyn Clock>,
    zone: Zone,
    command_id: u32,
    action_id: u64,
    attempt: u32,
}

impl Journal {
    /// Writes for the task as a whole.
    pub fn of_task(log: Arc<RecordLog>, clock: Arc<dyn Clock>, zone: Zone) -> Self {
        Self {
            log,
            clock,
            zone,
            command_id: 0,
            action_id: 0,
            attempt: 0,
        }
    }

    /// The same log for one action.
    #[must_use]
    pub fn for_action(&self, command_id: u32, action_id: u64) -> Self {
        Self {
            command_id,
            action_id,
            ..self.clone()
        }
    }

    /// The same log for one attempt, from 1.
    #[must_use]
    pub(super) fn for_attempt(&self, attempt: u32) -> Self {
        Self {
            attempt,
            ..self.clone()
        }
    }

    pub(super) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Says something as the scheduler, in the published form `time [TYPE] text`.
    pub fn say(&self, log_type: LogType, text: &str) {
        let time = civil_text(self.clock.now(), &self.zone);
        let text = format!("{time} [{}] {text}", log_type.as_str());
        self.put(log_type, &text, false);
    }

    /// Passes on what a process wrote, unchanged.
    pub(super) fn pass(&self, line: &Line) {
        let log_type = match line.stream {
            Stream::Out => LogType::Info,
            Stream::Err => LogType::Error,
        };
        self.put(log_type, &line.text, line.cont);
    }

    fn put(&self, log_type: LogType, text: &str, cont: bool) {
        self.log.write(Entry {
            command_id: self.command_id,
            action_id: self.action_id,
            attempt: self.attempt,
            log_type,
            text,
            cont,
        });
    }
}

impl Output for Journal {
    fn print(&self, line: &str) {
        self.put(LogType::Info, line, false);
    }

    fn log(&self, severity: Severity, text: &str) {
        let log_type = match severity {
            Severity::Debug => LogType::Debug,
            Severity::Info => LogType::Log,
            Severity::Warn => LogType::Warn,
            Severity::Error => LogType::Error,
        };
        self.put(log_type, text, false);
    }
}
