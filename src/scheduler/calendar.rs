//! Following the work calendar: when it changes, the next ticks of plans that use it do too.

use super::node::Node;
use crate::cron::Calendar;
use crate::store::{self, PlannedJob};

/// Computes next ticks again when the calendar is another than `known`, which may be of an earlier
/// daemon and is then absent. Ticks that are due stay: they are settled as they were planned.
pub(super) async fn follow(node: &Node, known: &mut Option<Calendar>) -> store::Result<()> {
    let present = node.parts.plans.calendar();
    if known.as_ref() == Some(&present) {
        return Ok(());
    }
    let mut moved = 0;
    for job in node.parts.store.planned_jobs().await? {
        moved += u64::from(replan(node, job).await?);
    }
    if moved > 0 {
        tracing::info!(jobs = moved, "next ticks follow the work calendar");
    }
    *known = Some(present);
    Ok(())
}

async fn replan(node: &Node, job: PlannedJob) -> store::Result<bool> {
    let now = node.now();
    if job.next.is_some_and(|next| next <= now) {
        return Ok(false);
    }
    let zone = job.time_zone.as_deref();
    // One that cannot be read is found and marked when its tick is due.
    let Ok(plan) = node.parts.plans.read(&job.schedule, zone) else {
        return Ok(false);
    };
    if !plan.plan.uses_calendar() {
        return Ok(false);
    }
    let next = plan.next_after(now);
    if next == job.next {
        return Ok(false);
    }
    node.parts.store.replan_job(job, next).await
}
