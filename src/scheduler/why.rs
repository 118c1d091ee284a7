//! Why a task stands where it stands, from what was written when it was decided.

use crate::clock::Timestamp;
use crate::model::{Action, ActionStatus, Reason, RecordStatus, Task, Wait};

/// The reason of a task with its actions. A stored reason is given as it was decided; the rest
/// says what the rows say, and guesses nothing.
pub fn why(task: &Task, now: Timestamp) -> Reason {
    let record = &task.record;
    if let Some(reason) = &record.reason {
        return reason.clone();
    }
    let leaf = |wait, text: String| Reason {
        wait,
        text,
        because: Vec::new(),
        decided_at: now,
        next_check_at: record.next_check_at,
    };
    if record.status.is_live() && record.status != RecordStatus::Executing {
        let since = record.ready_at.unwrap_or(record.record_time);
        let text = format!("`{}` since {since}, its turn comes next", record.status);
        return leaf(Wait::NoExecutor, text);
    }
    let because = record
        .actions
        .iter()
        .filter_map(|action| of_action(action, record.status, now))
        .collect();
    let (wait, text) = if record.status == RecordStatus::Executing {
        let since = record.started_at.unwrap_or(record.record_time);
        (Wait::Running, format!("executes since {since}"))
    } else {
        let at = record.finished_at.unwrap_or(record.record_time);
        let by = record.killer.map(|user| format!(" by user {user}"));
        let by = by.unwrap_or_default();
        (
            Wait::Ended,
            format!("ended as `{}`{by} at {at}", record.status),
        )
    };
    Reason {
        because,
        ..leaf(wait, text)
    }
}

/// What an action adds: while the task executes, everything that is not done; afterwards, what
/// spoiled it.
fn of_action(action: &Action, status: RecordStatus, now: Timestamp) -> Option<Reason> {
    let name = &action.title;
    let (wait, text) = match action.status {
        ActionStatus::Waiting => {
            let count = action.pending_upstreams;
            let text = format!("`{name}` waits for {count} commands before it");
            (Wait::Upstream, text)
        }
        ActionStatus::Queueing => {
            let text = format!("`{name}` waits for a free executor");
            (Wait::NoExecutor, text)
        }
        ActionStatus::Running => {
            let attempt = action.attempts.max(1);
            let text = format!("`{name}` runs, attempt {attempt}");
            (Wait::Running, text)
        }
        ActionStatus::Wrong
        | ActionStatus::Exceptional
        | ActionStatus::Overtime
        | ActionStatus::Killed => {
            let error = action.error.as_deref().unwrap_or("no reason is known");
            let text = format!("`{name}` ended as `{}`: {error}", action.status);
            (Wait::Ended, text)
        }
        ActionStatus::Cancelled if status != RecordStatus::Executing => {
            (Wait::Ended, format!("`{name}` was not started"))
        }
        ActionStatus::Done | ActionStatus::Skipped | ActionStatus::Cancelled => return None,
    };
    Some(Reason {
        wait,
        text,
        because: Vec::new(),
        decided_at: action.finished_at.or(action.started_at).unwrap_or(now),
        next_check_at: None,
    })
}
