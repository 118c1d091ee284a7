//! Tests and their combination.

use crate::pql::syntax::Span;
use crate::pql::syntax::tree::Expression;

/// Something that is true or false (4.22).
#[derive(Debug, Clone)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// The whole of it.
    pub span: Span,
}

/// The kinds of condition.
#[derive(Debug, Clone)]
pub enum ConditionKind {
    /// OR or `||`: true at the first true one; at least two.
    Any(Vec<Condition>),
    /// AND or `&&`: false at the first false one; at least two.
    All(Vec<Condition>),
    /// NOT or `!`
    Not(Box<Condition>),
    /// `left = right` and the like.
    Compare {
        /// The sign.
        comparison: Comparison,
        /// Left side.
        left: Expression,
        /// Right side.
        right: Expression,
    },
    /// `value IN set`; NOT IN is inside `Not`.
    In {
        /// Compared by canonical text.
        value: Expression,
        /// The members.
        set: Set,
    },
    /// `value LIKE pattern`; NOT LIKE is inside `Not`.
    Like {
        /// The text.
        value: Expression,
        /// With `%` and `?`.
        pattern: Expression,
    },
    /// `value IS state`; IS NOT is inside `Not`.
    Is {
        /// What is tested; a variable or literal may be UNDEFINED.
        value: Expression,
        /// The state or type.
        state: State,
    },
    /// `EXISTS (query)`; NOT EXISTS is inside `Not`.
    Exists(Box<Expression>),
    /// `FILE EXISTS path`, `DIR EXISTS path`; NOT EXISTS is inside `Not`.
    PathExists {
        /// What must be there.
        path_kind: PathKind,
        /// The path.
        path: Expression,
    },
    /// The truth of a value (2.3).
    Truth(Expression),
}

/// The comparison signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`, `==`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `===`
    Identical,
    /// `!==`
    NotIdentical,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// The members of IN.
#[derive(Debug, Clone)]
pub enum Set {
    /// `(a, b)`: the listed values; one that is a query or a collection gives its own members.
    /// May be empty.
    List(Vec<Expression>),
    /// A JSON array, a variable, an embedded item.
    Value(Box<Expression>),
}

/// What IS may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// NULL, also true for UNDEFINED.
    Null,
    /// No characters or elements, NULL, UNDEFINED.
    Empty,
    /// No such variable.
    Undefined,
    /// The opposite of `Undefined`.
    Defined,
    /// `TABLE`, `DATATABLE`
    Table,
    /// `ROW`, `DATAROW`
    Row,
    /// `ARRAY`, `LIST`, also true for a HASHSET.
    Array,
    /// `HASHSET`
    HashSet,
    /// `TEXT`, `STRING`
    Text,
    /// `INTEGER`, `INT`
    Integer,
    /// `DECIMAL`, `NUMERIC`
    Decimal,
    /// `BOOLEAN`, `BOOL`
    Boolean,
    /// `DATETIME`
    DateTime,
}

/// What `EXISTS` looks for in the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// A file.
    File,
    /// A directory.
    Directory,
}
