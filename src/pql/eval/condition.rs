//! Conditions (4.22).

use std::cmp::Ordering;
use std::path::PathBuf;

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::integer::order_of;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{
    Comparison, Condition, ConditionKind, Expression, ExpressionKind, PathKind, Set, State,
};
use crate::value::{Kind, Value, is_listed};

impl Run {
    /// Tells whether a condition holds.
    pub(crate) fn holds(&mut self, condition: &Condition) -> Done<bool> {
        if let Some(answer) = self.integer_test(condition) {
            return Ok(answer);
        }
        let answer = self.test(condition);
        answer.map_err(|halt| halt.at(condition.span))
    }

    fn test(&mut self, condition: &Condition) -> Done<bool> {
        match &condition.kind {
            ConditionKind::Any(conditions) => {
                for condition in conditions {
                    if self.holds(condition)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ConditionKind::All(conditions) => {
                for condition in conditions {
                    if !self.holds(condition)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            ConditionKind::Not(condition) => Ok(!self.holds(condition)?),
            ConditionKind::Compare {
                comparison,
                left,
                right,
            } => {
                let (first, second) = (self.evaluate(left)?, self.evaluate(right)?);
                if comparison.is_order() {
                    self.refuse_unordered(&first, left)?;
                    self.refuse_unordered(&second, right)?;
                }
                self.compare(*comparison, &first, &second)
            }
            ConditionKind::In { value, set } => self.is_in(value, set),
            ConditionKind::Like { value, pattern } => {
                let value = self.evaluate(value)?;
                Ok(value.is_like(&self.evaluate(pattern)?))
            }
            ConditionKind::Is { value, state } => {
                let is_unassigned = match &value.kind {
                    ExpressionKind::Unassigned { .. } => true,
                    ExpressionKind::Rich(template) => template.missing_argument().is_some(),
                    _ => false,
                };
                if is_unassigned {
                    return Ok(is_in_state(&Value::Undefined, *state));
                }
                Ok(is_in_state(&self.evaluate(value)?, *state))
            }
            ConditionKind::Exists(value) => {
                let value = self.evaluate(value)?;
                Ok(!value.is_empty())
            }
            ConditionKind::PathExists { path_kind, path } => {
                let path = self.path(path)?;
                Ok(match path_kind {
                    PathKind::File => path.is_file(),
                    PathKind::Directory => path.is_dir(),
                })
            }
            ConditionKind::Truth(value) => Ok(self.evaluate(value)?.is_true()),
        }
    }

    fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Done<bool> {
        if let (Value::Integer(left), Value::Integer(right)) = (left, right) {
            return Ok(order_of(comparison, *left, *right));
        }
        let frame = self.shared.frame();
        Ok(match comparison {
            Comparison::Equal => left.is_loosely_equal(right, frame),
            Comparison::NotEqual => !left.is_loosely_equal(right, frame),
            Comparison::Identical => left.is_identical(right),
            Comparison::NotIdentical => !left.is_identical(right),
            ordered => {
                let order = left.order(right, frame).map_err(Error::from)?;
                match ordered {
                    Comparison::Greater => order == Ordering::Greater,
                    Comparison::GreaterOrEqual => order != Ordering::Less,
                    Comparison::Less => order == Ordering::Less,
                    _ => order != Ordering::Greater,
                }
            }
        })
    }

    /// NULL is neither more nor less than anything.
    fn refuse_unordered(&self, value: &Value, place: &Expression) -> Done<()> {
        let state = match value {
            Value::Undefined => "undefined",
            Value::Null => "null",
            _ => return Ok(()),
        };
        let written = self.source.slice(place.span);
        let message = format!("`{written}` is {state} and cannot be ordered");
        Err(Halt::new(Code::PQL_UNDEFINED, message).at(place.span))
    }

    fn is_in(&mut self, value: &Expression, set: &Set) -> Done<bool> {
        let value = self.evaluate(value)?;
        match set {
            Set::Value(members) => Ok(match self.evaluate(members)? {
                // A text alone is a list, as it is for the link of the same name.
                Value::Text(list) => is_listed(&value.render(), &list),
                members => value.is_in(&members),
            }),
            Set::List(members) => {
                for member in members {
                    if value.is_in(&self.evaluate(member)?) {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Evaluates a path, as FILE and DIR do.
    fn path(&mut self, path: &Expression) -> Done<PathBuf> {
        let path = self.evaluate_text(path)?;
        Ok(self.file_path(&path, "temp"))
    }
}

impl Comparison {
    /// Whether it asks which of the two is more.
    fn is_order(self) -> bool {
        match self {
            Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual => true,
            Self::Equal | Self::NotEqual | Self::Identical | Self::NotIdentical => false,
        }
    }
}

fn is_in_state(value: &Value, state: State) -> bool {
    let kind = value.kind();
    match state {
        State::Null => value.is_absent(),
        State::Empty => value.is_empty(),
        State::Undefined => kind == Kind::Undefined,
        State::Defined => kind != Kind::Undefined,
        State::Table => kind == Kind::Table,
        State::Row => kind == Kind::Row,
        State::Array => matches!(kind, Kind::Array | Kind::HashSet),
        State::HashSet => kind == Kind::HashSet,
        State::Text => kind == Kind::Text,
        State::Integer => kind == Kind::Integer,
        State::Decimal => kind == Kind::Decimal,
        State::Boolean => kind == Kind::Boolean,
        State::DateTime => kind == Kind::DateTime,
    }
}
