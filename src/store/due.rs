//! What is due: ticks to settle, jobs to open and close, and plans to compute again.

use super::cells::{Query, cells, change};
use super::{DueJob, Result, Store};
use crate::clock::Timestamp;
use crate::model::{JobId, ScheduleState};

/// An enabled scheduled job with its plan.
#[derive(Debug, Clone)]
pub struct PlannedJob {
    /// The job.
    pub job_id: JobId,
    /// Its next tick; `None` when its plan has ended.
    pub next: Option<Timestamp>,
    /// Its time expression.
    pub schedule: String,
    /// The zone it is read in; `None` is the daemon's.
    pub time_zone: Option<String>,
}

/// A job whose opening time has come.
#[derive(Debug, Clone)]
pub struct OpeningJob {
    /// The job.
    pub job_id: JobId,
    /// The opening time.
    pub open_at: Timestamp,
    /// Whether it follows a time plan.
    pub is_scheduled: bool,
    /// Its time expression.
    pub schedule: String,
    /// The zone it is read in; `None` is the daemon's.
    pub time_zone: Option<String>,
}

impl Store {
    /// Enabled jobs whose next tick has come, the oldest tick first.
    ///
    /// # Errors
    /// The database's.
    pub async fn due_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<DueJob>> {
        const DUE: Query<DueJob> = Query {
            table: "jobs",
            sql: "SELECT id, next_tick_at, schedule, time_zone, catch_up, catch_up_limit
                  FROM jobs
                  WHERE enabled = 1 AND next_tick_at <= ?
                  ORDER BY next_tick_at, id
                  LIMIT ?",
            read: |row| {
                Ok(DueJob {
                    job_id: JobId(row.number("id")?),
                    tick: row.time("next_tick_at")?,
                    schedule: row.string("schedule")?,
                    time_zone: row.opt_text("time_zone")?.map(|zone| zone.to_string()),
                    catch_up: row.word("catch_up")?,
                    catch_up_limit: row.number("catch_up_limit")?,
                })
            },
        };
        self.read(move |db| DUE.all(db, &cells![now, limit])).await
    }

    /// The earliest moment at which a tick is due or a job opens or closes.
    ///
    /// # Errors
    /// The database's.
    pub async fn next_due(&self) -> Result<Option<Timestamp>> {
        const fn earliest(sql: &'static str) -> Query<Option<Timestamp>> {
            Query {
                table: "jobs",
                sql,
                read: |row| row.opt_time("moment"),
            }
        }
        const NEXT: [Query<Option<Timestamp>>; 3] = [
            earliest("SELECT MIN(next_tick_at) FROM jobs WHERE enabled = 1"),
            earliest("SELECT MIN(open_at) FROM jobs"),
            earliest("SELECT MIN(close_at) FROM jobs"),
        ];
        self.read(|db| {
            let mut next = None;
            for query in &NEXT {
                let found = query.first(db, &[])?.flatten();
                next = [next, found].into_iter().flatten().min();
            }
            Ok(next)
        })
        .await
    }

    /// Disables the jobs whose closing time has come; answers how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn close_jobs(&self, now: Timestamp) -> Result<u64> {
        const CLOSE: &str = "UPDATE jobs
            SET enabled = 0, next_tick_at = NULL, close_at = NULL, updated_at = ?,
                version = version + 1
            WHERE close_at <= ?";
        self.write(move |tx| change(tx, CLOSE, &cells![now, now]))
            .await
    }

    /// Jobs whose opening time has come, in order, `limit` at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn opening_jobs(&self, now: Timestamp, limit: usize) -> Result<Vec<OpeningJob>> {
        const OPENING: Query<OpeningJob> = Query {
            table: "jobs",
            sql: "SELECT id, open_at, kind, schedule, time_zone
                  FROM jobs
                  WHERE open_at <= ?
                  ORDER BY open_at, id
                  LIMIT ?",
            read: |row| {
                Ok(OpeningJob {
                    job_id: JobId(row.number("id")?),
                    open_at: row.time("open_at")?,
                    is_scheduled: &*row.text("kind")? == "scheduled",
                    schedule: row.string("schedule")?,
                    time_zone: row.opt_text("time_zone")?.map(|zone| zone.to_string()),
                })
            },
        };
        self.read(move |db| OPENING.all(db, &cells![now, limit]))
            .await
    }

    /// Enables a job at its opening time, unless that was changed meanwhile; answers whether it
    /// was enabled.
    ///
    /// # Errors
    /// The database's.
    pub async fn open_job(
        &self,
        job: JobId,
        open_at: Timestamp,
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool> {
        const OPEN: &str = "UPDATE jobs
            SET enabled = 1, next_tick_at = ?, open_at = NULL, updated_at = ?,
                version = version + 1
            WHERE id = ? AND open_at = ?";
        self.write(move |tx| Ok(change(tx, OPEN, &cells![next, now, job, open_at])? == 1))
            .await
    }

    /// Every enabled scheduled job whose plan can be followed.
    ///
    /// # Errors
    /// The database's.
    pub async fn planned_jobs(&self) -> Result<Vec<PlannedJob>> {
        const PLANNED: Query<PlannedJob> = Query {
            table: "jobs",
            sql: "SELECT id, next_tick_at, schedule, time_zone
                  FROM jobs
                  WHERE enabled = 1 AND kind = 'scheduled' AND schedule_state <> 'invalid'
                  ORDER BY id",
            read: |row| {
                Ok(PlannedJob {
                    job_id: JobId(row.number("id")?),
                    next: row.opt_time("next_tick_at")?,
                    schedule: row.string("schedule")?,
                    time_zone: row.opt_text("time_zone")?.map(|zone| zone.to_string()),
                })
            },
        };
        self.read(|db| PLANNED.all(db, &[])).await
    }

    /// Replaces the next tick of a job whose plan gives another one now, unless it was settled or
    /// changed meanwhile; answers whether it was replaced.
    ///
    /// # Errors
    /// The database's.
    pub async fn replan_job(&self, job: PlannedJob, next: Option<Timestamp>) -> Result<bool> {
        const REPLAN: &str = "UPDATE jobs
            SET next_tick_at = ?, schedule_state = ?, claims = claims + 1
            WHERE id = ? AND enabled = 1
                AND (next_tick_at = ? OR (next_tick_at IS NULL AND ? IS NULL))";
        let state = match next {
            Some(_) => ScheduleState::Ok,
            None => ScheduleState::Ended,
        };
        self.write(move |tx| {
            let with = cells![next, state.as_str(), job.job_id, job.next, job.next];
            Ok(change(tx, REPLAN, &with)? == 1)
        })
        .await
    }
}
