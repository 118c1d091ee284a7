//! Upper and lower case.

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["TO LOWER", "TO LOWER CASE"],
        "",
        Takes::TEXT,
        Rule::Text(lower),
    )
    .says("The text in lower case.")
    .shows(&[("'Hello' TO LOWER", "hello"), ("'ÄÖ' TO LOWER CASE", "äö")]),
    Entry::new(
        &["TO UPPER", "TO UPPER CASE"],
        "",
        Takes::TEXT,
        Rule::Text(upper),
    )
    .says("The text in upper case.")
    .shows(&[("'Hello' TO UPPER", "HELLO"), ("' a ' TRIM TO UPPER", "A")]),
    Entry::new(&["CAPITALIZE"], "", Takes::TEXT, Rule::Text(capitalize))
        .says("The text with its first letter in upper case.")
        .shows(&[("'hello world' CAPITALIZE", "Hello world")]),
];

fn lower(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.to_lowercase().into())
}

fn upper(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.to_uppercase().into())
}

fn capitalize(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut capitalized = String::with_capacity(text.len());
    capitalized.extend(first.into_iter().flatten());
    capitalized.push_str(letters.as_str());
    Ok(capitalized.into())
}
