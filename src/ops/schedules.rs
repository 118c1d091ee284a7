//! Schedules: what a time expression means, when it ticks, and the work calendar.

use super::{Error, Ops};
use crate::clock::{Date, Timestamp};
use crate::cron::{Explanation, Intervals, Language};
use crate::model::{Job, JobKind, ScheduleState, TaskId};
use crate::scheduler::ScheduleFault;
use crate::store::CalendarDay;

/// How many next ticks an explanation shows.
const TICKS_SHOWN: usize = 5;

/// A time expression in words.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The canonical text, which names the same ticks.
    pub canonical: String,
    /// What it means, in each language.
    pub english: Explanation,
    /// The same in Chinese.
    pub chinese: Explanation,
    /// What is odd about it.
    pub warnings: Vec<String>,
    /// The next ticks.
    pub next: Vec<PlannedTick>,
}

/// A tick of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedTick {
    /// When it is.
    pub at: Timestamp,
    /// The local minute that it stands for, `yyyy-MM-dd HH:mm:ss`.
    pub local: String,
    /// The task of that time, where a job was asked about and has one.
    pub task: Option<TaskId>,
}

/// Which ticks are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// From here on.
    pub from: Timestamp,
    /// Up to here.
    pub until: Timestamp,
    /// At most so many.
    pub limit: usize,
}

impl Ops {
    /// Says what a time expression means and when it ticks next.
    ///
    /// # Errors
    /// [`super::Kind::Invalid`] with the place of the fault.
    pub fn explain(&self, expression: &str, time_zone: Option<&str>) -> Result<Explained, Error> {
        let plan = self.plans.read(expression, time_zone)?;
        let now = self.pql.clock.now();
        let local = plan.zone.to_datetime(now);
        let warnings = plan.plan.warnings(local, &plan.calendar);
        let window = Window {
            from: now,
            until: Timestamp::MAX,
            limit: TICKS_SHOWN,
        };
        Ok(Explained {
            canonical: plan.plan.canonical(),
            english: plan.plan.explain(Language::English),
            chinese: plan.plan.explain(Language::Chinese),
            warnings: warnings.iter().map(ToString::to_string).collect(),
            next: self.ticks(expression, time_zone, window)?,
        })
    }

    /// The ticks of a time expression in a stretch of time.
    ///
    /// # Errors
    /// [`super::Kind::Invalid`] with the place of the fault.
    pub fn ticks(
        &self,
        expression: &str,
        time_zone: Option<&str>,
        window: Window,
    ) -> Result<Vec<PlannedTick>, Error> {
        let plan = self.plans.read(expression, time_zone)?;
        let span = window.from..=window.until;
        let ticks = plan
            .plan
            .ticks_in_zone(span, window.limit, &plan.zone, &plan.calendar);
        let tick = |tick: crate::cron::Tick| PlannedTick {
            at: tick.at,
            local: tick.local.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            task: None,
        };
        Ok(ticks.into_iter().map(tick).collect())
    }

    /// The ticks of a job in a stretch of time, or those of another expression in the job's zone,
    /// each with the task that exists already: what a batch would create.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`], [`super::Kind::Invalid`] with the place of the fault.
    pub async fn ticks_of_job(
        &self,
        key: &str,
        expression: Option<&str>,
        window: Window,
    ) -> Result<Vec<PlannedTick>, Error> {
        let job = self.find_job(key).await?;
        let expression = expression.unwrap_or(&job.schedule);
        let mut ticks = self.ticks(expression, job.time_zone.as_deref(), window)?;
        if let (Some(id), Some(last)) = (job.id, ticks.last()) {
            let tasks = self.store.tasks_between(id, window.from, last.at).await?;
            for tick in &mut ticks {
                let found = tasks.iter().find(|(time, _)| *time == tick.at);
                tick.task = found.map(|(_, task)| *task);
            }
        }
        Ok(ticks)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.pql.clock.now()
    }

    /// The seconds between two runs that an interval list of an endless job gives at a moment.
    ///
    /// # Errors
    /// [`super::Kind::Invalid`] with the place of the fault.
    pub fn interval(
        &self,
        intervals: &str,
        time_zone: Option<&str>,
        at: Timestamp,
    ) -> Result<Option<u32>, Error> {
        let intervals = Intervals::parse(intervals).map_err(ScheduleFault::from)?;
        let zone = self.plans.zone_of(time_zone)?;
        Ok(intervals.at(zone.to_datetime(at), &self.plans.calendar()))
    }

    /// Sets the next tick of an enabled scheduled job by hand, or computes it anew without one. It
    /// must be a full minute that has not passed.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`], [`super::Kind::Invalid`] for a moment that cannot be one.
    pub async fn set_next_tick(&self, key: &str, at: Option<Timestamp>) -> Result<Job, Error> {
        let job = self.find_job(key).await?;
        let refuse = |why: &str| Err(Error::NextTick(why.to_owned()));
        if job.kind != JobKind::Scheduled || !job.enabled {
            return refuse("only an enabled scheduled job has a next tick");
        }
        let now = self.pql.clock.now();
        let next = match at {
            None => self
                .plans
                .read(&job.schedule, job.time_zone.as_deref())?
                .next_after(now),
            Some(at) if at.as_millisecond().rem_euclid(60_000) != 0 => {
                return refuse("a tick is a full minute");
            }
            Some(at) if at <= now => return refuse("the next tick cannot lie in the past"),
            Some(at) => Some(at),
        };
        let state = match next {
            Some(_) => ScheduleState::Ok,
            None => ScheduleState::Ended,
        };
        if let Some(id) = job.id {
            self.store.set_next_tick(id, next, state).await?;
            self.signals.plan_changed();
            tracing::info!(job.id = %id, by_hand = at.is_some(), "next tick set");
        }
        self.find_job(key).await
    }

    /// The special days of the work calendar in order.
    ///
    /// # Errors
    /// The store's.
    pub async fn list_calendar(&self) -> Result<Vec<CalendarDay>, Error> {
        Ok(self.store.list_calendar_days().await?)
    }

    /// Makes a day a special one and publishes the calendar; next ticks that depend on it follow.
    ///
    /// # Errors
    /// The store's; what the definitions refuse.
    pub async fn set_calendar_day(&self, day: CalendarDay) -> Result<(), Error> {
        self.store.set_calendar_day(day).await?;
        self.publish_calendar().await
    }

    /// Lets the rule of the week count for a day again; answers whether it was a special one.
    ///
    /// # Errors
    /// As [`Ops::set_calendar_day`].
    pub async fn remove_calendar_day(&self, day: Date) -> Result<bool, Error> {
        let was_special = self.store.remove_calendar_day(day).await?;
        if was_special {
            self.publish_calendar().await?;
        }
        Ok(was_special)
    }

    async fn publish_calendar(&self) -> Result<(), Error> {
        self.reload(super::ReloadMode::Partial).await.map(|_| ())
    }
}
