//! Predefined global variables and built-in functions.

mod built_in;
mod predefined;

pub(crate) use built_in::{call, find};
pub(crate) use predefined::predefined;
