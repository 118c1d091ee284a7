//! CHAR AT, DROP and SUBSTR: parts by position.

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, out_of_range};
use crate::pql::sharp::text::chars;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["CHAR AT"], "n", Takes::TEXT, Rule::Text(char_at))
        .says("The n-th character, counted from 1; outside the text is an error.")
        .shows(&[("'hello' CHAR AT 2", "e"), ("'数据库' CHAR AT 3", "库")]),
    Entry::new(
        &["DROP", "DROP LEFT"],
        "n",
        Takes::TEXT,
        Rule::Text(drop_left),
    )
    .says("The text without its first n characters; with a text, without that text in front.")
    .shows(&[("'hello' DROP 3", "lo"), ("'hello' DROP LEFT 'he'", "llo")]),
    Entry::new(&["DROP RIGHT"], "n", Takes::TEXT, Rule::Text(drop_right))
        .says("The text without its last n characters; with a text, without that text at the end.")
        .shows(&[
            ("'hello' DROP RIGHT 2", "hel"),
            ("'hello' DROP RIGHT 'lo'", "hel"),
        ]),
    Entry::new(&["SUBSTR"], "m [TO n]", Takes::TEXT, Rule::Text(substr))
        .says("The text from the m-th character on, up to but not including the n-th.")
        .shows(&[
            ("'hello' SUBSTR 4", "lo"),
            ("'tomorrow' SUBSTR 3 TO 5", "mo"),
            ("'tomorrow' SUBSTR 4 TAKE 2", "or"),
        ]),
];

fn char_at(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let place = call.integer()?;
    let index = place
        .checked_sub(1)
        .and_then(|index| usize::try_from(index).ok());
    let found = index.and_then(|index| text.chars().nth(index));
    found
        .map(|c| c.to_string().into())
        .ok_or_else(|| out_of_range(place, "character", chars::count(text)))
}

fn drop_left(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let dropped = call.value()?;
    Ok(match &dropped {
        Value::Text(prefix) => text.strip_prefix(&**prefix).unwrap_or(text),
        number => chars::tail(text, number.to_integer(call.frame())?),
    }
    .into())
}

fn drop_right(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let dropped = call.value()?;
    Ok(match &dropped {
        Value::Text(suffix) => text.strip_suffix(&**suffix).unwrap_or(text),
        number => chars::drop_right(text, number.to_integer(call.frame())?),
    }
    .into())
}

fn substr(call: &mut Call<'_>, text: &str) -> Done<Value> {
    let from = call.integer()?;
    if from < 1 {
        return Err(out_of_range(from, "character", chars::count(text)));
    }
    let rest = chars::tail(text, from.saturating_sub(1));
    let Some(end) = call.tail("TO")? else {
        return Ok(rest.into());
    };
    let end = end.to_integer(call.frame())?;
    if end < from {
        return Err(fail(&format!(
            "the end `{end}` lies before the beginning `{from}`"
        )));
    }
    Ok(chars::head(rest, end.saturating_sub(from)).into())
}
