//! The beat: due ticks become tasks, each settled exactly once.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};

use super::node::Node;
use super::settle::{Policy, Settlement, settle};
use super::{calendar, opening};
use crate::clock::{SignedDuration, Timestamp};
use crate::cron::Calendar;
use crate::model::{CreateMode, ScheduleState, StartMode, TickOutcome};
use crate::store::{self, DueJob, NewTask, SettleTick, Settled};

/// The lease under which ticks are settled.
const LEASE: &str = "create-tasks";

/// Due jobs that are looked at together: their settlements share commits.
const JOBS_PER_ROUND: usize = 1_000;

/// How many settlements may be on their way to the store at once.
const SETTLING_MAX: usize = 256;

/// Ticks late by no more than this are created whatever the cause (`keeper.md` 4.7).
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// The longest time between two looks at the store, so that a job changed by another node is found.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Pause after the store failed.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn run(node: Arc<Node>) {
    let mut calendar = None;
    loop {
        let wait = match round(&node, &mut calendar).await {
            Ok(next) => until(&node, next),
            Err(error) => {
                tracing::warn!(error.code = %error.code(), error = %error, "a beat failed");
                node.now().saturating_add(PAUSE).unwrap_or(Timestamp::MAX)
            }
        };
        tokio::select! {
            biased;
            () = node.closing.cancelled() => return,
            () = node.parts.signals.beat_woken() => {}
            () = node.parts.clock.sleep_until(wait) => {}
        }
    }
}

fn until(node: &Node, next: Option<Timestamp>) -> Timestamp {
    let look = node.now().saturating_add(LOOK_EVERY);
    let look = look.unwrap_or(Timestamp::MAX);
    next.map_or(look, |next| next.min(look))
}

/// Settles everything that is due; answers the next due tick.
async fn round(node: &Node, calendar: &mut Option<Calendar>) -> store::Result<Option<Timestamp>> {
    let parts = &node.parts;
    let until = node.lease_until();
    let lease = parts
        .store
        .acquire_lease(LEASE, parts.node_id, node.now(), until);
    let Some(epoch) = lease.await? else {
        return Ok(None);
    };
    opening::follow(node, node.now()).await?;
    calendar::follow(node, calendar).await?;
    loop {
        let now = node.now();
        let due = parts.store.due_jobs(now, JOBS_PER_ROUND).await?;
        let count = due.len();
        let settled: Vec<_> = stream::iter(due)
            .map(|job| settle_job(node, job, epoch, now))
            .buffer_unordered(SETTLING_MAX)
            .collect()
            .await;
        settled.into_iter().collect::<store::Result<Vec<()>>>()?;
        if count < JOBS_PER_ROUND {
            break;
        }
    }
    parts.store.next_due().await
}

async fn settle_job(node: &Node, job: DueJob, epoch: u64, now: Timestamp) -> store::Result<()> {
    let parts = &node.parts;
    let plan = match parts.plans.read(&job.schedule, job.time_zone.as_deref()) {
        Ok(plan) => plan,
        Err(fault) => {
            tracing::error!(job.id = %job.job_id, error = %fault, "a stored schedule is not valid");
            let state = ScheduleState::Invalid;
            return parts.store.set_next_tick(job.job_id, None, state).await;
        }
    };
    let policy = Policy {
        grace: GRACE,
        catch_up: job.catch_up,
        catch_up_limit: usize::try_from(job.catch_up_limit).unwrap_or(usize::MAX),
    };
    for settlement in settle(job.tick, now, policy, |tick| plan.next_after(tick)) {
        let outcome = settlement.outcome;
        let row = row(&job, &settlement, epoch, node.now());
        let lag = row.now.duration_since(row.tick);
        match parts.store.settle_tick(row).await? {
            Settled::Created(_) => {
                parts.metrics.count_tick(outcome.as_str(), lag);
                parts.signals.work_arrived();
            }
            Settled::Recorded(outcome) => parts.metrics.count_tick(outcome.as_str(), lag),
            // Somebody was faster, or the job was changed: the next look sees it as it is now.
            Settled::Lost => return Ok(()),
        }
    }
    Ok(())
}

fn row(job: &DueJob, settlement: &Settlement, epoch: u64, now: Timestamp) -> SettleTick {
    let create_mode = match settlement.outcome {
        TickOutcome::Created => Some(CreateMode::Schedule),
        TickOutcome::CaughtUp => Some(CreateMode::Complement),
        TickOutcome::Skipped | TickOutcome::Suppressed => None,
    };
    SettleTick {
        job_id: job.job_id,
        tick: settlement.tick,
        outcome: settlement.outcome,
        reason: settlement.reason.to_owned(),
        next: settlement.next,
        state: match settlement.next {
            Some(_) => ScheduleState::Ok,
            None => ScheduleState::Ended,
        },
        epoch,
        create: create_mode.map(|create_mode| NewTask {
            job_id: job.job_id,
            task_time: settlement.tick,
            creator: 0,
            create_mode,
            start_mode: StartMode::AutoStart,
            start_after: None,
        }),
        now,
    }
}
