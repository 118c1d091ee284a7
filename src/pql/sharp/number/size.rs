//! Numbers as people read them: percent and bytes.

use crate::pql::eval::Done;
use crate::pql::sharp::number::round::{Direction, move_point, to_decimals};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

/// The decimals of TO PERCENT when nobody says how many.
const PERCENT_DECIMALS: i64 = 10;

const CAPACITY_DECIMALS: i64 = 2;
const CAPACITY_UNITS: [char; 6] = ['B', 'K', 'M', 'G', 'T', 'P'];
const CAPACITY_STEP: f64 = 1024.0;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["TO PERCENT"],
        "[n]",
        Takes::NUMERIC,
        Rule::Value(to_percent),
    )
    .says("A hundred times the number with `%` and at most n decimals, by default ten.")
    .shows(&[
        ("0.3124 TO PERCENT", "31.24%"),
        ("0.5 TO PERCENT", "50%"),
        ("2 / 3 TO PERCENT 1", "66.7%"),
    ]),
    Entry::new(
        &["TO CAPACITY"],
        "",
        Takes::NUMERIC,
        Rule::Value(to_capacity),
    )
    .says("Bytes as B, K, M, G, T or P with at most two decimals.")
    .shows(&[
        ("122842 TO CAPACITY", "119.96K"),
        ("100 TO CAPACITY", "100B"),
    ]),
];

fn to_percent(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let decimals = call.optional_integer()?.unwrap_or(PERCENT_DECIMALS);
    let hundredfold = move_point(data.to_decimal(call.frame())?, 2);
    let percent = to_decimals(hundredfold, decimals, Direction::Nearest);
    Ok(format!("{}%", Value::Decimal(percent)).into())
}

fn to_capacity(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let mut size = data.to_decimal(call.frame())?;
    let mut units = CAPACITY_UNITS.into_iter();
    let mut unit = units.next();
    while size.abs() > CAPACITY_STEP
        && let Some(next) = units.next()
    {
        size /= CAPACITY_STEP;
        unit = Some(next);
    }
    let size = to_decimals(size, CAPACITY_DECIMALS, Direction::Nearest);
    Ok(format!("{}{}", Value::Decimal(size), unit.unwrap_or('B')).into())
}
