//! Reading tasks with their records.

use super::cells::{Cells, Query, cells};
use super::records::{self, record_columns, records};
use super::{Result, Store, TaskFilter, actions};
use crate::clock::Timestamp;
use crate::model::{JobId, Record, RecordId, RecordStatus, Task, TaskId};
use crate::sql::Session;

/// A record with its task and the job's title.
macro_rules! select_tasks {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            record_columns!(),
            ", t.job_id, j.title, t.task_time, t.creator, t.create_mode, t.created_at
             FROM task_records r
                 JOIN tasks t ON t.id = r.task_id
                 JOIN jobs j ON j.id = t.job_id ",
            $rest
        )
    };
}

const fn tasks(sql: &'static str) -> Query<Task> {
    Query {
        table: "task_records",
        sql,
        read,
    }
}

fn read(row: &mut Cells) -> Result<Task> {
    let record = records::read(row)?;
    Ok(Task {
        id: record.task_id,
        job_id: JobId(row.number("job_id")?),
        job_title: row.text("title")?,
        task_time: row.time("task_time")?,
        creator: row.number("creator")?,
        create_mode: row.word("create_mode")?,
        created_at: row.time("created_at")?,
        record,
    })
}

const OF_RECORD: Query<Task> = tasks(select_tasks!("WHERE r.id = ?"));
const CURRENT: Query<Task> = tasks(select_tasks!(
    "WHERE t.id = ? AND r.id = t.current_record_id"
));
const NAMED: Query<Task> = tasks(select_tasks!("WHERE t.id = ? AND r.record_time = ?"));
const LIST: Query<Task> = tasks(select_tasks!(
    "WHERE r.id = t.current_record_id
         AND t.id < ?
         AND (? IS NULL OR t.job_id = ?)
         AND (? IS NULL OR r.status = ?)
         AND (? IS NULL OR t.task_time >= ?)
         AND (? IS NULL OR t.task_time < ?)
     ORDER BY t.id DESC
     LIMIT ?"
));

/// The task of a record, with that record.
pub(super) fn task_of(session: &mut dyn Session, record: RecordId) -> Result<Option<Task>> {
    OF_RECORD.first(session, &cells![record])
}

/// A task with its newest record.
pub(super) fn current(session: &mut dyn Session, task: TaskId) -> Result<Option<Task>> {
    CURRENT.first(session, &cells![task])
}

fn with_actions(session: &mut dyn Session, task: Option<Task>) -> Result<Option<Task>> {
    let Some(mut task) = task else {
        return Ok(None);
    };
    task.record.actions = actions::of_record(session, task.record.id)?;
    Ok(Some(task))
}

impl Store {
    /// A task with its newest record and that record's actions.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_task(&self, id: TaskId) -> Result<Option<Task>> {
        self.read(move |db| {
            let task = current(db, id)?;
            with_actions(db, task)
        })
        .await
    }

    /// A task with the record of a record time (whole seconds) and that record's actions.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_record(&self, id: TaskId, record_time: Timestamp) -> Result<Option<Task>> {
        self.read(move |db| {
            let task = NAMED.first(db, &cells![id, record_time])?;
            with_actions(db, task)
        })
        .await
    }

    /// A task with one of its records and that record's actions.
    ///
    /// # Errors
    /// The database's.
    pub async fn task_of_record(&self, id: RecordId) -> Result<Option<Task>> {
        self.read(move |db| {
            let task = task_of(db, id)?;
            with_actions(db, task)
        })
        .await
    }

    /// The records of a task with their actions, the first one first, 1,000 at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_records(&self, id: TaskId) -> Result<Vec<Record>> {
        const ALL: Query<Record> = records(concat!(
            "SELECT ",
            record_columns!(),
            " FROM task_records r WHERE r.task_id = ? ORDER BY r.seq LIMIT 1000"
        ));
        self.read(move |db| {
            let mut records = ALL.all(db, &cells![id])?;
            for record in &mut records {
                record.actions = actions::of_record(db, record.id)?;
            }
            Ok(records)
        })
        .await
    }

    /// Tasks with their newest record, the newest task first, without actions; `after` is the last
    /// id of the page before.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_tasks(
        &self,
        filter: TaskFilter,
        limit: usize,
        after: Option<TaskId>,
    ) -> Result<Vec<Task>> {
        self.read(move |db| {
            let after = after.map_or(i64::MAX, |id| i64::try_from(id.0).unwrap_or(i64::MAX));
            let status = filter.status.map(RecordStatus::as_str);
            let TaskFilter {
                job_id,
                from,
                until,
                ..
            } = filter;
            let with = cells![
                after, job_id, job_id, status, status, from, from, until, until, limit,
            ];
            LIST.all(db, &with)
        })
        .await
    }

    /// The tasks of a job with a task time between two moments, both included, 10,000 at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn tasks_between(
        &self,
        job: JobId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, TaskId)>> {
        const BETWEEN: Query<(Timestamp, TaskId)> = Query {
            table: "tasks",
            sql: "SELECT id, task_time
                  FROM tasks
                  WHERE job_id = ? AND task_time >= ? AND task_time <= ?
                  ORDER BY task_time
                  LIMIT 10000",
            read: |row| {
                let id = TaskId(row.number("id")?);
                Ok((row.time("task_time")?, id))
            },
        };
        self.read(move |db| BETWEEN.all(db, &cells![job, from, until]))
            .await
    }

    /// How many newest records stand in each status that occurs, for metrics.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_tasks(&self) -> Result<Vec<(RecordStatus, u64)>> {
        const COUNT: Query<(RecordStatus, u64)> = Query {
            table: "task_records",
            sql: "SELECT r.status, COUNT(*)
                  FROM task_records r JOIN tasks t ON t.current_record_id = r.id
                  GROUP BY r.status
                  ORDER BY r.status",
            read: |row| Ok((row.word("status")?, row.number("count")?)),
        };
        self.read(|db| COUNT.all(db, &[])).await
    }

    /// How many records are live in each status that occurs; costs what is live, not what exists.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_live(&self) -> Result<Vec<(RecordStatus, u64)>> {
        const COUNT: Query<(RecordStatus, u64)> = Query {
            table: "task_records",
            sql: "SELECT status, COUNT(*)
                  FROM task_records
                  WHERE live = 1
                  GROUP BY status
                  ORDER BY status",
            read: |row| Ok((row.word("status")?, row.number("count")?)),
        };
        self.read(|db| COUNT.all(db, &[])).await
    }
}
