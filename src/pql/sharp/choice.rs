//! Choices and comparisons. IF links work on everything, also on nothing, and evaluate only the
//! value that is chosen (decision S26).

use std::cmp::Ordering;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Kind, Value};

pub(crate) const FAMILIES: &[&[Entry]] = &[IFS, COMPARISONS];

const IFS: &[Entry] = &[
    Entry::new(&["IF NULL"], "v [ELSE w]", Takes::ALL, Rule::Value(if_null))
        .says("v when there is no data, otherwise w, without w the data; so with all IF links.")
        .shows(&[("null IF NULL 60", "60"), ("5 IF NULL 60", "5")]),
    Entry::new(
        &["IF NOT NULL"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_not_null),
    )
    .says("v when there is data.")
    .shows(&[("'a' IF NOT NULL 'b'", "b")]),
    Entry::new(
        &["IF UNDEFINED"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_undefined),
    )
    .says("v when the data is UNDEFINED, or a text with an unfilled `#{name}`.")
    .shows(&[("'#{rate}' IF UNDEFINED 'C'", "C")]),
    Entry::new(
        &["IF EMPTY"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_empty),
    )
    .says("v when nothing is in the data: no rows, fields, elements or characters, or no data.")
    .shows(&[("[] IF EMPTY [1]", "[1]")]),
    Entry::new(
        &["IF NOT EMPTY"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_not_empty),
    )
    .says("v when something is in the data.")
    .shows(&[
        ("'a' IF NOT EMPTY 'x'", "x"),
        ("'' IF NOT EMPTY 'x' ELSE null", "null"),
    ]),
    Entry::new(&["IF TRUE"], "v [ELSE w]", Takes::ALL, Rule::Value(if_true))
        .says("v when the data converts to true.")
        .shows(&[
            ("false IF TRUE 1 ELSE 0", "0"),
            ("'yes' IF TRUE 1 ELSE 0", "1"),
        ]),
    Entry::new(
        &["IF FALSE"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_false),
    )
    .says("v when the data converts to false.")
    .shows(&[("'off' IF FALSE 1 ELSE 0", "1")]),
    Entry::new(&["IF ZERO"], "v [ELSE w]", Takes::ALL, Rule::Value(if_zero))
        .says("v when the number is 0.")
        .shows(&[("0 IF ZERO 1 ELSE 0", "1"), ("0.4 IF ZERO 1 ELSE 2", "2")]),
    Entry::new(
        &["IF NOT ZERO"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_not_zero),
    )
    .says("v when the number is not 0.")
    .shows(&[("7 IF NOT ZERO 1", "1")]),
    Entry::new(
        &["IF POSITIVE"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_positive),
    )
    .says("v when the number is above 0.")
    .shows(&[("7 IF POSITIVE 1 ELSE 0", "1")]),
    Entry::new(
        &["IF NEGATIVE"],
        "v [ELSE w]",
        Takes::ALL,
        Rule::Value(if_negative),
    )
    .says("v when the number is below 0.")
    .shows(&[("-5 IF NEGATIVE 0", "0")]),
];

const COMPARISONS: &[Entry] = &[
    Entry::new(&["EQUALS"], "v", Takes::ALL, Rule::Value(equals))
        .says("Whether the texts are equal; with a DATETIME on either side whether the times are.")
        .shows(&[
            ("2 EQUALS 2", "true"),
            ("'1' EQUALS 1", "true"),
            ("'a' EQUALS 'A'", "false"),
        ]),
    Entry::new(
        &["EQUALS IGNORE CASE"],
        "s",
        Takes::ALL,
        Rule::Value(equals_any_case),
    )
    .says("Whether the texts are equal in any case.")
    .shows(&[("'hello' EQUALS IGNORE CASE 'Hello'", "true")]),
    Entry::new(&["LESS THAN"], "v", Takes::ANY, Rule::Value(less))
        .says(
            "Whether the data is smaller: by time with a DATETIME on either side, else by value \
             with a number on either side, else by the code points of the texts.",
        )
        .shows(&[("1 LESS THAN 2", "true"), ("'10' LESS THAN '9'", "true")]),
    Entry::new(
        &["LESS THAN OR EQUALS"],
        "v",
        Takes::ANY,
        Rule::Value(not_greater),
    )
    .says("Whether the data is smaller or equal.")
    .shows(&[("2 LESS THAN OR EQUALS 2", "true")]),
    Entry::new(&["GREATER THAN"], "v", Takes::ANY, Rule::Value(greater))
        .says("Whether the data is greater.")
        .shows(&[("'10' GREATER THAN 9", "true")]),
    Entry::new(
        &["GREATER THAN OR EQUALS"],
        "v",
        Takes::ANY,
        Rule::Value(not_less),
    )
    .says("Whether the data is greater or equal.")
    .shows(&[("1 GREATER THAN OR EQUALS 2", "false")]),
    Entry::new(&["AND"], "v", Takes::ANY, Rule::Value(and))
        .says("Whether both are true.")
        .shows(&[("true AND false", "false")]),
    Entry::new(&["OR"], "v", Takes::ANY, Rule::Value(or))
        .says("Whether one of them is true.")
        .shows(&[("true OR false", "true")]),
];

fn if_null(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = data.is_absent();
    choose(call, data, passes)
}

fn if_not_null(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = !data.is_absent();
    choose(call, data, passes)
}

fn if_undefined(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = data.kind() == Kind::Undefined || data.as_text().is_some_and(has_parameter);
    choose(call, data, passes)
}

fn if_empty(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = data.is_empty();
    choose(call, data, passes)
}

fn if_not_empty(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = !data.is_empty();
    choose(call, data, passes)
}

fn if_true(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = truth(&data)?;
    choose(call, data, passes)
}

fn if_false(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let passes = !truth(&data)?;
    choose(call, data, passes)
}

fn if_zero(call: &mut Call<'_>, data: Value) -> Done<Value> {
    if_number(call, data, |number| number == 0.0)
}

fn if_not_zero(call: &mut Call<'_>, data: Value) -> Done<Value> {
    if_number(call, data, |number| number != 0.0)
}

fn if_positive(call: &mut Call<'_>, data: Value) -> Done<Value> {
    if_number(call, data, |number| number > 0.0)
}

fn if_negative(call: &mut Call<'_>, data: Value) -> Done<Value> {
    if_number(call, data, |number| number < 0.0)
}

fn if_number(call: &mut Call<'_>, data: Value, test: fn(f64) -> bool) -> Done<Value> {
    let passes = !data.is_absent() && test(data.to_decimal(call.frame())?);
    choose(call, data, passes)
}

fn choose(call: &mut Call<'_>, data: Value, passes: bool) -> Done<Value> {
    if passes {
        return call.value();
    }
    Ok(call.tail("ELSE")?.unwrap_or(data))
}

/// NULL is false (3.2); a text that is no word of truth is an error.
fn truth(value: &Value) -> Done<bool> {
    if value.is_absent() {
        return Ok(false);
    }
    Ok(value.to_boolean()?)
}

/// Tells whether `#{name}` stands in a text.
fn has_parameter(text: &str) -> bool {
    text.split("#{").skip(1).any(|rest| {
        rest.split_once('}').is_some_and(|(name, _)| {
            let name = name.trim_matches(['\'', '"']);
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    })
}

fn equals(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let other = call.value()?;
    if data.is_absent() || other.is_absent() {
        return Ok((data.is_absent() && other.is_absent()).into());
    }
    if is_timed(&data, &other) {
        let frame = call.frame();
        return Ok((data.to_datetime(frame)?.civil == other.to_datetime(frame)?.civil).into());
    }
    Ok((data.render() == other.render()).into())
}

fn equals_any_case(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let other = call.value()?;
    if data.is_absent() || other.is_absent() {
        return Ok((data.is_absent() && other.is_absent()).into());
    }
    let is_equal = data.render().to_lowercase() == other.render().to_lowercase();
    Ok(is_equal.into())
}

fn less(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((order(call, &data)? == Ordering::Less).into())
}

fn not_greater(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((order(call, &data)? != Ordering::Greater).into())
}

fn greater(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((order(call, &data)? == Ordering::Greater).into())
}

fn not_less(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((order(call, &data)? != Ordering::Less).into())
}

/// A time is compared as such before a number is (decision S27).
fn order(call: &mut Call<'_>, data: &Value) -> Done<Ordering> {
    let other = call.value()?;
    let frame = call.frame();
    if is_timed(data, &other) {
        let (left, right) = (data.to_datetime(frame)?, other.to_datetime(frame)?);
        return Ok(left.civil.cmp(&right.civil));
    }
    Ok(data.order(&other, frame)?)
}

fn is_timed(left: &Value, right: &Value) -> bool {
    left.kind() == Kind::DateTime || right.kind() == Kind::DateTime
}

fn and(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let (left, right) = (truth(&data)?, truth(&call.value()?)?);
    Ok((left && right).into())
}

fn or(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let (left, right) = (truth(&data)?, truth(&call.value()?)?);
    Ok((left || right).into())
}
