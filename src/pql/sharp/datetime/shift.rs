//! PLUS and MINUS: date-times moved by an amount of time.

use crate::clock::{Civil, SignedDuration, Span};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::datetime::UnitOfTime;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{DateTime, Value};

const NANOSECONDS: i128 = 1_000_000_000;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["PLUS"],
        "n [UNIT]",
        Takes::WRITTEN_DATETIME,
        Rule::DateTime(plus),
    )
    .says(
        "Later by n units, without a unit by n milliseconds. UNIT is YEAR, MONTH, DAY, HOUR, \
             MINUTE, SECOND, MILLI, MICRO or NANO, also with S. Months and years lower the day if \
             needed.",
    )
    .shows(&[
        ("'2019-04-15 13:27:05' PLUS 1000", "2019-04-15 13:27:06"),
        ("'2019-04-15 13:27:05' PLUS -1 MONTH", "2019-03-15 13:27:05"),
        ("'2019-01-31' PLUS 1 MONTH", "2019-02-28 00:00:00"),
        ("'2019-04-15' PLUS 1.5 DAYS", "2019-04-16 12:00:00"),
        (
            "1555334825 TO DATETIME -> PLUS 1 DAY",
            "2019-04-16 13:27:05",
        ),
    ]),
    Entry::new(
        &["MINUS"],
        "n [UNIT]",
        Takes::WRITTEN_DATETIME,
        Rule::DateTime(minus),
    )
    .says("Earlier by n units, without a unit by n milliseconds.")
    .shows(&[("'2019-03-31' MINUS 1 MONTH", "2019-02-28 00:00:00")]),
    Entry::new(
        &["PLUS YEARS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_years),
    )
    .says("Later by n years; n is rounded first, here and in the links like it.")
    .shows(&[("'2020-02-29' PLUS YEARS 1", "2021-02-28 00:00:00")]),
    Entry::new(
        &["PLUS MONTHS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_months),
    )
    .says("Later by n months.")
    .shows(&[("'2019-04-15' PLUS MONTHS 12", "2020-04-15 00:00:00")]),
    Entry::new(
        &["PLUS DAYS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_days),
    )
    .says("Later by n days.")
    .shows(&[("'2019-04-15 13:27:05' PLUS DAYS -1", "2019-04-14 13:27:05")]),
    Entry::new(
        &["PLUS HOURS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_hours),
    )
    .says("Later by n hours.")
    .shows(&[("'2019-04-15' PLUS HOURS 25", "2019-04-16 01:00:00")]),
    Entry::new(
        &["PLUS MINUTES"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_minutes),
    )
    .says("Later by n minutes.")
    .shows(&[("'2019-04-15' PLUS MINUTES 5", "2019-04-15 00:05:00")]),
    Entry::new(
        &["PLUS SECONDS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_seconds),
    )
    .says("Later by n seconds.")
    .shows(&[("'2019-04-15' PLUS SECONDS 5", "2019-04-15 00:00:05")]),
    Entry::new(
        &["PLUS MILLIS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_millis),
    )
    .says("Later by n milliseconds.")
    .shows(&[("'2019-04-15' PLUS MILLIS 5000", "2019-04-15 00:00:05")]),
    Entry::new(
        &["PLUS MICROS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_micros),
    )
    .says("Later by n microseconds.")
    .shows(&[("'2019-04-15' PLUS MICROS 5 GET MICRO", "5")]),
    Entry::new(
        &["PLUS NANOS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(plus_nanos),
    )
    .says("Later by n nanoseconds.")
    .shows(&[("'2019-04-15' PLUS NANOS 5 GET NANO", "5")]),
    Entry::new(
        &["MINUS YEARS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_years),
    )
    .says("Earlier by n years.")
    .shows(&[("'2020-02-29' MINUS YEARS 1", "2019-02-28 00:00:00")]),
    Entry::new(
        &["MINUS MONTHS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_months),
    )
    .says("Earlier by n months.")
    .shows(&[("'2019-04-15' MINUS MONTHS 12", "2018-04-15 00:00:00")]),
    Entry::new(
        &["MINUS DAYS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_days),
    )
    .says("Earlier by n days.")
    .shows(&[("'2019-04-15' MINUS DAYS 15", "2019-03-31 00:00:00")]),
    Entry::new(
        &["MINUS HOURS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_hours),
    )
    .says("Earlier by n hours.")
    .shows(&[("'2019-04-15' MINUS HOURS 1", "2019-04-14 23:00:00")]),
    Entry::new(
        &["MINUS MINUTES"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_minutes),
    )
    .says("Earlier by n minutes.")
    .shows(&[("'2019-04-15' MINUS MINUTES 5", "2019-04-14 23:55:00")]),
    Entry::new(
        &["MINUS SECONDS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_seconds),
    )
    .says("Earlier by n seconds.")
    .shows(&[("'2019-04-15' MINUS SECONDS 5", "2019-04-14 23:59:55")]),
    Entry::new(
        &["MINUS MILLIS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_millis),
    )
    .says("Earlier by n milliseconds.")
    .shows(&[("'2019-04-15' MINUS MILLIS 1000", "2019-04-14 23:59:59")]),
    Entry::new(
        &["MINUS MICROS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_micros),
    )
    .says("Earlier by n microseconds.")
    .shows(&[(
        "'2019-04-15 13:27:05' MINUS MICROS 1000000",
        "2019-04-15 13:27:04",
    )]),
    Entry::new(
        &["MINUS NANOS"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minus_nanos),
    )
    .says("Earlier by n nanoseconds.")
    .shows(&[("'2019-04-15' MINUS NANOS 1 GET NANO", "999999999")]),
];

/// Which way a date-time is moved.
#[derive(Clone, Copy)]
enum Way {
    Later,
    Earlier,
}

/// The links whose unit is part of the name.
macro_rules! moves {
    ($($name:ident: $way:ident, $unit:ident;)*) => {$(
        fn $name(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
            let amount = call.integer()?.into();
            moved(civil, &amount, UnitOfTime::$unit, Way::$way)
        }
    )*};
}

moves! {
    plus_years: Later, Year;
    plus_months: Later, Month;
    plus_days: Later, Day;
    plus_hours: Later, Hour;
    plus_minutes: Later, Minute;
    plus_seconds: Later, Second;
    plus_millis: Later, Milli;
    plus_micros: Later, Micro;
    plus_nanos: Later, Nano;
    minus_years: Earlier, Year;
    minus_months: Earlier, Month;
    minus_days: Earlier, Day;
    minus_hours: Earlier, Hour;
    minus_minutes: Earlier, Minute;
    minus_seconds: Earlier, Second;
    minus_millis: Earlier, Milli;
    minus_micros: Earlier, Micro;
    minus_nanos: Earlier, Nano;
}

fn plus(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    by_argument(call, civil, Way::Later)
}

fn minus(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    by_argument(call, civil, Way::Earlier)
}

fn by_argument(call: &mut Call<'_>, civil: Civil, way: Way) -> Done<Value> {
    let amount = call.value()?;
    if let Some(unit) = call.unit() {
        return moved(civil, &amount, UnitOfTime::parse(&unit)?, way);
    }
    match interval(&amount) {
        Some((unit, amount)) => moved(civil, &amount, unit, way),
        None => moved(civil, &amount, UnitOfTime::Milli, way),
    }
}

/// The value of `2 MONTHS` and its kin, which is the text `MONTH=2`.
fn interval(amount: &Value) -> Option<(UnitOfTime, Value)> {
    let (unit, number) = amount.as_text()?.split_once('=')?;
    Some((UnitOfTime::find(unit)?, number.into()))
}

fn moved(civil: Civil, amount: &Value, unit: UnitOfTime, way: Way) -> Done<Value> {
    let amount = match way {
        Way::Later => amount.clone(),
        Way::Earlier => amount.negate()?,
    };
    Ok(DateTime::full(move_by(civil, &amount, unit)?).into())
}

/// The date-time so many units later; from days to milliseconds the number may be a decimal.
///
/// # Errors
/// The amount is no number, or leads out of the calendar.
pub(crate) fn move_by(civil: Civil, amount: &Value, unit: UnitOfTime) -> Done<Civil> {
    // No amount is a date-time: the zone does not matter.
    let frame = crate::value::Frame::utc();
    let outside = || {
        let message = format!(
            "{} and {}={} lead out of the calendar",
            DateTime::full(civil),
            unit.word(),
            amount.excerpt()
        );
        Halt::new(Code::PQL_CONVERSION, message)
    };
    let counts_whole = matches!(unit, UnitOfTime::Micro | UnitOfTime::Nano);
    let is_part =
        matches!(amount.as_number(), Some(Value::Decimal(number)) if number.fract() != 0.0);
    if is_part && (counts_whole || unit.nanoseconds().is_none()) {
        let message = format!(
            "{}={} is no whole number of them",
            unit.word(),
            amount.excerpt()
        );
        return Err(Halt::new(Code::PQL_CONVERSION, message));
    }
    let moved = match unit.nanoseconds() {
        None => {
            let amount = amount.to_integer(frame)?;
            let span = match unit {
                UnitOfTime::Year => Span::new().try_years(amount),
                _ => Span::new().try_months(amount),
            };
            span.ok().and_then(|span| civil.checked_add(span).ok())
        }
        Some(size) => {
            let nanoseconds = match amount.to_integer(frame) {
                Ok(whole) if counts_whole || amount.kind() != crate::value::Kind::Decimal => {
                    i128::from(whole).checked_mul(size)
                }
                _ => decimal_nanoseconds(amount.to_decimal(frame)?, size),
            };
            nanoseconds
                .and_then(duration)
                .and_then(|duration| civil.checked_add(duration).ok())
        }
    };
    moved.ok_or_else(outside)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a cast saturates, and what is too large for the calendar is refused afterwards"
)]
fn decimal_nanoseconds(amount: f64, size: i128) -> Option<i128> {
    let nanoseconds = amount * size as f64;
    nanoseconds.is_finite().then(|| nanoseconds.round() as i128)
}

fn duration(nanoseconds: i128) -> Option<SignedDuration> {
    let seconds = i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).ok()?;
    let rest = i32::try_from(nanoseconds.rem_euclid(NANOSECONDS)).ok()?;
    Some(SignedDuration::new(seconds, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_added_can_be_taken_away(
            amount in -1_000_000_i64..1_000_000,
            unit in prop::sample::select(vec![
                UnitOfTime::Day, UnitOfTime::Hour, UnitOfTime::Minute, UnitOfTime::Second,
                UnitOfTime::Milli, UnitOfTime::Micro, UnitOfTime::Nano,
            ]),
        ) {
            let start: Civil = "2019-04-15T13:27:05.123456789".parse().unwrap();
            let moved = move_by(start, &amount.into(), unit).unwrap();
            prop_assert_eq!(move_by(moved, &(-amount).into(), unit).unwrap(), start);
        }

        #[test]
        fn no_amount_panics(amount in any::<f64>(), whole in any::<i64>()) {
            let start: Civil = "2019-04-15T13:27:05".parse().unwrap();
            for unit in ["YEAR", "MONTH", "DAY", "MILLI", "NANO"] {
                let unit = UnitOfTime::parse(unit).unwrap();
                drop(move_by(start, &amount.into(), unit));
                drop(move_by(start, &whole.into(), unit));
            }
        }
    }
}
