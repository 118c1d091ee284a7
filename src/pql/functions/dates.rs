//! Functions that give one part of a date-time.

use crate::clock::Weekday;
use crate::pql::eval::Done;
use crate::pql::functions::{Function, Given};
use crate::pql::sharp::datetime::{
    Language, NameForm, month_name, nanosecond, parse_weekday, quarter, quarter_name, week_of_year,
    weekday_name,
};
use crate::value::Value;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["YEAR"], "t", 1..=1, |given| whole(given.civil(0)?.year()))
        .says("The year.")
        .shows(&[("@YEAR('2021-08-15')", "2021")]),
    Function::new(&["QUARTER"], "t", 1..=1, |given| {
        whole(quarter(given.civil(0)?))
    })
    .says("The quarter, 1 to 4.")
    .shows(&[("@QUARTER('2021-08-15')", "3")]),
    Function::new(&["MONTH"], "t", 1..=1, |given| {
        whole(given.civil(0)?.month())
    })
    .says("The month, 1 to 12.")
    .shows(&[("@MONTH('2021-08-15')", "8")]),
    Function::new(&["DAY", "DAYOFMONTH"], "t", 1..=1, |given| {
        whole(given.civil(0)?.day())
    })
    .says("The day of the month.")
    .shows(&[("@DAY('2021-08-15')", "15")]),
    Function::new(&["HOUR"], "t", 1..=1, |given| whole(given.civil(0)?.hour()))
        .says("The hour, 0 to 23.")
        .shows(&[("@HOUR('2021-08-15 16:20:30')", "16")]),
    Function::new(&["MINUTE"], "t", 1..=1, |given| {
        whole(given.civil(0)?.minute())
    })
    .says("The minute.")
    .shows(&[("@MINUTE('2021-08-15 16:20:30')", "20")]),
    Function::new(&["SECOND"], "t", 1..=1, |given| {
        whole(given.civil(0)?.second())
    })
    .says("The second.")
    .shows(&[("@SECOND('2021-08-15 16:20:30')", "30")]),
    Function::new(&["MILLI"], "t", 1..=1, |given| fraction(given, 1_000_000))
        .says("The fraction of the second in milliseconds.")
        .shows(&[("@MILLI('2021-08-15 16:20:30.5')", "500")]),
    Function::new(&["MICRO"], "t", 1..=1, |given| fraction(given, 1_000))
        .says("The fraction of the second in microseconds.")
        .shows(&[("@MICRO('2021-08-15 16:20:30.5')", "500000")]),
    Function::new(&["NANO"], "t", 1..=1, |given| fraction(given, 1))
        .says("The fraction of the second in nanoseconds.")
        .shows(&[("@NANO('2021-08-15 16:20:30.5')", "500000000")]),
    Function::new(&["WEEK", "DAYOFWEEK"], "t", 1..=1, |given| {
        whole(given.civil(0)?.weekday().to_monday_one_offset())
    })
    .says("The weekday, 1 for Monday to 7 for Sunday.")
    .shows(&[("@WEEK('2021-08-15')", "7")]),
    Function::new(&["DAYOFYEAR"], "t", 1..=1, |given| {
        whole(given.civil(0)?.day_of_year())
    })
    .says("The day of the year, 1 to 366.")
    .shows(&[("@DAYOFYEAR('2021-08-15')", "227")]),
    Function::new(&["WEEKOFYEAR"], "t [, day]", 1..=2, |given| {
        let first = match given.count() {
            1 => Weekday::Monday,
            _ => parse_weekday(&given.text(1)?)?,
        };
        whole(week_of_year(given.civil(0)?, first))
    })
    .says("The week of the year: week 1 has 1 January, weeks begin on day, by default Monday.")
    .shows(&[
        ("@WEEKOFYEAR('2021-08-15', SUNDAY)", "34"),
        ("@WEEKOFYEAR('2021-08-15')", "33"),
    ]),
    Function::new(&["DAYNAME", "WEEKNAME"], "t", 1..=1, |given| {
        let weekday = given.civil(0)?.weekday();
        Ok(weekday_name(weekday, NameForm::Short, Language::of(given.run)).into())
    })
    .says("The short name of the weekday.")
    .shows(&[("@DAYNAME('2021-08-15')", "Sun")]),
    Function::new(&["FULLDAYNAME", "FULLWEEKNAME"], "t", 1..=1, |given| {
        let weekday = given.civil(0)?.weekday();
        Ok(weekday_name(weekday, NameForm::Full, Language::of(given.run)).into())
    })
    .says("The full name of the weekday.")
    .shows(&[("@FULLDAYNAME('2021-08-15')", "Sunday")]),
    Function::new(&["MONTHNAME"], "t", 1..=1, |given| {
        Ok(month_name(given.civil(0)?, NameForm::Short, Language::of(given.run)).into())
    })
    .says("The short name of the month.")
    .shows(&[("@MONTHNAME('2021-08-15')", "Aug")]),
    Function::new(&["FULLMONTHNAME"], "t", 1..=1, |given| {
        Ok(month_name(given.civil(0)?, NameForm::Full, Language::of(given.run)).into())
    })
    .says("The full name of the month.")
    .shows(&[("@FULLMONTHNAME('2021-08-15')", "August")]),
    Function::new(&["QUARTERNAME"], "t", 1..=1, |given| {
        Ok(quarter_name(given.civil(0)?, NameForm::Short, Language::of(given.run)).into())
    })
    .says("The short name of the quarter.")
    .shows(&[("@QUARTERNAME('2021-08-15')", "Q3")]),
    Function::new(&["FULLQUARTERNAME"], "t", 1..=1, |given| {
        Ok(quarter_name(given.civil(0)?, NameForm::Full, Language::of(given.run)).into())
    })
    .says("The full name of the quarter.")
    .shows(&[("@FULLQUARTERNAME('2021-08-15')", "3rd quarter")]),
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "the code of a function ends in its call"
)]
fn whole(number: impl Into<i64>) -> Done<Value> {
    Ok(Value::Integer(number.into()))
}

fn fraction(given: &Given<'_>, size: i64) -> Done<Value> {
    whole(nanosecond(given.civil(0)?).div_euclid(size))
}
