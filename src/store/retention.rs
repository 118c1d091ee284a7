//! Finding and deleting tasks that a job no longer keeps (`keeper.md` 4.10).

use super::cells::{Query, cells, change};
use super::{Result, Store};
use crate::clock::Timestamp;
use crate::model::{JobId, TaskId};
use crate::sql::Session;

/// A finished task beyond what its job keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldTask {
    /// The job.
    pub job_id: JobId,
    /// The task.
    pub task_id: TaskId,
    /// When its records were opened: with the task they name its logs.
    pub record_times: Vec<Timestamp>,
}

fn old_tasks(
    session: &mut dyn Session,
    job: JobId,
    keep: u32,
    limit: usize,
) -> Result<Vec<OldTask>> {
    const BEYOND: Query<TaskId> = Query {
        table: "tasks",
        sql: "SELECT t.id
              FROM tasks t JOIN task_records r ON r.id = t.current_record_id
              WHERE t.job_id = ? AND r.live IS NULL
              ORDER BY t.task_time DESC, t.id DESC
              LIMIT ? OFFSET ?",
        read: |row| Ok(TaskId(row.number("id")?)),
    };
    const TIMES: Query<Timestamp> = Query {
        table: "task_records",
        sql: "SELECT record_time FROM task_records WHERE task_id = ? ORDER BY seq",
        read: |row| row.time("record_time"),
    };
    let found = BEYOND.all(session, &cells![job, limit, keep])?;
    found
        .into_iter()
        .map(|task_id| {
            Ok(OldTask {
                job_id: job,
                task_id,
                record_times: TIMES.all(session, &cells![task_id])?,
            })
        })
        .collect()
}

impl Store {
    /// Jobs that keep a limited number of finished tasks, with that number.
    ///
    /// # Errors
    /// The database's.
    pub async fn jobs_with_retention(&self) -> Result<Vec<(JobId, u32)>> {
        const JOBS: Query<(JobId, u32)> = Query {
            table: "jobs",
            sql: "SELECT id, keep_tasks FROM jobs WHERE keep_tasks > 0 ORDER BY id",
            read: |row| Ok((JobId(row.number("id")?), row.number("keep_tasks")?)),
        };
        self.read(|db| JOBS.all(db, &[])).await
    }

    /// Finished tasks of a job beyond the newest `keep` ones, `limit` at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn old_tasks(&self, job: JobId, keep: u32, limit: usize) -> Result<Vec<OldTask>> {
        self.read(move |db| old_tasks(db, job, keep, limit)).await
    }

    /// Deletes a task with its records, actions and alerts, unless it is live again; answers
    /// whether it was deleted. The ticks that made it stay in the ledger.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_task(&self, id: TaskId) -> Result<bool> {
        const LIVE: Query<u64> = Query {
            table: "task_records",
            sql: "SELECT id FROM task_records WHERE task_id = ? AND live = 1 LIMIT 1",
            read: |row| row.number("id"),
        };
        const TICKS: &str = "UPDATE ticks SET task_id = NULL WHERE task_id = ?";
        const ALERTS: &str = "DELETE FROM task_alerts WHERE task_id = ?";
        const TASK: &str = "DELETE FROM tasks WHERE id = ?";
        self.write(move |tx| {
            if LIVE.first(tx, &cells![id])?.is_some() {
                return Ok(false);
            }
            change(tx, TICKS, &cells![id])?;
            change(tx, ALERTS, &cells![id])?;
            Ok(change(tx, TASK, &cells![id])? == 1)
        })
        .await
    }
}
