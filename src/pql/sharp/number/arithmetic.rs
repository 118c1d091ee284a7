//! Arithmetic as links.

use std::cmp::Ordering;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Frame, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["PLUS"], "v", Takes::NUMBER, Rule::Value(plus))
        .says("The sum; INTEGER when both are. Text and date-times are moved in time instead.")
        .shows(&[
            ("1 PLUS 2", "3"),
            ("2 PLUS 3 MULTIPLY 4", "20"),
            ("2 PLUS 3 * 4", "14"),
        ]),
    Entry::new(&["MINUS"], "v", Takes::NUMBER, Rule::Value(minus))
        .says("The difference; INTEGER when both are.")
        .shows(&[("1 MINUS 2.5", "-1.5")]),
    Entry::new(&["MULTIPLY"], "v", Takes::NUMERIC, Rule::Value(multiply))
        .says("The product; INTEGER when both are.")
        .shows(&[("3 MULTIPLY 4", "12")]),
    Entry::new(&["DIVIDE"], "v", Takes::NUMERIC, Rule::Value(divide))
        .says("The quotient, INTEGER when nothing remains; by zero is an error.")
        .shows(&[("7 DIVIDE 2", "3.5"), ("6 DIVIDE 2", "3")]),
    Entry::new(&["MOD"], "v", Takes::NUMERIC, Rule::Value(remainder))
        .says("The remainder, with the sign of the data; by zero is an error.")
        .shows(&[("-7 MOD 3", "-1")]),
    Entry::new(&["POW"], "[v]", Takes::NUMERIC, Rule::Value(pow))
        .says("The data to the power of v, by default 2.")
        .shows(&[
            ("3 POW", "9"),
            ("3 POW 3", "27"),
            ("1 + 2 POW 2", "9"),
            ("4 POW 0.5", "2"),
        ]),
    Entry::new(&["ABS"], "", Takes::NUMERIC, Rule::Value(abs))
        .says("The number without its sign.")
        .shows(&[("-2 ABS", "2")]),
    Entry::new(&["SIGN"], "", Takes::NUMERIC, Rule::Value(signum))
        .says("-1, 0 or 1.")
        .shows(&[("-3 SIGN", "-1")]),
    Entry::new(&["SQRT"], "", Takes::NUMERIC, Rule::Value(sqrt))
        .says("The square root; below 0 is an error.")
        .shows(&[("9 SQRT", "3")]),
    Entry::new(&["MAX"], "v", Takes::NUMERIC, Rule::Value(max))
        .says("The larger of the two.")
        .shows(&[("1 MAX 2", "2")]),
    Entry::new(&["MIN"], "v", Takes::NUMERIC, Rule::Value(min))
        .says("The smaller of the two.")
        .shows(&[("1 MIN 2", "1")]),
];

fn plus(call: &mut Call<'_>, data: Value) -> Done<Value> {
    refuse_unit(call, &data)?;
    let added = numeric(&call.value()?, call.frame())?;
    Ok(data.add(&added)?)
}

fn minus(call: &mut Call<'_>, data: Value) -> Done<Value> {
    refuse_unit(call, &data)?;
    Ok(data.subtract(&call.value()?)?)
}

/// A number is never a time, so that a unit behind it can only be a mistake.
fn refuse_unit(call: &Call<'_>, data: &Value) -> Done<()> {
    let Some(unit) = call.unit() else {
        return Ok(());
    };
    let message = format!(
        "the number `{}` has no `{unit}`; for an epoch write `TO DATETIME` before this link",
        data.excerpt()
    );
    Err(Halt::new(Code::PQL_CONVERSION, message))
}

fn multiply(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok(data.multiply(&call.value()?)?)
}

fn divide(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok(data.divide(&call.value()?)?)
}

fn remainder(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok(data.remainder(&call.value()?)?)
}

fn pow(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let exponent = call.optional()?.unwrap_or(Value::Integer(2));
    power(&data, &exponent, call.frame())
}

fn abs(call: &mut Call<'_>, data: Value) -> Done<Value> {
    absolute(&data, call.frame())
}

fn signum(call: &mut Call<'_>, data: Value) -> Done<Value> {
    sign(&data, call.frame())
}

fn sqrt(call: &mut Call<'_>, data: Value) -> Done<Value> {
    root(&data, call.frame())
}

fn max(call: &mut Call<'_>, data: Value) -> Done<Value> {
    chosen(call, data, Ordering::Greater)
}

fn min(call: &mut Call<'_>, data: Value) -> Done<Value> {
    chosen(call, data, Ordering::Less)
}

/// The other number when it wins, so that the type of the winner stays.
fn chosen(call: &mut Call<'_>, data: Value, wins: Ordering) -> Done<Value> {
    let other = call.value()?;
    let frame = call.frame();
    let data = numeric(&data, frame)?;
    let other = numeric(&other, frame)?;
    let is_other = other.order_as_numbers(&data, frame)? == Some(wins);
    Ok(if is_other { other } else { data })
}

/// A number as it is, anything else as the number that it reads as.
fn numeric(value: &Value, frame: Frame<'_>) -> Done<Value> {
    if value.is_number() {
        return Ok(value.clone());
    }
    match value.to_integer(frame) {
        Ok(whole) => Ok(Value::Integer(whole)),
        Err(_) => Ok(Value::Decimal(value.to_decimal(frame)?)),
    }
}

/// The number as INTEGER when it is whole and a double can tell it, else as DECIMAL; what is no
/// number is an error.
pub(crate) fn whole_or_decimal(number: f64) -> Done<Value> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if !number.is_finite() {
        return Err(Halt::new(
            Code::PQL_ARITHMETIC,
            "the result is no finite number",
        ));
    }
    if number.fract() == 0.0 && number.abs() <= EXACT_MAX {
        return Ok(Value::Integer(
            Value::Decimal(number).to_integer(Frame::utc())?,
        ));
    }
    Ok(Value::Decimal(number))
}

/// A power, exact where whole numbers can tell it.
pub(crate) fn power(base: &Value, exponent: &Value, frame: Frame<'_>) -> Done<Value> {
    let exact = match (numeric(base, frame)?, numeric(exponent, frame)?) {
        (Value::Integer(base), Value::Integer(exponent)) => u32::try_from(exponent)
            .ok()
            .and_then(|exponent| base.checked_pow(exponent)),
        _ => None,
    };
    match exact {
        Some(whole) => Ok(Value::Integer(whole)),
        None => whole_or_decimal(base.to_decimal(frame)?.powf(exponent.to_decimal(frame)?)),
    }
}

/// The number without its sign.
pub(crate) fn absolute(number: &Value, frame: Frame<'_>) -> Done<Value> {
    let number = numeric(number, frame)?;
    if number.to_decimal(frame)? < 0.0 {
        return Ok(number.negate()?);
    }
    Ok(number)
}

/// -1, 0 or 1.
pub(crate) fn sign(number: &Value, frame: Frame<'_>) -> Done<Value> {
    let number = number.to_decimal(frame)?;
    Ok(Value::Integer(
        i64::from(number > 0.0).saturating_sub(i64::from(number < 0.0)),
    ))
}

/// The square root.
pub(crate) fn root(number: &Value, frame: Frame<'_>) -> Done<Value> {
    let number = number.to_decimal(frame)?;
    if number < 0.0 {
        let message = format!("`{}` has no square root", Value::Decimal(number));
        return Err(Halt::new(Code::PQL_ARITHMETIC, message));
    }
    whole_or_decimal(number.sqrt())
}
