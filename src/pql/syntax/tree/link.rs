//! Sharp links: names and arguments, without their meaning.

use std::sync::Arc;

use crate::pql::syntax::tree::{Expression, ExpressionKind, Template};
use crate::pql::syntax::{Name, Span};

/// One link of a chain.
#[derive(Debug, Clone)]
pub struct Link {
    /// All its words with single blanks, such as `to upper`.
    pub name: Name,
    /// Its number in the table of links that the text was parsed with.
    pub number: usize,
    /// The name.
    pub name_span: Span,
    /// What follows the name; the form is the one that the table of links asks for.
    pub argument: Option<LinkArgument>,
    /// What follows the argument, in order: `AND b`, `TO b`, `ELSE b`, a time unit.
    pub tails: Vec<LinkTail>,
    /// Whether nothing is read for it but the data: what follows it are constants.
    pub is_constant: bool,
    /// Name, argument and tails.
    pub span: Span,
}

impl Link {
    /// Tells whether an argument and tails are constants.
    pub(crate) fn are_constant(argument: Option<&LinkArgument>, tails: &[LinkTail]) -> bool {
        let is_constant = |value: &Expression| matches!(value.kind, ExpressionKind::Literal(_));
        let tails = tails.iter().filter_map(|tail| tail.value.as_ref());
        tails
            .chain(match argument {
                None => &[],
                Some(LinkArgument::Value(value)) => std::slice::from_ref(value),
                Some(LinkArgument::List(values)) => values,
                Some(_) => return false,
            })
            .all(is_constant)
    }

    /// Finds a tail by its word.
    pub fn find_tail(&self, word: &str) -> Option<&LinkTail> {
        self.tails.iter().find(|tail| tail.word.is(word))
    }
}

/// `AND b`, `TO b`, `ELSE b`, `AS b`, or a unit.
#[derive(Debug, Clone)]
pub struct LinkTail {
    /// The word, or words with single blanks (`to row`).
    pub word: Name,
    /// Absent for units and `to row`.
    pub value: Option<Expression>,
    /// Word and value.
    pub span: Span,
}

/// The argument of a link.
#[derive(Debug, Clone)]
pub enum LinkArgument {
    /// One value.
    Value(Expression),
    /// Values with commas, at least one.
    List(Vec<Expression>),
    /// Columns or fields, at least one.
    Names(Vec<Column>),
    /// `name=value` with commas, at least one.
    Pairs(Vec<(Expression, Expression)>),
    /// `(names) VALUES (values), (values)`
    Rows {
        /// The columns.
        names: Vec<Column>,
        /// One list per row.
        rows: Vec<Vec<Expression>>,
    },
    /// Raw text up to the next link or the end.
    Template(Template),
}

/// A column or field of a link.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it takes.
    pub source: ColumnSource,
    /// `AS alias`
    pub alias: Option<Expression>,
    /// The whole of it.
    pub span: Span,
}

/// What a column takes.
#[derive(Debug, Clone)]
pub enum ColumnSource {
    /// `*`
    All,
    /// A name: bare, quoted, or from a variable.
    Named(Expression),
    /// `FUNC(text)`
    Aggregate {
        /// The function's name.
        function: Name,
        /// What stands between the parentheses, trimmed.
        argument: Arc<str>,
    },
}
