//! One part of a plan: a classic expression of one to seven fields (`cron.md` 3).

use super::ParseError;
use super::field::{DAY, Field, HOUR, MINUTE, MONTH, SECOND, WEEK, YEAR};
use crate::clock::{Civil, Date, Time};

/// Only a part with all its fields begins with the second.
const SHAPES_WITH_SECOND: usize = 7;

/// A set of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    week: Field,
    year: Field,
}

impl Part {
    /// Reads a part; `at` is the place of its first character in the plan, from 1.
    pub(super) fn parse(text: &str, at: usize) -> Result<Self, ParseError> {
        let mut fields = Vec::new();
        let mut place = at;
        for piece in text.split(' ') {
            if !piece.is_empty() {
                fields.push((piece, place));
            }
            place = place
                .saturating_add(piece.chars().count())
                .saturating_add(1);
        }
        refuse_other_forms(&fields)?;
        let mut shapes = vec![MINUTE, HOUR, DAY, MONTH, WEEK, YEAR];
        if fields.len() >= SHAPES_WITH_SECOND {
            shapes.insert(0, SECOND);
        }
        if let Some((found, position)) = fields.get(shapes.len()) {
            return Err(ParseError {
                position: *position,
                found: (*found).to_owned(),
                expected: "a part has at most seven fields: \
                           second minute hour day month week year"
                    .to_owned(),
            });
        }
        let mut read = Vec::with_capacity(shapes.len());
        for (shape, (piece, place)) in shapes.iter().zip(&fields) {
            read.push(Field::parse(piece, *place, *shape)?);
        }
        if fields.len() >= SHAPES_WITH_SECOND {
            read.remove(0);
        }
        let mut read = read.into_iter();
        let mut next = |shape| read.next().unwrap_or_else(|| Field::any(shape));
        Ok(Self {
            minute: next(MINUTE),
            hour: next(HOUR),
            day: next(DAY),
            month: next(MONTH),
            week: next(WEEK),
            year: next(YEAR),
        })
    }

    /// Whether the hour was written other than `*`, which decides what happens to repeated times.
    pub(super) const fn has_fixed_hour(&self) -> bool {
        self.hour.is_restricted()
    }

    /// The first minute of the set at or after `from`, whose seconds are taken as 0.
    pub(super) fn next_from(&self, from: Civil) -> Option<Civil> {
        let mut date = from.date();
        let mut earliest = from.time();
        loop {
            let open = self.next_date(date)?;
            if open != date {
                earliest = Time::midnight();
            }
            if let Some(time) = self.next_time(earliest) {
                return Some(open.to_datetime(time));
            }
            date = open.tomorrow().ok()?;
            earliest = Time::midnight();
        }
    }

    fn next_time(&self, from: Time) -> Option<Time> {
        let (hour, minute) = (part(from.hour()), part(from.minute()));
        let found = match self.minute.next(minute) {
            Some(minute) if self.hour.contains(hour) => Some((hour, minute)),
            _ => self
                .hour
                .next(hour.saturating_add(1))
                .map(|hour| (hour, self.minute.first())),
        };
        let (hour, minute) = found?;
        Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
    }

    /// Steps over years and months as a whole, and over at most the days of one month.
    fn next_date(&self, from: Date) -> Option<Date> {
        let mut year = u32::try_from(from.year()).ok()?;
        let mut month = part(from.month());
        let mut day = part(from.day());
        loop {
            let open = self.year.next(year)?;
            if open != year {
                (year, month, day) = (open, 1, 1);
            }
            let Some(open) = self.month.next(month) else {
                (year, month, day) = (year.saturating_add(1), 1, 1);
                continue;
            };
            if open != month {
                (month, day) = (open, 1);
            }
            if let Some(date) = self.day_in_month(year, month, day) {
                return Some(date);
            }
            (month, day) = (month.saturating_add(1), 1);
        }
    }

    /// The day decides when it is restricted, else the week (`cron.md` 4.3).
    fn day_in_month(&self, year: u32, month: u32, from: u32) -> Option<Date> {
        let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
        let mut day = from;
        while day <= part(first.days_in_month()) {
            let date = Date::new(first.year(), first.month(), i8::try_from(day).ok()?).ok()?;
            let open = if self.day.is_restricted() {
                self.day.contains(day)
            } else {
                self.week
                    .contains(part(date.weekday().to_monday_one_offset()))
            };
            if open {
                return Some(date);
            }
            day = day.saturating_add(1);
        }
        None
    }
}

/// A small part of a date or time, never negative.
fn part(number: i8) -> u32 {
    u32::from(number.unsigned_abs())
}

fn refuse_other_forms(fields: &[(&str, usize)]) -> Result<(), ParseError> {
    const MODES: &[&str] = &[
        "MINUTELY", "HOURLY", "HOUR", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "ANNUAL",
    ];
    let Some((word, position)) = fields.first() else {
        return Ok(());
    };
    let form = if word.contains(['=', '&']) {
        "the KEY=value form"
    } else if MODES.iter().any(|mode| mode.eq_ignore_ascii_case(word)) {
        "the readable form"
    } else {
        return Ok(());
    };
    Err(ParseError {
        position: *position,
        found: (*word).to_owned(),
        expected: format!(
            "{form} is not supported in this version: write minute hour day month week"
        ),
    })
}
