//! The operators `+ - * / %` and unary minus (`pql-core.md` 2.5).

use super::number::Number;
use super::{Error, Kind, Result, Value};

impl Value {
    /// `left + right`: joins texts when either side is TEXT, else adds numbers.
    ///
    /// # Errors
    /// Absent operands, operands that are no numbers, overflow.
    pub fn add(&self, other: &Self) -> Result<Self> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left
                .checked_add(*right)
                .map(Self::Integer)
                .ok_or_else(|| overflow(self, "+", other)),
            (Self::Text(_), _) | (_, Self::Text(_)) => {
                let mut text = String::new();
                self.render_into(&mut text);
                other.render_into(&mut text);
                Ok(text.into())
            }
            _ => self.calculate(other, "+", i64::checked_add, |left, right| left + right),
        }
    }

    /// `left - right`.
    ///
    /// # Errors
    /// As [`Value::add`].
    pub fn subtract(&self, other: &Self) -> Result<Self> {
        self.calculate(other, "-", i64::checked_sub, |left, right| left - right)
    }

    /// `left * right`.
    ///
    /// # Errors
    /// As [`Value::add`].
    pub fn multiply(&self, other: &Self) -> Result<Self> {
        self.calculate(other, "*", i64::checked_mul, |left, right| left * right)
    }

    /// `left / right`: whole when both are and nothing remains, else DECIMAL.
    ///
    /// # Errors
    /// As [`Value::add`], and division by zero.
    pub fn divide(&self, other: &Self) -> Result<Self> {
        let left = self.operand("/")?;
        let right = other.operand("/")?;
        refuse_zero(self, "/", right)?;
        match (left, right) {
            (Number::Whole(left), Number::Whole(right)) if left.checked_rem(right) == Some(0) => {
                left.checked_div(right)
                    .map(Self::Integer)
                    .ok_or_else(|| overflow(self, "/", other))
            }
            // `i64::MIN / -1`: the remainder has no answer either.
            (Number::Whole(i64::MIN), Number::Whole(-1)) => Err(overflow(self, "/", other)),
            _ => finite(left.double() / right.double()).ok_or_else(|| overflow(self, "/", other)),
        }
    }

    /// `left % right`, with the sign of the dividend.
    ///
    /// # Errors
    /// As [`Value::divide`].
    pub fn remainder(&self, other: &Self) -> Result<Self> {
        let left = self.operand("%")?;
        let right = other.operand("%")?;
        refuse_zero(self, "%", right)?;
        match (left, right) {
            (Number::Whole(left), Number::Whole(right)) => {
                // Only `i64::MIN % -1` has no checked answer; it is 0.
                Ok(Self::Integer(left.checked_rem(right).unwrap_or(0)))
            }
            _ => finite(left.double() % right.double()).ok_or_else(|| overflow(self, "%", other)),
        }
    }

    /// `-value`.
    ///
    /// # Errors
    /// As [`Value::add`].
    pub fn negate(&self) -> Result<Self> {
        match self.operand("-")? {
            Number::Whole(number) => number
                .checked_neg()
                .map(Self::Integer)
                .ok_or_else(|| overflow(&Self::Integer(0), "-", self)),
            Number::Double(number) => Ok(Self::Decimal(-number)),
        }
    }

    fn calculate(
        &self,
        other: &Self,
        operator: &'static str,
        whole: impl Fn(i64, i64) -> Option<i64>,
        double: impl Fn(f64, f64) -> f64,
    ) -> Result<Self> {
        let result = match (self.operand(operator)?, other.operand(operator)?) {
            (Number::Whole(left), Number::Whole(right)) => whole(left, right).map(Self::Integer),
            (left, right) => finite(double(left.double(), right.double())),
        };
        result.ok_or_else(|| overflow(self, operator, other))
    }

    fn operand(&self, operator: &'static str) -> Result<Number> {
        match self {
            Self::Integer(number) => Ok(Number::Whole(*number)),
            Self::Decimal(number) => Ok(Number::Double(*number)),
            Self::Boolean(value) => Ok(Number::Whole((*value).into())),
            Self::Text(text) => Number::parse(text).ok_or_else(|| self.refuse(Kind::Decimal)),
            Self::Null | Self::Undefined => Err(Error::Absent {
                kind: self.kind(),
                operator,
            }),
            _ => Err(Error::Operand {
                kind: self.kind(),
                operator,
            }),
        }
    }
}

fn finite(number: f64) -> Option<Value> {
    number.is_finite().then_some(Value::Decimal(number))
}

fn refuse_zero(left: &Value, operator: &'static str, right: Number) -> Result<()> {
    if right.double() == 0.0 {
        return Err(Error::DivisionByZero {
            left: left.excerpt(),
            operator,
        });
    }
    Ok(())
}

fn overflow(left: &Value, operator: &'static str, right: &Value) -> Error {
    Error::Overflow {
        left: left.excerpt(),
        operator,
        right: right.excerpt(),
    }
}
