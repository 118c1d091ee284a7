//! INDEX OF: where a text stands in another.

use crate::pql::eval::Done;
use crate::pql::sharp::text::chars;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Value, search};

/// What the links say when there is nothing; the functions say 0.
const MISSING: i64 = -1;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["INDEX OF"], "s", Takes::TEXT, Rule::Text(first))
        .says("The position of the first s, counted from 1; -1 when it is missing.")
        .shows(&[
            ("'tomorrow' INDEX OF 'o'", "2"),
            ("'tomorrow' INDEX OF 'x'", "-1"),
        ]),
    Entry::new(&["LAST INDEX OF"], "s", Takes::TEXT, Rule::Text(last))
        .says("The position of the last s, counted from 1; -1 when it is missing.")
        .shows(&[("'tomorrow' LAST INDEX OF 'o'", "7")]),
];

fn first(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let wanted = call.text()?;
    let found = search::find(text, &wanted).map(|at| position(text, at));
    Ok(found.unwrap_or(MISSING).into())
}

fn last(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let wanted = call.text()?;
    let found = text.rfind(&*wanted).map(|at| position(text, at));
    Ok(found.unwrap_or(MISSING).into())
}

/// The character, counted from 1, that begins at a byte.
pub(crate) fn position(text: &str, byte: usize) -> i64 {
    let before = chars::count(text.get(..byte).unwrap_or(text));
    i64::try_from(before).unwrap_or(i64::MAX).saturating_add(1)
}
