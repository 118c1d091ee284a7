//! Jobs: apply, list, show, switch, delete.

use super::{Error, Ops, difference};
use crate::model::{Job, JobId};
use crate::scheduler::first_tick;
use crate::store::JobSwitch;

/// Whether an apply writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apply {
    /// Say what would change.
    DryRun,
    /// Change it.
    Write,
}

/// What an apply came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyOutcome {
    /// The job is new.
    Created,
    /// The job was there and differed.
    Updated,
    /// The job was there and is the same.
    Unchanged,
}

impl ApplyOutcome {
    /// Its word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

/// The answer of an apply.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The job as it is, or would be.
    pub job: Job,
    /// What happened, or would.
    pub outcome: ApplyOutcome,
    /// The differences, for people.
    pub changes: Vec<String>,
}

/// Whether a job makes tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It does.
    Enable,
    /// It does not.
    Disable,
}

impl Ops {
    /// Makes the stored job match the given one: by its id, else by its title. The next tick stays
    /// when the schedule does, so that no tick that is due is passed over.
    ///
    /// # Errors
    /// [`super::Kind::Invalid`] when the job or its schedule is not, [`super::Kind::NotFound`] for
    /// an unknown id, [`super::Kind::Conflict`] when the job was changed meanwhile.
    pub async fn apply_job(
        &self,
        mut job: Job,
        mode: Apply,
        expected: Option<u64>,
    ) -> Result<Applied, Error> {
        job.check()?;
        let now = self.pql.clock.now();
        let old = match job.id {
            Some(id) => Some(self.get_job_by_id(id).await?),
            None => self.store.find_job_by_title(&job.title).await?,
        };
        (job.next_tick_at, job.schedule_state) = first_tick(&self.plans, &job, now)?;
        let (outcome, changes) = match &old {
            None => (ApplyOutcome::Created, Vec::new()),
            Some(old) => {
                keep_tick(old, &mut job);
                let changes = difference::between(old, &job);
                if changes.is_empty() {
                    (ApplyOutcome::Unchanged, changes)
                } else {
                    (ApplyOutcome::Updated, changes)
                }
            }
        };
        if let Some(old) = &old {
            job.id = old.id;
            job.version = old.version;
        }
        if mode == Apply::DryRun || outcome == ApplyOutcome::Unchanged {
            return Ok(Applied {
                job,
                outcome,
                changes,
            });
        }
        let expected = expected.or_else(|| old.map(|old| old.version));
        let id = self.store.save_job(job, expected, now).await?;
        self.signals.plan_changed();
        let job = self.get_job_by_id(id).await?;
        let outcome_word = outcome.as_str();
        tracing::info!(job.id = %id, job.title = %job.title, outcome = outcome_word, "job applied");
        Ok(Applied {
            job,
            outcome,
            changes,
        })
    }

    /// Jobs in the order of their ids, after an id.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_jobs(&self, limit: usize, after: Option<JobId>) -> Result<Vec<Job>, Error> {
        Ok(self.store.list_jobs(limit, after).await?)
    }

    /// The job of an id or a title; an id goes first.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn find_job(&self, key: &str) -> Result<Job, Error> {
        if let Ok(id) = key.parse::<JobId>()
            && let Some(job) = self.store.get_job(id).await?
        {
            return Ok(job);
        }
        let found = self.store.find_job_by_title(key).await?;
        found.ok_or_else(|| Error::NoJob(key.to_owned()))
    }

    /// The job of an id.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn get_job_by_id(&self, id: JobId) -> Result<Job, Error> {
        let found = self.store.get_job(id).await?;
        found.ok_or_else(|| Error::NoJob(id.to_string()))
    }

    /// Lets a job make tasks, from the present minute on, or stops it from making them. Switching
    /// to what it is already changes nothing.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Invalid`] when the job cannot be enabled.
    pub async fn switch_job(&self, key: &str, switch: Switch) -> Result<Job, Error> {
        let mut job = self.find_job(key).await?;
        let enabled = switch == Switch::Enable;
        let Some(id) = job.id.filter(|_| job.enabled != enabled) else {
            return Ok(job);
        };
        job.enabled = enabled;
        job.check()?;
        let now = self.pql.clock.now();
        let (next, _state) = first_tick(&self.plans, &job, now)?;
        let switch = match switch {
            Switch::Enable => JobSwitch::On,
            Switch::Disable => JobSwitch::Off,
        };
        self.store.set_job_enabled(id, switch, next, now).await?;
        self.signals.plan_changed();
        tracing::info!(job.id = %id, enabled, "job switched");
        self.get_job_by_id(id).await
    }

    /// Deletes a job with its tasks and ticks.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Conflict`] while a task of it is live.
    pub async fn delete_job(&self, key: &str) -> Result<Job, Error> {
        let job = self.find_job(key).await?;
        if let Some(id) = job.id {
            self.store.delete_job(id).await?;
            tracing::info!(job.id = %id, job.title = %job.title, "job deleted");
        }
        Ok(job)
    }
}

fn keep_tick(old: &Job, new: &mut Job) {
    let is_same = old.schedule == new.schedule
        && old.time_zone == new.time_zone
        && old.kind == new.kind
        && old.enabled == new.enabled;
    if is_same {
        new.next_tick_at = old.next_tick_at;
        new.schedule_state = old.schedule_state;
    }
}
