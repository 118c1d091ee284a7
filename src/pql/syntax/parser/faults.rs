//! The wording of faults.

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::Span;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::TokenKind;

/// The longest piece of the text that is repeated in a message, in characters.
const QUOTED_MAX: usize = 40;

/// Makes a syntax error.
pub(crate) fn syntax(span: Span, title: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code::PQL_SYNTAX, span, title)
}

/// Makes the error for something of a later version.
pub(crate) fn not_supported(span: Span, what: &str) -> Diagnostic {
    let title = format!("`{what}` is not supported in this version");
    Diagnostic::error(Code::PQL_NOT_SUPPORTED, span, title)
}

/// Makes the error for too deep nesting.
pub(crate) fn too_deep(span: Span, limit: usize) -> Diagnostic {
    let title = format!("the program is nested deeper than {limit} levels");
    Diagnostic::error(Code::PQL_LIMIT, span, title)
        .with_label("one too many")
        .with_help("move the inner part into a function or a variable")
}

impl Parser<'_> {
    /// Names the token under the cursor.
    pub(super) fn found(&self) -> String {
        match self.kind() {
            TokenKind::End => "the end of the text".to_owned(),
            TokenKind::RichEnd => "the end of the rich string".to_owned(),
            // The end of a code block is a `;` that nobody wrote.
            TokenKind::Semicolon if self.span().is_empty() => "`%>`".to_owned(),
            TokenKind::OutputStart | TokenKind::TextPiece => "`%>`".to_owned(),
            _ => format!("`{}`", self.quoted(self.span())),
        }
    }

    /// The text of a span, shortened and on one line.
    pub(super) fn quoted(&self, span: Span) -> String {
        let text = self.source.slice(span);
        let mut short: String = text.chars().take(QUOTED_MAX).collect();
        if short.len() < text.len() {
            short.push_str("..");
        }
        short.replace(['\n', '\r'], " ")
    }

    /// Makes the error that something else was expected here.
    pub(super) fn expected(&self, what: &str) -> Diagnostic {
        let title = format!("expected {what}, found {}", self.found());
        syntax(self.span(), title).with_label(format!("expected {what}"))
    }

    /// Gives the error that something else was expected here.
    pub(super) fn fail<T>(&self, what: &str) -> Step<T> {
        Err(self.expected(what).into())
    }
}

/// Finds the candidate that differs least from a word, when it differs little.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Longer words are not worth the comparison.
    const LENGTH_MAX: usize = 40;
    let word: Vec<u8> = word
        .bytes()
        .take(LENGTH_MAX + 1)
        .map(|b| b.to_ascii_uppercase())
        .collect();
    if word.len() > LENGTH_MAX {
        return None;
    }
    let allowed = match word.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let distances = candidates.into_iter().map(|candidate| {
        let other: Vec<u8> = candidate
            .bytes()
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        (distance(&word, &other), candidate)
    });
    distances
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of letters to insert, remove, replace or swap with a neighbour.
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, &a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in right.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, j) + usize::from(a != b);
            let mut best = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let previous = |letters: &[u8], index: usize| {
                index
                    .checked_sub(1)
                    .and_then(|index| letters.get(index))
                    .copied()
            };
            let is_swap = previous(left, i) == Some(b) && previous(right, j) == Some(a);
            if is_swap && let Some(j) = j.checked_sub(1) {
                best = best.min(at(&before, j) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}
