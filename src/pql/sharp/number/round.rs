//! CEIL, FLOOR and ROUND, on the decimal digits that people see.

use crate::pql::eval::Done;
use crate::pql::sharp::number::whole_or_decimal;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Frame, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["CEIL"], "[n]", Takes::NUMERIC, Rule::Value(ceil))
        .says("Rounded up to a whole number, or to n decimals.")
        .shows(&[("1.2 CEIL", "2"), ("-1.23 CEIL 1", "-1.2")]),
    Entry::new(&["FLOOR"], "[n]", Takes::NUMERIC, Rule::Value(floor))
        .says("Rounded down to a whole number, or to n decimals.")
        .shows(&[("-1.75 FLOOR", "-2"), ("1.29 FLOOR 1", "1.2")]),
    Entry::new(&["ROUND"], "[n]", Takes::NUMERIC, Rule::Value(round))
        .says("Rounded to a whole number, or to n decimals; halves go up.")
        .shows(&[
            ("3.1415926 ROUND 4", "3.1416"),
            ("-2.5 ROUND", "-2"),
            ("1.005 ROUND 2", "1.01"),
        ]),
];

/// Where a number is rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    Nearest,
}

fn ceil(call: &mut Call<'_>, data: Value) -> Done<Value> {
    rounded(call, &data, Direction::Up)
}

fn floor(call: &mut Call<'_>, data: Value) -> Done<Value> {
    rounded(call, &data, Direction::Down)
}

fn round(call: &mut Call<'_>, data: Value) -> Done<Value> {
    rounded(call, &data, Direction::Nearest)
}

fn rounded(call: &mut Call<'_>, data: &Value, direction: Direction) -> Done<Value> {
    let decimals = call.optional_integer()?;
    round_to(data, decimals, direction, call.frame())
}

/// INTEGER without a number of decimals, else DECIMAL.
pub(crate) fn round_to(
    number: &Value,
    decimals: Option<i64>,
    direction: Direction,
    frame: Frame<'_>,
) -> Done<Value> {
    if let (Value::Integer(_), None) = (number, decimals) {
        return Ok(number.clone());
    }
    let double = number.to_decimal(frame)?;
    let Some(decimals) = decimals else {
        let whole = whole_or_decimal(to_whole(double, direction))?;
        return Ok(Value::Integer(whole.to_integer(frame)?));
    };
    Ok(Value::Decimal(to_decimals(double, decimals, direction)))
}

/// The point is moved in the decimal text: `1.1 * 10` in binary would be above 11.
pub(crate) fn to_decimals(number: f64, decimals: i64, direction: Direction) -> f64 {
    // Beyond these a double has no digits left.
    const DECIMALS_MAX: i64 = 400;
    let decimals = decimals.clamp(-DECIMALS_MAX, DECIMALS_MAX);
    let mut moved = move_point(number, decimals);
    if moved == 0.0 && number != 0.0 {
        // It is too small for a double, and still on its side of 0.
        moved = f64::MIN_POSITIVE.copysign(number);
    }
    if !moved.is_finite() || moved.fract() == 0.0 {
        return number;
    }
    let rounded = move_point(to_whole(moved, direction), decimals.saturating_neg());
    if rounded.is_finite() { rounded } else { number }
}

/// The number times a power of ten, exact in its decimal digits.
pub(crate) fn move_point(number: f64, places: i64) -> f64 {
    format!("{number}e{places}").parse().unwrap_or(number)
}

fn to_whole(number: f64, direction: Direction) -> f64 {
    match direction {
        Direction::Up => number.ceil(),
        Direction::Down => number.floor(),
        Direction::Nearest => {
            let floor = number.floor();
            // `floor(x + 0.5)` would round the double just below a half up.
            if number - floor >= 0.5 {
                floor + 1.0
            } else {
                floor
            }
        }
    }
}
