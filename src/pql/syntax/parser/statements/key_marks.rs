//! What the two marks of BLOCK are compared with.
//!
//! A range is right only when both comparisons are known, so what cannot be told is refused.

use crate::pql::syntax::Span;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::Step;
use crate::pql::syntax::tree::{KeyMarks, Placeholder, Segment, Sql, SqlEffect};

/// What may belong to an operator.
const OPERATOR: &[char] = &[
    '<', '>', '=', '!', '+', '-', '*', '/', '%', '|', '&', '^', '~', '#', '?', '@', ':',
];

/// Words behind which a comparison begins.
const BEGINS: &[&str] = &["AND", "WHERE", "ON", "HAVING", "WHEN"];

/// Words that end a condition, so that an OR behind them belongs to another one.
const ENDS: &[&str] = &[
    "THEN",
    "JOIN",
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "RETURNING",
    "WINDOW",
    "FOR",
];

/// Words between the marks by which both comparisons need not hold for a row.
const PARTS: &[&str] = &["OR", "XOR", "SELECT", "WHERE", "WHEN"];

/// Reads the comparisons of the two marks; `None` for a SELECT without any mark.
pub(super) fn key_marks(statement: &Sql) -> Step<Option<KeyMarks>> {
    let body = Body::of(statement);
    let [first, second] = body.marks.as_slice() else {
        // UPDATE and DELETE would change all rows, whatever the range.
        if body.marks.is_empty() && statement.effect == SqlEffect::Query {
            return Ok(None);
        }
        let title = format!(
            "`BLOCK` needs the mark `@{{..}}` twice, found {}",
            body.marks.len()
        );
        let label = "each end of the keys needs one";
        return fail(statement.body.span, title, label);
    };
    let (first, second) = (body.mark(*first), body.mark(*second));
    if let Some(lower) = body.between(&first, &second) {
        body.check_alternatives(&lower, &lower, &first)?;
        return Ok(Some(KeyMarks {
            from_is_included: true,
            to_is_excluded: false,
        }));
    }
    let (lower, upper) = (body.compared(&first)?, body.compared(&second)?);
    let marks = match (lower.bound, upper.bound) {
        (Bound::Lower { is_included }, Bound::Upper { is_excluded }) => KeyMarks {
            from_is_included: is_included,
            to_is_excluded: is_excluded,
        },
        (Bound::Upper { .. }, _) => {
            let title = "the first mark of `BLOCK` gets the lower end of the keys";
            return fail(first.span, title, "compared as the upper end");
        }
        (_, Bound::Lower { .. }) => {
            let title = "the second mark of `BLOCK` gets the upper end of the keys";
            return fail(second.span, title, "compared as the lower end");
        }
    };
    if !lower.key.eq_ignore_ascii_case(&upper.key) {
        let title = "the two marks of `BLOCK` are compared with different keys";
        let label = format!("compared with `{}`, not with `{}`", upper.key, lower.key);
        return fail(second.span, title, &label);
    }
    if !body.are_joined(lower.end, upper.start) {
        let title = "the two comparisons of `BLOCK` are not joined by `AND`";
        return fail(second.span, title, "its range holds only where both do");
    }
    body.check_alternatives(&lower, &upper, &first)?;
    Ok(Some(marks))
}

fn fail<T>(span: Span, title: impl Into<String>, label: &str) -> Step<T> {
    let help = "write `id > @{id} AND id <= @{id}`, the same with `>=` and `<`, or \
                `id BETWEEN @{id} AND @{id}`";
    let fault = faults::syntax(span, title).with_label(label);
    Err(Box::new(fault.with_help(help)))
}

/// A piece of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Word(&'a str),
    /// A quoted text or name with its quotes.
    Quoted(&'a str),
    /// Operator signs that stand together.
    Sign(&'a str),
    Other(char),
    /// An embedded item: some value, which is no comparison.
    Item,
    Mark(Span),
}

impl<'a> Piece<'a> {
    /// The first piece of a text that begins with no space, and what is behind it.
    fn first(text: &'a str) -> Option<(Self, &'a str)> {
        let first = text.chars().next()?;
        let until = |is_inside: &dyn Fn(char) -> bool| {
            let length = text.find(|c| !is_inside(c)).unwrap_or(text.len());
            text.split_at_checked(length)
        };
        Some(if is_inner(first) {
            let (word, rest) = until(&is_inner)?;
            (Self::Word(word), rest)
        } else if OPERATOR.contains(&first) {
            let (sign, rest) = until(&|c| OPERATOR.contains(&c))?;
            (Self::Sign(sign), rest)
        } else if matches!(first, '\'' | '"' | '`') {
            let (quoted, rest) = text.split_at_checked(quoted_length(text, first))?;
            (Self::Quoted(quoted), rest)
        } else {
            (Self::Other(first), text.get(first.len_utf8()..)?)
        })
    }

    fn is_one_of(self, words: &[&str]) -> bool {
        matches!(self, Self::Word(word) if words.iter().any(|w| w.eq_ignore_ascii_case(word)))
    }

    /// A name that may be that of a column, without its quotes.
    fn name(self) -> Option<&'a str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Quoted(text) if !text.starts_with('\'') => {
                text.get(1..text.len().checked_sub(1)?)
            }
            _ => None,
        }
    }
}

fn is_inner(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The length of a quoted text at the beginning; a backslash takes the next character along.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut is_taken = false;
    for (at, character) in text.char_indices().skip(1) {
        if is_taken {
            is_taken = false;
        } else if character == '\\' {
            is_taken = true;
        } else if character == quote {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

/// A mark with the parentheses around it alone.
struct Mark {
    /// Pieces before it.
    start: usize,
    /// The piece behind it.
    end: usize,
    span: Span,
}

/// A comparison of a key with a mark.
struct Compared {
    bound: Bound,
    key: String,
    /// Pieces before it.
    start: usize,
    /// The piece behind it.
    end: usize,
}

/// The pieces of a statement and the places of its marks.
struct Body<'a> {
    pieces: Vec<Piece<'a>>,
    marks: Vec<(usize, Span)>,
}

/// Which end of a range a mark is.
#[derive(Debug, Clone, Copy)]
enum Bound {
    Lower { is_included: bool },
    Upper { is_excluded: bool },
}

impl Bound {
    /// What `key SIGN mark` makes of the mark.
    fn of(sign: &str) -> Option<Self> {
        match sign {
            ">" => Some(Self::Lower { is_included: false }),
            ">=" => Some(Self::Lower { is_included: true }),
            "<" => Some(Self::Upper { is_excluded: true }),
            "<=" => Some(Self::Upper { is_excluded: false }),
            _ => None,
        }
    }

    /// What `mark SIGN key` makes of the mark.
    fn mirrored(sign: &str) -> Option<Self> {
        match sign {
            "<" => Self::of(">"),
            "<=" => Self::of(">="),
            ">" => Self::of("<"),
            ">=" => Self::of("<="),
            _ => None,
        }
    }
}

impl<'a> Body<'a> {
    fn of(statement: &'a Sql) -> Self {
        let mut pieces = Vec::new();
        let mut marks = Vec::new();
        for segment in &statement.body.segments {
            match segment {
                Segment::Text(text) => {
                    let mut rest = text.trim_start();
                    while let Some((piece, behind)) = Piece::first(rest) {
                        pieces.push(piece);
                        rest = behind.trim_start();
                    }
                }
                Segment::Placeholder(Placeholder::Mark { span, .. }) => {
                    marks.push((pieces.len(), *span));
                    pieces.push(Piece::Mark(*span));
                }
                _ => pieces.push(Piece::Item),
            }
        }
        Self { pieces, marks }
    }

    fn at(&self, index: usize) -> Option<Piece<'a>> {
        self.pieces.get(index).copied()
    }

    /// The piece before a place.
    fn before(&self, index: usize) -> Option<Piece<'a>> {
        self.at(index.checked_sub(1)?)
    }

    fn opens(&self, index: usize) -> bool {
        self.at(index) == Some(Piece::Other('('))
    }

    /// A mark together with parentheses around nothing else, which are no call of a function.
    fn mark(&self, (index, span): (usize, Span)) -> Mark {
        let (mut start, mut end) = (index, index.saturating_add(1));
        while let Some(outer) = start.checked_sub(1)
            && self.opens(outer)
            && self.at(end) == Some(Piece::Other(')'))
            && self.before(outer).is_some_and(|piece| {
                let is_word = piece.is_one_of(BEGINS) || piece.is_one_of(&["BETWEEN"]);
                is_word || matches!(piece, Piece::Sign(_) | Piece::Other('('))
            })
        {
            (start, end) = (outer, end.saturating_add(1));
        }
        Mark { start, end, span }
    }

    /// `key BETWEEN mark AND mark`: both ends are included.
    fn between(&self, first: &Mark, second: &Mark) -> Option<Compared> {
        let word = first.start.checked_sub(1)?;
        let is_joined =
            self.at(first.end)?.is_one_of(&["AND"]) && first.end.saturating_add(1) == second.start;
        if !self.at(word)?.is_one_of(&["BETWEEN"]) || !is_joined || !self.ends_operand(second.end) {
            return None;
        }
        let (start, key) = self.key_before(word)?;
        Some(Compared {
            bound: Bound::Lower { is_included: true },
            key,
            start,
            end: second.end,
        })
    }

    fn compared(&self, mark: &Mark) -> Step<Compared> {
        if let Some(compared) = self.key_first(mark).or_else(|| self.mark_first(mark)) {
            return Ok(compared);
        }
        let title = "`BLOCK` cannot tell which keys its mark bounds";
        fail(mark.span, title, "not compared with the key directly")
    }

    /// `key SIGN mark`
    fn key_first(&self, mark: &Mark) -> Option<Compared> {
        let place = mark.start.checked_sub(1)?;
        let Piece::Sign(sign) = self.at(place)? else {
            return None;
        };
        let bound = Bound::of(sign).filter(|_| self.ends_operand(mark.end))?;
        let (start, key) = self.key_before(place)?;
        Some(Compared {
            bound,
            key,
            start,
            end: mark.end,
        })
    }

    /// `mark SIGN key`
    fn mark_first(&self, mark: &Mark) -> Option<Compared> {
        let Piece::Sign(sign) = self.at(mark.end)? else {
            return None;
        };
        let bound = Bound::mirrored(sign).filter(|_| self.begins_operand(mark.start))?;
        let mut end = mark.end.saturating_add(1);
        let mut key = self.at(end)?.name()?.to_owned();
        end = end.saturating_add(1);
        while self.at(end) == Some(Piece::Other('.')) {
            key.push('.');
            key.push_str(self.at(end.saturating_add(1))?.name()?);
            end = end.saturating_add(2);
        }
        self.ends_operand(end).then_some(Compared {
            bound,
            key,
            start: mark.start,
            end,
        })
    }

    /// The column that ends before a place: where it begins and its name.
    fn key_before(&self, end: usize) -> Option<(usize, String)> {
        let mut start = end.checked_sub(1)?;
        let mut key = self.at(start)?.name()?.to_owned();
        while self.before(start) == Some(Piece::Other('.')) {
            start = start.checked_sub(2)?;
            key = format!("{}.{key}", self.at(start)?.name()?);
        }
        self.begins_operand(start).then_some((start, key))
    }

    /// Tells whether a comparison begins at a place, perhaps in parentheses.
    fn begins_operand(&self, start: usize) -> bool {
        let pieces = self.pieces.get(..start).unwrap_or_default();
        let outside = pieces.iter().rfind(|p| **p != Piece::Other('('));
        outside.is_some_and(|piece| piece.is_one_of(BEGINS))
    }

    /// Tells whether nothing from a place on belongs to the operand before it.
    fn ends_operand(&self, end: usize) -> bool {
        match self.at(end) {
            None | Some(Piece::Other(')' | ',' | ';')) => true,
            Some(piece @ Piece::Word(_)) => !piece.is_one_of(&["DIV", "MOD", "COLLATE"]),
            Some(_) => false,
        }
    }

    /// Refuses a condition that may hold although the comparisons do not.
    fn check_alternatives(&self, lower: &Compared, upper: &Compared, mark: &Mark) -> Step<()> {
        if self.has_or_before(lower.start) || self.has_or_behind(upper.end) {
            let title = "an `OR` or a `NOT` around the comparisons of `BLOCK` leaves the range";
            return fail(mark.span, title, "rows with other keys would be taken");
        }
        Ok(())
    }

    /// Tells whether AND joins what ends at the first place with what begins at the second.
    fn are_joined(&self, from: usize, to: usize) -> bool {
        let between = self.pieces.get(from..to).unwrap_or_default();
        let mut rest = between.iter().skip_while(|p| **p == Piece::Other(')'));
        if !rest.next().is_some_and(|piece| piece.is_one_of(&["AND"])) {
            return false;
        }
        // For each open parenthesis, whether what is in it may stand around a comparison.
        let mut levels = vec![true];
        let mut before = None;
        for piece in between {
            match piece {
                Piece::Other('(') => levels.push(before.is_some_and(|piece: Piece<'_>| {
                    piece.is_one_of(&["AND"]) || piece == Piece::Other('(')
                })),
                Piece::Other(')') if levels.len() > 1 => {
                    levels.pop();
                }
                piece if piece.is_one_of(PARTS) => {
                    if let Some(level) = levels.last_mut() {
                        *level = false;
                    }
                }
                _ => {}
            }
            before = Some(*piece);
        }
        levels.iter().all(|is_joined| *is_joined)
    }

    /// Looks back from a comparison to the beginning of its condition.
    fn has_or_before(&self, start: usize) -> bool {
        let mut depth = 0_usize;
        let before = self.pieces.get(..start).unwrap_or_default();
        for (index, piece) in before.iter().enumerate().rev() {
            match piece {
                Piece::Other(')') => depth = depth.saturating_add(1),
                Piece::Other('(') => {
                    let is_not = || self.before(index).is_some_and(|p| p.is_one_of(&["NOT"]));
                    if depth == 0 && is_not() {
                        return true;
                    }
                    depth = depth.saturating_sub(1);
                }
                piece if depth == 0 && piece.is_one_of(&["OR", "XOR"]) => return true,
                piece if depth == 0 && piece.is_one_of(&["WHERE", "ON", "HAVING", "WHEN"]) => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }

    /// Looks from a comparison to the end of its condition.
    fn has_or_behind(&self, end: usize) -> bool {
        let mut depth = 0_usize;
        let mut enclosing = self.enclosing(end);
        for piece in self.pieces.get(end..).unwrap_or_default() {
            match piece {
                Piece::Other('(') => depth = depth.saturating_add(1),
                Piece::Other(')') if depth == 0 => {
                    let inside = enclosing.pop().and_then(|open| self.at(open + 1));
                    // The condition ends with its own query.
                    if inside.is_none_or(|piece| piece.is_one_of(&["SELECT", "WITH"])) {
                        return false;
                    }
                }
                Piece::Other(')') => depth = depth.saturating_sub(1),
                piece if depth == 0 && piece.is_one_of(&["OR", "XOR"]) => return true,
                piece if depth == 0 && piece.is_one_of(ENDS) => return false,
                _ => {}
            }
        }
        false
    }

    /// The parentheses that are open at a place.
    fn enclosing(&self, end: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate().take(end) {
            match piece {
                Piece::Other('(') => open.push(index),
                Piece::Other(')') => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }
}
