//! Pass 1: parameters `#{name}` are replaced in the text before anything else looks at it.

use std::collections::{BTreeSet, HashMap};

use crate::pql::syntax::Name;
use crate::pql::syntax::lexer::is_code;
use crate::pql::syntax::source::{Origin, Piece, Replaced};

/// The largest text that is parsed, in bytes, before and after replacement.
pub(crate) const TEXT_MAX_BYTES: usize = 4 * 1024 * 1024;

/// A parameter found in a text.
pub(crate) struct Found<'a> {
    pub(crate) name: &'a str,
    /// The quote of `#{'name'}`, whose inside is escaped.
    pub(crate) quote: Option<char>,
    /// Length in bytes of the whole `#{..}`.
    pub(crate) length: usize,
}

/// Reads a parameter at the beginning of a text.
pub(crate) fn parameter_at(text: &str) -> Option<Found<'_>> {
    let inside = text.strip_prefix("#{")?;
    let quote = inside
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'));
    let inside = inside.get(quote.map_or(0, char::len_utf8)..)?;
    let length = inside
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    let (name, rest) = inside.split_at_checked(length)?;
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let rest = quote
        .map_or(Some(rest), |quote| rest.strip_prefix(quote))?
        .strip_prefix('}')?;
    Some(Found {
        name,
        quote,
        length: text.len() - rest.len(),
    })
}

/// Finds the first parameter of a text and its offset.
pub(crate) fn first_parameter(text: &str) -> Option<(usize, Found<'_>)> {
    text.match_indices("#{")
        .find_map(|(at, _)| Some((at, parameter_at(text.get(at..)?)?)))
}

/// Replaces the parameters that have a value. Values are not scanned again.
pub(crate) fn replace<N: AsRef<str>, V: AsRef<str>>(text: &str, arguments: &[(N, V)]) -> Replaced {
    let mut values: HashMap<Name, &str> = HashMap::new();
    for (name, value) in arguments {
        values
            .entry(Name::new(name.as_ref()))
            .or_insert(value.as_ref());
    }
    let mut used = BTreeSet::new();
    let mut output = String::new();
    let mut pieces = Vec::new();
    let mut quoted = Vec::new();
    let mut copied = 0;
    if text.len() <= TEXT_MAX_BYTES {
        for (at, _) in text.match_indices("#{") {
            // Offsets of the matches grow, so one inside a parameter's own text is skipped.
            if at < copied {
                continue;
            }
            let Some(found) = text.get(at..).and_then(parameter_at) else {
                continue;
            };
            let name = Name::new(found.name);
            let value = values.get(&name).copied();
            used.insert(name);
            let Some(value) = value else { continue };
            if output.len() > TEXT_MAX_BYTES {
                break;
            }
            push_copied(&mut output, &mut pieces, text, copied..at);
            let length = offset(found.length);
            let origin = Origin::Inserted(length);
            pieces.push(Piece {
                start: offset(output.len()),
                original: offset(at),
                origin,
            });
            if found.quote.is_some() {
                quoted.push(offset(output.len()));
            }
            push_value(&mut output, value, found.quote);
            copied = at + found.length;
        }
    }
    if !pieces.is_empty() {
        push_copied(&mut output, &mut pieces, text, copied..text.len());
    }
    let passed: BTreeSet<Name> = values.into_keys().collect();
    Replaced {
        text: output,
        pieces,
        passed: passed.into_iter().collect(),
        used: used.into_iter().collect(),
        quoted,
    }
}

fn push_copied(
    output: &mut String,
    pieces: &mut Vec<Piece>,
    text: &str,
    range: std::ops::Range<usize>,
) {
    let piece = Piece {
        start: offset(output.len()),
        original: offset(range.start),
        origin: Origin::Copied,
    };
    pieces.push(piece);
    output.push_str(text.get(range).unwrap_or_default());
}

/// Writes a value into the text. Inside a literal nothing of it may end the literal or the code
/// block, or mean anything but itself.
fn push_value(output: &mut String, value: &str, quote: Option<char>) {
    let Some(quote) = quote else {
        return output.push_str(value);
    };
    for (at, character) in value.char_indices() {
        let rest = value.get(at..).unwrap_or_default();
        let before = value.get(..at).unwrap_or_default();
        let is_sign =
            is_code(rest) || rest.starts_with("#{") || (character == '>' && before.ends_with('%'));
        if is_sign {
            // A character code is replaced last of all and then means nothing else.
            let code = format!("~u{:04x}", u32::from(character));
            output.push_str(&code);
            continue;
        }
        if character == quote || character == '\\' {
            output.push(character);
        }
        output.push(character);
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
