//! The day field (`cron.md` 3.3).

use super::error::Fault;
use super::field::{Field, Manner, Range, parse_field, parse_range};
use super::keyword::Keyword;
use super::suggest;
use super::text::Piece;
use std::fmt;

/// Lengths of months.
const LENGTHS: [u32; 4] = [28, 29, 30, 31];
const DAYS_MAX: u32 = 31;

const EXPECTED: &str = "day 1-31 or one of F, L, Ln, W, R, FW, LW, FR, LR";

/// The day field as written.
pub(super) type DayField = Field<DayItem>;

/// One item of the day field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayItem {
    /// `W R FW LW FR LR`: by the work calendar.
    Keyword(Keyword),
    /// Days by their place in the month.
    Range(Range<Point>),
}

/// A place in the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// `F`.
    First,
    /// A number.
    Day(u32),
    /// `L` is 1, the last day; `L2` the last but one.
    FromEnd(u32),
}

impl Point {
    /// Its day in a month of `length` days, which the month need not have.
    pub(super) fn day(self, length: u32) -> i32 {
        let day = match self {
            Self::First => i64::from(1_u32),
            Self::Day(day) => i64::from(day),
            Self::FromEnd(place) => i64::from(length) + 1 - i64::from(place),
        };
        i32::try_from(day).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("F"),
            Self::Day(day) => day.fmt(f),
            Self::FromEnd(1) => f.write_str("L"),
            Self::FromEnd(place) => write!(f, "L{place}"),
        }
    }
}

impl fmt::Display for DayItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(keyword) => keyword.fmt(f),
            Self::Range(range) => range.fmt(f),
        }
    }
}

/// Reads the whole field.
pub(super) fn parse(text: Piece<'_>) -> Result<DayField, Fault> {
    let manner = Manner {
        name: "day",
        min: 1,
        has_question: true,
    };
    parse_field(text, manner, parse_item)
}

fn parse_item(item: Piece<'_>) -> Result<DayItem, Fault> {
    let set = Keyword::parse(item).filter(|keyword| keyword.uses_calendar());
    if let Some(keyword) = set {
        return Ok(DayItem::Keyword(keyword));
    }
    let range = parse_range(item, "day", |text| parse_point(item, text))?;
    if let (None, Some(_), Point::FromEnd(_)) = (range.to, range.step, range.from) {
        return Err(item.fault("a number or F before the step of the day"));
    }
    let runs_backwards = |to: Point| {
        LENGTHS
            .into_iter()
            .all(|length| range.from.day(length) > to.day(length))
    };
    if range.to.is_some_and(runs_backwards) {
        return Err(item
            .fault("a range of the day that runs upwards")
            .hint(suggest::backward_days(range)));
    }
    Ok(DayItem::Range(range))
}

/// Reads one end; `item` is what it belongs to, for the message.
fn parse_point(item: Piece<'_>, text: Piece<'_>) -> Result<Point, Fault> {
    let in_month = |text: Piece<'_>| {
        text.number()
            .filter(|number| (1..=DAYS_MAX).contains(number))
    };
    let point = if text.is("F") {
        Some(Point::First)
    } else if text.is("L") {
        Some(Point::FromEnd(1))
    } else {
        let from_end = text.strip_prefix("L").or_else(|| text.strip_suffix("L"));
        match from_end {
            Some(place) => in_month(place).map(Point::FromEnd),
            None => in_month(text).map(Point::Day),
        }
    };
    point.ok_or_else(|| {
        if Keyword::parse(text).is_some() {
            return item.fault(format!("`{}` without range or step", text.upper()));
        }
        text.fault(EXPECTED).hint(suggest::day(text))
    })
}
