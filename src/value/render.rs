//! The canonical text of a value (`pql-core.md` 2.4).

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::Value;
use super::json::GoesOn;

/// From here down a decimal is written with an exponent.
const PLAIN_MIN: f64 = 1e-6;

/// From here up a decimal is written with an exponent.
const PLAIN_END: f64 = 1e21;

impl Value {
    /// The canonical text; borrowed when the value is a text already.
    pub fn render(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Null => Cow::Borrowed("null"),
            Self::Undefined => Cow::Borrowed("UNDEFINED"),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            _ => {
                let mut text = String::new();
                self.render_into(&mut text);
                Cow::Owned(text)
            }
        }
    }

    /// Appends the canonical text.
    pub fn render_into(&self, out: &mut String) {
        self.render_while(out, &mut |_| true);
    }

    /// As [`Self::render_into`], and leaves off in a collection as [`Self::write_json_while`] does.
    pub(crate) fn render_while(&self, out: &mut String, goes_on: GoesOn<'_>) {
        match self {
            Self::Undefined => out.push_str("UNDEFINED"),
            Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(number) => write_integer(*number, out),
            Self::Decimal(number) => write_decimal(*number, out),
            Self::Text(text) => out.push_str(text),
            Self::DateTime(value) => value.write(out),
            Self::Bytes(bytes) => write_hex(bytes, out),
            Self::Array(_) | Self::HashSet(_) | Self::Row(_) | Self::Table(_) => {
                self.write_json_while(out, goes_on);
            }
        }
    }

    /// The beginning of the canonical text, for messages.
    pub fn excerpt(&self) -> String {
        const CHARS_MAX: usize = 60;
        let text = if self.is_collection() {
            let mut text = String::new();
            self.render_while(&mut text, &mut |bytes| {
                bytes <= CHARS_MAX * char::MAX_LEN_UTF8
            });
            text.into()
        } else {
            self.render()
        };
        let mut chars = text.chars();
        let mut head: String = chars.by_ref().take(CHARS_MAX).collect();
        if chars.next().is_some() {
            head.push('…');
        }
        head
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

/// Appends the digits of a whole number.
pub(super) fn write_integer(number: i64, out: &mut String) {
    // Writing into a String cannot fail.
    let _ = write!(out, "{number}");
}

/// Appends the shortest text that reads back equal; whole numbers get no `.0`.
pub(super) fn write_decimal(number: f64, out: &mut String) {
    let size = number.abs();
    // Writing into a String cannot fail.
    let _ = if number == 0.0 {
        out.write_char('0')
    } else if size.is_finite() && !(PLAIN_MIN..PLAIN_END).contains(&size) {
        write!(out, "{number:e}")
    } else {
        write!(out, "{number}")
    };
}

/// Appends two hexadecimal digits per byte; bytes have no other text that is safe everywhere.
pub(super) fn write_hex(bytes: &[u8], out: &mut String) {
    out.reserve(bytes.len().saturating_mul(2));
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            out.push(char::from_digit(half.into(), 16).unwrap_or('0'));
        }
    }
}
