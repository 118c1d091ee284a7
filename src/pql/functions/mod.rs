//! Built-in functions and predefined global variables.
//!
//! A function is one [`Function`] in the file of its family: names, parameters, page in the manual
//! and code. It has no side effects; what it computes with the links it takes from there.

mod catalogue;
mod dates;
mod entry;
mod given;
mod numbers;
mod other;
mod predefined;
mod random;
mod statistics;
#[cfg(test)]
mod tests;
mod texts;
mod times;

pub(crate) use catalogue::{call, find, functions};
pub(crate) use entry::Function;
pub(crate) use given::Given;
pub(crate) use predefined::predefined;
