//! A whole plan: its ticks in local time and as moments in a zone.

use super::calendar::Calendar;
use super::error::ParseError;
use super::explain::{Explanation, Language};
use super::fields::Fields;
use super::forms;
use super::moments::{Tick, first_tick};
use super::part::Part;
use super::warning::Warning;
use crate::clock::{Civil, SignedDuration, Timestamp, Zone};
use std::fmt;
use std::ops::RangeInclusive;

/// The calendar of the dialect ends here.
pub(super) const LAST_MINUTE: Civil = Civil::constant(2100, 12, 31, 23, 59, 0, 0);

const INSTANT: SignedDuration = SignedDuration::from_nanos(1);

/// A time plan: a fixed set of local minutes from 1970 to 2100.
///
/// Its text is the canonical one (`cron.md` 14): seven fields for each part, in upper case, with
/// numbers for the names of weekdays and months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    parts: Vec<Part>,
}

impl Plan {
    /// Reads a plan strictly. Texts of more than 1,000 characters are refused.
    ///
    /// # Errors
    /// The first fault with its place, what was found, what may stand there and often how to
    /// mend it.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let fields = forms::read_plan(text)?;
        Ok(Self {
            parts: fields.into_iter().map(Part::new).collect(),
        })
    }

    /// Whether `moment` is a tick; only full minutes are.
    pub fn matches(&self, moment: Civil, calendar: &Calendar) -> bool {
        let is_full = moment.second() == 0 && moment.subsec_nanosecond() == 0;
        let mut parts = self.parts.iter();
        is_full && parts.any(|part| part.contains(moment, calendar))
    }

    /// The first tick at or after `moment`; `None` when there is none until the end of 2100.
    pub fn next_at_or_after(&self, moment: Civil, calendar: &Calendar) -> Option<Civil> {
        let from = full_minute(moment)?;
        let mut earliest = None;
        for part in &self.parts {
            let until = earliest.unwrap_or(LAST_MINUTE);
            earliest = part.first_within(from, until, calendar).or(earliest);
        }
        earliest
    }

    /// The first tick strictly after `moment`; `None` when there is none until the end of 2100.
    pub fn next_after(&self, moment: Civil, calendar: &Calendar) -> Option<Civil> {
        self.next_at_or_after(moment.checked_add(INSTANT).ok()?, calendar)
    }

    /// The ticks of a stretch of local time in order, at most `limit`.
    pub fn ticks(
        &self,
        span: RangeInclusive<Civil>,
        limit: usize,
        calendar: &Calendar,
    ) -> Vec<Civil> {
        let first = self.next_at_or_after(*span.start(), calendar);
        std::iter::successors(first, |tick| self.next_after(*tick, calendar))
            .take_while(|tick| tick <= span.end())
            .take(limit)
            .collect()
    }

    /// The first tick at or after `moment` for a plan read in `zone` (`cron.md` 13).
    ///
    /// With a fixed hour, local times skipped in spring collapse into one run at the first instant
    /// after the gap, and local times repeated in autumn run at their first occurrence only. With
    /// every hour, skipped minutes do not exist and repeated ones run twice.
    pub fn next_tick_at_or_after(
        &self,
        moment: Timestamp,
        zone: &Zone,
        calendar: &Calendar,
    ) -> Option<Tick> {
        self.parts
            .iter()
            .filter_map(|part| first_tick(part, moment, zone, calendar))
            .min()
    }

    /// The first tick strictly after `moment`, otherwise as [`Self::next_tick_at_or_after`].
    pub fn next_tick(&self, moment: Timestamp, zone: &Zone, calendar: &Calendar) -> Option<Tick> {
        self.next_tick_at_or_after(moment.checked_add(INSTANT).ok()?, zone, calendar)
    }

    /// The ticks of a stretch of time in order, at most `limit`.
    pub fn ticks_in_zone(
        &self,
        span: RangeInclusive<Timestamp>,
        limit: usize,
        zone: &Zone,
        calendar: &Calendar,
    ) -> Vec<Tick> {
        let first = self.next_tick_at_or_after(*span.start(), zone, calendar);
        std::iter::successors(first, |tick| self.next_tick(tick.at, zone, calendar))
            .take_while(|tick| tick.at <= *span.end())
            .take(limit)
            .collect()
    }

    /// Whether a change of the work calendar can change the ticks.
    pub fn uses_calendar(&self) -> bool {
        self.parts.iter().any(Part::uses_calendar)
    }

    /// What is odd about the plan for one who uses it from `moment` on.
    pub fn warnings(&self, moment: Civil, calendar: &Calendar) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for (part, own) in (1..).zip(&self.parts) {
            if own.fields().ignores_second() {
                warnings.push(Warning::SecondIgnored { part });
            }
            if own.fields().ignores_week() {
                warnings.push(Warning::WeekIgnored { part });
            }
            let first =
                full_minute(moment).and_then(|from| own.first_within(from, LAST_MINUTE, calendar));
            if first.is_none() {
                warnings.push(Warning::NeverFires { part });
            }
        }
        warnings
    }

    /// The canonical text (`cron.md` 14), which names the same ticks.
    pub fn canonical(&self) -> String {
        let parts: Vec<String> = self.fields().map(Fields::to_string).collect();
        parts.join("; ")
    }

    /// Says in words what the plan means.
    pub fn explain(&self, language: Language) -> Explanation {
        Explanation::of(self.fields(), language)
    }

    fn fields(&self) -> impl Iterator<Item = &Fields> {
        self.parts.iter().map(Part::fields)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

/// The first full minute at or after `moment`.
pub(super) fn full_minute(moment: Civil) -> Option<Civil> {
    let floor = moment.with().second(0).subsec_nanosecond(0).build().ok()?;
    if floor == moment {
        return Some(moment);
    }
    floor.checked_add(SignedDuration::from_mins(1)).ok()
}
