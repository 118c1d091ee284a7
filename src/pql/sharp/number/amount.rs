//! Amounts of time: in milliseconds where these are exact, else as intervals for PLUS and MINUS.

use crate::pql::eval::Done;
use crate::pql::sharp::call::too_large;
use crate::pql::sharp::datetime::UnitOfTime;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["MILLIS", "MILLI"],
        "",
        Takes::NUMERIC,
        Rule::Value(millis),
    )
    .says("The amount of milliseconds, which is the whole number itself.")
    .shows(&[("5 MILLIS", "5")]),
    Entry::new(
        &["SECONDS", "SECOND"],
        "",
        Takes::NUMERIC,
        Rule::Value(seconds),
    )
    .says("The amount of seconds in milliseconds.")
    .shows(&[("2 SECONDS", "2000")]),
    Entry::new(
        &["MINUTES", "MINUTE"],
        "",
        Takes::NUMERIC,
        Rule::Value(minutes),
    )
    .says("The amount of minutes in milliseconds.")
    .shows(&[("1 MINUTE", "60000")]),
    Entry::new(&["HOURS", "HOUR"], "", Takes::NUMERIC, Rule::Value(hours))
        .says("The amount of hours in milliseconds.")
        .shows(&[("1.5 HOURS", "5400000")]),
    Entry::new(&["DAYS", "DAY"], "", Takes::NUMERIC, Rule::Value(days))
        .says("The amount of days in milliseconds.")
        .shows(&[("1 DAY", "86400000")]),
    Entry::new(
        &["MICROS", "MICRO"],
        "",
        Takes::NUMERIC,
        Rule::Value(micros),
    )
    .says("An interval of microseconds, for PLUS and MINUS only.")
    .shows(&[("3 MICROS", "MICRO=3")]),
    Entry::new(&["NANOS", "NANO"], "", Takes::NUMERIC, Rule::Value(nanos))
        .says("An interval of nanoseconds, for PLUS and MINUS only.")
        .shows(&[("3 NANOS", "NANO=3")]),
    Entry::new(
        &["MONTHS", "MONTH"],
        "",
        Takes::NUMERIC,
        Rule::Value(months),
    )
    .says("An interval of months, for PLUS and MINUS only.")
    .shows(&[
        ("2 MONTHS", "MONTH=2"),
        ("'2019-01-31' PLUS ${ 1 MONTH }", "2019-02-28 00:00:00"),
    ]),
    Entry::new(&["YEARS", "YEAR"], "", Takes::NUMERIC, Rule::Value(years))
        .says("An interval of years, for PLUS and MINUS only.")
        .shows(&[("2 YEARS", "YEAR=2")]),
];

fn millis(call: &mut Call<'_>, data: Value) -> Done<Value> {
    milliseconds(call, &data, 1.0)
}

fn seconds(call: &mut Call<'_>, data: Value) -> Done<Value> {
    milliseconds(call, &data, 1_000.0)
}

fn minutes(call: &mut Call<'_>, data: Value) -> Done<Value> {
    milliseconds(call, &data, 60_000.0)
}

fn hours(call: &mut Call<'_>, data: Value) -> Done<Value> {
    milliseconds(call, &data, 3_600_000.0)
}

fn days(call: &mut Call<'_>, data: Value) -> Done<Value> {
    milliseconds(call, &data, 86_400_000.0)
}

fn micros(call: &mut Call<'_>, data: Value) -> Done<Value> {
    interval(call, &data, UnitOfTime::Micro)
}

fn nanos(call: &mut Call<'_>, data: Value) -> Done<Value> {
    interval(call, &data, UnitOfTime::Nano)
}

fn months(call: &mut Call<'_>, data: Value) -> Done<Value> {
    interval(call, &data, UnitOfTime::Month)
}

fn years(call: &mut Call<'_>, data: Value) -> Done<Value> {
    interval(call, &data, UnitOfTime::Year)
}

fn milliseconds(call: &mut Call<'_>, data: &Value, size: f64) -> Done<Value> {
    let amount = data.to_decimal(call.frame())? * size;
    let whole = Value::Decimal(amount).to_integer(call.frame());
    let whole = whole.map_err(|_| too_large(format!("`{}` is too long a time", data.excerpt())))?;
    Ok(whole.into())
}

/// The text of an interval is its only form: PLUS and MINUS read it back.
fn interval(call: &mut Call<'_>, data: &Value, unit: UnitOfTime) -> Done<Value> {
    let amount = data.to_integer(call.frame())?;
    Ok(format!("{}={amount}", unit.word()).into())
}
