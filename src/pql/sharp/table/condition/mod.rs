//! Conditions on rows: parsed once, tested on columns without copying their cells.
//!
//! NULL equals only NULL, is neither smaller nor larger than anything, and stays NULL in
//! arithmetic. Texts compare by case, numbers by value, times by time.

mod parse;
mod token;

use std::borrow::Cow;
use std::cell::Cell;
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
    /// The cell of a column, by its position among those that the condition names.
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

/// A row by its place in the columns that the condition names.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    columns: &'a [&'a [Value]],
    place: usize,
}

impl<'a> Cells<'a> {
    fn get(self, column: usize) -> &'a Value {
        static MISSING: Value = Value::Null;
        let cell = self
            .columns
            .get(column)
            .and_then(|cells| cells.get(self.place));
        cell.unwrap_or(&MISSING)
    }
}

impl Condition {
    /// Keeps the places of those rows that pass.
    ///
    /// # Errors
    /// Arithmetic that fails.
    pub(crate) fn keep(
        &self,
        places: &mut Vec<usize>,
        columns: &[&[Value]],
        frame: Frame<'_>,
    ) -> Result<()> {
        match self {
            // Every part looks only at the rows that the parts before have kept.
            Self::All(conditions) => conditions
                .iter()
                .try_for_each(|condition| condition.keep(places, columns, frame)),
            // Whole numbers against a whole number, the usual case, in loops of their own.
            Self::Compare(
                Side::Column(column),
                comparison,
                Side::Constant(Value::Integer(than)),
            ) => {
                let cells = columns.get(*column).copied().unwrap_or_default();
                let others = |cell: &Value| comparison.holds(cell, &Value::Integer(*than), frame);
                match comparison {
                    Comparison::Equal => keep_numbers(places, cells, |n| n == *than, others),
                    Comparison::NotEqual => keep_numbers(places, cells, |n| n != *than, others),
                    Comparison::Greater => keep_numbers(places, cells, |n| n > *than, others),
                    Comparison::GreaterOrEqual => {
                        keep_numbers(places, cells, |n| n >= *than, others);
                    }
                    Comparison::Less => keep_numbers(places, cells, |n| n < *than, others),
                    Comparison::LessOrEqual => keep_numbers(places, cells, |n| n <= *than, others),
                }
                Ok(())
            }
            _ => {
                // The first failure ends the work: what comes after it is not looked at.
                let mut failure = None;
                places.retain(|place| {
                    let place = *place;
                    match self.holds(Cells { columns, place }, frame) {
                        _ if failure.is_some() => false,
                        Ok(holds) => holds,
                        Err(error) => {
                            failure = Some(error);
                            false
                        }
                    }
                });
                failure.map_or(Ok(()), Err)
            }
        }
    }

    fn holds(&self, cells: Cells<'_>, frame: Frame<'_>) -> Result<bool> {
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

/// Keeps the places of the cells that pass. Each place is written, whether it is kept or not: which
/// ones pass cannot be foreseen, and a wrong guess of the processor costs more than a write.
fn keep_numbers(
    places: &mut Vec<usize>,
    cells: &[Value],
    passes: impl Fn(i64) -> bool,
    others: impl Fn(&Value) -> bool,
) {
    let slots = Cell::from_mut(places.as_mut_slice()).as_slice_of_cells();
    let mut kept = 0;
    for slot in slots {
        let place = slot.get();
        let is_kept = match cells.get(place) {
            Some(Value::Integer(number)) => passes(*number),
            Some(cell) => others(cell),
            None => false,
        };
        if let Some(next) = slots.get(kept) {
            next.set(place);
        }
        kept += usize::from(is_kept);
    }
    places.truncate(kept);
}

impl Side {
    fn value<'a>(&'a self, cells: Cells<'a>) -> Result<Cow<'a, Value>> {
        match self {
            Self::Column(index) => Ok(Cow::Borrowed(cells.get(*index))),
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
    /// Tells whether two sides in this order fulfil it.
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }

    fn holds(self, left: &Value, right: &Value, frame: Frame<'_>) -> bool {
        match self {
            Self::Equal => is_equal(left, right, frame),
            Self::NotEqual => !is_equal(left, right, frame),
            _ => order(left, right, frame).is_some_and(|order| self.accepts(order)),
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
        && let Ok(order) = left.order_as_numbers(right, frame)
    {
        return order;
    }
    Some(left.render().cmp(&right.render()))
}
