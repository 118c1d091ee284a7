//! Links whose data is a pattern and whose argument is the text.

use std::ops::Range;

use crate::pql::eval::Done;
use crate::pql::sharp::pattern::{self, Pattern};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const FAMILIES: &[&[Entry]] = &[LINKS];

const LINKS: &[Entry] = &[
    Entry::new(&["TEST"], "s", Takes::TEXT, Rule::Text(test))
        .says("Whether the pattern matches anywhere in s.")
        .shows(&[("'^[a-z]+$' TEST 'abc'", "true")]),
    Entry::new(&["FIND FIRST IN"], "s", Takes::TEXT, Rule::Text(find_first))
        .says("The first match in s; an empty text when there is none.")
        .shows(&[("'[0-9]+' FIND FIRST IN 'a1b22'", "1")]),
    Entry::new(
        &["FIND FIRST MATCH IN"],
        "s",
        Takes::TEXT,
        Rule::Text(find_first_match),
    )
    .says(
        "The ARRAY of the first match and its groups, empty when there is none; a group that \
             took no part is NULL.",
    )
    .shows(&[
        (
            "'([a-z])([0-9]+)' FIND FIRST MATCH IN 'a1b22'",
            r#"["a1","a","1"]"#,
        ),
        ("'(a)|(b)' FIND FIRST MATCH IN 'b'", r#"["b",null,"b"]"#),
    ]),
    Entry::new(&["FIND ALL IN"], "s", Takes::TEXT, Rule::Text(find_all))
        .says("The ARRAY of all matches in s.")
        .shows(&[("'[0-9]+' FIND ALL IN 'a1b22'", r#"["1","22"]"#)]),
    Entry::new(
        &["FIND ALL MATCH IN"],
        "s",
        Takes::TEXT,
        Rule::Text(find_all_match),
    )
    .says("The ARRAY of all matches in s, each an ARRAY of the match and its groups.")
    .shows(&[(
        "'([a-z])([0-9]+)' FIND ALL MATCH IN 'a1b22'",
        r#"[["a1","a","1"],["b22","b","22"]]"#,
    )]),
    Entry::new(
        &["REPLACE FIRST IN"],
        "s TO r",
        Takes::TEXT,
        Rule::Text(replace_first),
    )
    .says("s with r for the first match; groups may be inserted as in REPLACE ALL.")
    .shows(&[("'([0-9])' REPLACE FIRST IN 'a1b22' TO '<$1>'", "a<1>b22")]),
    Entry::new(
        &["REPLACE ALL IN"],
        "s TO r",
        Takes::TEXT,
        Rule::Text(replace_all),
    )
    .says("s with r for every match; groups may be inserted as in REPLACE ALL.")
    .shows(&[("'[0-9]+' REPLACE ALL IN 'a1b22' TO 'X'", "aXbX")]),
    Entry::new(
        &["REPLACE LAST IN"],
        "s TO r",
        Takes::TEXT,
        Rule::Text(replace_last),
    )
    .says("s with the plain text r for the last match.")
    .shows(&[("'[0-9]+' REPLACE LAST IN 'a1b22' TO 'X'", "a1bX")]),
];

fn test(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let text = call.text()?;
    Ok(pattern.is_match(call.cancel(), &text).into())
}

fn find_first(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let text = call.text()?;
    let found = pattern.find(call.cancel(), &text);
    Ok(found.map_or("", |found| part(&text, found)).into())
}

fn find_first_match(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let text = call.text()?;
    let found = pattern.find(call.cancel(), &text);
    Ok(found
        .map(|found| groups(call, &pattern, &text, &found))
        .unwrap_or_default()
        .into())
}

fn find_all(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let text = call.text()?;
    let matches = pattern.matches(call.cancel(), &text);
    Ok(Value::array(matches.map(|found| part(&text, found).into())))
}

fn find_all_match(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let text = call.text()?;
    let matches = pattern.matches(call.cancel(), &text);
    Ok(Value::array(
        matches.map(|found| groups(call, &pattern, &text, &found).into()),
    ))
}

fn replace_first(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let (text, new) = (call.text()?, call.needed_tail("TO")?);
    Ok(pattern::replace_first(call.cancel(), &pattern, &text, &new)?.into())
}

fn replace_all(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let (text, new) = (call.text()?, call.needed_tail("TO")?);
    Ok(pattern::replace_all(call.cancel(), &pattern, &text, &new)?.into())
}

fn replace_last(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let pattern = pattern::compile(data)?;
    let (text, new) = (call.text()?, call.needed_tail("TO")?);
    let Some(found) = pattern.matches(call.cancel(), &text).last() else {
        return Ok(Value::Text(text.into_shared()));
    };
    let head = part(&text, 0..found.start);
    let tail = part(&text, found.end..text.len());
    Ok([head, &*new, tail].concat().into())
}

fn part(text: &str, found: Range<usize>) -> &str {
    text.get(found).unwrap_or_default()
}

/// The whole match and its groups.
fn groups(call: &Call<'_>, pattern: &Pattern, text: &str, found: &Range<usize>) -> Vec<Value> {
    pattern
        .groups(call.cancel(), text, found)
        .into_iter()
        .map(|group| group.map(|found| part(text, found)).into())
        .collect()
}
