//! Why a run ended early.

use std::fmt;

use crate::connectors;
use crate::fault::Code;
use crate::pql::diagnostics::marked;
use crate::pql::syntax::{Place, Source, Span};
use crate::sql;
use crate::value;

/// How many of the calls that led to an error are kept, the innermost ones.
const CALLS_MAX: usize = 16;

/// A failed run: what went wrong and where in the text that the user wrote.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{fault}")]
pub struct Error {
    fault: Box<Fault>,
}

#[derive(Debug, Clone)]
struct Fault {
    code: Code,
    message: String,
    span: Option<Span>,
    position: Option<Position>,
    calls: Vec<String>,
}

/// Where an error stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The name of the text: a file, or what else it is called.
    pub file: String,
    /// Line and column, from 1.
    pub place: Place,
    /// The place behind the last character of what failed.
    pub end: Place,
    /// The whole line.
    pub line_text: String,
}

impl Error {
    /// Makes an error whose place is not known yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            fault: Box::new(Fault {
                code,
                message: message.into(),
                span: None,
                position: None,
                calls: Vec::new(),
            }),
        }
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.fault.code
    }

    /// What went wrong, without the place.
    pub fn message(&self) -> &str {
        &self.fault.message
    }

    /// Where it went wrong, when it belongs to a text.
    pub fn position(&self) -> Option<&Position> {
        self.fault.position.as_ref()
    }

    /// What led there, the innermost first: functions of the program as `$name`, and the texts
    /// that run another one by their names.
    pub fn calls(&self) -> &[String] {
        &self.fault.calls
    }

    /// The line, from 1.
    pub fn line(&self) -> Option<u32> {
        self.position().map(|position| position.place.line)
    }

    /// Writes the error for people: `error: line L: message`, `FILE:LINE:COLUMN`, the line with a
    /// caret, the calls that led there, and the code.
    pub fn render(&self) -> String {
        let mut lines = Vec::new();
        let mut width = 0;
        if let Some(position) = self.position() {
            let Place { line, column } = position.place;
            width = line.to_string().len();
            let (shown, indent, carets) = marked(&position.line_text, position.place, position.end);
            lines.push(format!("error: line {line}: {}", self.message()));
            lines.push(format!(
                "{:width$}--> {}:{line}:{column}",
                "", position.file
            ));
            lines.push(format!("{line} | {shown}"));
            lines.push(format!("{:width$} | {indent}{carets}", ""));
        } else {
            lines.push(format!("error: {}", self.message()));
        }
        lines.extend(
            self.calls()
                .chunk_by(|one, other| one == other)
                .filter_map(|calls| {
                    let name = calls.first()?;
                    let levels = match calls.len() {
                        1 => String::new(),
                        CALLS_MAX => format!(", {CALLS_MAX} levels or more"),
                        count => format!(", {count} levels"),
                    };
                    // A function has its sign in front, a text that runs another one has not.
                    let how = if name.starts_with('$') {
                        "in function"
                    } else {
                        "run by"
                    };
                    Some(format!("{:width$} = {how} `{name}`{levels}", ""))
                }),
        );
        lines.push(format!("{:width$} = code: {}", "", self.code()));
        lines.join("\n")
    }

    /// Puts what failed in front of the message, unless the error came from further inside and
    /// has its place already.
    #[must_use]
    pub(crate) fn about(mut self, what: impl FnOnce() -> String) -> Self {
        if self.fault.span.is_none() && self.fault.position.is_none() {
            self.fault.message = format!("{}: {}", what(), self.fault.message);
        }
        self
    }

    /// Sets the place unless a narrower one is known.
    #[must_use]
    pub(crate) fn at(mut self, span: Span) -> Self {
        if self.fault.position.is_none() {
            self.fault.span.get_or_insert(span);
        }
        self
    }

    /// Turns the span into a position of this text unless that has happened.
    #[must_use]
    pub(crate) fn located(mut self, source: &Source) -> Self {
        if self.fault.position.is_none() {
            let span = self.fault.span.unwrap_or_default();
            let place = source.place(span.start);
            let end = source.original_place(source.to_original(span).end);
            self.fault.position = Some(Position {
                file: source.name().to_owned(),
                place,
                end,
                line_text: source.line_text(place.line).to_owned(),
            });
        }
        self
    }

    /// Adds a function that was being called, or a text that runs this one.
    #[must_use]
    pub(crate) fn called_in(mut self, name: String) -> Self {
        if self.fault.calls.len() < CALLS_MAX {
            self.fault.calls.push(name);
        }
        self
    }
}

impl From<sql::Error> for Error {
    fn from(error: sql::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<connectors::Error> for Error {
    fn from(error: connectors::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<value::Error> for Error {
    fn from(error: value::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.position {
            Some(position) => write!(f, "line {}: {}", position.place.line, self.message),
            None => f.write_str(&self.message),
        }
    }
}
