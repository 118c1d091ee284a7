//! PQL text to tree: sources and spans, the lexer, the parser and the tree itself.
//!
//! Start reading at [`tree`], then [`parse`]. The parser never stops at the first fault: it goes
//! on after the next `;` and answers with the tree *and* the diagnostics. A program with errors
//! must not be run. Everything here is pure, synchronous and linear in the size of the text;
//! no input makes it panic. It lacks on purpose: knowledge of SQL, of what links and functions
//! compute, and of any value at run time.

mod entry;
mod keywords;
mod lexer;
mod links;
mod name;
mod parameters;
mod parser;
mod source;
mod span;
mod token;
pub mod tree;

#[cfg(test)]
mod tests;

pub use entry::{
    Parsed, parse, parse_embedded, parse_expression, parse_expression_within, parse_statement,
    parse_with_links,
};
pub(crate) use lexer::NESTING_MAX;
pub use links::{ArgumentForm, LinkForm, LinkNames};
pub use name::Name;
pub(crate) use parser::nearest;
pub use source::{Place, Source};
pub use span::Span;
