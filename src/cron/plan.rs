//! A whole plan, in local time and as moments in a zone.

use super::ParseError;
use super::part::Part;
use crate::clock::{Civil, SignedDuration, Timestamp, Zone};

/// A time plan: a fixed set of local minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    parts: Vec<Part>,
}

impl Plan {
    /// Reads a plan strictly.
    ///
    /// # Errors
    /// The first fault with its place, what was found and what may stand there.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let folded = text
            .replace('\u{ff1b}', ";")
            .replace(['\t', '\n', '\r'], " ");
        let mut pieces: Vec<&str> = folded.split(';').collect();
        if pieces.len() > 1 && pieces.last().is_some_and(|last| last.trim().is_empty()) {
            pieces.pop();
        }
        let mut parts = Vec::with_capacity(pieces.len());
        let mut place = 1_usize;
        for piece in pieces {
            if piece.trim().is_empty() {
                return Err(ParseError {
                    position: place,
                    found: "nothing".to_owned(),
                    expected: "a part such as `0 2 * * *` stands here".to_owned(),
                });
            }
            parts.push(Part::parse(piece, place)?);
            place = place
                .saturating_add(piece.chars().count())
                .saturating_add(1);
        }
        Ok(Self { parts })
    }

    /// Whether the minute of `moment` is in the plan.
    pub fn matches(&self, moment: Civil) -> bool {
        let minute = floor(moment);
        self.parts
            .iter()
            .any(|part| part.next_from(minute) == Some(minute))
    }

    /// The first minute of the plan strictly after `moment`; `None` when there is none.
    pub fn next_after(&self, moment: Civil) -> Option<Civil> {
        let from = floor(moment)
            .checked_add(SignedDuration::from_mins(1))
            .ok()?;
        self.parts
            .iter()
            .filter_map(|part| part.next_from(from))
            .min()
    }

    /// The first tick strictly after `moment` for a schedule read in `zone` (`cron.md` 13).
    ///
    /// With a fixed hour, local times skipped in spring collapse into one run at the first instant
    /// after the gap, and local times repeated in autumn run at their first occurrence only. With
    /// every hour, skipped minutes do not exist and repeated ones run twice.
    pub fn next_tick(&self, moment: Timestamp, zone: &Zone) -> Option<Timestamp> {
        self.parts
            .iter()
            .filter_map(|part| next_tick(part, moment, zone))
            .min()
    }
}

fn next_tick(part: &Part, moment: Timestamp, zone: &Zone) -> Option<Timestamp> {
    // The longest fold is a few hours: local time may run back by that much behind `moment`.
    let back = SignedDuration::from_hours(3);
    let mut local = floor(zone.to_datetime(moment)).checked_sub(back).ok()?;
    loop {
        let candidate = part.next_from(local)?;
        if let Some(tick) = instants(part, candidate, zone)
            .into_iter()
            .find(|at| *at > moment)
        {
            // A repeated minute may come after a later local minute's first occurrence.
            return Some(earlier_repeat(part, moment, tick, zone).unwrap_or(tick));
        }
        local = candidate.checked_add(SignedDuration::from_mins(1)).ok()?;
    }
}

/// The instants at which a local minute of the plan runs, in order.
fn instants(part: &Part, local: Civil, zone: &Zone) -> Vec<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if !ambiguous.is_ambiguous() {
        return ambiguous.compatible().into_iter().collect();
    }
    let earlier = zone.to_ambiguous_timestamp(local).earlier().ok();
    let later = ambiguous.later().ok();
    let is_gap = matches!((earlier, later), (Some(before), Some(after))
        if zone.to_datetime(before) != local || zone.to_datetime(after) != local);
    match (is_gap, part.has_fixed_hour()) {
        (true, true) => later
            .and_then(|after| end_of_gap(after, zone))
            .into_iter()
            .collect(),
        (true, false) => Vec::new(),
        (false, true) => earlier.into_iter().collect(),
        (false, false) => earlier.into_iter().chain(later).collect(),
    }
}

/// The first instant after the gap before `inside`, which lies at most a day back.
fn end_of_gap(inside: Timestamp, zone: &Zone) -> Option<Timestamp> {
    zone.preceding(inside.checked_add(SignedDuration::from_secs(1)).ok()?)
        .next()
        .map(|transition| transition.timestamp())
}

/// With every hour, the second pass through a repeated hour may hold a tick before `tick`.
fn earlier_repeat(
    part: &Part,
    moment: Timestamp,
    tick: Timestamp,
    zone: &Zone,
) -> Option<Timestamp> {
    if part.has_fixed_hour() {
        return None;
    }
    let mut at = ceiling(moment)?;
    let nearby = moment.checked_add(SignedDuration::from_hours(3)).ok()?;
    while at < tick && at < nearby {
        let local = floor(zone.to_datetime(at));
        if part.next_from(local) == Some(local) {
            return Some(at);
        }
        at = at.checked_add(SignedDuration::from_mins(1)).ok()?;
    }
    None
}

/// The next full minute strictly after `moment`.
fn ceiling(moment: Timestamp) -> Option<Timestamp> {
    let minute = moment.as_second().div_euclid(60).checked_add(1)?;
    Timestamp::from_second(minute.checked_mul(60)?).ok()
}

fn floor(moment: Civil) -> Civil {
    moment
        .with()
        .second(0)
        .subsec_nanosecond(0)
        .build()
        .unwrap_or(moment)
}

#[cfg(test)]
mod tests;
