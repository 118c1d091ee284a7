//! Conditions on rows: parsed once, tested on every row without copying its cells.
//!
//! NULL equals only NULL, is neither smaller nor larger than anything, and stays NULL in
//! arithmetic. Texts compare by case, numbers by value, times by time.

mod parse;
mod token;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::value::{Frame, Kind, Result, Value};

/// What a row must fulfil.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Side, Comparison, Side),
    In(Side, Vec<Side>),
    IsNull(Side),
    /// A side that stands alone.
    Truth(Side),
}

/// A side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Side {
    /// The cell at a position.
    Column(usize),
    Constant(Value),
    Arithmetic(Box<Side>, Operator, Box<Side>),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// An operator of arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Condition {
    /// Tells whether a row passes.
    ///
    /// # Errors
    /// Arithmetic that fails.
    pub(crate) fn holds(&self, cells: &[Value], frame: Frame<'_>) -> Result<bool> {
        Ok(match self {
            Self::Any(conditions) => {
                for condition in conditions {
                    if condition.holds(cells, frame)? {
                        return Ok(true);
                    }
                }
                false
            }
            Self::All(conditions) => {
                for condition in conditions {
                    if !condition.holds(cells, frame)? {
                        return Ok(false);
                    }
                }
                true
            }
            Self::Not(condition) => !condition.holds(cells, frame)?,
            Self::Compare(left, comparison, right) => {
                comparison.holds(&*left.value(cells)?, &*right.value(cells)?, frame)
            }
            Self::In(value, members) => {
                let value = value.value(cells)?;
                for member in members {
                    if is_equal(&value, &*member.value(cells)?, frame) {
                        return Ok(true);
                    }
                }
                false
            }
            Self::IsNull(side) => side.value(cells)?.is_absent(),
            Self::Truth(side) => side.value(cells)?.is_true(),
        })
    }
}

impl Side {
    fn value<'a>(&'a self, cells: &'a [Value]) -> Result<Cow<'a, Value>> {
        match self {
            Self::Column(index) => Ok(match cells.get(*index) {
                Some(value) => Cow::Borrowed(value),
                None => Cow::Owned(Value::Null),
            }),
            Self::Constant(value) => Ok(Cow::Borrowed(value)),
            Self::Arithmetic(left, operator, right) => {
                let (left, right) = (left.value(cells)?, right.value(cells)?);
                if left.is_absent() || right.is_absent() {
                    return Ok(Cow::Owned(Value::Null));
                }
                let value = match operator {
                    Operator::Add => left.add(&right),
                    Operator::Subtract => left.subtract(&right),
                    Operator::Multiply => left.multiply(&right),
                    Operator::Divide => left.divide(&right),
                    Operator::Remainder => left.remainder(&right),
                };
                value.map(Cow::Owned)
            }
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value, frame: Frame<'_>) -> bool {
        let order = || order(left, right, frame);
        match self {
            Self::Equal => is_equal(left, right, frame),
            Self::NotEqual => !is_equal(left, right, frame),
            Self::Greater => order() == Some(Ordering::Greater),
            Self::Less => order() == Some(Ordering::Less),
            Self::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
            Self::LessOrEqual => order().is_some_and(Ordering::is_le),
        }
    }
}

/// Equality inside tables.
pub(crate) fn is_equal(left: &Value, right: &Value, frame: Frame<'_>) -> bool {
    if left.is_absent() || right.is_absent() {
        return left.is_absent() && right.is_absent();
    }
    order(left, right, frame) == Some(Ordering::Equal)
}

/// By number when one side is one and the other reads as one, by time likewise, else by text.
fn order(left: &Value, right: &Value, frame: Frame<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => return Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => return Some(left.cmp(right)),
        (Value::Null | Value::Undefined, _) | (_, Value::Null | Value::Undefined) => return None,
        _ => {}
    }
    let is_either = |kind| left.kind() == kind || right.kind() == kind;
    if is_either(Kind::DateTime)
        && let (Ok(left), Ok(right)) = (left.to_datetime(frame), right.to_datetime(frame))
    {
        return Some(left.civil.cmp(&right.civil));
    }
    if (left.is_number() || right.is_number())
        && let (Ok(left), Ok(right)) = (left.to_decimal(frame), right.to_decimal(frame))
    {
        return left.partial_cmp(&right);
    }
    Some(left.render().cmp(&right.render()))
}
