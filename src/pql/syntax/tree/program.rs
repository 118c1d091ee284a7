//! Program, function and statement.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

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
    /// The numbers of all names of user variables.
    pub slots: Slots,
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
    /// The number of the name.
    pub slot: Slot,
    /// Evaluated in the root scope when the call passes nothing.
    pub default: Option<Expression>,
    /// The whole parameter.
    pub span: Span,
}

/// The number of a user variable's name: the same name has one number in the whole program, so
/// that a run finds its value without looking at the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Slot(u32);

/// The names of a program's user variables, by their numbers.
#[derive(Debug, Clone, Default)]
pub struct Slots(IndexSet<Name>);

impl Slot {
    /// The number as an index.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Slots {
    /// The number of a name, a new one when it has none yet.
    pub fn of(&mut self, name: &Name) -> Slot {
        let index = match self.0.get_index_of(name) {
            Some(index) => index,
            None => self.0.insert_full(name.clone()).0,
        };
        Slot(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The number of a name that has one.
    pub fn find(&self, name: &Name) -> Option<Slot> {
        let index = self.0.get_index_of(name)?;
        u32::try_from(index).ok().map(Slot)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A variable that is assigned: never with an access chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `$`, `@` or `%`.
    pub sigil: Sigil,
    /// Its name without the sigil.
    pub name: Name,
    /// The number of the name; without meaning for `@` and `%`.
    pub slot: Slot,
    /// Sigil and name.
    pub span: Span,
}
