//! What the text of a query of PAGE says about its pages.
//!
//! Only the words beside the mark are looked at; what SQL means by all the others is its own.

use crate::pql::eval::{PageSize, Rendered};

/// Rows of a page when no number says otherwise (4.11.2).
const PAGE_ROWS: i64 = 10_000;

/// Why the pages of a LIMIT cannot follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The LIMIT has no plain number.
    NoNumber,
    /// What stands outside of the LIMIT may take all rows of a page.
    FilteredOutside,
}

/// The size of the pages of `@{offset}`.
pub(super) fn page_size(pieces: &[Rendered]) -> Result<PageSize, Unfit> {
    let sides = sides(pieces);
    for (before, after) in &sides {
        let mut back = Back(before);
        let size = match back.next() {
            Some(word) if is(word, "LIMIT") => behind_limit(after),
            Some(word) if is(word, "OFFSET") => before_offset(back).or_else(|| limit_behind(after)),
            _ => continue,
        };
        if is_filtered_outside(after) {
            return Err(Unfit::FilteredOutside);
        }
        return size.map(PageSize::Limit).ok_or(Unfit::NoNumber);
    }
    let after = sides.first().map_or("", |(_, after)| after);
    let number = words(after).find_map(number).unwrap_or(PAGE_ROWS);
    Ok(PageSize::Guess(number))
}

/// Tells whether a clause behind the parentheses around a text works on its rows: it may leave
/// none of a page, and an empty page would end PAGE before the last one.
fn is_filtered_outside(after: &str) -> bool {
    const CLAUSES: [&str; 6] = ["WHERE", "JOIN", "ON", "USING", "GROUP", "HAVING"];
    let (mut depth, mut outermost) = (0_i64, 0_i64);
    words(after).any(|word| {
        match word {
            "(" => depth = depth.saturating_add(1),
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        outermost = outermost.min(depth);
        outermost < 0 && depth == outermost && CLAUSES.iter().any(|clause| is(word, clause))
    })
}

/// The rows at which a LIMIT behind the mark cuts the result itself; `None` without one.
pub(super) fn cut(pieces: &[Rendered]) -> Result<Option<i64>, Unfit> {
    let sides = sides(pieces);
    let after = sides.first().map_or("", |(_, after)| after);
    let (mut depth, mut outermost) = (0_i64, 0_i64);
    let mut limit = Ok(None);
    let mut rest = words(after).peekable();
    while let Some(word) = rest.next() {
        match word {
            "(" => depth = depth.saturating_add(1),
            ")" => depth = depth.saturating_sub(1),
            word if depth == outermost && (is(word, "LIMIT") || is(word, "FETCH")) => {
                rest.next_if(|next| is(next, "NEXT") || is(next, "FIRST"));
                limit = last_number(rest.clone()).map(Some).ok_or(Unfit::NoNumber);
            }
            _ => {}
        }
        if depth < outermost {
            (outermost, limit) = (depth, Ok(None));
        }
    }
    limit
}

/// The text before and behind each mark; other marks are `@` in it.
fn sides(pieces: &[Rendered]) -> Vec<(String, String)> {
    let text = |pieces: &[Rendered]| -> String {
        let texts = pieces.iter().map(|piece| match piece {
            Rendered::Text(text) => text.as_str(),
            Rendered::Placeholder(_) => "@",
        });
        texts.collect()
    };
    let mut sides = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        if let (Rendered::Placeholder(_), Some((before, after))) =
            (piece, pieces.split_at_checked(index))
        {
            sides.push((text(before), text(after.get(1..).unwrap_or_default())));
        }
    }
    sides
}

/// `, n` behind `LIMIT mark`.
fn behind_limit(after: &str) -> Option<i64> {
    let mut words = words(after);
    words.next().filter(|word| *word == ",")?;
    last_number(words)
}

/// `LIMIT n` before `OFFSET mark`.
fn before_offset(mut back: Back<'_>) -> Option<i64> {
    let number = number(back.next()?);
    number.filter(|_| back.next().is_some_and(|word| is(word, "LIMIT")))
}

/// `LIMIT n` and `ROWS FETCH NEXT n ROWS ONLY` behind `OFFSET mark`.
fn limit_behind(after: &str) -> Option<i64> {
    let mut words = words(after).peekable();
    words.next_if(|word| is(word, "ROWS") || is(word, "ROW"));
    let word = words.next()?;
    if is(word, "FETCH") {
        words.next_if(|word| is(word, "NEXT") || is(word, "FIRST"));
    } else if !is(word, "LIMIT") {
        return None;
    }
    last_number(words)
}

/// A number that nothing is calculated with.
fn last_number<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<i64> {
    let number = number(words.next()?);
    let is_alone = words.next().is_none_or(|word| {
        word == ")" || word == ";" || word.starts_with(|first: char| first.is_alphabetic())
    });
    number.filter(|_| is_alone)
}

/// A whole number that is not 0.
fn number(word: &str) -> Option<i64> {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_digit());
    let number = word.parse().ok().filter(|_| is_plain);
    number.filter(|number| *number > 0)
}

fn is(word: &str, other: &str) -> bool {
    word.eq_ignore_ascii_case(other)
}

fn is_inner(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The words, signs and quoted texts of a text.
fn words(text: &str) -> impl Iterator<Item = &str> + Clone {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let length = if is_inner(first) {
            rest.find(|c| !is_inner(c)).unwrap_or(rest.len())
        } else if matches!(first, '\'' | '"' | '`') {
            let inside = rest.get(1..)?;
            inside.find(first).map_or(rest.len(), |length| length + 2)
        } else {
            first.len_utf8()
        };
        let (word, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(word)
    })
}

/// The words and signs of a text from its end.
struct Back<'a>(&'a str);

impl<'a> Iterator for Back<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_end();
        let last = text.chars().next_back()?;
        let head = if is_inner(last) {
            text.trim_end_matches(is_inner)
        } else {
            text.strip_suffix(last)?
        };
        self.0 = head;
        text.get(head.len()..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pql::syntax::tree::Placeholder;
    use crate::pql::syntax::{Name, Span};

    /// The pieces of a text in which `@` is a mark.
    fn pieces(text: &str) -> Vec<Rendered> {
        let mut pieces = Vec::new();
        for part in text.split_inclusive('@') {
            pieces.push(Rendered::Text(part.trim_end_matches('@').to_owned()));
            if part.ends_with('@') {
                pieces.push(Rendered::Placeholder(Placeholder::Mark {
                    name: Name::new("offset"),
                    span: Span::default(),
                }));
            }
        }
        pieces
    }

    #[test]
    fn the_limit_of_the_mark_is_the_size() {
        use PageSize::{Guess, Limit};
        for (text, size) in [
            ("SELECT a FROM t LIMIT @, 4", Some(Limit(4))),
            ("SELECT a FROM t limit @ , 4;", Some(Limit(4))),
            (
                "SELECT a FROM (SELECT a FROM t LIMIT @,4) t2",
                Some(Limit(4)),
            ),
            ("SELECT a FROM t LIMIT 4 OFFSET @", Some(Limit(4))),
            (
                "SELECT '\\'' FROM (.. LIMIT\n4 OFFSET @) t2 ORDER BY a",
                Some(Limit(4)),
            ),
            ("SELECT a FROM t OFFSET @ LIMIT 4", Some(Limit(4))),
            (
                "SELECT a FROM t OFFSET @ ROWS FETCH NEXT 4 ROWS ONLY",
                Some(Limit(4)),
            ),
            ("SELECT @, a FROM t WHERE b = 7 LIMIT @, 4", Some(Limit(4))),
            ("SELECT a FROM t LIMIT @", None),
            ("SELECT a FROM t LIMIT @, '4'", None),
            ("SELECT a FROM t LIMIT @, 2 * 3", None),
            ("SELECT a FROM t LIMIT -1 OFFSET @", None),
            ("SELECT a FROM t LIMIT 2 * 3 OFFSET @", None),
            ("SELECT a FROM t OFFSET @", None),
            ("SELECT a FROM t WHERE n > @ AND n <= @ + 5", Some(Guess(5))),
            (
                "SELECT a FROM t WHERE n > @ AND t2 <> '3'",
                Some(Guess(10_000)),
            ),
            ("SELECT a FROM t WHERE n > @ * 0", Some(Guess(10_000))),
        ] {
            let expected = size.ok_or(Unfit::NoNumber);
            assert_eq!(page_size(&pieces(text)), expected, "{text}");
        }
    }

    #[test]
    fn nothing_outside_of_the_limit_may_empty_a_page() {
        for (text, is_refused) in [
            (
                "SELECT '\\'' FROM (.. LIMIT\n4 OFFSET @) t2 WHERE a <> 1",
                true,
            ),
            ("SELECT a FROM (.. LIMIT @, 4) u JOIN v ON a = b", true),
            ("SELECT a FROM v JOIN (.. LIMIT @, 4) u ON a = b", true),
            ("SELECT a FROM ((.. LIMIT @, 4) u JOIN v ON a = b) w", true),
            ("SELECT a FROM (.. LIMIT @, 4) u group by a", true),
            (
                "SELECT a FROM (SELECT a FROM t WHERE a > 1 LIMIT @, 4) u",
                false,
            ),
            (
                "SELECT a FROM (.. LIMIT @, 4) u ORDER BY (SELECT 1 WHERE 1)",
                false,
            ),
        ] {
            let is_unfit = page_size(&pieces(text)) == Err(Unfit::FilteredOutside);
            assert_eq!(is_unfit, is_refused, "{text}");
        }
    }

    #[test]
    fn a_limit_inside_cuts_no_result() {
        for (text, expected) in [
            (
                "SELECT a FROM t WHERE a > @ ORDER BY a LIMIT 2",
                Ok(Some(2)),
            ),
            (
                "SELECT a FROM t WHERE (a > @) LIMIT 2 OFFSET 0;",
                Ok(Some(2)),
            ),
            (
                "SELECT a FROM t WHERE a > @ FETCH NEXT 3 ROWS ONLY",
                Ok(Some(3)),
            ),
            (
                "SELECT a FROM t WHERE a > @ LIMIT 2 * 3",
                Err(Unfit::NoNumber),
            ),
            (
                "SELECT a FROM t WHERE a > @ LIMIT 0, 3",
                Err(Unfit::NoNumber),
            ),
            (
                "SELECT a FROM (SELECT a FROM t WHERE a > @ LIMIT 2) u",
                Ok(None),
            ),
            (
                "SELECT a FROM (SELECT a FROM t WHERE a > @) u LIMIT 2",
                Ok(Some(2)),
            ),
            (
                "SELECT a FROM t WHERE a > @ AND b IN (SELECT b FROM u LIMIT 2)",
                Ok(None),
            ),
            ("SELECT a FROM t WHERE a > @", Ok(None)),
        ] {
            assert_eq!(cut(&pieces(text)), expected, "{text}");
        }
    }
}
