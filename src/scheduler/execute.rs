//! One action on this node: from being taken on to its end in the store and what follows from it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
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
    let (id, epoch) = (action.id, action.epoch);
    if !node.parts.signals.took_on(id, stopper) {
        return;
    }
    let wanted = Wanted::new(node);
    let owner = Arc::clone(node);
    node.actions.spawn(async move {
        let end = execute(&owner, &task, action, stop).await;
        // The executor is free when the action has ended, not when that is stored: what is claimed
        // next shares the commit.
        drop(wanted);
        if let Some(end) = end {
            report(&owner, &task, id, epoch, end).await;
        }
        owner.parts.signals.let_go(id);
    });
}

/// The executor that an action has or waits for.
struct Wanted(Arc<Node>);

impl Wanted {
    fn new(node: &Arc<Node>) -> Self {
        node.wanted.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(node))
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.wanted.fetch_sub(1, Ordering::SeqCst);
        self.0.parts.signals.work_arrived();
    }
}

/// Runs an action on an executor; answers how it ended, nothing when there is nothing to report.
async fn execute(
    node: &Arc<Node>,
    task: &Arc<Task>,
    action: Action,
    stop: StopSignal,
) -> Option<ActionEnd> {
    let id = action.id;
    // The semaphore is never closed.
    let _slot = Arc::clone(&node.slots).acquire_owned().await.ok()?;
    if node.closing.is_cancelled() {
        // Not started: the claim is given back when the node has stopped.
        return None;
    }
    let Some(journal) = node.journal(task) else {
        return Some(ActionEnd {
            status: ActionStatus::Wrong,
            attempts: 0,
            exit_code: None,
            signal: None,
            error: Some("its log cannot be written; see the daemon's log".to_owned()),
            pinned: None,
        });
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
            let outcome = end.status.as_str();
            node.parts.metrics.count_action(kind.as_str(), outcome);
            return Some(end);
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
    None
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
