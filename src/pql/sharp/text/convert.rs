//! Texts to numbers, and their length.

use crate::pql::eval::Done;
use crate::pql::sharp::text::chars;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{self, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["LENGTH", "SIZE", "COUNT"],
        "",
        Takes::LETTERS,
        Rule::Text(length),
    )
    .says("The number of characters; numbers and times have no length.")
    .shows(&[("'hello' LENGTH", "5"), ("'数据库' LENGTH", "3")]),
    Entry::new(
        &["TO INT", "TO INTEGER"],
        "[v]",
        Takes::ANY,
        Rule::Value(to_integer),
    )
    .says("The data as INTEGER, or v when it is none; without v that is an error.")
    .shows(&[
        ("'42' TO INT", "42"),
        ("2.5 TO INTEGER", "3"),
        ("'abc' TO INT 0", "0"),
    ]),
    Entry::new(&["TO DECIMAL"], "[v]", Takes::ANY, Rule::Value(to_decimal))
        .says("The data as DECIMAL, or v when it is none; without v that is an error.")
        .shows(&[("'3.14' TO DECIMAL", "3.14"), ("'abc' TO DECIMAL 0", "0")]),
];

fn length(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(i64::try_from(chars::count(text)).unwrap_or(i64::MAX).into())
}

fn to_integer(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let found = data.to_integer(call.frame()).map(Value::Integer);
    otherwise(call, found)
}

fn to_decimal(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let found = data.to_decimal(call.frame()).map(Value::Decimal);
    otherwise(call, found)
}

fn otherwise(call: &mut Call<'_>, found: value::Result<Value>) -> Done<Value> {
    match found {
        Ok(value) => Ok(value),
        Err(error) => call.optional()?.ok_or_else(|| error.into()),
    }
}
