//! One action on this node: from being taken on to its end in the store and what follows from it.

use std::sync::Arc;
use std::time::Duration;

use super::node::Node;
use crate::logs::LogType;
use crate::model::{Action, ActionEnd, ActionId, ActionStatus, RecordStatus, Task};
use crate::runner::{Assignment, Report, StopSignal, Stopper};
use crate::store::{Error, Progress};

/// Pause before an end is reported again that the store did not take.
const REPORT_AGAIN: Duration = Duration::from_secs(1);

/// Takes on a claimed action; it runs as soon as an executor is free. Harmless when it runs here
/// already.
pub(super) fn take_on(node: &Arc<Node>, task: Arc<Task>, action: Action) {
    let (stopper, stop) = Stopper::new();
    let id = action.id;
    if !node.parts.signals.took_on(id, stopper) {
        return;
    }
    let owner = Arc::clone(node);
    node.actions.spawn(async move {
        execute(&owner, &task, action, stop).await;
        owner.parts.signals.let_go(id);
        owner.parts.signals.work_arrived();
    });
}

async fn execute(node: &Arc<Node>, task: &Arc<Task>, action: Action, stop: StopSignal) {
    let (id, epoch) = (action.id, action.epoch);
    // The semaphore is never closed.
    let Ok(_slot) = Arc::clone(&node.slots).acquire_owned().await else {
        return;
    };
    if node.closing.is_cancelled() {
        // Not started: the claim is given back when the node has stopped.
        return;
    }
    let Some(journal) = node.journal(task) else {
        let end = ActionEnd {
            status: ActionStatus::Wrong,
            attempts: 0,
            exit_code: None,
            signal: None,
            error: Some("its log cannot be written; see the daemon's log".to_owned()),
            pinned: None,
        };
        return report(node, task, id, epoch, end).await;
    };
    let journal = journal.for_action(action.command_id.0, id.0);
    let text = format!("action {id} `{}` begins", action.title);
    journal.say(LogType::Debug, &text);
    let kind = action.kind;
    let assignment = Assignment {
        task: Arc::clone(task),
        action,
        journal,
    };
    match node.parts.runner.run(&assignment, stop).await {
        Report::Ended(end) => {
            node.parts
                .metrics
                .count_action(kind.as_str(), end.status.as_str());
            report(node, task, id, epoch, end).await;
        }
        // The rows say that it ran, and whoever recovers them decides what becomes of it.
        Report::Abandoned => {}
        // The record is ending, by another of its actions or by a kill.
        Report::Lost(error @ Error::Fenced { .. }) => {
            tracing::debug!(action.id = %id, error = %error, "an action was not started");
        }
        // The comparison of the rows with what runs finds it again.
        Report::Lost(error) => {
            tracing::warn!(action.id = %id, error = %error, "an action was not started");
        }
    }
}

/// Writes the end of an action until the store has taken or refused it, then does what follows.
pub(super) async fn report(
    node: &Arc<Node>,
    task: &Arc<Task>,
    id: ActionId,
    epoch: u64,
    end: ActionEnd,
) {
    loop {
        let now = node.now();
        let finish = node.parts.store.finish_action(id, epoch, end.clone(), now);
        match finish.await {
            Ok(progress) => return follow(node, task, progress),
            Err(error @ (Error::Fenced { .. } | Error::NotFound { .. } | Error::Closed)) => {
                tracing::warn!(action.id = %id, error = %error, "a result was refused");
                return;
            }
            Err(error) => {
                tracing::error!(
                    action.id = %id, error.code = %error.code(), error = %error,
                    "a result is not stored yet; it is reported again"
                );
                tokio::time::sleep(REPORT_AGAIN).await;
            }
        }
    }
}

fn follow(node: &Arc<Node>, task: &Arc<Task>, progress: Progress) {
    if !node.closing.is_cancelled() {
        for action in progress.next {
            take_on(node, Arc::clone(task), action);
        }
    }
    if let Some(status) = progress.ended {
        ended(node, task, status);
    }
}

fn ended(node: &Node, task: &Task, status: RecordStatus) {
    node.parts.metrics.count_task(status.as_str());
    if let Some(journal) = node.journal(task) {
        let log_type = match status {
            RecordStatus::Success => LogType::Log,
            _ => LogType::Error,
        };
        journal.say(log_type, &format!("task {} ends: {status}", task.id));
    }
    node.parts.logs.end(Node::log_key(task));
    tracing::info!(
        task.id = %task.id, job.id = %task.job_id, status = %status, "task ended"
    );
}
