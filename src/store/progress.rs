//! What follows when an action ends: the next ones, or the end of the record.

use super::actions::{self, select_actions};
use super::cells::{Query, cells, change};
use super::{Progress, Result, Store, records};
use crate::clock::Timestamp;
use crate::model::{Action, ActionEnd, ActionId, ActionStatus, EndReason, Record, RecordStatus};
use crate::sql::Session;

/// How many actions of a record are in each stage that is not final.
struct Stages {
    waiting: u64,
    active: u64,
}

/// What one scheduling step did to a record.
pub(super) struct Stepped {
    pub(super) next: Vec<Action>,
    pub(super) ended: Option<RecordStatus>,
}

/// Takes the scheduling step of a locked, executing record: hands out what can run, or ends the
/// record when nothing runs any more. A record that is to end badly hands out nothing.
pub(super) fn step(
    session: &mut dyn Session,
    record: &mut Record,
    now: Timestamp,
) -> Result<Stepped> {
    if record.end_reason.is_some() {
        cancel(session, record, now)?;
    }
    let next = match record.end_reason {
        Some(_) => Vec::new(),
        None => queue(session, record, now)?,
    };
    let stages = stages(session, record)?;
    if stages.active > 0 {
        let ended = None;
        return Ok(Stepped { next, ended });
    }
    if stages.waiting > 0 {
        // Nothing runs and nothing can: an upstream never got done. It cannot happen, and must not
        // hang when it does.
        records::spoil(session, record, EndReason::Failed)?;
        cancel(session, record, now)?;
    }
    let status = record
        .end_reason
        .map_or(RecordStatus::Success, EndReason::status);
    records::end(session, record, status, now)?;
    let ended = Some(status);
    Ok(Stepped { next, ended })
}

/// Cancels what has not started.
pub(super) fn cancel(
    session: &mut dyn Session,
    record: &Record,
    now: Timestamp,
) -> Result<Vec<ActionId>> {
    const OPEN: Query<ActionId> = Query {
        table: "actions",
        sql: "SELECT id FROM actions
              WHERE record_id = ? AND status IN ('waiting', 'queueing')
              ORDER BY position, id",
        read: |row| Ok(ActionId(row.number("id")?)),
    };
    const CANCEL: &str = "UPDATE actions
        SET status = 'cancelled', finished_at = ?
        WHERE record_id = ? AND status IN ('waiting', 'queueing')";
    let open = OPEN.all(session, &cells![record.id])?;
    if !open.is_empty() {
        change(session, CANCEL, &cells![now, record.id])?;
    }
    Ok(open)
}

/// Makes every action without open upstreams `queueing` under the record's claim.
fn queue(session: &mut dyn Session, record: &Record, now: Timestamp) -> Result<Vec<Action>> {
    const RUNNABLE: Query<Action> = actions::actions(select_actions!(
        "WHERE record_id = ? AND status = 'waiting' AND pending_upstreams = 0
         ORDER BY position, id"
    ));
    const QUEUE: &str = "UPDATE actions
        SET status = 'queueing', queued_at = ?, node_id = ?, epoch = ?
        WHERE id = ? AND status = 'waiting'";
    let mut runnable = RUNNABLE.all(session, &cells![record.id])?;
    for action in &mut runnable {
        change(
            session,
            QUEUE,
            &cells![now, record.node_id, record.epoch, action.id],
        )?;
        action.status = ActionStatus::Queueing;
        action.queued_at = Some(now);
        action.node_id = record.node_id;
        action.epoch = record.epoch;
    }
    Ok(runnable)
}

fn stages(session: &mut dyn Session, record: &Record) -> Result<Stages> {
    const COUNT: Query<(bool, u64)> = Query {
        table: "actions",
        sql: "SELECT status, COUNT(*)
              FROM actions
              WHERE record_id = ? AND status IN ('waiting', 'queueing', 'running')
              GROUP BY status",
        read: |row| Ok((&*row.text("status")? == "waiting", row.number("count")?)),
    };
    let counts = COUNT.all(session, &cells![record.id])?;
    let sum = |waits: bool| counts.iter().filter(|c| c.0 == waits).map(|c| c.1).sum();
    Ok(Stages {
        waiting: sum(true),
        active: sum(false),
    })
}

/// Writes the end of one action; false when it had ended before.
pub(super) fn end_action(
    session: &mut dyn Session,
    id: ActionId,
    epoch: u64,
    end: &ActionEnd,
    now: Timestamp,
) -> Result<bool> {
    const END: &str = "UPDATE actions
        SET status = ?, finished_at = ?, attempts = ?, exit_code = ?, signal_number = ?, error = ?,
            pinned_json = COALESCE(?, pinned_json)
        WHERE id = ? AND epoch = ? AND status IN ('queueing', 'running')";
    let with = cells![
        end.status.as_str(),
        now,
        end.attempts,
        end.exit_code,
        end.signal,
        end.error.as_deref(),
        end.pinned.as_deref(),
        id,
        epoch,
    ];
    Ok(change(session, END, &with)? == 1)
}

fn finish(
    session: &mut dyn Session,
    id: ActionId,
    epoch: u64,
    end: &ActionEnd,
    now: Timestamp,
) -> Result<Progress> {
    const RELEASE: &str = "UPDATE actions
        SET pending_upstreams = pending_upstreams - 1
        WHERE status = 'waiting'
            AND id IN (SELECT downstream_action_id FROM action_edges WHERE upstream_action_id = ?)";
    let mut record = actions::fence(session, id, epoch)?;
    if !end_action(session, id, epoch, end, now)? {
        return Err(actions::fenced(id, epoch));
    }
    match end.status.end_reason() {
        Some(reason) => records::spoil(session, &mut record, reason)?,
        None => {
            change(session, RELEASE, &cells![id])?;
        }
    }
    let Stepped { next, ended } = step(session, &mut record, now)?;
    Ok(Progress {
        job_id: record.job_id,
        task_id: record.task_id,
        record_id: record.id,
        next,
        ended,
    })
}

impl Store {
    /// Writes how an action ended and takes the record's next step in the same transaction: newly
    /// runnable actions become `queueing`, or the record ends when nothing of it runs any more.
    /// Killed goes before timeout, timeout before failed.
    ///
    /// # Errors
    /// [`Error::Fenced`](super::Error::Fenced) when the action does not run under that epoch any
    /// more; [`Error::Conflict`](super::Error::Conflict) when `end.status` is not a final one.
    pub async fn finish_action(
        &self,
        id: ActionId,
        epoch: u64,
        end: ActionEnd,
        now: Timestamp,
    ) -> Result<Progress> {
        if !end.status.is_final() {
            let text = format!("an action cannot end as `{}`", end.status);
            return Err(super::Error::Conflict(text));
        }
        self.write(move |tx| finish(tx, id, epoch, &end, now)).await
    }
}
