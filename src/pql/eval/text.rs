//! Texts of values, which are no larger than a program may make, and end with the run.

use std::borrow::Cow;

use crate::fault::Code;
use crate::pql::cancel::Lookout;
use crate::pql::eval::{Done, Halt, Run};
use crate::value::Value;

impl Run {
    /// The text of a value; borrowed when the value is a text already.
    pub(crate) fn text_of<'v>(&self, value: &'v Value) -> Done<Cow<'v, str>> {
        if !value.is_collection() {
            return Ok(value.render());
        }
        let mut text = String::new();
        self.write_text(value, &mut text)?;
        Ok(text.into())
    }

    /// As [`Self::text_of`], for what needs a value that has one.
    pub(crate) fn needed_text<'v>(&self, value: &'v Value) -> Done<Cow<'v, str>> {
        if value.is_absent() {
            return Ok(value.to_text()?);
        }
        self.text_of(value)
    }

    /// Appends the text of a value.
    pub(crate) fn write_text(&self, value: &Value, out: &mut String) -> Done<()> {
        if value.is_collection() {
            let limit = self.limits().text_bytes;
            let mut lookout = Lookout::new(&self.shared.cancel);
            value.render_while(out, &mut |bytes| bytes <= limit && !lookout.is_stopped());
            self.look()?;
        } else {
            value.render_into(out);
        }
        self.check_text(out.len())
    }

    /// Tells whether a value is no larger text than a program may make.
    #[inline]
    pub(crate) fn is_fit(&self, value: &Value) -> bool {
        let limit = self.shared.environment.limits.text_bytes;
        !matches!(value, Value::Text(text) if text.len() > limit)
    }

    /// Refuses a larger text than a program may make.
    pub(crate) fn check_text(&self, bytes: usize) -> Done<()> {
        let limit = self.limits().text_bytes;
        if bytes > limit {
            let message = format!("the text grows beyond {limit} bytes");
            return Err(Halt::new(Code::PQL_LIMIT, message));
        }
        Ok(())
    }

    /// The value, unless it is a larger text than a program may make.
    pub(crate) fn fit(&self, value: Value) -> Done<Value> {
        if let Value::Text(text) = &value {
            self.check_text(text.len())?;
        }
        Ok(value)
    }
}
