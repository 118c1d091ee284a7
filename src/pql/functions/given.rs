//! What the code of a function sees: its arguments and the run.

use std::borrow::Cow;

use crate::clock::Civil;
use crate::pql::cancel::Cancel;
use crate::pql::eval::{Done, Run};
use crate::value::{Frame, Value};

/// The arguments of one call; their number has been checked.
pub(crate) struct Given<'a> {
    /// The run it happens in.
    pub(crate) run: &'a mut Run,
    /// The arguments in order.
    pub(crate) values: &'a [Value],
}

static NOTHING: Value = Value::Undefined;

impl<'a> Given<'a> {
    /// Date and zone for conversions.
    pub(crate) fn frame(&self) -> Frame<'_> {
        self.run.shared.frame()
    }

    /// What stops the run.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.run.shared.cancel
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.values.len()
    }

    /// One of them; UNDEFINED when it was left out.
    pub(crate) fn value(&self, index: usize) -> &'a Value {
        self.values.get(index).unwrap_or(&NOTHING)
    }

    /// One of them as text.
    pub(crate) fn text(&self, index: usize) -> Done<Cow<'a, str>> {
        self.run.needed_text(self.value(index))
    }

    /// One of them as text, empty when it was left out.
    pub(crate) fn optional_text(&self, index: usize) -> Done<Cow<'a, str>> {
        if index < self.count() {
            return self.text(index);
        }
        Ok(Cow::Borrowed(""))
    }

    /// One of them as a whole number.
    pub(crate) fn integer(&self, index: usize) -> Done<i64> {
        Ok(self.value(index).to_integer(self.frame())?)
    }

    /// One of them as a whole number, when it was given.
    pub(crate) fn optional_integer(&self, index: usize) -> Done<Option<i64>> {
        if index < self.count() {
            return self.integer(index).map(Some);
        }
        Ok(None)
    }

    /// One of them as a number with fraction.
    pub(crate) fn decimal(&self, index: usize) -> Done<f64> {
        Ok(self.value(index).to_decimal(self.frame())?)
    }

    /// One of them as a date-time.
    pub(crate) fn civil(&self, index: usize) -> Done<Civil> {
        Ok(self.value(index).to_datetime(self.frame())?.civil)
    }
}
