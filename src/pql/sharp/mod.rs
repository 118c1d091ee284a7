//! The Sharp links: what each computes. A link is one function and one line of its table; the
//! names and the form of the arguments are data of the parser.

mod link;
mod ranges;

pub(crate) use link::{LinkRule, apply};
