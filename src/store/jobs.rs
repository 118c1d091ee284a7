//! The table of jobs.

use std::sync::Arc;

use super::cells::{Cells, Query, cells, change, insert};
use super::commands;
use super::{Error, Result, Store};
use crate::clock::Timestamp;
use crate::model::{Job, JobId, ScheduleState};
use crate::sql::Session;
use crate::value::Value;

/// Whether a job makes tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobSwitch {
    /// It does.
    On,
    /// It does not.
    Off,
}

macro_rules! select_jobs {
    ($rest:literal) => {
        concat!(
            "SELECT id, title, description, kind, enabled, schedule, time_zone, next_tick_at,
                schedule_state, open_at, close_at, max_parallel, max_wait_ms, catch_up,
                catch_up_limit, keep_tasks,
                version
             FROM jobs ",
            $rest
        )
    };
}

fn read(row: &mut Cells) -> Result<Job> {
    Ok(Job {
        id: Some(JobId(row.number("id")?)),
        title: row.string("title")?,
        description: row.string("description")?,
        kind: row.word("kind")?,
        enabled: row.flag("enabled")?,
        schedule: row.string("schedule")?,
        time_zone: row.opt_text("time_zone")?.map(|zone| zone.to_string()),
        next_tick_at: row.opt_time("next_tick_at")?,
        schedule_state: row.word("schedule_state")?,
        open_at: row.opt_time("open_at")?,
        close_at: row.opt_time("close_at")?,
        max_parallel: row.number("max_parallel")?,
        max_wait: row.duration("max_wait_ms")?,
        catch_up: row.word("catch_up")?,
        catch_up_limit: row.number("catch_up_limit")?,
        keep_tasks: row.number("keep_tasks")?,
        version: row.number("version")?,
        commands: Vec::new(),
    })
}

const fn jobs(sql: &'static str) -> Query<Job> {
    Query {
        table: "jobs",
        sql,
        read,
    }
}

const BY_ID: Query<Job> = jobs(select_jobs!("WHERE id = ?"));
const BY_TITLE: Query<Job> = jobs(select_jobs!("WHERE title = ?"));
const PAGE: Query<Job> = jobs(select_jobs!("WHERE id > ? ORDER BY id LIMIT ?"));

/// The whole job of an id, with its commands.
pub(super) fn load(session: &mut dyn Session, id: JobId) -> Result<Option<Job>> {
    match BY_ID.first(session, &cells![id])? {
        Some(job) => Ok(Some(with_commands(session, job)?)),
        None => Ok(None),
    }
}

fn with_commands(session: &mut dyn Session, mut job: Job) -> Result<Job> {
    if let Some(id) = job.id {
        job.commands = commands::load(session, id)?;
    }
    Ok(job)
}

/// Takes the row lock of a job, so that nobody else decides about it until the commit.
pub(super) fn lock(session: &mut dyn Session, id: JobId) -> Result<bool> {
    const LOCK: &str = "UPDATE jobs SET claims = claims + 1 WHERE id = ?";
    Ok(change(session, LOCK, &cells![id])? == 1)
}

fn save(
    session: &mut dyn Session,
    job: &Job,
    expected: Option<u64>,
    now: Timestamp,
) -> Result<JobId> {
    job.check()?;
    let old = match job.id {
        Some(id) => Some(
            BY_ID
                .first(session, &cells![id])?
                .ok_or_else(|| Error::missing("job", id))?,
        ),
        None => BY_TITLE.first(session, &cells![&job.title])?,
    };
    let id = match old {
        Some(old) => update(session, job, &old, expected, now)?,
        None => create(session, job, now)?,
    };
    commands::replace(session, id, &job.commands)?;
    Ok(id)
}

fn create(session: &mut dyn Session, job: &Job, now: Timestamp) -> Result<JobId> {
    const INSERT: &str = "INSERT INTO jobs (title, description, kind, enabled, schedule, time_zone,
            next_tick_at, schedule_state, open_at, close_at, max_parallel, max_wait_ms, catch_up,
            catch_up_limit, keep_tasks, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut with = fields(job);
    with.extend(cells![now, now]);
    insert(session, INSERT, &with).map(JobId)
}

fn update(
    session: &mut dyn Session,
    job: &Job,
    old: &Job,
    expected: Option<u64>,
    now: Timestamp,
) -> Result<JobId> {
    const UPDATE: &str = "UPDATE jobs
        SET title = ?, description = ?, kind = ?, enabled = ?, schedule = ?, time_zone = ?,
            next_tick_at = ?, schedule_state = ?, open_at = ?, close_at = ?, max_parallel = ?,
            max_wait_ms = ?, catch_up = ?, catch_up_limit = ?, keep_tasks = ?, updated_at = ?,
            version = version + 1
        WHERE id = ? AND version = ?";
    let id = old.id.ok_or_else(|| Error::missing("job", &job.title))?;
    let mut with = fields(job);
    with.extend(cells![now, id, expected.unwrap_or(old.version)]);
    if change(session, UPDATE, &with)? == 1 {
        return Ok(id);
    }
    let (title, version) = (&old.title, old.version);
    let text = format!("job `{title}` was changed meanwhile and has version {version} now");
    Err(Error::Conflict(text))
}

fn fields(job: &Job) -> Vec<Value> {
    cells![
        &job.title,
        &job.description,
        job.kind.as_str(),
        job.enabled,
        &job.schedule,
        job.time_zone.as_deref(),
        job.next_tick_at,
        job.schedule_state.as_str(),
        job.open_at,
        job.close_at,
        job.max_parallel,
        job.max_wait,
        job.catch_up.as_str(),
        job.catch_up_limit,
        job.keep_tasks,
    ]
    .to_vec()
}

impl Store {
    /// Stores a job and its commands: a job with an id replaces that one, a job without replaces
    /// the one of its title or is new. Commands keep their ids by title. With `expected` the stored
    /// version must be that one.
    ///
    /// # Errors
    /// [`Error::Model`] when the job is not valid, [`Error::NotFound`] for an unknown id,
    /// [`Error::Conflict`] when the version is another.
    pub async fn save_job(&self, job: Job, expected: Option<u64>, now: Timestamp) -> Result<JobId> {
        self.write(move |tx| save(tx, &job, expected, now)).await
    }

    /// The job of an id, with its commands.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_job(&self, id: JobId) -> Result<Option<Job>> {
        self.read(move |db| load(db, id)).await
    }

    /// The job of a title, with its commands.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_job_by_title(&self, title: &str) -> Result<Option<Job>> {
        let title: Arc<str> = title.into();
        self.read(move |db| match BY_TITLE.first(db, &cells![&title])? {
            Some(job) => with_commands(db, job).map(Some),
            None => Ok(None),
        })
        .await
    }

    /// Jobs in the order of their ids, with their commands, `limit` at most, after an id.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_jobs(&self, limit: usize, after: Option<JobId>) -> Result<Vec<Job>> {
        self.read(move |db| {
            let page = PAGE.all(db, &cells![after.map_or(0, |id| id.0), limit])?;
            page.into_iter().map(|job| with_commands(db, job)).collect()
        })
        .await
    }

    /// Switches a job on, with its next tick, or off.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_job_enabled(
        &self,
        id: JobId,
        switch: JobSwitch,
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        const SWITCH: &str = "UPDATE jobs
            SET enabled = ?, next_tick_at = ?, updated_at = ?, version = version + 1
            WHERE id = ?";
        self.write(move |tx| {
            let on = switch == JobSwitch::On;
            found(change(tx, SWITCH, &cells![on, next, now, id])?, id)
        })
        .await
    }

    /// Deletes a job with its commands, tasks and ticks. Its live tasks must be killed first.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when a task of it is live.
    pub async fn delete_job(&self, id: JobId) -> Result<()> {
        self.write(move |tx| delete(tx, id)).await
    }

    /// Replaces a job's next tick and state without settling the old one: for a changed schedule,
    /// or by hand.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn set_next_tick(
        &self,
        id: JobId,
        next: Option<Timestamp>,
        state: ScheduleState,
    ) -> Result<()> {
        const SET: &str = "UPDATE jobs
            SET next_tick_at = ?, schedule_state = ?, claims = claims + 1
            WHERE id = ?";
        self.write(move |tx| found(change(tx, SET, &cells![next, state.as_str(), id])?, id))
            .await
    }
}

fn found(changed: u64, id: JobId) -> Result<()> {
    if changed == 0 {
        return Err(Error::missing("job", id));
    }
    Ok(())
}

fn delete(session: &mut dyn Session, id: JobId) -> Result<()> {
    const LIVE: Query<u64> = Query {
        table: "task_records",
        sql: "SELECT id FROM task_records WHERE job_id = ? AND live = 1 LIMIT 1",
        read: |row| row.number("id"),
    };
    // Commands, records and actions follow by their foreign keys.
    const OWNED: &[&str] = &[
        "DELETE FROM task_alerts WHERE job_id = ?",
        "DELETE FROM ticks WHERE job_id = ?",
        "DELETE FROM tasks WHERE job_id = ?",
    ];
    if !lock(session, id)? {
        return Err(Error::missing("job", id));
    }
    if LIVE.first(session, &cells![id])?.is_some() {
        let text = format!("job `{id}` has live tasks: kill them before deleting it");
        return Err(Error::Conflict(text));
    }
    for sql in OWNED {
        change(session, sql, &cells![id])?;
    }
    found(
        change(session, "DELETE FROM jobs WHERE id = ?", &cells![id])?,
        id,
    )
}
