//! Text with embedded items: raw SQL, rich strings.

use std::sync::Arc;

use crate::pql::syntax::tree::{Embedded, Expression, ExpressionKind};
use crate::pql::syntax::{Name, Span};

/// A text cut into pieces. Joining the texts of its segments gives the statement.
///
/// Comments are removed and character codes replaced in the plain pieces; literals inside SQL
/// are plain pieces with their quotes and escapes.
#[derive(Debug, Clone)]
pub struct Template {
    /// In order; two plain pieces never follow each other.
    pub segments: Vec<Segment>,
    /// The whole text; for a rich string with its quotes.
    pub span: Span,
}

/// One piece of a template.
#[derive(Debug, Clone)]
pub enum Segment {
    /// Goes into the result as it is.
    Text(Arc<str>),
    /// Is evaluated, quoted for the target and inserted; never scanned again.
    Item(Item),
    /// `#{name}` without an argument: SQL that contains it fails with "missing argument",
    /// elsewhere it is this text.
    Unassigned {
        /// The parameter.
        name: Name,
        /// As written.
        span: Span,
    },
    /// Buffer placeholder, only in PUT.
    Placeholder(Placeholder),
}

impl Template {
    /// The first `#{name}` without an argument, here or in a rich string of an item.
    pub fn missing_argument(&self) -> Option<(&Name, Span)> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Unassigned { name, span } => Some((name, *span)),
            Segment::Item(item) => item.expression.missing_argument(),
            Segment::Text(_) | Segment::Placeholder(_) => None,
        })
    }
}

/// An embedded item.
#[derive(Debug, Clone)]
pub struct Item {
    /// `Variable`, `Call`, `Embedded`, `Rich`, or in JSON and SQL any of these only.
    pub expression: Expression,
    /// Whether `!` followed.
    pub quoting: Quoting,
    /// With the `!`.
    pub span: Span,
}

/// Whether an inserted value gets the quotes of its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// As 2.8 says for target and type.
    Target,
    /// `!`: the canonical text.
    Raw,
}

/// The order in which the items of one text are evaluated (2.9): all of a pass, from left to
/// right, before any of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pass {
    /// 3: `${{ query }}`
    Query,
    /// 4: variables without access chain.
    Variable,
    /// 4: variables with access chain.
    Access,
    /// 5: calls.
    Call,
    /// 6: `${ expr }`
    Value,
    /// 7: JSON literals and rich strings, which run passes 3 to 6 on their own.
    Nested,
}

impl Item {
    /// Tells in which pass the item is evaluated.
    pub fn pass(&self) -> Pass {
        match &self.expression.kind {
            ExpressionKind::Embedded(Embedded::Query(_)) => Pass::Query,
            ExpressionKind::Variable(variable) if variable.access.is_empty() => Pass::Variable,
            ExpressionKind::Variable(_) => Pass::Access,
            ExpressionKind::Call(_) => Pass::Call,
            ExpressionKind::Embedded(Embedded::Value(_)) => Pass::Value,
            _ => Pass::Nested,
        }
    }
}

/// A placeholder for a cell of a buffer row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// `?`: the next column by position.
    Position {
        /// The sign.
        span: Span,
    },
    /// `@{name}`: the mark of PAGE and BLOCK.
    Mark {
        /// `offset` or a column.
        name: Name,
        /// As written.
        span: Span,
    },
    /// `#name`, `#(name)`: the canonical text, quotes inside doubled.
    Text {
        /// The column.
        name: Name,
        /// As written: it stays when no column has the name.
        span: Span,
    },
    /// `&name`, `&(name)`: as a value, quoted by its type.
    Value {
        /// The column.
        name: Name,
        /// As written: it stays when no column has the name.
        span: Span,
    },
}

/// A statement for a database.
#[derive(Debug, Clone)]
pub struct Sql {
    /// What it gives.
    pub effect: SqlEffect,
    /// The first word or prefix word, such as `select`.
    pub verb: Name,
    /// What is sent: with the verb, or without it in the form `VERB # text`.
    pub body: Template,
}

/// What a statement for a database gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlEffect {
    /// SELECT, SHOW: a TABLE.
    Query,
    /// Every other verb: the number of affected rows.
    NonQuery,
}

impl Placeholder {
    /// The column whose cell it stands for, where it names one.
    pub(crate) fn column(&self) -> Option<&Name> {
        match self {
            Self::Text { name, .. } | Self::Value { name, .. } => Some(name),
            Self::Position { .. } | Self::Mark { .. } => None,
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Position { span }
            | Self::Mark { span, .. }
            | Self::Text { span, .. }
            | Self::Value { span, .. } => *span,
        }
    }
}
