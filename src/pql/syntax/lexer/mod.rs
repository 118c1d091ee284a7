//! Text to tokens, in one pass and in linear time.
//!
//! Rich strings are cut here too: their items appear as ordinary tokens between `RichStart` and
//! `RichEnd`, so that the parser needs to look at no text twice. Faults of this stage are
//! unclosed literals, comments and brackets, and closing brackets without an opener.

mod brackets;
mod cursor;
mod embedded;
mod literal;
mod rich;
mod scan;

#[cfg(test)]
mod tests;

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::Span;
use crate::pql::syntax::token::Token;

pub(crate) use literal::{decode_literal, is_code, replace_character_codes};
pub(crate) use scan::{FAULTS_MAX, NESTING_MAX, tokenise, tokenise_embedded};

/// The result of this stage.
pub(crate) struct Lexed {
    /// Always closed by an `End` token.
    pub(crate) tokens: Vec<Token>,
    /// For each opening bracket, in order: its token and the token that closes it.
    pub(crate) pairs: Vec<(usize, usize)>,
    /// Comments outside literals, in order.
    pub(crate) comments: Vec<Span>,
    /// What is wrong, in order.
    pub(crate) faults: Vec<Diagnostic>,
    /// An unclosed literal or comment took the rest of the text, so that what seems to be
    /// missing at the end may well be inside it.
    pub(crate) swallowed: bool,
}
