//! Links that make a text longer.

use crate::pql::eval::{Done, Run};
use crate::pql::sharp::call::{empty, fail};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["CONCAT"], "v", Takes::TEXT, Rule::Text(concat))
        .says("The text followed by the text of v.")
        .shows(&[("'a' CONCAT 1", "a1")]),
    Entry::new(&["PREFIX"], "s", Takes::TEXT, Rule::Text(prefix))
        .says("The text with s in front, unless it begins with s already.")
        .shows(&[
            ("'click' PREFIX 'on'", "onclick"),
            ("'onclick' PREFIX 'on'", "onclick"),
        ]),
    Entry::new(&["SUFFIX"], "s", Takes::TEXT, Rule::Text(suffix))
        .says("The text with s at the end, unless it ends with s already.")
        .shows(&[("'log' SUFFIX '.txt'", "log.txt")]),
    Entry::new(
        &["BRACKET"],
        "s | a AND b",
        Takes::TEXT,
        Rule::Text(bracket),
    )
    .says("The text between a and b, or between two s.")
    .shows(&[
        ("'x' BRACKET '[' AND ']'", "[x]"),
        ("'x' BRACKET '|'", "|x|"),
    ]),
    Entry::new(&["QUOTE"], "[s]", Takes::TEXT, Rule::Text(quote))
        .says("The text between two s, by default single quotes; nothing is escaped.")
        .shows(&[
            (r#""hello" QUOTE"#, "'hello'"),
            ("'hello' QUOTE '|'", "|hello|"),
        ]),
    Entry::new(&["REPEAT"], "n", Takes::TEXT, Rule::Text(repeated))
        .says("n copies of the text; 0 is empty, below 0 an error.")
        .shows(&[("'ab' REPEAT 3", "ababab")]),
    Entry::new(&["RANDOM"], "[n]", Takes::TEXT, Rule::Text(random))
        .says("n characters of the text drawn with repetition, by default one.")
        .shows(&[("'aaaa' RANDOM 6", "aaaaaa")]),
];

fn concat(call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok([text, &*call.text()?].concat().into())
}

fn prefix(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let front = call.text()?;
    if text.starts_with(&*front) {
        return Ok(text.into());
    }
    Ok([&*front, text].concat().into())
}

fn suffix(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let back = call.text()?;
    if text.ends_with(&*back) {
        return Ok(text.into());
    }
    Ok([text, &*back].concat().into())
}

fn bracket(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let front = call.text()?;
    let back = call.tail_text("AND")?.unwrap_or(front.clone());
    Ok([&*front, text, &*back].concat().into())
}

fn quote(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let mark = call.optional_text()?.unwrap_or("'".into());
    Ok([&*mark, text, &*mark].concat().into())
}

fn repeated(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let count = call.integer()?;
    Ok(repeat(call.run, text, count)?.into())
}

fn random(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let count = call.optional_integer()?.unwrap_or(1);
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return Err(empty("text"));
    }
    let count = checked_count(call.run, count, 4)?;
    let chance = call.chance();
    let bound = u64::try_from(letters.len()).unwrap_or(u64::MAX);
    let drawn = (0..count).filter_map(|_| {
        let place = usize::try_from(chance.below(bound)).ok()?;
        letters.get(place)
    });
    Ok(drawn.collect::<String>().into())
}

/// Copies one after the other.
pub(crate) fn repeat(run: &Run, text: &str, count: i64) -> Done<String> {
    Ok(text.repeat(checked_count(run, count, text.len())?))
}

fn checked_count(run: &Run, count: i64, bytes: usize) -> Done<usize> {
    let Ok(count) = usize::try_from(count) else {
        return Err(fail(&format!("`{count}` copies cannot be made")));
    };
    run.check_text(count.saturating_mul(bytes))?;
    Ok(count)
}
