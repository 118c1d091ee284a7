//! Tasks: create one now, list, show, explain, read the log.

use std::time::Duration;

use super::{Error, Ops};
use crate::clock::{Civil, Timestamp};
use crate::logs::{self, LogKey, LogLine};
use crate::model::{CreateMode, JobId, Reason, Record, RecordStatus, StartMode, Task, TaskId};
use crate::runner;
use crate::scheduler;
use crate::store::{NewTask, TaskFilter, TaskRef};

/// The longest that a task's start may be put off (`keeper.md` E4).
const DELAY_MAX: Duration = Duration::from_mins(1);

/// A task that somebody wants now.
#[derive(Debug, Clone, Copy, Default)]
pub struct Instant {
    /// Who wants it; 0 is nobody in particular.
    pub creator: u32,
    /// How long its start is put off, a minute at most.
    pub delay: Duration,
}

/// Which tasks are wanted; what is absent does not filter.
#[derive(Debug, Clone, Default)]
pub struct TaskQuery {
    /// Of one job, by id or title.
    pub job: Option<String>,
    /// Whose newest record has this status.
    pub status: Option<RecordStatus>,
}

/// Whose log is wanted.
#[derive(Debug, Clone, Copy)]
pub struct LogTarget {
    /// The task.
    pub task_id: TaskId,
    /// The job it must be of, when the caller named one.
    pub job_id: Option<JobId>,
    /// The record, when it is not the newest.
    pub record_time: Option<Timestamp>,
}

/// Which part of a log is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogQuery {
    /// Where to go on; 0 for the start, negative for the end.
    pub cursor: i64,
    /// Only lines of this action; 0 for all.
    pub action_id: u64,
    /// Which lines.
    pub mode: logs::Mode,
}

/// A part of a log.
#[derive(Debug, Clone)]
pub struct LogPage {
    /// The matching lines.
    pub lines: Vec<LogLine>,
    /// Where the next page begins.
    pub cursor: u64,
    /// Whether nothing is left and nothing will follow.
    pub end: bool,
}

impl Ops {
    /// A moment as the published routes write it: civil time in the daemon's zone, to the second.
    pub fn time_text(&self, moment: Timestamp) -> String {
        runner::civil_text(moment, &self.pql.zone)
    }

    /// Reads what [`Ops::time_text`] writes; `None` when it is something else.
    pub fn parse_time(&self, text: &str) -> Option<Timestamp> {
        let civil: Civil = text.trim().parse().ok()?;
        let zoned = self.pql.zone.to_ambiguous_timestamp(civil);
        zoned.compatible().ok()
    }

    /// Creates a task of a job and starts it, whatever the job's plan and switch say.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Conflict`] when the job has nothing to run.
    pub async fn start_task(&self, job: JobId, wish: Instant) -> Result<TaskRef, Error> {
        let found = self.get_job_by_id(job).await?;
        if !found.commands.iter().any(|command| command.enabled) {
            return Err(Error::NoCommands(found.title));
        }
        let now = self.pql.clock.now();
        let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let delay = wish.delay.min(DELAY_MAX);
        let task = NewTask {
            job_id: job,
            task_time: second,
            creator: wish.creator,
            create_mode: CreateMode::Instant,
            start_mode: StartMode::ManualStart,
            start_after: if delay.is_zero() {
                None
            } else {
                now.checked_add(delay).ok()
            },
        };
        let made = self.store.create_task(task, now).await?;
        self.signals.work_arrived();
        tracing::info!(job.id = %job, task.id = %made.task_id, "task created on request");
        Ok(made)
    }

    /// Tasks with their newest record, the newest task first, without actions.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`] for an unknown job.
    pub async fn list_tasks(
        &self,
        query: TaskQuery,
        limit: usize,
        after: Option<TaskId>,
    ) -> Result<Vec<Task>, Error> {
        let job_id = match query.job {
            Some(key) => self.find_job(&key).await?.id,
            None => None,
        };
        let filter = TaskFilter {
            job_id,
            status: query.status,
            ..TaskFilter::default()
        };
        Ok(self.store.list_tasks(filter, limit, after).await?)
    }

    /// A task with its newest record, or the one of a record time, and its actions.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn get_task(
        &self,
        id: TaskId,
        record_time: Option<Timestamp>,
    ) -> Result<Task, Error> {
        let found = match record_time {
            None => self.store.get_task(id).await?,
            Some(time) => self.store.find_record(id, time).await?,
        };
        found.ok_or(match record_time {
            Some(record_time) => Error::NoRecord {
                task: id,
                record_time,
            },
            None => Error::NoTask(id),
        })
    }

    /// Every record of a task with its actions, the first one first.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn list_records(&self, id: TaskId) -> Result<Vec<Record>, Error> {
        self.get_task(id, None).await?;
        Ok(self.store.list_records(id).await?)
    }

    /// Why a task stands where it stands.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn why(&self, id: TaskId) -> Result<Reason, Error> {
        let task = self.get_task(id, None).await?;
        Ok(scheduler::why(&task, self.pql.clock.now()))
    }

    /// A part of the log of a record.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Invalid`] for a cursor behind the end.
    pub async fn read_log(&self, target: LogTarget, query: LogQuery) -> Result<LogPage, Error> {
        let task = self.get_task(target.task_id, target.record_time).await?;
        if target.job_id.is_some_and(|job| job != task.job_id) {
            return Err(Error::NoTask(target.task_id));
        }
        let key = LogKey {
            job_id: task.job_id,
            task_id: task.id,
            record_time: task.record.record_time,
        };
        let query = logs::LogQuery {
            cursor: query.cursor,
            action_id: query.action_id,
            mode: query.mode,
            is_live: task.record.status.is_live(),
        };
        let files = std::sync::Arc::clone(&self.logs);
        let reading = tokio::task::spawn_blocking(move || files.read(key, query));
        // The closure does not panic, and nobody aborts it.
        let page = reading
            .await
            .unwrap_or_else(|_| Ok(logs::LogPage::default()))?;
        Ok(LogPage {
            lines: page.lines,
            cursor: page.cursor,
            end: page.end,
        })
    }
}
