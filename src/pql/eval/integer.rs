//! A short cut for whole numbers: sums and products of variables and constants are computed
//! without making values of the parts. Whatever is not that simple goes the ordinary way, and
//! so do results that do not fit.

use crate::pql::eval::Run;
use crate::pql::syntax::tree::{
    ArithmeticOperator, Expression, ExpressionKind, Literal, Sigil, Term,
};

impl Run {
    /// The whole number that an expression is, when it is nothing but whole numbers.
    pub(crate) fn integer_of(&self, expression: &Expression) -> Option<i64> {
        match &expression.kind {
            ExpressionKind::Literal(Literal::Integer(number)) => Some(*number),
            ExpressionKind::Variable(variable)
                if variable.sigil == Sigil::User && variable.access.is_empty() =>
            {
                self.scopes.integer(variable.slot)
            }
            ExpressionKind::Arithmetic { first, rest } => self.integer_sum(first, rest),
            _ => None,
        }
    }

    /// The whole number that a sum or product is.
    pub(crate) fn integer_sum(&self, first: &Expression, rest: &[Term]) -> Option<i64> {
        let mut sum = self.integer_of(first)?;
        for term in rest {
            let operand = self.integer_of(&term.operand)?;
            sum = match term.operator {
                ArithmeticOperator::Add => sum.checked_add(operand)?,
                ArithmeticOperator::Subtract => sum.checked_sub(operand)?,
                ArithmeticOperator::Multiply => sum.checked_mul(operand)?,
                ArithmeticOperator::Modulo => sum.checked_rem(operand)?,
                // The quotient may be a DECIMAL.
                ArithmeticOperator::Divide => return None,
            };
        }
        Some(sum)
    }
}
