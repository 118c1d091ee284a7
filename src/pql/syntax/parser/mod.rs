//! Tokens to tree, by recursive descent.
//!
//! `state` has the parser and its steps over tokens, `block` the list of statements and the way
//! on after a fault, `statements/` one file for each family of statements. Values are in
//! `value` (tests), `chain` (links), `operand` (arithmetic and primaries) and their neighbours.

mod access;
mod block;
mod chain;
mod faults;
mod finish;
mod json;
mod link_argument;
mod operand;
mod phrase;
mod query;
mod short;
mod state;
mod statements;
mod template;
mod value;

#[cfg(test)]
mod tests;

pub(crate) use faults::nearest;
pub(crate) use finish::{Checks, Finished};
pub(crate) use state::Parser;
