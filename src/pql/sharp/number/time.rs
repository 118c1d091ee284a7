//! Milliseconds as seconds, minutes, hours, days and as a span that people read.

use crate::pql::eval::Done;
use crate::pql::sharp::call::fail;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The units of TO TIMESPAN, the largest first, with their sizes.
const UNITS: &str = "d,h,m,s,ms";
const SIZES_MS: [i64; 5] = [DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, 1];

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TO SECONDS"], "", Takes::NUMERIC, Rule::Value(to_seconds))
        .says("Milliseconds as seconds.")
        .shows(&[("1500 TO SECONDS", "1.5")]),
    Entry::new(&["TO MINUTES"], "", Takes::NUMERIC, Rule::Value(to_minutes))
        .says("Milliseconds as minutes.")
        .shows(&[("90000 TO MINUTES", "1.5")]),
    Entry::new(&["TO HOURS"], "", Takes::NUMERIC, Rule::Value(to_hours))
        .says("Milliseconds as hours.")
        .shows(&[("5400000 TO HOURS", "1.5")]),
    Entry::new(&["TO DAYS"], "", Takes::NUMERIC, Rule::Value(to_days))
        .says("Milliseconds as days.")
        .shows(&[("'2020-08-07' SPAN '2020-08-09' TO DAYS", "2")]),
    Entry::new(
        &["TO TIMESPAN"],
        "[units]",
        Takes::NUMERIC,
        Rule::Value(to_timespan),
    )
    .says(
        "Milliseconds in the largest unit that fits and the next smaller one, which is left out \
             when it is 0. units names all five, from day to millisecond.",
    )
    .shows(&[
        ("93600000 TO TIMESPAN", "1d2h"),
        ("86400000 TO TIMESPAN", "1d"),
        ("93600000 TO TIMESPAN '天,时,分,秒,毫秒'", "1天2时"),
    ]),
];

fn to_seconds(call: &mut Call<'_>, data: Value) -> Done<Value> {
    divided(call, &data, SECOND_MS)
}

fn to_minutes(call: &mut Call<'_>, data: Value) -> Done<Value> {
    divided(call, &data, MINUTE_MS)
}

fn to_hours(call: &mut Call<'_>, data: Value) -> Done<Value> {
    divided(call, &data, HOUR_MS)
}

fn to_days(call: &mut Call<'_>, data: Value) -> Done<Value> {
    divided(call, &data, DAY_MS)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a day has fewer than 2^53 milliseconds"
)]
fn divided(call: &mut Call<'_>, data: &Value, size_ms: i64) -> Done<Value> {
    let milliseconds = data.to_decimal(call.frame())?;
    Ok(Value::Decimal(milliseconds / size_ms as f64))
}

fn to_timespan(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let units = call.optional_text()?.unwrap_or(UNITS.into());
    let units: Vec<&str> = units.split(',').map(str::trim).collect();
    if units.len() != SIZES_MS.len() {
        return Err(fail(&format!("five units such as `{UNITS}` are needed")));
    }
    let milliseconds = data.to_integer(call.frame())?;
    Ok(timespan(milliseconds, &units).into())
}

fn timespan(milliseconds: i64, units: &[&str]) -> String {
    let mut text = String::new();
    if milliseconds < 0 {
        text.push('-');
    }
    let mut rest = milliseconds.unsigned_abs();
    let mut pairs = units.iter().zip(SIZES_MS.map(i64::unsigned_abs)).peekable();
    // The smallest unit stands for 0 as well.
    while let Some((unit, size)) = pairs.next() {
        if rest < size && pairs.peek().is_some() {
            continue;
        }
        let write = |text: &mut String, amount: u64, unit: &str| {
            text.push_str(&amount.to_string());
            text.push_str(unit);
        };
        write(&mut text, rest.checked_div(size).unwrap_or(0), unit);
        rest = rest.checked_rem(size).unwrap_or(0);
        if let Some((unit, size)) = pairs.next()
            && rest >= size
        {
            write(&mut text, rest.checked_div(size).unwrap_or(0), unit);
        }
        break;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0ms")]
    #[case(1, "1ms")]
    #[case(1_001, "1s1ms")]
    #[case(60_000, "1m")]
    #[case(60_001, "1m")]
    #[case(86_399_999, "23h59m")]
    #[case(86_400_000, "1d")]
    #[case(-93_600_000, "-1d2h")]
    #[case(i64::MIN, "-106751991167d7h")]
    fn spans_have_at_most_two_units(#[case] milliseconds: i64, #[case] expected: &str) {
        let units: Vec<&str> = UNITS.split(',').collect();
        assert_eq!(timespan(milliseconds, &units), expected);
    }
}
