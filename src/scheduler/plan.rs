//! The next tick of a job, from its time expression, its zone and the work calendar.

use std::sync::Arc;

use crate::clock::{Timestamp, Zone};
use crate::cron::{self, Calendar, Plan};
use crate::fault::Code;
use crate::model::{Job, JobKind, ScheduleState};
use crate::registry::Registry;

/// Why a job's schedule cannot be followed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ScheduleFault {
    /// The time expression.
    #[error(transparent)]
    Expression(#[from] cron::ParseError),
    /// The zone.
    #[error("`time_zone` `{0}` is not known: write an IANA name such as `Europe/Berlin`")]
    Zone(String),
}

impl ScheduleFault {
    /// The stable code.
    pub fn code(&self) -> Code {
        match self {
            Self::Expression(error) => error.code(),
            Self::Zone(_) => Code::SCHEDULE_INVALID,
        }
    }
}

/// Reads time expressions; knows the zone of those that name none, and the calendar of today.
#[derive(Clone)]
pub struct Plans {
    /// The daemon's zone.
    pub zone: Zone,
    /// Publishes the calendar.
    pub registry: Arc<Registry>,
}

/// A plan with everything that its ticks depend on.
#[derive(Debug, Clone)]
pub struct ZonedPlan {
    /// The plan.
    pub plan: Plan,
    /// The zone it is read in.
    pub zone: Zone,
    /// The calendar it is read with.
    pub calendar: Calendar,
}

impl ZonedPlan {
    /// The first tick strictly after a moment.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let tick = self.plan.next_tick(moment, &self.zone, &self.calendar);
        tick.map(|tick| tick.at)
    }

    /// The first tick in the minute of a moment or later.
    pub fn next_from(&self, moment: Timestamp) -> Option<Timestamp> {
        let minute = moment.as_second().div_euclid(60).saturating_mul(60);
        let minute = Timestamp::from_second(minute).unwrap_or(moment);
        let tick = self
            .plan
            .next_tick_at_or_after(minute, &self.zone, &self.calendar);
        tick.map(|tick| tick.at)
    }
}

impl Plans {
    /// Reads a plan with the calendar as it is now.
    ///
    /// # Errors
    /// [`ScheduleFault`].
    pub fn read(
        &self,
        schedule: &str,
        time_zone: Option<&str>,
    ) -> Result<ZonedPlan, ScheduleFault> {
        Ok(ZonedPlan {
            plan: Plan::parse(schedule)?,
            zone: self.zone_of(time_zone)?,
            calendar: self.calendar(),
        })
    }

    /// The zone of a name, the daemon's without one.
    ///
    /// # Errors
    /// [`ScheduleFault::Zone`].
    pub fn zone_of(&self, name: Option<&str>) -> Result<Zone, ScheduleFault> {
        match name {
            None => Ok(self.zone.clone()),
            Some(name) => Zone::get(name).map_err(|_| ScheduleFault::Zone(name.to_owned())),
        }
    }

    /// The calendar as it is now.
    pub fn calendar(&self) -> Calendar {
        self.registry.peek().calendar.clone()
    }
}

/// The first tick of a job from the minute of `now` on, and its state; nothing for jobs that are
/// disabled or have no time plan (`keeper.md` 4.3).
///
/// # Errors
/// [`ScheduleFault`], also for a disabled job: a plan is checked before it is saved.
pub fn first_tick(
    plans: &Plans,
    job: &Job,
    now: Timestamp,
) -> Result<(Option<Timestamp>, ScheduleState), ScheduleFault> {
    if job.kind != JobKind::Scheduled {
        return Ok((None, ScheduleState::Ok));
    }
    let next = plans
        .read(&job.schedule, job.time_zone.as_deref())?
        .next_from(now);
    Ok(match (next, job.enabled) {
        (None, _) => (None, ScheduleState::Ended),
        (Some(_), false) => (None, ScheduleState::Ok),
        (next, true) => (next, ScheduleState::Ok),
    })
}
