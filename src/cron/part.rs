//! A part compiled to bit sets, and the search for its next tick (`cron.md` 9).

use super::calendar::Calendar;
use super::fields::Fields;
use super::month::{Month, MonthShape, first_day};
use super::numbers::{HOUR, MINUTE, MONTH, YEAR};
use super::set::NumberSet;
use crate::clock::{Civil, Date, Time};

/// A set of minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    fields: Fields,
    minutes: NumberSet,
    hours: NumberSet,
    months: NumberSet,
    years: NumberSet,
    /// Days of a month without special days, by the shape of the month.
    days: [u64; MonthShape::COUNT],
    uses_calendar: bool,
}

impl Part {
    pub(super) fn new(fields: Fields) -> Self {
        let mut days = [0; MonthShape::COUNT];
        for (days, shape) in days.iter_mut().zip(MonthShape::all()) {
            *days = Month::plain(shape).days(fields.days());
        }
        Self {
            minutes: MINUTE.set(&fields.minute),
            hours: HOUR.set(&fields.hour),
            months: MONTH.set(&fields.month),
            years: YEAR.set(&fields.year),
            days,
            uses_calendar: fields.days().use_calendar(),
            fields,
        }
    }

    pub(super) const fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(super) const fn uses_calendar(&self) -> bool {
        self.uses_calendar
    }

    /// Whether the hour was written other than `*`, which decides about skipped and repeated times.
    pub(super) const fn has_fixed_hour(&self) -> bool {
        self.fields.hour.is_restricted()
    }

    /// Whether the minute that begins at `moment` belongs to the part.
    pub(super) fn contains(&self, moment: Civil, calendar: &Calendar) -> bool {
        let (year, month) = (positive(moment.year()), small(moment.month()));
        self.minutes.contains(small(moment.minute()))
            && self.hours.contains(small(moment.hour()))
            && self.months.contains(month)
            && self.years.contains(year)
            && self.days_of(year, month, calendar) >> small(moment.day()) & 1 == 1
    }

    /// The first tick between two full minutes, both included.
    pub(super) fn first_within(
        &self,
        from: Civil,
        to: Civil,
        calendar: &Calendar,
    ) -> Option<Civil> {
        if !self.may_have_days(calendar) {
            return None;
        }
        let start = from.date();
        let mut date = self.date_from(start, to.date(), calendar)?;
        let mut earliest = if date == start {
            from.time()
        } else {
            Time::midnight()
        };
        loop {
            if let Some(time) = self.time_from(earliest) {
                let tick = date.to_datetime(time);
                return (tick <= to).then_some(tick);
            }
            date = self.date_from(date.tomorrow().ok()?, to.date(), calendar)?;
            earliest = Time::midnight();
        }
    }

    /// Refuses at once what no month can have, such as the Wednesday of a sixth week.
    fn may_have_days(&self, calendar: &Calendar) -> bool {
        let may_be_special = self.uses_calendar && !calendar.is_plain();
        may_be_special || self.days.iter().any(|days| *days != 0)
    }

    fn time_from(&self, from: Time) -> Option<Time> {
        let hour = small(from.hour());
        let in_hour = self
            .minutes
            .next(small(from.minute()))
            .filter(|_| self.hours.contains(hour));
        let (hour, minute) = match in_hour {
            Some(minute) => (hour, minute),
            None => (self.hours.next(hour + 1)?, self.minutes.first()?),
        };
        Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
    }

    /// Steps over years and months as a whole; within a month the lowest bit is the day.
    fn date_from(&self, from: Date, to: Date, calendar: &Calendar) -> Option<Date> {
        let last = (positive(to.year()), small(to.month()));
        let (mut year, mut month) = (positive(from.year()), small(from.month()));
        let mut day = small(from.day());
        while (year, month) <= last {
            let open_year = self.years.next(year)?;
            if open_year != year {
                (year, month, day) = (open_year, 1, 1);
                continue;
            }
            let Some(open_month) = self.months.next(month) else {
                (year, month, day) = (year + 1, 1, 1);
                continue;
            };
            if open_month != month {
                (month, day) = (open_month, 1);
            }
            let rest = self.days_of(year, month, calendar) >> day << day;
            if rest != 0 {
                let day = i8::try_from(rest.trailing_zeros()).ok()?;
                return first_day(year, month)?.with().day(day).build().ok();
            }
            (month, day) = (month + 1, 1);
        }
        None
    }

    /// The days of a month as bits, day 1 as bit 1.
    fn days_of(&self, year: u32, month: u32, calendar: &Calendar) -> u64 {
        let Some(shape) = MonthShape::at(year, month) else {
            return 0;
        };
        let special = first_day(year, month)
            .filter(|_| self.uses_calendar && !calendar.is_plain())
            .and_then(|first| Month::special(shape, first, calendar));
        match special {
            Some(month) => month.days(self.fields.days()),
            None => self.days.get(shape.index()).copied().unwrap_or(0),
        }
    }
}

/// A small part of a date or time, never negative.
fn small(number: i8) -> u32 {
    u32::from(number.unsigned_abs())
}

/// A year; years before the common era have no ticks.
fn positive(year: i16) -> u32 {
    u32::try_from(year).unwrap_or(0)
}
