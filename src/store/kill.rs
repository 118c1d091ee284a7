//! Killing records and actions.

use super::cells::{Query, cells, change};
use super::{Error, Killed, Result, Store, actions, progress, records};
use crate::clock::Timestamp;
use crate::model::{
    Action, ActionEnd, ActionId, ActionStatus, EndReason, NodeId, Record, RecordId, RecordStatus,
};
use crate::sql::Session;

fn running(actions: &[Action]) -> Vec<(ActionId, Option<NodeId>)> {
    let running = |action: &&Action| action.status == ActionStatus::Running;
    actions
        .iter()
        .filter(running)
        .map(|action| (action.id, action.node_id))
        .collect()
}

fn note_killer(session: &mut dyn Session, record: &Record, killer: u32) -> Result<()> {
    const KILLER: &str = "UPDATE task_records SET killer = ? WHERE id = ?";
    change(session, KILLER, &cells![killer, record.id])?;
    Ok(())
}

fn kill(session: &mut dyn Session, id: RecordId, killer: u32, now: Timestamp) -> Result<Killed> {
    let mut record = records::lock(session, id)?;
    if !record.status.is_live() {
        return Ok(Killed::default());
    }
    note_killer(session, &record, killer)?;
    let cancelled = progress::cancel(session, &record, now)?;
    let running = running(&actions::of_record(session, id)?);
    let ended = running.is_empty();
    if ended {
        records::end(session, &record, RecordStatus::Interrupted, now)?;
    } else {
        const ASK: &str = "UPDATE actions
            SET kill_asked = 1
            WHERE record_id = ? AND status = 'running'";
        change(session, ASK, &cells![id])?;
        records::spoil(session, &mut record, EndReason::Killed)?;
    }
    Ok(Killed {
        running,
        cancelled,
        ended,
    })
}

fn kill_one(
    session: &mut dyn Session,
    id: ActionId,
    killer: u32,
    now: Timestamp,
) -> Result<Killed> {
    const KILL: &str = "UPDATE actions
        SET status = 'killed', finished_at = ?
        WHERE id = ? AND status IN ('waiting', 'queueing')";
    const ASK: &str = "UPDATE actions SET kill_asked = 1 WHERE id = ?";
    let action = actions::one(session, id)?.ok_or_else(|| Error::missing("action", id))?;
    let mut record = records::lock(session, action.record_id)?;
    // Read again: it may have moved before the lock was ours.
    let action = actions::one(session, id)?.ok_or_else(|| Error::missing("action", id))?;
    let mut answer = Killed::default();
    if action.status.is_final() || !record.status.is_live() {
        return Ok(answer);
    }
    note_killer(session, &record, killer)?;
    if action.status == ActionStatus::Running {
        change(session, ASK, &cells![id])?;
        records::spoil(session, &mut record, EndReason::Killed)?;
        answer.running.push((id, action.node_id));
        return Ok(answer);
    }
    if record.status != RecordStatus::Executing {
        return kill(session, record.id, killer, now);
    }
    change(session, KILL, &cells![now, id])?;
    answer.cancelled.push(id);
    records::spoil(session, &mut record, EndReason::Killed)?;
    answer
        .cancelled
        .extend(progress::cancel(session, &record, now)?);
    answer.ended = progress::step(session, &mut record, now)?.ended.is_some();
    Ok(answer)
}

impl Store {
    /// Stops a record: what has not started is cancelled, what runs is named so that the caller can
    /// stop its processes; the record ends as `interrupted` at once when nothing runs, otherwise
    /// with its last running action. Repeating it is harmless; an ended record stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn kill_record(&self, id: RecordId, killer: u32, now: Timestamp) -> Result<Killed> {
        self.write(move |tx| kill(tx, id, killer, now)).await
    }

    /// Stops one action, and spoils its record so that nothing new of it starts. A running one is
    /// marked and named: its process must be stopped and its end reported as `killed`. One that has
    /// not started ends here.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn kill_action(&self, id: ActionId, killer: u32, now: Timestamp) -> Result<Killed> {
        self.write(move |tx| kill_one(tx, id, killer, now)).await
    }
}

impl Store {
    /// The running actions of a node that somebody asked to kill, on whatever node the request
    /// arrived.
    ///
    /// # Errors
    /// The database's.
    pub async fn asked_kills(&self, node: NodeId) -> Result<Vec<ActionId>> {
        const ASKED: Query<ActionId> = Query {
            table: "actions",
            sql: "SELECT id
                  FROM actions
                  WHERE node_id = ? AND status = 'running' AND kill_asked = 1
                  ORDER BY id",
            read: |row| Ok(ActionId(row.number("id")?)),
        };
        self.read(move |db| ASKED.all(db, &cells![node])).await
    }
}

/// The end of an action whose node stopped under it.
pub(super) fn node_stopped(attempts: u32) -> ActionEnd {
    ActionEnd {
        status: ActionStatus::Exceptional,
        attempts,
        exit_code: None,
        signal: None,
        error: Some("node stopped".to_owned()),
        pinned: None,
    }
}
