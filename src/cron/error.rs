//! Why a text is not a time plan.

use crate::fault::Code;

/// A faulty plan, with the place of the fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schedule is not valid at character {position}: found `{found}`, {expected}")]
pub struct ParseError {
    /// Place of the fault in characters from 1.
    pub position: usize,
    /// What stands there.
    pub found: String,
    /// What may stand there, or how to mend it.
    pub expected: String,
}

impl ParseError {
    /// The stable code.
    pub fn code(&self) -> Code {
        Code::SCHEDULE_INVALID
    }
}
