//! SET: date-times with one part changed.

use crate::clock::{Civil, Date, SignedDuration, Time};
use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::datetime::UnitOfTime;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{DateTime, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["SET YEAR"], "n", Takes::DATETIME, Rule::DateTime(year))
        .says("In year n; the day is lowered to the month's last one if needed.")
        .shows(&[("'2020-02-29' SET YEAR 2019", "2019-02-28 00:00:00")]),
    Entry::new(&["SET MONTH"], "n", Takes::DATETIME, Rule::DateTime(month))
        .says("In month n; the day is lowered to the month's last one if needed.")
        .shows(&[("'2019-01-31' SET MONTH 2", "2019-02-28 00:00:00")]),
    Entry::new(&["SET DAY"], "n", Takes::DATETIME, Rule::DateTime(day))
        .says("On day n of the month; a day that the month lacks is an error.")
        .shows(&[("'2019-04-15 13:27:05' SET DAY 30", "2019-04-30 13:27:05")]),
    Entry::new(&["SET HOUR"], "n", Takes::DATETIME, Rule::DateTime(hour))
        .says("With hour n, 0 to 23.")
        .shows(&[("'2019-04-15 13:27:05' SET HOUR 0", "2019-04-15 00:27:05")]),
    Entry::new(
        &["SET MINUTE"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(minute),
    )
    .says("With minute n, 0 to 59.")
    .shows(&[("'2019-04-15 13:27:05' SET MINUTE 0", "2019-04-15 13:00:05")]),
    Entry::new(
        &["SET SECOND"],
        "n",
        Takes::DATETIME,
        Rule::DateTime(second),
    )
    .says("With second n, 0 to 59.")
    .shows(&[("'2019-04-15 13:27:05' SET SECOND 0", "2019-04-15 13:27:00")]),
    Entry::new(&["SET MILLI"], "n", Takes::DATETIME, Rule::DateTime(milli))
        .says("With n milliseconds as the whole fraction of the second.")
        .shows(&[("'2019-04-15 13:27:05' SET MILLI 7 FORMAT 'SSS'", "007")]),
    Entry::new(&["SET MICRO"], "n", Takes::DATETIME, Rule::DateTime(micro))
        .says("With n microseconds as the whole fraction of the second.")
        .shows(&[(
            "'2019-04-15 13:27:05' SET MICRO 7 FORMAT 'SSSSSS'",
            "000007",
        )]),
    Entry::new(&["SET NANO"], "n", Takes::DATETIME, Rule::DateTime(nano))
        .says("With n nanoseconds as the whole fraction of the second.")
        .shows(&[("'2019-04-15 13:27:05' SET NANO 7 GET NANO", "7")]),
    Entry::new(&["SET WEEK"], "n", Takes::DATETIME, Rule::DateTime(week))
        .says("On weekday n, 1 to 7, of the same week from Monday to Sunday.")
        .shows(&[("'2019-04-15 13:27:05' SET WEEK 7", "2019-04-21 13:27:05")]),
    Entry::new(
        &["SET ZERO OF DAY"],
        "",
        Takes::DATETIME,
        Rule::DateTime(zero_of_day),
    )
    .says("Midnight of the same day.")
    .shows(&[(
        "'2019-04-15 13:27:05' SET ZERO OF DAY",
        "2019-04-15 00:00:00",
    )]),
    Entry::new(
        &["SET BEGINNING OF MONTH"],
        "",
        Takes::DATETIME,
        Rule::DateTime(first_of_month),
    )
    .says("Midnight of the first day of the month.")
    .shows(&[(
        "'2019-04-15 13:27:05' SET BEGINNING OF MONTH",
        "2019-04-01 00:00:00",
    )]),
];

fn year(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Year)
}

fn month(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Month)
}

fn day(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Day)
}

fn hour(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Hour)
}

fn minute(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Minute)
}

fn second(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Second)
}

fn milli(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Milli)
}

fn micro(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Micro)
}

fn nano(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    set(call, civil, UnitOfTime::Nano)
}

fn week(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let number = call.integer()?;
    let moved = with_weekday(civil, number).ok_or_else(|| outside("WEEK", number))?;
    Ok(DateTime::full(moved).into())
}

fn zero_of_day(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(DateTime::full(civil.date().to_datetime(Time::midnight())).into())
}

fn first_of_month(_call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let date = civil.date().first_of_month();
    Ok(DateTime::full(date.to_datetime(Time::midnight())).into())
}

fn set(call: &mut Call<'_>, civil: Civil, unit: UnitOfTime) -> Done<Value> {
    let number = call.integer()?;
    Ok(DateTime::full(with_part(civil, unit, number)?).into())
}

/// The date-time with one part set; years and months lower the day if they must.
///
/// # Errors
/// The part has no such value.
pub(crate) fn with_part(civil: Civil, unit: UnitOfTime, number: i64) -> Done<Civil> {
    try_with_part(civil, unit, number).ok_or_else(|| outside(unit.word(), number))
}

fn try_with_part(civil: Civil, unit: UnitOfTime, number: i64) -> Option<Civil> {
    let small = i8::try_from(number).ok();
    let fraction = |size: i64| {
        let nanoseconds = number.checked_mul(size)?;
        let nanoseconds = i32::try_from(nanoseconds).ok()?;
        civil.with().subsec_nanosecond(nanoseconds).build().ok()
    };
    match unit {
        UnitOfTime::Year => with_month(civil, i16::try_from(number).ok()?, civil.month()),
        UnitOfTime::Month => with_month(civil, civil.year(), small?),
        UnitOfTime::Day => civil.with().day(small?).build().ok(),
        UnitOfTime::Hour => civil.with().hour(small?).build().ok(),
        UnitOfTime::Minute => civil.with().minute(small?).build().ok(),
        UnitOfTime::Second => civil.with().second(small?).build().ok(),
        UnitOfTime::Milli => fraction(1_000_000),
        UnitOfTime::Micro => fraction(1_000),
        UnitOfTime::Nano => fraction(1),
    }
}

fn with_month(civil: Civil, year: i16, month: i8) -> Option<Civil> {
    let first = Date::new(year, month, 1).ok()?;
    let day = civil.day().min(first.days_in_month());
    let date = Date::new(year, month, day).ok()?;
    Some(date.to_datetime(civil.time()))
}

/// The given weekday, 1 to 7, of the week from Monday to Sunday.
pub(crate) fn with_weekday(civil: Civil, number: i64) -> Option<Civil> {
    if !(1..=7).contains(&number) {
        return None;
    }
    let days = number.checked_sub(civil.weekday().to_monday_one_offset().into())?;
    civil
        .checked_add(SignedDuration::from_hours(days.checked_mul(24)?))
        .ok()
}

/// The failure of a part that has no such value.
pub(crate) fn outside(unit: &str, number: i64) -> Halt {
    let message = format!("{unit} `{number}` is out of range");
    Halt::new(Code::PQL_CONVERSION, message)
}
