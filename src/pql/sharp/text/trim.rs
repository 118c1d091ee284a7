//! TRIM: without what surrounds a text.

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TRIM"], "[s | a AND b]", Takes::TEXT, Rule::Text(trim))
        .says(
            "The text without blanks, tabs and line ends on both sides, then without every s on \
             both sides, or without one a in front and one b behind.",
        )
        .shows(&[
            ("' a ' TRIM", "a"),
            ("'##a##' TRIM '#'", "a"),
            ("'[[x]]' TRIM '[' AND ']'", "[x]"),
        ]),
    Entry::new(&["TRIM LEFT"], "[s]", Takes::TEXT, Rule::Text(trim_left))
        .says("The text without blanks in front, then without one s in front.")
        .shows(&[("'#hello#' TRIM LEFT '#'", "hello#")]),
    Entry::new(&["TRIM RIGHT"], "[s]", Takes::TEXT, Rule::Text(trim_right))
        .says("The text without blanks at the end, then without one s at the end.")
        .shows(&[("'#hello#' TRIM RIGHT '#'", "#hello")]),
];

fn trim(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let text = text.trim();
    let Some(front) = call.optional_text()? else {
        return Ok(text.into());
    };
    if let Some(back) = call.tail_text("AND")? {
        let text = text.strip_prefix(&*front).unwrap_or(text);
        return Ok(text.strip_suffix(&*back).unwrap_or(text).into());
    }
    if front.is_empty() {
        return Ok(text.into());
    }
    let text = text.trim_start_matches(&*front);
    Ok(text.trim_end_matches(&*front).into())
}

fn trim_left(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let text = text.trim_start();
    let mark = call.optional_text()?.unwrap_or_default();
    Ok(text.strip_prefix(&*mark).unwrap_or(text).into())
}

fn trim_right(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let text = text.trim_end();
    let mark = call.optional_text()?.unwrap_or_default();
    Ok(text.strip_suffix(&*mark).unwrap_or(text).into())
}
