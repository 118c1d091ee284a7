//! Everything that has a value.

use std::sync::Arc;

use crate::pql::syntax::tree::{
    Condition, Item, Link, Placeholder, Query, Slot, Sql, Template, WholeSum,
};
use crate::pql::syntax::{Name, Span};
use crate::value::Text;

/// Something that has a value.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// The whole of it, brackets included.
    pub span: Span,
}

impl Expression {
    /// The first `#{name}` without an argument in a text that becomes part of the value.
    pub(super) fn missing_argument(&self) -> Option<(&Name, Span)> {
        match &self.kind {
            ExpressionKind::Unassigned { name, .. } => Some((name, self.span)),
            ExpressionKind::Rich(template) => template.missing_argument(),
            ExpressionKind::Embedded(Embedded::Value(inner) | Embedded::Query(inner)) => {
                inner.missing_argument()
            }
            ExpressionKind::Arithmetic { first, rest, .. } => {
                first.missing_argument().or_else(|| {
                    let mut rest = rest.iter();
                    rest.find_map(|term| term.operand.missing_argument())
                })
            }
            _ => None,
        }
    }
}

/// The kinds of expression.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// A constant.
    Literal(Literal),
    /// A text literal in which a parameter `#{name}` was not replaced: its value is `text`, it
    /// counts as UNDEFINED in IS UNDEFINED, and SQL that contains it is refused.
    Unassigned {
        /// The literal's text, placeholder included.
        text: Arc<str>,
        /// The first name that has no value.
        name: Name,
    },
    /// A bare word or bare phrase argument: text of itself, in the written spelling.
    Word(Arc<str>),
    /// A rich string; its items are inserted without quotes.
    Rich(Template),
    /// A variable with its access chain.
    Variable(Variable),
    /// `$f(..)` or `@F(..)`
    Call(Call),
    /// A JSON literal.
    Json(Json),
    /// `- x`
    Negate(Box<Expression>),
    /// Operands of one level of precedence, to be computed from left to right. Flat, so that
    /// long sums need no deep recursion.
    Arithmetic {
        /// The leftmost operand.
        first: Box<Expression>,
        /// At least one, all `+ -` or all `* / %`.
        rest: Vec<Term>,
        /// The same once more, where it may be done with whole numbers alone.
        whole: Option<Arc<WholeSum>>,
    },
    /// `data link link ..`, at least one link; the data may be a query.
    Chain {
        /// What the first link works on.
        data: Box<Expression>,
        /// Applied from left to right.
        links: Vec<Link>,
    },
    /// A comparison or other test used as a value; gives a BOOLEAN.
    Test(Box<Condition>),
    /// `${ }` or `${{ }}`
    Embedded(Embedded),
    /// Raw SQL on the source: TABLE, or the number of affected rows.
    Sql(Sql),
    /// Another statement used for its value: FILE, RUN, PARSE and the like.
    Query(Box<Query>),
    /// `EXEC expr` used for its value.
    Exec(Box<Expression>),
    /// Short IF.
    If(Box<ShortIf>),
    /// Short CASE.
    Case(Box<ShortCase>),
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number of 64 bits.
    Integer(i64),
    /// A number with fraction or exponent.
    Decimal(f64),
    /// Text, escapes and character codes already replaced.
    Text(Text),
}

/// Which kind of variable or function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sigil {
    /// `$`: variable or function of the program.
    User,
    /// `@`: global variable or system function.
    Global,
    /// `%`: variable of the job.
    Job,
}

impl Sigil {
    /// The sign that is written before the name.
    pub fn sign(self) -> char {
        match self {
            Self::User => '$',
            Self::Global => '@',
            Self::Job => '%',
        }
    }
}

/// A variable that is read.
#[derive(Debug, Clone)]
pub struct Variable {
    /// `$`, `@` or `%`.
    pub sigil: Sigil,
    /// Its name without the sigil.
    pub name: Name,
    /// The number of the name; without meaning for `@` and `%`.
    pub slot: Slot,
    /// Sigil and name, without the access chain: where text output of an access on a single
    /// value goes on with the written characters (3.5.3).
    pub name_span: Span,
    /// Applied from left to right, mostly empty.
    pub access: Vec<Access>,
}

/// One step of an access chain; the span begins at `.` or `[`.
#[derive(Debug, Clone)]
pub enum Access {
    /// `.name`
    Field {
        /// The name.
        name: Name,
        /// Dot and name.
        span: Span,
    },
    /// `[index]`
    Index {
        /// Position from 0, or a name as text.
        index: Expression,
        /// With both brackets.
        span: Span,
    },
}

impl Access {
    /// Where the step stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Field { span, .. } | Self::Index { span, .. } => *span,
        }
    }
}

/// A call of a function; also of a name without parentheses after `CALL`.
#[derive(Debug, Clone)]
pub struct Call {
    /// `User` or `Global`.
    pub sigil: Sigil,
    /// Its name without the sigil.
    pub name: Name,
    /// In written order; positional ones bind by their position in this list.
    pub arguments: Vec<Argument>,
    /// From sigil to closing parenthesis.
    pub span: Span,
}

/// `expr` or `$name := expr`
#[derive(Debug, Clone)]
pub struct Argument {
    /// Present when the argument is bound by name.
    pub name: Option<(Name, Slot)>,
    /// Evaluated in the scope of the caller.
    pub value: Expression,
}

/// One operand of a sum or product after the first.
#[derive(Debug, Clone)]
pub struct Term {
    /// Stands before the operand.
    pub operator: ArithmeticOperator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The right operand.
    pub operand: Expression,
}

/// The arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOperator {
    /// `+`, also joins texts.
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// A JSON value with embedded items.
#[derive(Debug, Clone)]
pub struct Json {
    /// What it is.
    pub kind: JsonKind,
    /// With its brackets.
    pub span: Span,
}

/// The kinds of JSON value. Whether an array is a TABLE is decided by its values (2.6.5).
#[derive(Debug, Clone)]
pub enum JsonKind {
    /// Fields in written order.
    Object(Vec<(Arc<str>, Json)>),
    /// Elements in written order.
    Array(Vec<Json>),
    /// A constant.
    Literal(Literal),
    /// Variable, call, `${ }`, `${{ }}` or rich string; with `Quoting::Raw` the text of the
    /// value is itself JSON.
    Item(Box<Item>),
    /// `#name` or `&name` of TRANS, outside of a text.
    Cell(Placeholder),
}

/// `${ }` and `${{ }}`: they differ in when they are evaluated (2.9).
#[derive(Debug, Clone)]
pub enum Embedded {
    /// `${ expr }`, pass 6.
    Value(Box<Expression>),
    /// `${{ query }}`, pass 3.
    Query(Box<Expression>),
}

/// `IF cond THEN value .. ELSE value END`
#[derive(Debug, Clone)]
pub struct ShortIf {
    /// IF and every ELSIF, at least one.
    pub branches: Vec<(Condition, Expression)>,
    /// ELSE
    pub otherwise: Expression,
}

/// `CASE [value] WHEN item THEN value .. ELSE value END`
#[derive(Debug, Clone)]
pub struct ShortCase {
    /// What the branches are tested against.
    pub subject: CaseSubject,
    /// Every WHEN, at least one.
    pub branches: Vec<(CaseTest, Expression)>,
    /// ELSE
    pub otherwise: Expression,
}

/// What stands between CASE and the first WHEN.
#[derive(Debug, Clone)]
pub enum CaseSubject {
    /// Nothing or `true`: the first true condition wins. The tests are conditions.
    FirstTrue,
    /// `false`: the first false condition wins. The tests are conditions.
    FirstFalse,
    /// A value, evaluated once: the first equal one wins. The tests are values.
    Value(Expression),
}

/// What stands between WHEN and THEN.
#[derive(Debug, Clone)]
pub enum CaseTest {
    /// For `FirstTrue` and `FirstFalse`.
    Condition(Condition),
    /// For `Value`.
    Value(Expression),
}
