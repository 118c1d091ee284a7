//! The ledger of ticks: every due tick is settled exactly once.

use super::cells::{Query, cells, change};
use super::dialect::{InsertOnce, insert_once};
use super::{Result, SettleTick, Settled, Store, tasks};
use crate::clock::Timestamp;
use crate::model::{JobId, TaskId, TickOutcome};
use crate::sql::Session;

/// A settled tick.
#[derive(Debug, Clone)]
pub struct TickRow {
    /// The tick.
    pub tick: Timestamp,
    /// How it ended.
    pub outcome: TickOutcome,
    /// The policy that decided.
    pub reason: String,
    /// The task it made or met.
    pub task_id: Option<TaskId>,
    /// When it was settled.
    pub settled_at: Timestamp,
}

const INSERT: InsertOnce = insert_once!(
    "ticks (job_id, tick_at, outcome, reason, epoch, task_id, settled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)"
);

/// What one settlement did, before duplicates are counted.
struct Outcome {
    settled: Settled,
    duplicate: bool,
}

fn settle(session: &mut dyn Session, tick: &SettleTick) -> Result<Outcome> {
    const ADVANCE: &str = "UPDATE jobs
        SET next_tick_at = ?, schedule_state = ?
        WHERE id = ? AND enabled = 1 AND next_tick_at = ?";
    const SETTLED: Query<u32> = Query {
        table: "ticks",
        sql: "SELECT job_id FROM ticks WHERE job_id = ? AND tick_at = ?",
        read: |row| row.number("job_id"),
    };
    const TASK: &str = "UPDATE ticks SET task_id = ? WHERE job_id = ? AND tick_at = ?";
    const MET: &str = "UPDATE ticks
        SET outcome = ?, reason = 'a task of this time exists already', task_id = ?
        WHERE job_id = ? AND tick_at = ?";
    let outcome = |settled, duplicate| Ok(Outcome { settled, duplicate });
    let key = cells![tick.job_id, tick.tick];
    let advance = cells![tick.next, tick.state.as_str(), tick.job_id, tick.tick];
    if change(session, ADVANCE, &advance)? == 0 {
        let known = SETTLED.first(session, &key)?.is_some();
        return outcome(Settled::Lost, known);
    }
    let (word, reason) = (tick.outcome.as_str(), tick.reason.as_str());
    let nobody: Option<TaskId> = None;
    let row = cells![
        tick.job_id,
        tick.tick,
        word,
        reason,
        tick.epoch,
        nobody,
        tick.now
    ];
    if !INSERT.run(session, &row)? {
        // Settled before under another plan; the job has moved on, the ledger stays as it is.
        return outcome(Settled::Lost, true);
    }
    let Some(task) = &tick.create else {
        return outcome(Settled::Recorded(tick.outcome), false);
    };
    if let Some(met) = tasks::at(session, task.job_id, task.task_time)? {
        let suppressed = TickOutcome::Suppressed;
        let with = cells![suppressed.as_str(), met, tick.job_id, tick.tick];
        change(session, MET, &with)?;
        return outcome(Settled::Recorded(suppressed), true);
    }
    let made = tasks::create(session, task, tick.now)?;
    change(session, TASK, &cells![made.task_id, tick.job_id, tick.tick])?;
    outcome(Settled::Created(made), false)
}

impl Store {
    /// Settles one due tick: advances the job, writes the ledger and makes the task, all or
    /// nothing. When the task exists already the tick ends as suppressed.
    ///
    /// # Errors
    /// The database's; losing a race is [`Settled::Lost`].
    pub async fn settle_tick(&self, tick: SettleTick) -> Result<Settled> {
        let done = self.write(move |tx| settle(tx, &tick)).await?;
        if done.duplicate {
            self.count_duplicate();
        }
        Ok(done.settled)
    }

    /// The settled ticks of a job in `from..until`, in order, `limit` at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_ticks(
        &self,
        job: JobId,
        from: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<TickRow>> {
        const LIST: Query<TickRow> = Query {
            table: "ticks",
            sql: "SELECT tick_at, outcome, reason, task_id, settled_at
                  FROM ticks
                  WHERE job_id = ? AND tick_at >= ? AND tick_at < ?
                  ORDER BY tick_at
                  LIMIT ?",
            read: |row| {
                Ok(TickRow {
                    tick: row.time("tick_at")?,
                    outcome: row.word("outcome")?,
                    reason: row.string("reason")?,
                    task_id: row.opt("task_id")?.map(TaskId),
                    settled_at: row.time("settled_at")?,
                })
            },
        };
        self.read(move |db| LIST.all(db, &cells![job, from, until, limit]))
            .await
    }
}
