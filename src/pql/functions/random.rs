//! RANDOM: numbers by lot.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::functions::{Function, Given};
use crate::value::Value;

pub(crate) const FUNCTIONS: &[Function] =
    &[Function::new(&["RANDOM"], "[[m,] n]", 0..=2, |given| {
        match given.count() {
            0 => Ok(fraction(given)),
            1 => below(given, 0, given.integer(0)?),
            _ => below(given, given.integer(0)?, given.integer(1)?),
        }
    })
    .says("A decimal from 0 to below 1, or a whole number from m, by default 0, to below n.")
    .shows(&[("@RANDOM(5, 6)", "5"), ("@RANDOM(1)", "0")])];

/// A DECIMAL from 0 to below 1.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits fit the fraction of a double"
)]
fn fraction(given: &Given<'_>) -> Value {
    const FRACTION_BITS: u32 = 53;
    let bits = given.run.shared.environment.chance.next() >> (u64::BITS - FRACTION_BITS);
    let range = 1_u64 << FRACTION_BITS;
    Value::Decimal(bits as f64 / range as f64)
}

fn below(given: &Given<'_>, from: i64, end: i64) -> Done<Value> {
    if end <= from {
        let message = format!("there is no number from {from} to below {end}");
        return Err(Halt::new(Code::PQL_FUNCTION, message));
    }
    let drawn = given
        .run
        .shared
        .environment
        .chance
        .below(end.abs_diff(from));
    // The sum lies below `end`, whatever the two are.
    Ok(Value::Integer(from.saturating_add_unsigned(drawn)))
}
