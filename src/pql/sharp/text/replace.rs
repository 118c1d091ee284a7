//! REPLACE: plain texts and patterns.

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes, pattern};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["REPLACE"], "a TO b", Takes::TEXT, Rule::Text(every))
        .says("The text with b for every plain a.")
        .shows(&[("'tomorrow' REPLACE 'o' TO 'e'", "temerrew")]),
    Entry::new(&["REPLACE FIRST"], "a TO b", Takes::TEXT, Rule::Text(first))
        .says("The text with b for the first plain a.")
        .shows(&[("'tomorrow' REPLACE FIRST 'o' TO 'e'", "temorrow")]),
    Entry::new(&["REPLACE LAST"], "a TO b", Takes::TEXT, Rule::Text(last))
        .says("The text with b for the last plain a.")
        .shows(&[("'tomorrow' REPLACE LAST 'o' TO 'e'", "tomorrew")]),
    Entry::new(
        &["REPLACE ALL"],
        "regex TO b",
        Takes::TEXT,
        Rule::Text(matches),
    )
    .says("The text with b for every match; `$1` to `$9`, `$0` and `${name}` insert groups.")
    .shows(&[
        ("'Hello World' REPLACE ALL '[A-Z]' TO ''", "ello orld"),
        (r"'2019-04' REPLACE ALL '(\d+)-(\d+)' TO '$2/$1'", "04/2019"),
    ]),
];

fn every(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let (old, new) = (call.text()?, call.needed_tail("TO")?);
    Ok(replace(text, &old, &new)?.into())
}

fn first(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let (old, new) = (call.text()?, call.needed_tail("TO")?);
    Ok(text
        .replacen(&*old, &new, usize::from(!old.is_empty()))
        .into())
}

fn last(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let (old, new) = (call.text()?, call.needed_tail("TO")?);
    let found = if old.is_empty() {
        None
    } else {
        text.rsplit_once(&*old)
    };
    Ok(match found {
        Some((head, tail)) => [head, &*new, tail].concat().into(),
        None => text.into(),
    })
}

fn matches(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let (regex, new) = (call.text()?, call.needed_tail("TO")?);
    let pattern = pattern::compile(&regex)?;
    Ok(pattern::replace_all(call.cancel(), &pattern, text, &new)?.into())
}

/// Every plain copy replaced; an empty text stands nowhere.
pub(crate) fn replace(text: &str, old: &str, new: &str) -> Done<String> {
    if old.is_empty() {
        return Ok(text.to_owned());
    }
    let matches = text.len().checked_div(old.len()).unwrap_or(0);
    pattern::check_size(matches.saturating_mul(new.len()))?;
    Ok(text.replace(old, new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn replacing_by_itself_changes_nothing(text in ".*", old in ".{0,2}") {
            prop_assert_eq!(replace(&text, &old, &old).unwrap(), text);
        }
    }
}
