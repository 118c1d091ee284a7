//! The claimer: as long as executors are free, ready records become running actions.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::execute;
use super::node::Node;
use crate::clock::Timestamp;
use crate::logs::LogType;
use crate::model::{RecordId, RecordStatus};
use crate::store::{self, Claim, ClaimScope, RecordWork};

/// The longest time between two looks, plus up to as much again so that nodes do not look together.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What made the claimer look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// A signal: speed counts.
    Woken,
    /// The clock: there is time to write down why records wait.
    Regular,
}

pub(super) async fn run(node: Arc<Node>) {
    let mut look = Look::Regular;
    loop {
        if let Err(error) = round(&node, look).await {
            tracing::warn!(error.code = %error.code(), error = %error, "a claim failed");
        }
        let spread = LOOK_EVERY.as_millis();
        let spread = node
            .parts
            .chance
            .below(u64::try_from(spread).unwrap_or(u64::MAX));
        let pause = LOOK_EVERY.saturating_add(Duration::from_millis(spread));
        let wait = node.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
        look = tokio::select! {
            biased;
            () = node.closing.cancelled() => return,
            () = node.parts.signals.claim_woken() => Look::Woken,
            () = node.parts.clock.sleep_until(wait) => Look::Regular,
        };
    }
}

async fn round(node: &Arc<Node>, look: Look) -> store::Result<()> {
    let parts = &node.parts;
    loop {
        let slots = parts
            .executors
            .saturating_sub(node.wanted.load(Ordering::SeqCst));
        if slots == 0 || node.closing.is_cancelled() {
            break;
        }
        let now = node.now();
        let claim = Claim {
            node_id: parts.node_id,
            slots,
            now,
            lease_until: node.lease_until(),
            scope: match look {
                Look::Woken => ClaimScope::Startable,
                Look::Regular => ClaimScope::Waiting,
            },
        };
        let claimed = parts.store.claim_records(claim).await?;
        for record in &claimed.gave_up {
            gave_up(node, *record);
        }
        let count = claimed.work.len();
        for work in claimed.work {
            begin(node, work);
        }
        if count < slots {
            return Ok(());
        }
    }
    if look == Look::Regular && !node.closing.is_cancelled() {
        parts
            .store
            .explain_full(parts.executors, node.now())
            .await?;
    }
    Ok(())
}

/// Starts what can run of a claimed record.
fn begin(node: &Arc<Node>, work: RecordWork) {
    let RecordWork { task, runnable } = work;
    let journal = node.journal(&task);
    if let Some(journal) = &journal {
        let text = format!(
            "task {} of job `{}` for {} begins (record {}, {})",
            task.id, task.job_title, task.task_time, task.record.seq, task.record.start_mode,
        );
        journal.say(LogType::Log, &text);
    }
    if let Some(ready) = task.record.ready_at {
        let waited = node.now().duration_since(ready);
        node.parts.metrics.observe_wait(waited);
    }
    let task = Arc::new(task);
    for action in runnable {
        execute::take_on(node, Arc::clone(&task), action);
    }
}

fn gave_up(node: &Node, record: RecordId) {
    node.parts
        .metrics
        .count_task(RecordStatus::WaitingLimit.as_str());
    tracing::warn!(record.id = %record, "a task waited longer than its job allows");
}
