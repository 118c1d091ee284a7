//! TAKE: parts by length and by what stands around them.

use crate::pql::eval::Done;
use crate::pql::sharp::text::chars;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TAKE", "TAKE LEFT"], "n", Takes::TEXT, Rule::Text(left))
        .says("The first n characters, all of a shorter text; n below 1 gives an empty text.")
        .shows(&[("'hello' TAKE 2", "he"), ("'hello' TAKE 9", "hello")]),
    Entry::new(&["TAKE RIGHT"], "n", Takes::TEXT, Rule::Text(right))
        .says("The last n characters, all of a shorter text.")
        .shows(&[("'hello' TAKE RIGHT 2", "lo")]),
    Entry::new(
        &["TAKE AFTER", "TAKE AFTER FIRST"],
        "s",
        Takes::TEXT,
        Rule::Text(after),
    )
    .says("What follows the first s; the whole text when s is missing.")
    .shows(&[("'tomorrow' TAKE AFTER 'o'", "morrow")]),
    Entry::new(
        &["TAKE AFTER LAST"],
        "s",
        Takes::TEXT,
        Rule::Text(after_last),
    )
    .says("What follows the last s; the whole text when s is missing.")
    .shows(&[("'tomorrow' TAKE AFTER LAST 'o'", "w")]),
    Entry::new(
        &["TAKE BEFORE", "TAKE BEFORE FIRST"],
        "s",
        Takes::TEXT,
        Rule::Text(before),
    )
    .says("What stands before the first s; empty when s is missing.")
    .shows(&[("'tomorrow' TAKE BEFORE 'mor'", "to")]),
    Entry::new(
        &["TAKE BEFORE LAST"],
        "s",
        Takes::TEXT,
        Rule::Text(before_last),
    )
    .says("What stands before the last s; empty when s is missing.")
    .shows(&[("'tomorrow' TAKE BEFORE LAST 'o'", "tomorr")]),
    Entry::new(
        &["TAKE BETWEEN"],
        "a AND b",
        Takes::TEXT,
        Rule::Text(between),
    )
    .says("What stands behind the first a and before the last b; a missing one cuts nothing.")
    .shows(&[
        ("'tomorrow' TAKE BETWEEN 'o' AND 'o'", "morr"),
        ("'<b>bold</b>' TAKE BETWEEN '<b>' AND '</b>'", "bold"),
    ]),
];

fn left(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(chars::keep_left(text, call.integer()?).into())
}

fn right(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(chars::keep_right(text, call.integer()?).into())
}

fn after(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mark = call.text()?;
    Ok(text
        .split_once(&*mark)
        .map_or(text, |(_, rest)| rest)
        .into())
}

fn after_last(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mark = call.text()?;
    Ok(text
        .rsplit_once(&*mark)
        .map_or(text, |(_, rest)| rest)
        .into())
}

fn before(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mark = call.text()?;
    Ok(text.split_once(&*mark).map_or("", |(head, _)| head).into())
}

fn before_last(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mark = call.text()?;
    Ok(text.rsplit_once(&*mark).map_or("", |(head, _)| head).into())
}

/// The last b is looked for in the whole text: one that stands before the first a leaves nothing.
fn between(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let front = call.text()?;
    let back = call.needed_tail("AND")?;
    let start = text.find(&*front).map(|at| at.saturating_add(front.len()));
    let end = text.rfind(&*back);
    Ok(text
        .get(start.unwrap_or(0)..end.unwrap_or(text.len()))
        .unwrap_or_default()
        .into())
}
