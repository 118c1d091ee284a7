//! How control leaves a statement.

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::syntax::{Source, Span};

/// What an evaluation gives, unless the program ends in it.
pub(crate) type Done<T> = Result<T, Halt>;

/// The end of the program from inside an evaluation. One word, so that results are handed on in
/// registers.
#[derive(Debug)]
pub(crate) enum Halt {
    /// By an error.
    Fault(Error),
    /// By EXIT CODE; the run keeps the code.
    Exit,
}

const _: () = assert!(size_of::<Halt>() == size_of::<usize>(), "see above");

/// Where control goes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// To the next statement.
    Next,
    /// Out of the innermost loop.
    Exit,
    /// To the next turn of the innermost loop.
    Continue,
    /// Out of the function or program; the run keeps the value.
    Return,
}

impl Halt {
    /// Makes an error without a place.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self::Fault(Error::new(code, message))
    }

    /// Puts what failed in front of the message of an error that has no place yet.
    pub(crate) fn about(self, what: impl FnOnce() -> String) -> Self {
        self.map(|error| error.about(what))
    }

    /// Sets the place of an error unless a narrower one is known.
    pub(crate) fn at(self, span: Span) -> Self {
        self.map(|error| error.at(span))
    }

    /// Fixes the position of an error in a text.
    pub(crate) fn located(self, source: &Source) -> Self {
        self.map(|error| error.located(source))
    }

    /// Notes that the error came out of a function.
    pub(crate) fn called_in(self, name: String) -> Self {
        self.map(|error| error.called_in(name))
    }

    fn map(self, change: impl FnOnce(Error) -> Error) -> Self {
        match self {
            Self::Fault(error) => Self::Fault(change(error)),
            Self::Exit => Self::Exit,
        }
    }
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}
