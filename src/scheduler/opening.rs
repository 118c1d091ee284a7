//! Opening and closing times: jobs that enable and disable themselves (`keeper.md` 4.2).

use super::node::Node;
use crate::clock::Timestamp;
use crate::store::{self, OpeningJob};

/// Jobs that are opened in one round.
const JOBS_PER_ROUND: usize = 1_000;

/// Closes what is to be closed, then opens what is to be opened, by the minute.
pub(super) async fn follow(node: &Node, now: Timestamp) -> store::Result<()> {
    let store = &node.parts.store;
    let closed = store.close_jobs(now).await?;
    if closed > 0 {
        tracing::info!(jobs = closed, "jobs closed at their closing time");
    }
    for job in store.opening_jobs(now, JOBS_PER_ROUND).await? {
        open(node, job, now).await?;
    }
    Ok(())
}

async fn open(node: &Node, job: OpeningJob, now: Timestamp) -> store::Result<()> {
    // Ticks count from the opening time, also when no daemon ran then.
    let next = if job.is_scheduled {
        let plan = node
            .parts
            .plans
            .read(&job.schedule, job.time_zone.as_deref());
        match plan {
            Ok(plan) => plan.next_from(job.open_at),
            Err(fault) => {
                tracing::error!(job.id = %job.job_id, error = %fault, "a job cannot be opened");
                None
            }
        }
    } else {
        None
    };
    let opened = node
        .parts
        .store
        .open_job(job.job_id, job.open_at, next, now);
    if opened.await? {
        tracing::info!(job.id = %job.job_id, "job opened at its opening time");
    }
    Ok(())
}
