//! Functions on text.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::functions::{Function, Given};
use crate::pql::sharp::call::too_large;
use crate::pql::sharp::{pattern, text};
use crate::value::Value;

/// The largest text that padding makes.
const PADDED_CHARS_MAX: i64 = 16 << 20;

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["CHARINDEX", "POSITION"], "find, in", 2..=2, |given| {
        Ok(position(&given.text(1)?, &given.text(0)?).into())
    })
    .says("The position of the first find, counted from 1; 0 when it is missing.")
    .shows(&[
        ("@CHARINDEX('o', 'hello')", "5"),
        ("@POSITION('x', 'hello')", "0"),
    ]),
    Function::new(&["INSTR"], "in, find", 2..=2, |given| {
        Ok(position(&given.text(0)?, &given.text(1)?).into())
    })
    .says("As CHARINDEX with the arguments exchanged.")
    .shows(&[("@INSTR('world', 'r')", "3")]),
    Function::new(&["CONCAT"], "a, b, ..", 1..=usize::MAX, concat)
        .says("The texts one after the other.")
        .shows(&[("@CONCAT('a', 1, 2.5)", "a12.5")]),
    Function::new(&["LEFT"], "s, n", 2..=2, |given| {
        Ok(text::keep_left(&given.text(0)?, given.integer(1)?).into())
    })
    .says("The first n characters, all of a shorter text.")
    .shows(&[
        ("@LEFT('hello', 2)", "he"),
        ("@LEFT('hello', 3) TO UPPER", "HEL"),
    ]),
    Function::new(&["RIGHT"], "s, n", 2..=2, |given| {
        Ok(text::keep_right(&given.text(0)?, given.integer(1)?).into())
    })
    .says("The last n characters, all of a shorter text.")
    .shows(&[("@RIGHT('hello', 2)", "lo")]),
    Function::new(&["LEN", "LENGTH"], "s", 1..=1, |given| {
        let length = text::count(&given.text(0)?);
        Ok(i64::try_from(length).unwrap_or(i64::MAX).into())
    })
    .says("The number of characters.")
    .shows(&[("@LEN('hello')", "5"), ("@LENGTH('数据库')", "3")]),
    Function::new(&["LOWER", "LCASE"], "s", 1..=1, |given| {
        Ok(given.text(0)?.to_lowercase().into())
    })
    .says("The text in lower case.")
    .shows(&[("@LOWER('Ok')", "ok")]),
    Function::new(&["UPPER", "UCASE"], "s", 1..=1, |given| {
        Ok(given.text(0)?.to_uppercase().into())
    })
    .says("The text in upper case.")
    .shows(&[("@UPPER('ok')", "OK")]),
    Function::new(&["LPAD"], "s, n, pad", 3..=3, |given| {
        let (text, filling) = (given.text(0)?, filling(given)?);
        Ok([filling.as_str(), &*text].concat().into())
    })
    .says("Filled up with pad in front to n characters; a longer text stays as it is.")
    .shows(&[
        ("@LPAD('5', 4, 'ab')", "aba5"),
        ("@LPAD('5', 3, null)", "  5"),
    ]),
    Function::new(&["RPAD"], "s, n, pad", 3..=3, |given| {
        let (text, filling) = (given.text(0)?, filling(given)?);
        Ok([&*text, filling.as_str()].concat().into())
    })
    .says("Filled up with pad at the end to n characters; a longer text stays as it is.")
    .shows(&[("@RPAD('5', 4, 'ab')", "5aba")]),
    Function::new(&["LTRIM"], "s", 1..=1, |given| {
        Ok(given.text(0)?.trim_start().into())
    })
    .says("The text without blanks in front.")
    .shows(&[("@LTRIM('  a')", "a")]),
    Function::new(&["RTRIM"], "s", 1..=1, |given| {
        Ok(given.text(0)?.trim_end().into())
    })
    .says("The text without blanks at the end.")
    .shows(&[("@RTRIM('a  ') + '.'", "a.")]),
    Function::new(&["TRIM"], "s", 1..=1, |given| {
        Ok(given.text(0)?.trim().into())
    })
    .says("The text without blanks on both sides.")
    .shows(&[("@TRIM('  a  ') + '.'", "a.")]),
    Function::new(&["REPEAT"], "s, n", 2..=2, |given| {
        let (one, count) = (given.text(0)?, given.integer(1)?);
        Ok(text::repeat(given.run, &one, count)?.into())
    })
    .says("n copies of the text; below 0 an error.")
    .shows(&[("@REPEAT('ok', 3)", "okokok")]),
    Function::new(&["REPLACE"], "s, old, new", 3..=3, |given| {
        let (text, old, new) = (given.text(0)?, given.text(1)?, given.text(2)?);
        Ok(text::replace(&text, &old, &new)?.into())
    })
    .says("The text with new for every plain old.")
    .shows(&[("@REPLACE('aaa', 'a', 'b')", "bbb")]),
    Function::new(&["REVERSE"], "s", 1..=1, |given| {
        Ok(given.text(0)?.chars().rev().collect::<String>().into())
    })
    .says("The characters from the last to the first.")
    .shows(&[("@REVERSE('ok')", "ko")]),
    Function::new(&["BASE64_ENCODE"], "s [, salt]", 1..=2, |given| {
        Ok(text::encode_base64(&given.text(0)?, &given.optional_text(1)?).into())
    })
    .says("As the link TO BASE64.")
    .shows(&[("@BASE64_ENCODE('123456')", "MTIzNDU2")]),
    Function::new(&["BASE64_DECODE"], "s [, salt]", 1..=2, |given| {
        Ok(text::decode_base64(&given.text(0)?, &given.optional_text(1)?)?.into())
    })
    .says("As the link DECODE BASE64.")
    .shows(&[("@BASE64_DECODE('YWI=', 'a')", "b")]),
];

pub(crate) const PATTERNS: &[Function] = &[
    Function::new(&["REGEXP_LIKE"], "s, re", 2..=2, |given| {
        let pattern = pattern::compile(&given.text(1)?)?;
        let text = given.text(0)?;
        Ok(i64::from(pattern.is_match(given.cancel(), &text)).into())
    })
    .says("1 when the pattern matches anywhere in s, else 0.")
    .shows(&[
        ("@REGEXP_LIKE('abc', '[0-9]')", "0"),
        (r"@REGEXP_LIKE('a1', '\d')", "1"),
    ]),
    Function::new(&["REGEXP_INSTR"], "s, re", 2..=2, |given| {
        let pattern = pattern::compile(&given.text(1)?)?;
        let text = given.text(0)?;
        let found = pattern.find(given.cancel(), &text);
        Ok(found
            .map_or(0, |found| text::position(&text, found.start))
            .into())
    })
    .says("The position of the first match, counted from 1; 0 when there is none.")
    .shows(&[("@REGEXP_INSTR('abc123', '[0-9]+')", "4")]),
    Function::new(&["REGEXP_SUBSTR"], "s, re", 2..=2, |given| {
        let pattern = pattern::compile(&given.text(1)?)?;
        let text = given.text(0)?;
        let found = pattern.find(given.cancel(), &text);
        Ok(found.and_then(|found| text.get(found)).into())
    })
    .says("The first match, NULL when there is none.")
    .shows(&[
        ("@REGEXP_SUBSTR('abc', '[0-9]+')", "null"),
        ("@REGEXP_SUBSTR('a12', '[0-9]+')", "12"),
    ]),
    Function::new(&["REGEXP_REPLACE"], "s, re, r", 3..=3, |given| {
        let pattern = pattern::compile(&given.text(1)?)?;
        let (text, new) = (given.text(0)?, given.text(2)?);
        Ok(pattern::replace_all(given.cancel(), &pattern, &text, &new)?.into())
    })
    .says("The text with r for every match; groups may be inserted as in the link REPLACE ALL.")
    .shows(&[("@REGEXP_REPLACE('a1b22', '[0-9]+', '#')", "a#b#")]),
];

fn position(text: &str, wanted: &str) -> i64 {
    text.find(wanted).map_or(0, |at| text::position(text, at))
}

fn concat(given: &mut Given<'_>) -> Done<Value> {
    let mut joined = String::new();
    for value in given.values {
        joined.push_str(&given.run.needed_text(value)?);
    }
    Ok(joined.into())
}

/// What pads the text of the first argument to the length of the second.
fn filling(given: &Given<'_>) -> Done<String> {
    let length = given.integer(1)?;
    if length > PADDED_CHARS_MAX {
        return Err(too_large(format!(
            "more than {PADDED_CHARS_MAX} characters are asked for"
        )));
    }
    let pad = match given.value(2) {
        Value::Null | Value::Undefined => " ".into(),
        pad => pad.render(),
    };
    if pad.is_empty() {
        return Err(Halt::new(Code::PQL_FUNCTION, "the padding is empty"));
    }
    let missing = usize::try_from(length.max(0))
        .unwrap_or(usize::MAX)
        .saturating_sub(text::count(&given.text(0)?));
    Ok(pad.chars().cycle().take(missing).collect())
}
