//! Names of quarters, months and weekdays.

use crate::clock::{Civil, Weekday};
use crate::pql::eval::Done;
use crate::pql::sharp::datetime::{Language, quarter};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["GET QUARTER NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(short_quarter),
    )
    .says("The short name of the quarter.")
    .shows(&[("'2019-04-15 13:27:05' GET QUARTER NAME", "Q2")]),
    Entry::new(
        &["GET MONTH NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(short_month),
    )
    .says("The short name of the month.")
    .shows(&[("'2019-04-15 13:27:05' GET MONTH NAME", "Apr")]),
    Entry::new(
        &["GET WEEK NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(short_weekday),
    )
    .says("The short name of the weekday.")
    .shows(&[("'2019-04-15 13:27:05' GET WEEK NAME", "Mon")]),
    Entry::new(
        &["GET FULL QUARTER NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(full_quarter),
    )
    .says("The full name of the quarter.")
    .shows(&[("'2019-04-15 13:27:05' GET FULL QUARTER NAME", "2nd quarter")]),
    Entry::new(
        &["GET FULL MONTH NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(full_month),
    )
    .says("The full name of the month.")
    .shows(&[("'2019-04-15 13:27:05' GET FULL MONTH NAME", "April")]),
    Entry::new(
        &["GET FULL WEEK NAME"],
        "",
        Takes::DATETIME,
        Rule::DateTime(full_weekday),
    )
    .says("The full name of the weekday.")
    .shows(&[("'2019-04-15 13:27:05' GET FULL WEEK NAME", "Monday")]),
];

/// How much of a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameForm {
    /// Three letters.
    Short,
    /// All of it.
    Full,
}

const QUARTERS: [&str; 4] = ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"];

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) const CHINESE_MONTHS: [&str; 12] = [
    "一月",
    "二月",
    "三月",
    "四月",
    "五月",
    "六月",
    "七月",
    "八月",
    "九月",
    "十月",
    "十一月",
    "十二月",
];

pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

pub(crate) const CHINESE_WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// The beginnings of the short and the full Chinese name of a weekday.
pub(crate) const CHINESE_WEEKS: [&str; 2] = ["周", "星期"];

/// The name of a quarter.
pub(crate) fn quarter_name(civil: Civil, form: NameForm, language: Language) -> String {
    let number = quarter(civil);
    match (form, language) {
        (NameForm::Short, Language::English) => format!("Q{number}"),
        (NameForm::Full, Language::English) => pick(&QUARTERS, number).to_owned(),
        (NameForm::Short, Language::Chinese) => format!("{number}季"),
        (NameForm::Full, Language::Chinese) => format!("第{number}季度"),
    }
}

/// The name of a month.
pub(crate) fn month_name(civil: Civil, form: NameForm, language: Language) -> String {
    let number = civil.month().into();
    match language {
        Language::English => shortened(pick(&MONTHS, number), form),
        Language::Chinese => pick(&CHINESE_MONTHS, number).to_owned(),
    }
}

/// The name of a weekday.
pub(crate) fn weekday_name(weekday: Weekday, form: NameForm, language: Language) -> String {
    let number = weekday.to_monday_one_offset().into();
    let [short, full] = CHINESE_WEEKS;
    let start = match (form, language) {
        (_, Language::English) => return shortened(pick(&WEEKDAYS, number), form),
        (NameForm::Short, Language::Chinese) => short,
        (NameForm::Full, Language::Chinese) => full,
    };
    format!("{start}{}", pick(&CHINESE_WEEKDAYS, number))
}

fn pick<'a>(names: &[&'a str], number: i64) -> &'a str {
    let index = usize::try_from(number.saturating_sub(1)).ok();
    index
        .and_then(|index| names.get(index).copied())
        .unwrap_or_default()
}

fn shortened(name: &str, form: NameForm) -> String {
    match form {
        NameForm::Short => name.chars().take(3).collect(),
        NameForm::Full => name.to_owned(),
    }
}

fn short_quarter(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(quarter_name(civil, NameForm::Short, Language::of(call.run)).into())
}

fn full_quarter(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(quarter_name(civil, NameForm::Full, Language::of(call.run)).into())
}

fn short_month(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(month_name(civil, NameForm::Short, Language::of(call.run)).into())
}

fn full_month(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(month_name(civil, NameForm::Full, Language::of(call.run)).into())
}

fn short_weekday(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(weekday_name(civil.weekday(), NameForm::Short, Language::of(call.run)).into())
}

fn full_weekday(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(weekday_name(civil.weekday(), NameForm::Full, Language::of(call.run)).into())
}
