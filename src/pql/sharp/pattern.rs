//! Regular expressions: compiled once per thread, matched in time linear in the text.
//!
//! Look-around and back-references are refused (decision S4): without them no pattern can be slow,
//! so that no step limit is needed.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Captures, Regex, RegexBuilder};

use crate::fault::Code;
use crate::pql::cancel::Lookout;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::call::too_large;
use crate::value::Value;

/// Longer patterns are refused.
const PATTERN_CHARS_MAX: usize = 10_000;

/// What one compiled pattern may occupy.
const COMPILED_BYTES_MAX: usize = 10 << 20;

/// The largest text that replacing makes.
const REPLACED_BYTES_MAX: usize = 256 << 20;

/// How many compiled patterns a thread keeps; when full, it begins anew.
const KEPT_MAX: usize = 64;

thread_local! {
    /// A link in a loop has the same pattern every time.
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::default();
}

/// Compiles a pattern.
pub(crate) fn compile(pattern: &str) -> Done<Regex> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(regex.clone());
        }
        let regex = compile_new(pattern)?;
        if compiled.len() >= KEPT_MAX {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), regex.clone());
        Ok(regex)
    })
}

fn compile_new(pattern: &str) -> Done<Regex> {
    if pattern.chars().count() > PATTERN_CHARS_MAX {
        return Err(too_large(format!(
            "the pattern is longer than {PATTERN_CHARS_MAX} characters"
        )));
    }
    RegexBuilder::new(pattern)
        .size_limit(COMPILED_BYTES_MAX)
        .build()
        .map_err(|error| {
            // The last line says why; those before show the pattern again.
            let why = error.to_string();
            let why = why.lines().last().unwrap_or_default();
            let start = Value::from(pattern).excerpt();
            Halt::new(
                Code::PQL_CONVERSION,
                format!(
                    "`{start}` is no pattern: {}",
                    why.trim_start_matches("error: ")
                ),
            )
        })
}

/// Tells whether a pattern matches itself and nothing else.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.contains([
        '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
    ])
}

/// Replaces every match; groups may be inserted.
pub(crate) fn replace_all(run: &Run, regex: &Regex, text: &str, replacement: &str) -> Done<String> {
    let matches = regex.captures_iter(text);
    let mut lookout = Lookout::new(&run.shared.cancel);
    let matches = matches.take_while(|_| !lookout.is_stopped());
    let replaced = replace(regex, matches, text, replacement)?;
    run.look()?;
    Ok(replaced)
}

/// Replaces the first match; groups may be inserted.
pub(crate) fn replace_first(regex: &Regex, text: &str, replacement: &str) -> Done<String> {
    replace(regex, regex.captures_iter(text).take(1), text, replacement)
}

fn replace<'t>(
    regex: &Regex,
    matches: impl Iterator<Item = Captures<'t>>,
    text: &'t str,
    replacement: &str,
) -> Done<String> {
    let pieces = pieces(regex, replacement)?;
    let mut replaced = String::with_capacity(text.len());
    let mut end = 0;
    for captures in matches {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        replaced.push_str(text.get(end..whole.start()).unwrap_or_default());
        end = whole.end();
        for piece in &pieces {
            replaced.push_str(match piece {
                Piece::Text(text) => text,
                Piece::Group(group) => captures.get(*group).map_or("", |found| found.as_str()),
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
fn pieces(regex: &Regex, replacement: &str) -> Done<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = replacement;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, found) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = found.strip_prefix("\\$") {
            plain.push('$');
            rest = after;
        } else if let Some((group, after)) = group(regex, found)? {
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
fn group<'a>(regex: &Regex, text: &'a str) -> Done<Option<(usize, &'a str)>> {
    let Some(name) = text.strip_prefix('$') else {
        return Ok(None);
    };
    let unknown = |name: &str| {
        let message = format!("the pattern has no group `${name}`");
        Halt::new(Code::PQL_ACCESS, message)
    };
    if let Some((name, after)) = name.strip_prefix('{').and_then(|name| name.split_once('}')) {
        let found = regex.capture_names().position(|own| own == Some(name));
        let found = found.ok_or_else(|| unknown(&format!("{{{name}}}")))?;
        return Ok(Some((found, after)));
    }
    let mut chars = name.chars();
    let Some(digit) = chars.next().and_then(|c| c.to_digit(10)) else {
        return Ok(None);
    };
    match usize::try_from(digit) {
        Ok(found) if found < regex.captures_len() => Ok(Some((found, chars.as_str()))),
        _ => Err(unknown(&digit.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

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
        let regex = compile(pattern).unwrap();
        assert_eq!(
            replace(&regex, regex.captures_iter(text), text, replacement).unwrap(),
            expected
        );
    }

    #[rstest]
    #[case("(?=a)")]
    #[case(r"(a)\1")]
    #[case("(")]
    #[case("a{1000}{1000}{1000}")]
    fn slow_and_broken_patterns_are_refused(#[case] pattern: &str) {
        assert!(compile(pattern).is_err());
    }

    #[test]
    fn long_patterns_are_refused() {
        assert!(compile(&"a".repeat(10_000)).is_ok());
        assert!(compile(&"a".repeat(10_001)).is_err());
    }
}
