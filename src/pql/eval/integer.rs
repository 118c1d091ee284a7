//! A short cut for whole numbers: sums, products and comparisons of variables and constants are
//! computed without making values of the parts. Whatever is not that simple goes the ordinary
//! way, and so do results that do not fit.

use crate::pql::eval::Run;
use crate::pql::syntax::tree::{
    ArithmeticOperator, Comparison, Condition, ConditionKind, Expression, ExpressionKind, Literal,
    Sigil, WholeOperand, WholeSum,
};

impl Run {
    /// The answer of a comparison of nothing but whole numbers.
    #[inline]
    pub(crate) fn integer_test(&self, condition: &Condition) -> Option<bool> {
        let ConditionKind::Compare {
            comparison,
            left,
            right,
        } = &condition.kind
        else {
            return None;
        };
        let (left, right) = (self.integer_of(left)?, self.integer_of(right)?);
        Some(order_of(*comparison, left, right))
    }

    /// The whole number that an expression is, when it is nothing but whole numbers.
    #[inline]
    pub(crate) fn integer_of(&self, expression: &Expression) -> Option<i64> {
        match &expression.kind {
            ExpressionKind::Arithmetic { whole, .. } => self.integer_sum(whole.as_ref()?),
            ExpressionKind::Literal(Literal::Integer(number)) => Some(*number),
            ExpressionKind::Variable(variable)
                if variable.sigil == Sigil::User && variable.access.is_empty() =>
            {
                self.scopes.integer(variable.slot)
            }
            _ => None,
        }
    }

    /// The whole number that a sum or product is, unless a variable holds something else or it
    /// does not fit.
    pub(crate) fn integer_sum(&self, sum: &WholeSum) -> Option<i64> {
        let mut total = self.integer_operand(&sum.first)?;
        for (operator, operand) in &sum.rest {
            let operand = self.integer_operand(operand)?;
            total = match operator {
                ArithmeticOperator::Add => total.checked_add(operand)?,
                ArithmeticOperator::Subtract => total.checked_sub(operand)?,
                ArithmeticOperator::Multiply => total.checked_mul(operand)?,
                ArithmeticOperator::Modulo => total.checked_rem(operand)?,
                ArithmeticOperator::Divide => return None,
            };
        }
        Some(total)
    }

    #[inline]
    fn integer_operand(&self, operand: &WholeOperand) -> Option<i64> {
        match operand {
            WholeOperand::Constant(number) => Some(*number),
            WholeOperand::Variable(slot) => self.scopes.integer(*slot),
            WholeOperand::Sum(sum) => self.integer_sum(sum),
        }
    }
}

/// Compares two whole numbers.
#[inline]
pub(super) fn order_of(comparison: Comparison, left: i64, right: i64) -> bool {
    match comparison {
        Comparison::Equal | Comparison::Identical => left == right,
        Comparison::NotEqual | Comparison::NotIdentical => left != right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
    }
}
