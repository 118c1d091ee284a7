//! A number of either type, as comparisons and operators need it.

use std::cmp::Ordering;

use super::Value;
use super::convert::parse_decimal;

/// A whole number stays one, so that none of its digits is lost.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Whole(i64),
    Double(f64),
}

impl Number {
    /// The number that a text reads as.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.trim().parse() {
            Ok(number) => Some(Self::Whole(number)),
            Err(_) => parse_decimal(text).map(Self::Double),
        }
    }

    /// The number that a value is or reads as, where it is a number or a text.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(Self::Whole(*number)),
            Value::Decimal(number) => Some(Self::Double(*number)),
            Value::Text(text) => Self::parse(text),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "DECIMAL is a double by definition of the language"
    )]
    pub(super) fn double(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Double(number) => number,
        }
    }

    /// The exact order; `None` where a side is not a number.
    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => Some(left.cmp(&right)),
            (Self::Double(left), Self::Double(right)) => left.partial_cmp(&right),
            (Self::Whole(left), Self::Double(right)) => order_mixed(left, right),
            (Self::Double(left), Self::Whole(right)) => {
                order_mixed(right, left).map(Ordering::reverse)
            }
        }
    }

    pub(super) fn is_same(self, other: Self) -> bool {
        self.order(other) == Some(Ordering::Equal)
    }
}

impl Value {
    /// The INTEGER or DECIMAL that a number, a text that reads as one or a BOOLEAN is.
    pub fn as_number(&self) -> Option<Self> {
        if let Self::Boolean(truth) = self {
            return Some(Self::Integer((*truth).into()));
        }
        Some(match Number::of(self)? {
            Number::Whole(number) => Self::Integer(number),
            Number::Double(number) => Self::Decimal(number),
        })
    }
}

/// The whole part decides, and then what is behind the point.
fn order_mixed(whole: i64, double: f64) -> Option<Ordering> {
    // From here on every double is beyond what 64 bits hold.
    const END: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= END {
        return Some(Ordering::Less);
    }
    if double < -END {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "without its fraction it is whole and in range, as checked above"
    )]
    let order = whole.cmp(&(double.trunc() as i64));
    Some(order.then(0.0_f64.total_cmp(&(double.fract() + 0.0))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_digit_is_lost() {
        let order = |whole, double| order_mixed(whole, double).unwrap();
        assert_eq!(
            order(9_007_199_254_740_993, 9_007_199_254_740_992.0),
            Ordering::Greater
        );
        assert_eq!(order(i64::MAX, 9_223_372_036_854_775_807.0), Ordering::Less);
        assert_eq!(
            order(i64::MIN, -9_223_372_036_854_775_808.0),
            Ordering::Equal
        );
        assert_eq!(order(0, -0.0), Ordering::Equal);
        assert_eq!(order(-1, -1.5), Ordering::Greater);
        assert_eq!(order(1, 1.5), Ordering::Less);
        assert_eq!(order_mixed(1, f64::NAN), None);
    }

    proptest! {
        #[test]
        fn small_numbers_are_ordered_as_doubles(left in -9_i32..9, half in -18_i32..18) {
            let right = f64::from(half) / 2.0;
            let expected = f64::from(left).partial_cmp(&right);
            prop_assert_eq!(order_mixed(left.into(), right), expected);
        }
    }
}
