//! Why a text is not a time plan.

use crate::fault::Code;
use std::fmt;

/// Longer findings are cut: the position says where to look.
const FOUND_CHARS_MAX: usize = 40;

/// A faulty plan, with the place of the fault. Its text is one line that names everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// Number of the part from 1, counted by the `;` before it.
    pub part: usize,
    /// Place of the fault in characters from 1, in the whole text.
    pub position: usize,
    /// What stands there, as the author wrote it; empty when something is missing.
    pub found: String,
    /// What may stand there.
    pub expected: String,
    /// How to mend it, when the fault is a known mistake.
    pub suggestion: Option<String>,
}

impl ParseError {
    /// The stable code.
    pub fn code(&self) -> Code {
        Code::SCHEDULE_INVALID
    }

    /// Finds the faulty characters in `text` and counts the parts before them.
    pub(super) fn locate(fault: Fault, text: &str) -> Self {
        let before = text.chars().take(fault.from.saturating_sub(1));
        let length = fault.to.saturating_sub(fault.from);
        let mut found: String = text
            .chars()
            .skip(fault.from.saturating_sub(1))
            .take(length.min(FOUND_CHARS_MAX))
            .map(printable)
            .collect();
        if length > FOUND_CHARS_MAX {
            found.push_str("...");
        }
        Self {
            part: before.filter(|ch| matches!(ch, ';' | '\u{ff1b}')).count() + 1,
            position: fault.from,
            found,
            expected: fault.expected,
            suggestion: fault.suggestion,
        }
    }
}

impl std::error::Error for ParseError {}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "schedule is not valid in part {} at character {}: found ",
            self.part, self.position
        )?;
        if self.found.is_empty() {
            f.write_str("nothing")?;
        } else {
            write!(f, "`{}`", self.found)?;
        }
        write!(f, ", expected {}", self.expected)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

/// A fault before its characters are looked up in the author's text.
#[derive(Debug)]
pub(super) struct Fault {
    /// Its first character, from 1.
    pub from: usize,
    /// The character after it; the same as `from` when something is missing.
    pub to: usize,
    pub expected: String,
    pub suggestion: Option<String>,
}

impl Fault {
    /// Adds how to mend it.
    pub(super) fn hint(self, suggestion: impl Into<Option<String>>) -> Self {
        Self {
            suggestion: self.suggestion.or(suggestion.into()),
            ..self
        }
    }
}

/// Keeps the message on one line.
fn printable(ch: char) -> char {
    if ch.is_whitespace() {
        ' '
    } else if ch.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        ch
    }
}
