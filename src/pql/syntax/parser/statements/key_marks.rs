//! What the two marks of BLOCK are compared with.
//!
//! A range is right only when both comparisons are known, so what cannot be told is refused.

use crate::pql::syntax::Span;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::Step;
use crate::pql::syntax::tree::{KeyMarks, Placeholder, Segment, Template};

/// Stands for an embedded item: some value, which is no comparison.
const ITEM: &str = "$";

/// What may belong to an operator.
const OPERATOR: &[char] = &[
    '<', '>', '=', '!', '+', '-', '*', '/', '%', '|', '&', '^', '~', '#', '?', '@', ':',
];

/// Reads the comparisons of the two marks; `None` without any mark.
pub(super) fn key_marks(body: &Template) -> Step<Option<KeyMarks>> {
    let marks = marks(body);
    let [first, second] = marks.as_slice() else {
        if marks.is_empty() {
            return Ok(None);
        }
        let title = format!(
            "`BLOCK` needs the mark `@{{..}}` twice, found {}",
            marks.len()
        );
        let label = "each end of the keys needs one";
        return fail(body.span, title, label);
    };
    if first.is_between(second) {
        return Ok(Some(KeyMarks {
            from_is_included: true,
            to_is_excluded: false,
        }));
    }
    match (first.bound()?, second.bound()?) {
        (Bound::Lower { is_included }, Bound::Upper { is_excluded }) => Ok(Some(KeyMarks {
            from_is_included: is_included,
            to_is_excluded: is_excluded,
        })),
        (Bound::Upper { .. }, _) => {
            let title = "the first mark of `BLOCK` gets the lower end of the keys";
            fail(first.span, title, "compared as the upper end")
        }
        (_, Bound::Lower { .. }) => {
            let title = "the second mark of `BLOCK` gets the upper end of the keys";
            fail(second.span, title, "compared as the lower end")
        }
    }
}

fn fail<T>(span: Span, title: impl Into<String>, label: &str) -> Step<T> {
    let help = "write `id > @{id} AND id <= @{id}`, the same with `>=` and `<`, or \
                `id BETWEEN @{id} AND @{id}`";
    let fault = faults::syntax(span, title).with_label(label);
    Err(Box::new(fault.with_help(help)))
}

/// A mark and the texts that it stands between.
struct Mark<'a> {
    before: &'a str,
    after: &'a str,
    span: Span,
}

fn marks(body: &Template) -> Vec<Mark<'_>> {
    let text = |index: Option<usize>| match index.and_then(|index| body.segments.get(index)) {
        Some(Segment::Text(text)) => text.trim(),
        Some(_) => ITEM,
        None => "",
    };
    let segments = body.segments.iter().enumerate();
    let marks = segments.filter_map(|(index, segment)| match segment {
        Segment::Placeholder(Placeholder::Mark { span, .. }) => Some(Mark {
            before: text(index.checked_sub(1)),
            after: text(index.checked_add(1)),
            span: *span,
        }),
        _ => None,
    });
    marks.collect()
}

/// Which end of a range a mark is.
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

impl Mark<'_> {
    fn bound(&self) -> Step<Bound> {
        let key = self.before.trim_end_matches(OPERATOR);
        let sign = self.before.get(key.len()..).unwrap_or_default();
        let bound = if sign.is_empty() && self.begins_operand() {
            let key = self.after.trim_start_matches(OPERATOR);
            let length = self.after.len().saturating_sub(key.len());
            Bound::mirrored(self.after.get(..length).unwrap_or_default())
        } else {
            Bound::of(sign).filter(|_| self.ends_operand())
        };
        bound.map_or_else(
            || {
                let title = "`BLOCK` cannot tell which keys its mark bounds";
                fail(self.span, title, "not compared with the key directly")
            },
            Ok,
        )
    }

    /// `BETWEEN mark AND mark`: both ends are included.
    fn is_between(&self, second: &Mark<'_>) -> bool {
        let mut words = self.before.split_whitespace().rev();
        words.next().is_some_and(is("BETWEEN"))
            && !words.next().is_some_and(is("NOT"))
            && is("AND")(self.after)
            && second.ends_operand()
    }

    /// Tells whether nothing before the mark belongs to the same operand.
    fn begins_operand(&self) -> bool {
        const WORDS: [&str; 5] = ["AND", "WHERE", "ON", "HAVING", "WHEN"];
        let word = self.before.rsplit(|c: char| !c.is_alphanumeric()).next();
        self.before.ends_with('(') || word.is_some_and(|word| WORDS.iter().any(|w| is(w)(word)))
    }

    /// Tells whether nothing behind the mark belongs to the same operand.
    fn ends_operand(&self) -> bool {
        const OPERATORS: [&str; 3] = ["DIV", "MOD", "COLLATE"];
        let mut words = self.after.split(|c: char| !c.is_alphanumeric());
        let word = words.next().unwrap_or_default();
        match self.after.chars().next() {
            None | Some(')' | ',' | ';') => true,
            Some(first) => first.is_alphabetic() && !OPERATORS.iter().any(|w| is(w)(word)),
        }
    }
}

fn is(word: &str) -> impl Fn(&str) -> bool {
    move |other| other.eq_ignore_ascii_case(word)
}
