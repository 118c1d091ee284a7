//! SPLIT: a text to an array or a row.

use std::ops::Range;
use std::sync::Arc;

use crate::pql::cancel::{Cancel, Lookout};
use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_text};
use crate::pql::sharp::{Call, Entry, Rule, Takes, pattern};
use crate::value::{Row, Value};

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["SPLIT"],
    "regex | d AND s | d, s",
    Takes::TEXT,
    Rule::Text(split),
)
.says(
    "The ARRAY of the parts between the matches, empty ones too; `''` gives the characters. With \
     two texts the ROW of the parts between d, each cut at its first s into name and value.",
)
.shows(&[
    ("'1,2,3' SPLIT ','", r#"["1","2","3"]"#),
    ("'a1b22c' SPLIT '[0-9]+'", r#"["a","b","c"]"#),
    ("'a=1&b=2' SPLIT '&' AND '='", r#"{"a":"1","b":"2"}"#),
    ("'a=1&b=2' SPLIT '&', '='", r#"{"a":"1","b":"2"}"#),
])];

fn split(call: &mut Call<'_>, text: &str) -> Done<Value> {
    if !call.has_tail("AND")
        && let Some(regex) = call.only_text()?
    {
        return parts(call.cancel(), text, &regex);
    }
    let mut arguments = call.list()?;
    arguments.extend(call.tail("AND")?);
    let mut arguments = arguments.into_iter().map(into_text);
    let first = arguments.next().transpose()?.unwrap_or_default();
    let second = arguments.next().transpose()?;
    if arguments.next().is_some() {
        return Err(fail("one pattern or two texts are needed"));
    }
    match second {
        None => parts(call.cancel(), text, &first),
        Some(mark) => Ok(fields(text, &first, &mark).into()),
    }
}

fn parts(cancel: &Cancel, text: &str, regex: &str) -> Done<Value> {
    if regex.is_empty() {
        return Ok(Value::Array(Value::from(text).to_array()));
    }
    if !pattern::is_plain(regex) {
        let pattern = pattern::compile(regex)?;
        return Ok(cut(text, pattern.matches(cancel, text)));
    }
    let mark = |at: usize| at..at.saturating_add(regex.len());
    let (letters, lookout) = (text.as_bytes(), Lookout::new(cancel));
    Ok(match regex.as_bytes() {
        [byte] => cut(
            text,
            lookout.among(memchr::memchr_iter(*byte, letters)).map(mark),
        ),
        _ => cut(
            text,
            lookout
                .among(memchr::memmem::find_iter(letters, regex))
                .map(mark),
        ),
    })
}

/// The parts of a text between marks.
fn cut(text: &str, marks: impl Iterator<Item = Range<usize>>) -> Value {
    let mut start = 0;
    let mut parts: Vec<Value> = marks
        .map(|mark| {
            let part = text.get(start..mark.start).unwrap_or_default();
            start = mark.end;
            part.into()
        })
        .collect();
    parts.push(text.get(start..).unwrap_or_default().into());
    parts.into()
}

fn fields(text: &str, delimiter: &str, mark: &str) -> Row {
    let parts: Vec<&str> = if delimiter.is_empty() {
        vec![text]
    } else {
        text.split(delimiter).collect()
    };
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| field(part, mark))
        .collect()
}

/// Name and value on the two sides of the first mark; without one the value is empty.
pub(crate) fn field(part: &str, mark: &str) -> (Arc<str>, Value) {
    let cut = if mark.is_empty() {
        None
    } else {
        part.split_once(mark)
    };
    let (name, value) = cut.unwrap_or((part, ""));
    (name.into(), value.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(parts: &Value) -> Vec<String> {
        parts.to_array().iter().map(Value::to_string).collect()
    }

    proptest! {
        #[test]
        fn joining_undoes_splitting(text in "[a-c,数;]{0,12}", mark in "[,;数]") {
            let parts = parts(&Cancel::new(), &text, &mark).unwrap();
            prop_assert_eq!(texts(&parts).join(&mark), text.clone());
            let letters = super::parts(&Cancel::new(), &text, "").unwrap();
            prop_assert_eq!(texts(&letters).concat(), text);
        }

        #[test]
        fn a_pattern_splits_as_the_plain_text_it_matches(text in "[a.]{0,8}") {
            let by_pattern = texts(&parts(&Cancel::new(), &text, "[.]").unwrap());
            prop_assert_eq!(by_pattern, texts(&parts(&Cancel::new(), &text, r"\.").unwrap()));
        }
    }
}
