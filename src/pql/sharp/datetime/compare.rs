//! Comparison of date-times.

use crate::clock::Civil;
use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["BEFORE"], "t", Takes::DATETIME, Rule::DateTime(before))
        .says("Whether the data lies before t.")
        .shows(&[("'2020-08-07' BEFORE '2020-08-08'", "true")]),
    Entry::new(&["AFTER"], "t", Takes::DATETIME, Rule::DateTime(after))
        .says("Whether the data lies after t.")
        .shows(&[("1597636800 AFTER '2020-08-07 12:00:00'", "true")]),
    Entry::new(
        &["BEFORE OR EQUALS"],
        "t",
        Takes::DATETIME,
        Rule::DateTime(not_after),
    )
    .says("Whether the data lies before t or is t.")
    .shows(&[("'2020-08-07' BEFORE OR EQUALS '2020-08-07'", "true")]),
    Entry::new(
        &["AFTER OR EQUALS"],
        "t",
        Takes::DATETIME,
        Rule::DateTime(not_before),
    )
    .says("Whether the data lies after t or is t.")
    .shows(&[("'2020-08-07' AFTER OR EQUALS '2020-08-08'", "false")]),
    Entry::new(&["LATER"], "t", Takes::DATETIME, Rule::DateTime(later))
        .says("By how many milliseconds the data is later than t, negative when it is earlier.")
        .shows(&[("'2020-08-07' LATER '2020-08-07 00:00:10'", "-10000")]),
    Entry::new(&["EARLIER"], "t", Takes::DATETIME, Rule::DateTime(earlier))
        .says("By how many milliseconds the data is earlier than t, negative when it is later.")
        .shows(&[("'2020-08-07' EARLIER '2020-08-07 00:00:10'", "10000")]),
    Entry::new(&["SPAN"], "t", Takes::DATETIME, Rule::DateTime(span))
        .says("The milliseconds between the two, never negative.")
        .shows(&[("'2020-08-07' SPAN '2020-08-09'", "172800000")]),
];

fn before(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok((civil < call.datetime()?.civil).into())
}

fn after(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok((civil > call.datetime()?.civil).into())
}

fn not_after(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok((civil <= call.datetime()?.civil).into())
}

fn not_before(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok((civil >= call.datetime()?.civil).into())
}

fn later(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(milliseconds(call.datetime()?.civil, civil).into())
}

fn earlier(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(milliseconds(civil, call.datetime()?.civil).into())
}

fn span(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    Ok(milliseconds(civil, call.datetime()?.civil)
        .saturating_abs()
        .into())
}

/// From one date-time to another. The whole calendar has fewer than 64 bits of milliseconds.
pub(crate) fn milliseconds(from: Civil, to: Civil) -> i64 {
    let duration = to.duration_since(from);
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
