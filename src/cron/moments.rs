//! Ticks as moments in a zone: the daylight-saving rule (`cron.md` 13).
//!
//! Between two changes of the zone's offset, an *era*, local time runs evenly, so that the ticks
//! of an era are those of a plain stretch of local time. What is special happens at its start.

use super::calendar::Calendar;
use super::part::Part;
use super::plan::{LAST_MINUTE, full_minute};
use crate::clock::{Civil, SignedDuration, Timestamp, Zone};

/// No change of offset moves local time by more.
const SHIFT_MAX: SignedDuration = SignedDuration::from_hours(26);

/// A tick in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick {
    /// The moment it runs.
    pub at: Timestamp,
    /// The local minute that it stands for. Other than the local time of `at` only for a run after
    /// a gap: then the first local minute that was skipped.
    pub local: Civil,
}

/// The first tick of a part at or after `from`.
pub(super) fn first_tick(
    part: &Part,
    from: Timestamp,
    zone: &Zone,
    calendar: &Calendar,
) -> Option<Tick> {
    let mut era = Era::around(from, zone)?;
    loop {
        if let Some(tick) = era.first_tick(part, from, calendar) {
            return Some(tick);
        }
        // Later eras may repeat local time, but none goes further back than this.
        let later = era.local_end?.checked_sub(SHIFT_MAX).ok()?;
        let next = part.first_within(full_minute(later)?, LAST_MINUTE, calendar)?;
        let skip = utc(next)?.checked_sub(SHIFT_MAX + SHIFT_MAX).ok()?;
        era = Era::around(skip.max(era.end?), zone)?;
    }
}

/// A stretch of time with one offset.
struct Era {
    /// Where it begins, and the local time at which the era before ended.
    start: Option<(Timestamp, Civil)>,
    end: Option<Timestamp>,
    /// Local time at its end.
    local_end: Option<Civil>,
    /// Any moment in it with its local time.
    anchor: (Timestamp, Civil),
}

impl Era {
    /// The era that holds `moment`.
    fn around(moment: Timestamp, zone: &Zone) -> Option<Self> {
        let instant = SignedDuration::from_nanos(1);
        let anchor = (moment, zone.to_datetime(moment));
        let start = moment
            .checked_add(instant)
            .ok()
            .and_then(|after| zone.preceding(after).next())
            .and_then(|change| {
                let before = change.timestamp().checked_sub(instant).ok()?;
                let local_end = zone.to_datetime(before).checked_add(instant).ok()?;
                Some((change.timestamp(), local_end))
            });
        let end = zone
            .following(moment)
            .next()
            .map(|change| change.timestamp());
        let local_end = match end {
            Some(end) => Some(local(anchor, end)?),
            None => None,
        };
        Some(Self {
            start,
            end,
            local_end,
            anchor,
        })
    }

    fn first_tick(&self, part: &Part, from: Timestamp, calendar: &Calendar) -> Option<Tick> {
        let mut earliest = local(self.anchor, from)?;
        if let Some((start, before)) = self.start {
            let opening = local(self.anchor, start)?;
            earliest = earliest.max(opening);
            if part.has_fixed_hour() && before < opening && from <= start {
                let skipped = part
                    .first_within(full_minute(before)?, LAST_MINUTE.min(opening), calendar)
                    .filter(|minute| *minute < opening);
                if let Some(local) = skipped {
                    return Some(Tick { at: start, local });
                }
            }
            if part.has_fixed_hour() {
                // What the era before has shown is not shown again.
                earliest = earliest.max(before);
            }
        }
        let latest = self
            .local_end
            .map_or(LAST_MINUTE, |end| end.min(LAST_MINUTE));
        part.first_within(full_minute(earliest)?, latest, calendar)
            .filter(|minute| self.local_end.is_none_or(|end| *minute < end))
            .and_then(|minute| {
                let (moment, shown) = self.anchor;
                let at = moment.checked_add(shown.duration_until(minute)).ok()?;
                Some(Tick { at, local: minute })
            })
    }
}

/// Local time at `moment`, counted from an anchor of the same era.
fn local(anchor: (Timestamp, Civil), moment: Timestamp) -> Option<Civil> {
    let (from, shown) = anchor;
    shown.checked_add(from.duration_until(moment)).ok()
}

fn utc(local: Civil) -> Option<Timestamp> {
    Zone::UTC.to_timestamp(local).ok()
}
