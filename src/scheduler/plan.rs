//! The next tick of a job, from its time expression and its zone.

use crate::clock::{Timestamp, Zone};
use crate::cron::{self, Plan};
use crate::fault::Code;
use crate::model::{Job, JobKind, ScheduleState};

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

/// Reads time expressions; knows the zone of those that name none.
#[derive(Debug, Clone)]
pub struct Plans {
    /// The daemon's zone.
    pub zone: Zone,
}

impl Plans {
    /// The function from a moment to the first tick after it.
    ///
    /// # Errors
    /// [`ScheduleFault`].
    pub fn follow(
        &self,
        schedule: &str,
        time_zone: Option<&str>,
    ) -> Result<impl Fn(Timestamp) -> Option<Timestamp> + use<>, ScheduleFault> {
        let plan = Plan::parse(schedule)?;
        let zone = match time_zone {
            None => self.zone.clone(),
            Some(name) => Zone::get(name).map_err(|_| ScheduleFault::Zone(name.to_owned()))?,
        };
        Ok(move |after| plan.next_tick(after, &zone))
    }
}

/// The first tick of a job from `now` on, the present minute included, and its state; nothing for
/// jobs that are disabled or have no time plan (`keeper.md` 4.3).
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
    let next_after = plans.follow(&job.schedule, job.time_zone.as_deref())?;
    let minute = now.as_second().div_euclid(60).saturating_mul(60);
    let before = Timestamp::from_second(minute.saturating_sub(1)).unwrap_or(now);
    let next = next_after(before);
    Ok(match (next, job.enabled) {
        (None, _) => (None, ScheduleState::Ended),
        (Some(_), false) => (None, ScheduleState::Ok),
        (next, true) => (next, ScheduleState::Ok),
    })
}
