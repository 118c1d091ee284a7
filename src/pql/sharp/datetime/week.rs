//! Weekdays and weeks of the year.

use crate::clock::{Civil, Weekday};
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::fail;
use crate::pql::sharp::datetime::names::{CHINESE_WEEKDAYS, CHINESE_WEEKS, WEEKDAYS};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["GET WEEK"], "", Takes::DATETIME, Rule::DateTime(get_week))
        .says("The weekday, 1 for Monday to 7 for Sunday.")
        .shows(&[("'2019-04-15 13:27:05' GET WEEK", "1")]),
    Entry::new(
        &["GET WEEK OF YEAR"],
        "[day]",
        Takes::DATETIME,
        Rule::DateTime(get_week_of_year),
    )
    .says("The week of the year: week 1 has 1 January, weeks begin on day, by default Monday.")
    .shows(&[
        ("'2019-04-15 13:27:05' GET WEEK OF YEAR", "16"),
        ("'2021-08-15' GET WEEK OF YEAR 'SUNDAY'", "34"),
    ]),
];

fn get_week(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(i64::from(civil.weekday().to_monday_one_offset()).into())
}

fn get_week_of_year(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let first = match call.optional_text()? {
        Some(day) => parse_weekday(&day)?,
        None => Weekday::Monday,
    };
    Ok(week_of_year(civil, first).into())
}

/// The number of the week that holds the date; week 1 is the one with 1 January.
pub(crate) fn week_of_year(civil: Civil, first: Weekday) -> i64 {
    let before = i64::from(civil.weekday().since(first));
    let day = i64::from(civil.day_of_year());
    // The days of the year up to the last one of this week, in whole weeks, rounded up.
    let last = day.saturating_sub(before).saturating_add(6);
    last.saturating_add(6).div_euclid(7)
}

/// Reads a name, a short name in English or Chinese, or a number from 0, which is Sunday, to 7.
///
/// # Errors
/// The text is none of these.
pub(crate) fn parse_weekday(text: &str) -> Done<Weekday> {
    find_weekday(text).ok_or_else(|| no_weekday(text))
}

fn no_weekday(text: &str) -> Halt {
    fail(&format!(
        "`{text}` is no weekday; `MON` or `1` would be one"
    ))
}

/// As [`parse_weekday`].
pub(crate) fn find_weekday(text: &str) -> Option<Weekday> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i8>() {
        let number = if number == 0 { 7 } else { number };
        return Weekday::from_monday_one_offset(number).ok();
    }
    let chinese = CHINESE_WEEKS
        .into_iter()
        .find_map(|week| text.strip_prefix(week));
    let found = match chinese {
        Some(day) => CHINESE_WEEKDAYS.iter().position(|name| *name == day),
        None => WEEKDAYS.iter().position(|name| {
            name.eq_ignore_ascii_case(text)
                || name
                    .get(..3)
                    .is_some_and(|short| short.eq_ignore_ascii_case(text))
        }),
    };
    let number = i8::try_from(found?.saturating_add(1)).ok()?;
    Weekday::from_monday_one_offset(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("2021-01-01T00:00:00", "monday", 1)]
    #[case("2021-01-03T00:00:00", "monday", 1)]
    #[case("2021-01-04T00:00:00", "monday", 2)]
    #[case("2021-01-03T00:00:00", "0", 2)]
    #[case("2019-04-15T00:00:00", "1", 16)]
    #[case("2021-08-15T00:00:00", "星期日", 34)]
    #[case("2021-08-15T00:00:00", "sun", 34)]
    #[case("2020-12-31T00:00:00", "monday", 53)]
    fn weeks_are_counted(#[case] date: &str, #[case] first: &str, #[case] expected: i64) {
        let civil: Civil = date.parse().unwrap();
        assert_eq!(week_of_year(civil, parse_weekday(first).unwrap()), expected);
    }

    proptest! {
        #[test]
        fn a_week_changes_on_its_first_day(day in 0_i64..20_000, first in 1_i8..=7) {
            let first = Weekday::from_monday_one_offset(first).unwrap();
            let start: Civil = "1990-01-01T00:00:00".parse().unwrap();
            let date = start + crate::clock::SignedDuration::from_hours(24 * day);
            let next = date + crate::clock::SignedDuration::from_hours(24);
            if date.year() == next.year() {
                let steps = week_of_year(next, first) - week_of_year(date, first);
                prop_assert_eq!(steps, i64::from(next.weekday() == first));
            }
        }
    }
}
