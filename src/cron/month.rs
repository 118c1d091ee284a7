//! One month as bits, and which of its days an item names.

use super::calendar::{Calendar, DayKind};
use super::day::{DayItem, Point};
use super::field::Range;
use super::fields::Days;
use super::keyword::Keyword;
use super::numbers::YEAR;
use super::week::{Choice, Ordinal, SUNDAY, WeekItem};
use crate::clock::Date;
use std::sync::LazyLock;

const MONTHS_OF_YEAR: u32 = 12;
const WEEK_DAYS: i32 = 7;
/// Calendar weeks reach up to six days into the neighbouring months: day 1 is bit 8.
const MARGIN: i32 = 7;
const LAST_WORK_WEEKDAY: u32 = 5;

/// Weekday of the first day and length: there are 28 shapes of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MonthShape {
    /// Weekday of the 1st, Monday 1.
    first: u32,
    /// Days.
    length: u32,
}

/// The shapes of all months of the dialect, in order.
static SHAPES: LazyLock<Vec<MonthShape>> = LazyLock::new(|| {
    (YEAR.min..=YEAR.max)
        .flat_map(|year| (1..=MONTHS_OF_YEAR).map(move |month| (year, month)))
        .filter_map(|(year, month)| MonthShape::of(first_day(year, month)?))
        .collect()
});

/// The 1st of a month.
pub(super) fn first_day(year: u32, month: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()
}

impl MonthShape {
    /// Number of shapes.
    pub(super) const COUNT: usize = 28;
    const LENGTH_MIN: u32 = 28;
    const LENGTHS: u32 = 4;

    /// The shape of a month of the dialect.
    pub(super) fn at(year: u32, month: u32) -> Option<Self> {
        let months = year.checked_sub(YEAR.min)? * MONTHS_OF_YEAR + month.checked_sub(1)?;
        SHAPES.get(usize::try_from(months).ok()?).copied()
    }

    /// All shapes in the order of their index.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (1..=SUNDAY).flat_map(|first| {
            (0..Self::LENGTHS).map(move |extra| Self {
                first,
                length: Self::LENGTH_MIN + extra,
            })
        })
    }

    /// Its place among all shapes.
    pub(super) fn index(self) -> usize {
        let index = (self.first - 1) * Self::LENGTHS + (self.length - Self::LENGTH_MIN);
        usize::try_from(index).unwrap_or(Self::COUNT)
    }

    fn of(first: Date) -> Option<Self> {
        Some(Self {
            first: u32::try_from(first.weekday().to_monday_one_offset()).ok()?,
            length: u32::try_from(first.days_in_month()).ok()?,
        })
    }
}

/// A month with its work days; days of the neighbouring months have bits too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    shape: MonthShape,
    /// Bits of work days, also in the margins.
    work: u64,
}

impl Month {
    /// A month without special days.
    pub(super) fn plain(shape: MonthShape) -> Self {
        let month = Self { shape, work: 0 };
        let work = month
            .mondays()
            .map(|monday| run(monday, 1, LAST_WORK_WEEKDAY))
            .fold(0, |all, week| all | week);
        Self { work, ..month }
    }

    /// A month of a calendar; `None` when no special day changes it.
    pub(super) fn special(shape: MonthShape, first: Date, calendar: &Calendar) -> Option<Self> {
        if calendar.is_plain() {
            return None;
        }
        let span = |days: i32| crate::clock::SignedDuration::from_hours(i64::from(days) * 24);
        let from = first.checked_sub(span(MARGIN)).ok()?;
        let to = first.last_of_month().checked_add(span(MARGIN)).ok()?;
        let mut special = calendar.special(from, to).peekable();
        special.peek()?;
        let mut month = Self::plain(shape);
        for (date, kind) in special {
            let hours = first.duration_until(date).as_hours();
            let day = bit(i32::try_from(hours / 24).ok()? + 1);
            match kind {
                DayKind::Work => month.work |= day,
                DayKind::Rest => month.work &= !day,
            }
        }
        Some(month)
    }

    /// The days that are named, day 1 as bit 1.
    pub(super) fn days(&self, days: Days<'_>) -> u64 {
        let named = match days {
            Days::Every => u64::MAX,
            Days::OfMonth(items) => union(items, |item| self.day_item(item)),
            Days::OfWeek(items) => union(items, |item| self.week_item(item)),
        };
        (named & self.span()) >> MARGIN
    }

    fn day_item(&self, item: &DayItem) -> u64 {
        match item {
            DayItem::Keyword(keyword) => keyword.pick(self.span(), self.work),
            DayItem::Range(range) => self.range(*range),
        }
    }

    fn range(&self, range: Range<Point>) -> u64 {
        let from = range.from.day(self.shape.length);
        let to = match (range.to, range.step) {
            (Some(to), _) => to.day(self.shape.length),
            (None, Some(_)) => self.length(),
            (None, None) => from,
        };
        let step = usize::try_from(range.step.unwrap_or(1)).unwrap_or(usize::MAX);
        (from..=to)
            .step_by(step)
            .filter(|day| (1..=self.length()).contains(day))
            .fold(0, |bits, day| bits | bit(day))
    }

    fn week_item(&self, item: &WeekItem) -> u64 {
        match item {
            WeekItem::Days(range) => self.every_week(|monday| weekdays(monday, *range)),
            WeekItem::EveryWeek(keyword) => {
                self.every_week(|monday| keyword.pick(whole_week(monday), self.work))
            }
            WeekItem::Nth(nth, weekday) => self.nth(*nth, *weekday),
            WeekItem::InWeek(choices, week) => self
                .monday_of(*week)
                .map_or(0, |monday| self.in_week(choices, monday)),
        }
    }

    fn every_week(&self, days: impl Fn(i32) -> u64) -> u64 {
        self.mondays().fold(0, |all, monday| all | days(monday))
    }

    fn nth(&self, nth: Ordinal, weekday: u32) -> u64 {
        let days = self.span() & self.every_week(|monday| run(monday, weekday, weekday));
        match nth {
            Ordinal::First => Keyword::First.pick(days, 0),
            Ordinal::Last => Keyword::Last.pick(days, 0),
            Ordinal::Nth(number) => {
                let later = (1..number).fold(days, |rest, _| rest & rest.wrapping_sub(1));
                Keyword::First.pick(later, 0)
            }
        }
    }

    fn in_week(&self, choices: &[Choice], monday: i32) -> u64 {
        let week = whole_week(monday) & self.span();
        if choices.is_empty() {
            return week;
        }
        union(choices, |choice| match choice {
            Choice::Days(range) => weekdays(monday, *range),
            Choice::Keyword(keyword) => keyword.pick(week, self.work),
        }) & week
    }

    /// The Mondays of all calendar weeks that touch the month, as days of the month.
    fn mondays(&self) -> impl DoubleEndedIterator<Item = i32> + use<> {
        let first = 2 - i32::try_from(self.shape.first).unwrap_or(1);
        let last_week = (self.length() - first) / WEEK_DAYS;
        (0..=last_week).map(move |week| first + week * WEEK_DAYS)
    }

    fn monday_of(&self, week: Ordinal) -> Option<i32> {
        match week {
            Ordinal::First => self.mondays().next(),
            Ordinal::Last => self.mondays().next_back(),
            Ordinal::Nth(number) => self.mondays().nth(usize::try_from(number).ok()? - 1),
        }
    }

    fn length(&self) -> i32 {
        i32::try_from(self.shape.length).unwrap_or(0)
    }

    /// The bits of its days.
    fn span(&self) -> u64 {
        ((1 << self.shape.length) - 1) << (MARGIN + 1)
    }
}

fn bit(day: i32) -> u64 {
    u32::try_from(day + MARGIN)
        .ok()
        .and_then(|place| 1_u64.checked_shl(place))
        .unwrap_or(0)
}

/// The weekdays `from..=to` of the week that begins on `monday`.
fn run(monday: i32, from: u32, to: u32) -> u64 {
    let range = Range {
        from,
        to: Some(to),
        step: None,
    };
    weekdays(monday, range)
}

fn whole_week(monday: i32) -> u64 {
    run(monday, 1, SUNDAY)
}

fn weekdays(monday: i32, range: Range<u32>) -> u64 {
    range
        .numbers(SUNDAY)
        .filter_map(|weekday| i32::try_from(weekday).ok())
        .fold(0, |bits, weekday| bits | bit(monday + weekday - 1))
}

fn union<I>(items: &[I], bits: impl Fn(&I) -> u64) -> u64 {
    items.iter().fold(0, |all, item| all | bits(item))
}
