//! A diagnostic is data; how it is shown is decided elsewhere.

use crate::fault::Code;
use crate::pql::syntax::Span;

/// One thing to say about a program text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code with a page in the manual.
    pub code: Code,
    /// Whether the program may run.
    pub severity: Severity,
    /// What is wrong: one sentence part, lower case, no full stop, names in backticks.
    pub title: String,
    /// Where.
    pub span: Span,
    /// What to write under the caret; may be empty.
    pub label: String,
    /// Other places that belong to the matter, such as the opener of a bracket.
    pub others: Vec<Label>,
    /// How to mend it.
    pub help: Vec<String>,
}

/// Whether a program may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It must not.
    Error,
    /// It may.
    Warning,
}

/// A place with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// The remark.
    pub text: String,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(code: Code, span: Span, title: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            title: title.into(),
            span,
            label: String::new(),
            others: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Makes a warning.
    pub fn warning(code: Code, span: Span, title: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, title)
        }
    }

    /// Sets what stands under the caret.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Tells whether the program must not run.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
