//! Arithmetic of user variables and whole constants, in a form that is quick to compute while the
//! variables hold whole numbers. Made once, by the parser.

use std::sync::Arc;

use crate::pql::syntax::tree::{
    ArithmeticOperator, Expression, ExpressionKind, Literal, Sigil, Slot, Term,
};

/// Operands of one level of precedence, to be computed from left to right; none is divided, for a
/// quotient may have a fraction.
#[derive(Debug, Clone)]
pub struct WholeSum {
    /// The leftmost operand.
    pub first: WholeOperand,
    /// At least one.
    pub rest: Vec<(ArithmeticOperator, WholeOperand)>,
}

/// One operand of a [`WholeSum`].
#[derive(Debug, Clone)]
pub enum WholeOperand {
    /// A constant.
    Constant(i64),
    /// A user variable.
    Variable(Slot),
    /// Another sum or product.
    Sum(Arc<WholeSum>),
}

impl WholeSum {
    /// The same arithmetic, when there is nothing in it that cannot be a whole number.
    pub fn of(first: &Expression, rest: &[Term]) -> Option<Self> {
        let rest = rest.iter().map(|term| match term.operator {
            ArithmeticOperator::Divide => None,
            operator => Some((operator, WholeOperand::of(&term.operand)?)),
        });
        Some(Self {
            first: WholeOperand::of(first)?,
            rest: rest.collect::<Option<_>>()?,
        })
    }
}

impl WholeOperand {
    fn of(expression: &Expression) -> Option<Self> {
        match &expression.kind {
            ExpressionKind::Literal(Literal::Integer(number)) => Some(Self::Constant(*number)),
            ExpressionKind::Variable(variable)
                if variable.sigil == Sigil::User && variable.access.is_empty() =>
            {
                Some(Self::Variable(variable.slot))
            }
            ExpressionKind::Arithmetic { whole, .. } => whole.clone().map(Self::Sum),
            _ => None,
        }
    }
}
