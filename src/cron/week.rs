//! The week field (`cron.md` 4).

use super::error::Fault;
use super::field::{Field, Manner, Range, parse_field, parse_range, wrapped};
use super::keyword::Keyword;
use super::suggest;
use super::text::Piece;
use std::fmt;

pub(super) const WEEKDAYS: &[&str] = &["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
pub(super) const SUNDAY: u32 = 7;

const EXPECTED: &str = "weekday 1-7 (Monday is 1) or MON-SUN, F, L, W, R, FW, LW, FR, LR, \
                        F1-F7, L1-L7, 11-57 or X#n";
const WEEKS_MAX: u32 = 6;
const NTH_MAX: u32 = 5;

/// The week field as written.
pub(super) type WeekField = Field<WeekItem>;

/// One item of the week field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WeekItem {
    /// Weekdays of every week, Monday 1.
    Days(Range<u32>),
    /// A choice in every calendar week.
    EveryWeek(Keyword),
    /// The n-th such weekday of the month.
    Nth(Ordinal, u32),
    /// Days of one week of the month; the whole week when there is no choice.
    InWeek(Vec<Choice>, Ordinal),
}

/// A place in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordinal {
    /// `F`.
    First,
    /// A number.
    Nth(u32),
    /// `L`.
    Last,
}

/// What `+` joins: days of one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    Days(Range<u32>),
    Keyword(Keyword),
}

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("F"),
            Self::Nth(number) => number.fmt(f),
            Self::Last => f.write_str("L"),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(range) => range.fmt(f),
            Self::Keyword(keyword) => keyword.fmt(f),
        }
    }
}

impl fmt::Display for WeekItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(range) => range.fmt(f),
            Self::EveryWeek(keyword) => keyword.fmt(f),
            Self::Nth(nth, weekday) => write!(f, "{nth}{weekday}"),
            Self::InWeek(choices, week) => {
                for (index, choice) in choices.iter().enumerate() {
                    if index > 0 {
                        f.write_str("+")?;
                    }
                    choice.fmt(f)?;
                }
                write!(f, "#{week}")
            }
        }
    }
}

/// Reads the whole field.
pub(super) fn parse(text: Piece<'_>) -> Result<WeekField, Fault> {
    let manner = Manner {
        name: "week",
        min: 1,
        has_question: true,
    };
    parse_field(text, manner, parse_item)
}

/// The order keeps the letters apart: `#`, whole keyword, n-th weekday, then days.
fn parse_item(item: Piece<'_>) -> Result<WeekItem, Fault> {
    if let Some((choices, week)) = item.split_once('#') {
        return parse_in_week(choices, week);
    }
    if item.contains('+') {
        return Err(item
            .fault("`#` and the number of a week after days joined by `+`")
            .hint("a comma joins days of every week".to_owned()));
    }
    if let Some(keyword) = Keyword::parse(item) {
        return Ok(WeekItem::EveryWeek(keyword));
    }
    if let Some(nth) = parse_nth(item)? {
        return Ok(nth);
    }
    parse_days(item, item).map(WeekItem::Days)
}

fn parse_in_week(choices: Piece<'_>, week: Piece<'_>) -> Result<WeekItem, Fault> {
    let ordinal = if week.is("F") {
        Some(Ordinal::First)
    } else if week.is("L") {
        Some(Ordinal::Last)
    } else {
        week.number()
            .filter(|number| (1..=WEEKS_MAX).contains(number))
            .map(Ordinal::Nth)
    };
    let Some(ordinal) = ordinal else {
        return Err(week
            .fault("week of the month 1-6, F or L after `#`")
            .hint(suggest::week_number(choices, week)));
    };
    let mut read = Vec::new();
    if !choices.is_empty() {
        for choice in choices.split('+') {
            read.push(parse_choice(choice)?);
        }
    }
    Ok(WeekItem::InWeek(read, ordinal))
}

fn parse_choice(text: Piece<'_>) -> Result<Choice, Fault> {
    if let Some(keyword) = Keyword::parse(text) {
        return Ok(Choice::Keyword(keyword));
    }
    if text.contains('/') {
        return Err(text.fault("no step before `#`"));
    }
    if parse_nth(text).is_ok_and(|nth| nth.is_some()) {
        return Err(text.fault("weekdays or F, L, W, R, FW, LW, FR, LR before `#`"));
    }
    parse_days(text, text).map(Choice::Days)
}

/// `F`, `L` or a digit before a weekday, or `L` after one; `None` when it is none of these.
fn parse_nth(item: Piece<'_>) -> Result<Option<WeekItem>, Fault> {
    if let Some(day) = item.strip_prefix("F").and_then(weekday) {
        return Ok(Some(WeekItem::Nth(Ordinal::First, day)));
    }
    let last = item.strip_prefix("L").or_else(|| item.strip_suffix("L"));
    if let Some(day) = last.and_then(weekday) {
        return Ok(Some(WeekItem::Nth(Ordinal::Last, day)));
    }
    let Some((nth, rest)) = item.split_at(1) else {
        return Ok(None);
    };
    let (Some(number), Some(day)) = (nth.number(), weekday(rest)) else {
        return Ok(None);
    };
    if (1..=NTH_MAX).contains(&number) {
        return Ok(Some(WeekItem::Nth(Ordinal::Nth(number), day)));
    }
    let fault = item.fault("1-5 before a weekday, such as 23 or 2WED for the second Wednesday");
    Err(fault.hint((number == 0).then(|| format!("write `{day}` for every such weekday"))))
}

fn parse_days(item: Piece<'_>, text: Piece<'_>) -> Result<Range<u32>, Fault> {
    let range = parse_range(text, "week", |end| {
        weekday(end).ok_or_else(|| end.fault(EXPECTED).hint(suggest::weekday(end)))
    })?;
    match range.to {
        Some(to) if to < range.from => Err(item
            .fault("a range of weekdays that runs from Monday towards Sunday")
            .hint(
                range
                    .step
                    .is_none()
                    .then(|| wrapped(name(range.from), "SUN", "MON", name(to))),
            )),
        _ => Ok(range),
    }
}

/// One weekday by digit or three-letter name.
pub(super) fn weekday(text: Piece<'_>) -> Option<u32> {
    let named = (1..).zip(WEEKDAYS).find(|(_, name)| text.is(name));
    let digit = text
        .number()
        .filter(|number| text.len() == 1 && (1..=SUNDAY).contains(number));
    named.map(|(number, _)| number).or(digit)
}

fn name(weekday: u32) -> &'static str {
    (1..)
        .zip(WEEKDAYS)
        .find(|(number, _)| *number == weekday)
        .map_or("", |(_, name)| name)
}
