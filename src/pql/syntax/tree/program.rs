//! Program, function and statement.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::pql::syntax::tree::{Expression, Sigil, StatementKind};
use crate::pql::syntax::{Name, Source, Span};

/// A whole parsed text, ready to be shared between runs.
#[derive(Debug, Clone)]
pub struct Program {
    /// The text it was parsed from; spans point into it.
    pub source: Arc<Source>,
    /// The statements, in order.
    pub body: Block,
    /// The functions defined anywhere in the text, in order of definition.
    pub functions: IndexMap<Name, Arc<Function>>,
    /// The names to declare in the root scope before the run, sorted and without repetition:
    /// passed arguments, `#{name}`, variables tested with IS UNDEFINED, and variables that are
    /// read but never assigned (3.2.7).
    pub parameters: Vec<Name>,
}

/// Statements that run one after the other, in a scope of their own where the language says so.
pub type Block = Vec<Statement>;

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// What it does.
    pub kind: StatementKind,
    /// From its first word to its last token, without the `;`.
    pub span: Span,
}

/// `FUNCTION $name (parameters) BEGIN body END`. Calls run in a fresh scope under the root.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name without `$`.
    pub name: Name,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What it does.
    pub body: Block,
    /// From FUNCTION to the closing parenthesis of the parameters.
    pub span: Span,
}

/// `$name [DEFAULT expr]`
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name without `$`.
    pub name: Name,
    /// Evaluated in the root scope when the call passes nothing.
    pub default: Option<Expression>,
    /// The whole parameter.
    pub span: Span,
}

/// A variable that is assigned: never with an access chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `$`, `@` or `%`.
    pub sigil: Sigil,
    /// Its name without the sigil.
    pub name: Name,
    /// Sigil and name.
    pub span: Span,
}
