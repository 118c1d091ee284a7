//! One built-in function.

use std::ops::RangeInclusive;

use crate::pql::eval::Done;
use crate::pql::functions::Given;
use crate::value::Value;

/// The code of a function.
pub(crate) type FunctionCode = fn(&mut Given<'_>) -> Done<Value>;

/// A function that every program has.
pub(crate) struct Function {
    /// Its names without `@` in upper case, the usual one first.
    pub(crate) names: &'static [&'static str],
    /// The parameters as the manual shows them.
    pub(crate) parameters: &'static str,
    /// How many arguments it takes.
    pub(crate) arguments: RangeInclusive<usize>,
    /// One or two sentences for the manual.
    pub(crate) text: &'static str,
    /// Programs of one expression with what they print.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    /// Computes the result.
    pub(crate) code: FunctionCode,
}

impl Function {
    /// A function without its page in the manual.
    pub(crate) const fn new(
        names: &'static [&'static str],
        parameters: &'static str,
        arguments: RangeInclusive<usize>,
        code: FunctionCode,
    ) -> Self {
        Self {
            names,
            parameters,
            arguments,
            text: "",
            examples: &[],
            code,
        }
    }

    /// What the manual says.
    pub(crate) const fn says(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    /// What the manual shows: expressions with what they print.
    pub(crate) const fn shows(mut self, examples: &'static [(&'static str, &'static str)]) -> Self {
        self.examples = examples;
        self
    }

    /// The usual name.
    pub(crate) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}
