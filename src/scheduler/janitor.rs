//! The janitor: deletes finished tasks beyond what their jobs keep, logs first.

use std::sync::Arc;
use std::time::Duration;

use super::node::Node;
use crate::clock::Timestamp;
use crate::logs::LogKey;
use crate::store::{self, OldTask};

/// The lease under which tasks are deleted.
const LEASE: &str = "clean-tasks";

/// Pause between two rounds.
const EVERY: Duration = Duration::from_mins(10);

/// Tasks that are looked up together.
const TASKS_PER_PAGE: usize = 200;

pub(super) async fn run(node: Arc<Node>) {
    loop {
        if let Err(error) = round(&node).await {
            tracing::warn!(error.code = %error.code(), error = %error, "old tasks stay for now");
        }
        let wait = node.now().saturating_add(EVERY).unwrap_or(Timestamp::MAX);
        tokio::select! {
            biased;
            () = node.closing.cancelled() => return,
            () = node.parts.clock.sleep_until(wait) => {}
        }
    }
}

async fn round(node: &Arc<Node>) -> store::Result<()> {
    let parts = &node.parts;
    let until = node.lease_until();
    let lease = parts
        .store
        .acquire_lease(LEASE, parts.node_id, node.now(), until);
    if lease.await?.is_none() {
        return Ok(());
    }
    for (job, keep) in parts.store.jobs_with_retention().await? {
        loop {
            let old = parts.store.old_tasks(job, keep, TASKS_PER_PAGE).await?;
            let mut deleted = 0;
            for task in old {
                if node.closing.is_cancelled() {
                    return Ok(());
                }
                let id = task.task_id;
                delete_logs(node, task).await;
                deleted += usize::from(parts.store.delete_task(id).await?);
            }
            if deleted == 0 {
                break;
            }
            tracing::info!(job.id = %job, tasks = deleted, "old tasks deleted");
        }
    }
    Ok(())
}

/// Deletes the logs of a task; one that stays is told and does not keep the rows.
async fn delete_logs(node: &Arc<Node>, task: OldTask) {
    let logs = Arc::clone(&node.parts.logs);
    let work = move || {
        for record_time in task.record_times {
            let key = LogKey {
                job_id: task.job_id,
                task_id: task.task_id,
                record_time,
            };
            if let Err(error) = logs.remove(key) {
                tracing::warn!(task.id = %task.task_id, error = %error, "a log stays behind");
            }
        }
    };
    // The closure does not panic, and nobody aborts it.
    let _done = tokio::task::spawn_blocking(work).await;
}
