//! Exit codes: stable, documented in `docs/cli.md` and tested.

use crate::fault::Code;

/// What the program ends with (`experience.md` 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It worked.
    Success,
    /// The operation ran and failed.
    Failed,
    /// Wrong usage or bad input.
    Usage,
    /// No such thing.
    NotFound,
    /// The present state does not allow it.
    Conflict,
    /// The token is missing or wrong.
    Denied,
    /// The server or the store cannot be reached.
    Unreachable,
    /// A code of the program's own, by `EXIT CODE n`.
    Code(u8),
    /// Ended by a second signal.
    Terminated,
}

impl Exit {
    /// The number for the operating system.
    pub const fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Denied => 5,
            Self::Unreachable => 6,
            Self::Code(code) => code,
            Self::Terminated => 143,
        }
    }

    /// The exit that tells the same as an HTTP status.
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Success,
            400 | 405 | 413 | 422 => Self::Usage,
            401 | 403 => Self::Denied,
            404 => Self::NotFound,
            409 | 412 => Self::Conflict,
            502..=504 => Self::Unreachable,
            _ => Self::Failed,
        }
    }
}

impl Exit {
    /// Whether a code says that a function was called and did not succeed: the operation ran, so it
    /// is neither wrong usage nor a conflict. A wrong argument is wrong usage.
    pub fn is_of_a_call(code: &str) -> bool {
        let failures = [
            Code::CALL_TIMEOUT,
            Code::CALL_MEMORY,
            Code::CALL_STACK,
            Code::CALL_TRAP,
            Code::CALL_RESULT,
            Code::CALL_FAILED,
            Code::CALL_DENIED,
        ];
        // A function that is written in PQL fails with a code of the language.
        code.starts_with("KP-3") || failures.iter().any(|it| it.to_string() == code)
    }
}

/// Ends the process without waiting for anything.
#[expect(clippy::exit, reason = "a second signal asks for exactly this")]
#[expect(
    clippy::disallowed_methods,
    reason = "a second signal asks for exactly this"
)]
pub fn at_once(exit: Exit) -> ! {
    std::process::exit(i32::from(exit.number()))
}

/// A failed command: four lines at most, what, why, what was not changed, what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// What the program ends with.
    pub exit: Exit,
    /// What failed.
    pub what: String,
    /// Why, when known.
    pub why: Option<String>,
    /// The stable code, when there is one.
    pub code: Option<String>,
    /// What to do next.
    pub next: Option<String>,
}

impl Failure {
    /// A failure with nothing but its headline.
    pub fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            why: None,
            code: None,
            next: None,
        }
    }

    /// Adds the reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds the stable code.
    #[must_use]
    pub fn code(mut self, code: Code) -> Self {
        self.code = Some(code.to_string());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The lines for standard error.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("error: {}", self.what)];
        match (&self.why, &self.code) {
            (Some(why), Some(code)) => lines.push(format!("  because: {why} ({code})")),
            (Some(why), None) => lines.push(format!("  because: {why}")),
            (None, Some(code)) => lines.push(format!("  code: {code}")),
            (None, None) => {}
        }
        if let Some(next) = &self.next {
            lines.push(format!("  try: {next}"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_next() {
        let failure = Failure::new(Exit::NotFound, "job 7 is not there")
            .why("no job has this id")
            .code(Code::JOB_NOT_FOUND)
            .next("keeper job list");
        insta::assert_snapshot!(failure.lines().join("\n"), @r"
        error: job 7 is not there
          because: no job has this id (KP-6003)
          try: keeper job list
        ");
    }
}
