//! GET: the parts of a date-time as numbers.

use crate::clock::Civil;
use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["GET YEAR"], "", Takes::DATETIME, Rule::DateTime(year))
        .says("The year.")
        .shows(&[("'2019-04-15 13:27:05' GET YEAR", "2019")]),
    Entry::new(
        &["GET QUARTER"],
        "",
        Takes::DATETIME,
        Rule::DateTime(get_quarter),
    )
    .says("The quarter, 1 to 4.")
    .shows(&[("'2019-04-15 13:27:05' GET QUARTER", "2")]),
    Entry::new(&["GET MONTH"], "", Takes::DATETIME, Rule::DateTime(month))
        .says("The month, 1 to 12.")
        .shows(&[("'2019-04-15 13:27:05' GET MONTH", "4")]),
    Entry::new(&["GET DAY"], "", Takes::DATETIME, Rule::DateTime(day))
        .says("The day of the month.")
        .shows(&[("'2019-04-15 13:27:05' GET DAY", "15")]),
    Entry::new(&["GET HOUR"], "", Takes::DATETIME, Rule::DateTime(hour))
        .says("The hour, 0 to 23.")
        .shows(&[("'2019-04-15 13:27:05' GET HOUR", "13")]),
    Entry::new(&["GET MINUTE"], "", Takes::DATETIME, Rule::DateTime(minute))
        .says("The minute.")
        .shows(&[("'2019-04-15 13:27:05' GET MINUTE", "27")]),
    Entry::new(&["GET SECOND"], "", Takes::DATETIME, Rule::DateTime(second))
        .says("The second.")
        .shows(&[("'2019-04-15 13:27:05' GET SECOND", "5")]),
    Entry::new(&["GET MILLI"], "", Takes::DATETIME, Rule::DateTime(milli))
        .says("The fraction of the second in milliseconds.")
        .shows(&[("'2019-04-15 13:27:05.123' GET MILLI", "123")]),
    Entry::new(&["GET MICRO"], "", Takes::DATETIME, Rule::DateTime(micro))
        .says("The fraction of the second in microseconds.")
        .shows(&[("'2019-04-15 13:27:05.123' GET MICRO", "123000")]),
    Entry::new(&["GET NANO"], "", Takes::DATETIME, Rule::DateTime(nano))
        .says("The fraction of the second in nanoseconds.")
        .shows(&[("'2019-04-15 13:27:05.123' GET NANO", "123000000")]),
];

/// 1 to 4.
pub(crate) fn quarter(civil: Civil) -> i64 {
    match civil.month() {
        ..=3 => 1,
        4..=6 => 2,
        7..=9 => 3,
        _ => 4,
    }
}

/// The whole fraction of the second in nanoseconds.
pub(crate) fn nanosecond(civil: Civil) -> i64 {
    civil.subsec_nanosecond().into()
}

fn year(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.year()).into())
}

fn get_quarter(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(quarter(civil).into())
}

fn month(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.month()).into())
}

fn day(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.day()).into())
}

fn hour(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.hour()).into())
}

fn minute(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.minute()).into())
}

fn second(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.second()).into())
}

fn milli(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(nanosecond(civil).div_euclid(1_000_000).into())
}

fn micro(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(nanosecond(civil).div_euclid(1_000).into())
}

fn nano(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(nanosecond(civil).into())
}
