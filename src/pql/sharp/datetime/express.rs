//! EXPRESS: a date-time changed by a list of small steps.

use crate::clock::{Civil, SignedDuration};
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::fail;
use crate::pql::sharp::datetime::set::{outside, with_part, with_weekday};
use crate::pql::sharp::datetime::unit::unknown;
use crate::pql::sharp::datetime::week::find_weekday;
use crate::pql::sharp::datetime::{UnitOfTime, move_by};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{DateTime, Value};

const WEEK: &str = "WEEK";
const WEEK_HOURS: i64 = 7 * 24;

/// More hours than the calendar has; what is beyond leads out of it all the same.
const HOURS_MAX: i64 = 1_000_000_000;

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["EXPRESS"],
    "steps",
    Takes::DATETIME,
    Rule::DateTime(express),
)
.says(
    "The date-time after steps such as `MONTH+1#DAY=1#HOUR-2`, from left to right. `DAY=L` is the \
     last day of the month, `WEEK=MON` the Monday of the same week.",
)
.shows(&[
    (
        "'2019-04-15 13:27:05' EXPRESS 'DAY=L'",
        "2019-04-30 13:27:05",
    ),
    (
        "'2019-04-15 13:27:05' EXPRESS 'MONTH+1#DAY=1#DAY-1'",
        "2019-04-30 13:27:05",
    ),
    (
        "'2019-04-17 13:27:05' EXPRESS 'week = mon & hour = 0'",
        "2019-04-15 00:27:05",
    ),
])];

fn express(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let steps = call.text()?;
    let moved = steps
        .split(['#', '&'])
        .map(str::trim)
        .filter(|step| !step.is_empty())
        .try_fold(civil, take)?;
    Ok(DateTime::full(moved).into())
}

fn take(civil: Civil, step: &str) -> Done<Civil> {
    let refused = || fail(&format!("`{step}` is no step such as `DAY=1` or `DAY+1`"));
    let at = step.find(['=', '+', '-']).ok_or_else(refused)?;
    let (unit, rest) = step.split_at(at);
    let (unit, value) = (
        unit.trim().to_ascii_uppercase(),
        rest.get(1..).map(str::trim),
    );
    let value = value.ok_or_else(refused)?;
    if rest.starts_with('=') {
        return assign(civil, &unit, value);
    }
    let number: i64 = value.parse().map_err(|_| refused())?;
    let number = if rest.starts_with('-') {
        number.saturating_neg()
    } else {
        number
    };
    if unit == WEEK {
        let hours = number.saturating_mul(WEEK_HOURS);
        let step = SignedDuration::from_hours(hours.clamp(-HOURS_MAX, HOURS_MAX));
        return civil.checked_add(step).map_err(|_| outside(WEEK, number));
    }
    let unit = UnitOfTime::find(&unit).ok_or_else(|| unknown(&unit))?;
    move_by(civil, &number.into(), unit)
}

fn assign(civil: Civil, unit: &str, value: &str) -> Done<Civil> {
    let is_name = value.chars().next().is_some_and(char::is_alphabetic);
    if unit == WEEK || (unit == UnitOfTime::Day.word() && is_name && !is_last(value)) {
        return weekday(civil, value);
    }
    let unit = UnitOfTime::find(unit).ok_or_else(|| unknown(unit))?;
    if unit == UnitOfTime::Day && is_last(value) {
        return Ok(civil.date().last_of_month().to_datetime(civil.time()));
    }
    let number = value.parse().map_err(|_| no_value(unit.word(), value))?;
    with_part(civil, unit, number)
}

fn weekday(civil: Civil, value: &str) -> Done<Civil> {
    let refused = || no_value(WEEK, value);
    let weekday = find_weekday(value).ok_or_else(refused)?;
    with_weekday(civil, weekday.to_monday_one_offset().into()).ok_or_else(refused)
}

fn is_last(value: &str) -> bool {
    value.eq_ignore_ascii_case("L")
}

fn no_value(unit: &str, value: &str) -> Halt {
    fail(&format!("`{value}` is no value of {unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("YEAR+1", "2020-04-15T13:27:05")]
    #[case("WEEK=1", "2019-04-15T13:27:05")]
    #[case("DAY=SUN", "2019-04-21T13:27:05")]
    #[case("WEEK+1", "2019-04-22T13:27:05")]
    #[case("MILLI=7", "2019-04-15T13:27:05.007")]
    #[case("second-6", "2019-04-15T13:26:59")]
    #[case("DAY=31", "error")]
    #[case("DAY=", "error")]
    #[case("CENTURY+1", "error")]
    #[case("DAY", "error")]
    #[case("WEEK=9", "error")]
    #[case("WEEK+9223372036854775807", "error")]
    fn steps_move(#[case] step: &str, #[case] expected: &str) {
        let civil: Civil = "2019-04-15T13:27:05".parse().unwrap();
        let moved = take(civil, step).map(|civil| civil.to_string());
        assert_eq!(moved.unwrap_or("error".to_owned()), expected);
    }
}
