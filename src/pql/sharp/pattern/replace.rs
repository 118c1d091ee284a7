//! Replacing what a pattern matches; groups may be inserted.

use std::ops::Range;

use crate::fault::Code;
use crate::pql::cancel::Cancel;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::too_large;
use crate::pql::sharp::pattern::{Groups, Pattern};

/// The largest text that replacing makes.
const REPLACED_BYTES_MAX: usize = 256 << 20;

/// Replaces every match.
pub(crate) fn replace_all(
    cancel: &Cancel,
    pattern: &Pattern,
    text: &str,
    replacement: &str,
) -> Done<String> {
    let matches = pattern.matches(cancel, text);
    let replaced = replace(cancel, pattern, matches, text, replacement)?;
    cancel.look()?;
    Ok(replaced)
}

/// Replaces the first match.
pub(crate) fn replace_first(
    cancel: &Cancel,
    pattern: &Pattern,
    text: &str,
    replacement: &str,
) -> Done<String> {
    let matches = pattern.find(cancel, text).into_iter();
    replace(cancel, pattern, matches, text, replacement)
}

fn replace(
    cancel: &Cancel,
    pattern: &Pattern,
    matches: impl Iterator<Item = Range<usize>>,
    text: &str,
    replacement: &str,
) -> Done<String> {
    let pieces = pieces(pattern, replacement)?;
    let has_groups = pieces.iter().any(|piece| matches!(piece, Piece::Group(_)));
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for found in matches {
        let groups = if has_groups {
            pattern.groups(cancel, text, &found)
        } else {
            Groups::new()
        };
        replaced.push_str(text.get(end..found.start).unwrap_or_default());
        end = found.end;
        for piece in &pieces {
            replaced.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(group) => {
                    let range = groups.get(*group).cloned().flatten();
                    range.and_then(|range| text.get(range)).unwrap_or_default()
                }
            });
        }
        check_size(replaced.len())?;
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    Ok(replaced)
}

/// Refuses a text that replacing has made too large.
pub(crate) fn check_size(bytes: usize) -> Done<()> {
    if bytes > REPLACED_BYTES_MAX {
        let message = format!("the text grows beyond {REPLACED_BYTES_MAX} bytes");
        return Err(too_large(message));
    }
    Ok(())
}

/// A part of a replacement.
enum Piece {
    Text(String),
    Group(usize),
}

/// Reads `$1` .. `$9`, `$0`, `${name}` and `\$`; a dollar before anything else is itself.
fn pieces(pattern: &Pattern, replacement: &str) -> Done<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = found.strip_prefix("\\$") {
            plain.push('$');
            rest = after;
        } else if let Some((group, after)) = group(pattern, found)? {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Group(group));
            rest = after;
        } else {
            let mut chars = found.chars();
            plain.extend(chars.next());
            rest = chars.as_str();
        }
    }
    plain.push_str(rest);
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

/// The group that a replacement names at its beginning, and what follows the name.
fn group<'a>(pattern: &Pattern, text: &'a str) -> Done<Option<(usize, &'a str)>> {
    let Some(name) = text.strip_prefix('$') else {
        return Ok(None);
    };
    let unknown = |name: &str| {
        let message = format!("the pattern has no group `${name}`");
        Halt::new(Code::PQL_ACCESS, message)
    };
    if let Some((name, after)) = name.strip_prefix('{').and_then(|name| name.split_once('}')) {
        let found = pattern.group_names().position(|own| own == Some(name));
        let found = found.ok_or_else(|| unknown(&format!("{{{name}}}")))?;
        return Ok(Some((found, after)));
    }
    let mut chars = name.chars();
    let Some(digit) = chars.next().and_then(|c| c.to_digit(10)) else {
        return Ok(None);
    };
    match usize::try_from(digit) {
        Ok(found) if found < pattern.group_names().count() => Ok(Some((found, chars.as_str()))),
        _ => Err(unknown(&digit.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::pql::sharp::pattern::compile;

    #[rstest]
    #[case("(a)(b)?", "xab", "[$2$1]", "x[ba]")]
    #[case("(a)", "a", r"\$1 costs $$1", "$1 costs $a")]
    #[case("(?P<year>\\d{4})", "in 2019", "${year}!", "in 2019!")]
    #[case("(a)", "a", "$", "$")]
    #[case("(a)", "a", "$12", "a2")]
    #[case("x*", "ab", "-", "-a-b-")]
    fn groups_are_inserted(
        #[case] pattern: &str,
        #[case] text: &str,
        #[case] replacement: &str,
        #[case] expected: &str,
    ) {
        let pattern = compile(pattern).unwrap();
        let replaced = replace_all(&Cancel::new(), &pattern, text, replacement);
        assert_eq!(replaced.unwrap(), expected);
    }
}
