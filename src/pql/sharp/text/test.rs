//! Tests of texts.
use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes, pattern};
use crate::value::{Value, is_like, search};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["LIKE"], "p", Takes::TEXT, Rule::Text(like))
        .says("Whether the whole text fits p, ignoring case: `%` is any run, `?` one character.")
        .shows(&[
            ("'hello' -> LIKE '%e%'", "true"),
            ("'hello' -> LIKE 'h?llo'", "true"),
        ]),
    Entry::new(&["NOT LIKE"], "p", Takes::TEXT, Rule::Text(not_like))
        .says("The opposite of LIKE.")
        .shows(&[("'hello' -> NOT LIKE '%e%'", "false")]),
    Entry::new(&["MATCHES"], "regex", Takes::TEXT, Rule::Text(matches))
        .says("Whether the pattern matches anywhere in the text.")
        .shows(&[(r#"'Hello' MATCHES "(?i)^h""#, "true")]),
    Entry::new(&["CONTAINS"], "s", Takes::TEXT, Rule::Text(contains))
        .says("Whether s stands in the text.")
        .shows(&[
            ("'Hello' CONTAINS 'h'", "false"),
            ("'数据库' CONTAINS '据'", "true"),
        ]),
    Entry::new(
        &["CONTAINS IGNORE CASE"],
        "s",
        Takes::TEXT,
        Rule::Text(contains_any_case),
    )
    .says("Whether s stands in the text in any case.")
    .shows(&[("'Hello' CONTAINS IGNORE CASE 'h'", "true")]),
    Entry::new(&["STARTS WITH"], "s", Takes::TEXT, Rule::Text(starts))
        .says("Whether the text begins with s.")
        .shows(&[("'hello' STARTS WITH 'H'", "false")]),
    Entry::new(&["ENDS WITH"], "s", Takes::TEXT, Rule::Text(ends))
        .says("Whether the text ends with s.")
        .shows(&[("'hello' ENDS WITH 'lo'", "true")]),
    Entry::new(
        &["STARTS IGNORE CASE WITH", "STARTS WITH IGNORE CASE"],
        "s",
        Takes::TEXT,
        Rule::Text(starts_any_case),
    )
    .says("Whether the text begins with s in any case.")
    .shows(&[
        ("'hello' STARTS IGNORE CASE WITH 'H'", "true"),
        ("'hello' STARTS WITH IGNORE CASE 'H'", "true"),
    ]),
    Entry::new(
        &["ENDS IGNORE CASE WITH", "ENDS WITH IGNORE CASE"],
        "s",
        Takes::TEXT,
        Rule::Text(ends_any_case),
    )
    .says("Whether the text ends with s in any case.")
    .shows(&[("'hello' ENDS IGNORE CASE WITH 'LO'", "true")]),
    Entry::new(
        &["BRACKETS WITH"],
        "s | a AND b",
        Takes::TEXT,
        Rule::Text(brackets),
    )
    .says("Whether the text begins with a and ends with b, or both with s.")
    .shows(&[
        ("'#x#' BRACKETS WITH '#'", "true"),
        ("'[x]' BRACKETS WITH '[' AND ']'", "true"),
    ]),
];

fn like(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(is_like(text, &call.text()?).into())
}

fn not_like(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok((!is_like(text, &call.text()?)).into())
}

fn matches(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let pattern = pattern::compile(&call.text()?)?;
    Ok(pattern.is_match(call.cancel(), text).into())
}

fn contains(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.contains(&*call.text()?).into())
}

fn contains_any_case(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(search::contains_any_case(text, &call.text()?).into())
}

fn starts(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.starts_with(&*call.text()?).into())
}

fn ends(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.ends_with(&*call.text()?).into())
}

fn starts_any_case(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(search::starts_with_any_case(text, &call.text()?).into())
}

fn ends_any_case(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(search::ends_with_any_case(text, &call.text()?).into())
}

fn brackets(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let front = call.text()?;
    let back = call.tail_text("AND")?.unwrap_or(front.clone());
    Ok((text.starts_with(&*front) && text.ends_with(&*back)).into())
}
