//! The HASHSET type.

use std::collections;
use std::sync::Arc;

use super::{Kind, Text, Value};
use crate::clock::Civil;

/// Different values, in the order in which each came first. It behaves as an ARRAY of them; adding
/// a value that is there changes nothing.
#[derive(Debug, Clone, Default)]
pub struct HashSet {
    items: Arc<Vec<Value>>,
    keys: collections::HashSet<Key>,
}

/// What makes two values one: the value of numbers whatever their type, the letters of texts, the
/// moment of times, the text of collections.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Undefined,
    Null,
    Boolean(bool),
    Whole(i64),
    /// The bits of a number that is not whole or beyond 64 bits.
    Double(u64),
    Text(Text),
    DateTime(Civil),
    Bytes(Arc<[u8]>),
    Collection(Kind, String),
}

impl HashSet {
    /// Adds a value at the end and answers whether it was new.
    pub fn insert(&mut self, value: Value) -> bool {
        let is_new = self.keys.insert(Key::of(&value));
        if is_new {
            Arc::make_mut(&mut self.items).push(value);
        }
        is_new
    }

    /// Tells whether a value is in it.
    pub fn contains(&self, value: &Value) -> bool {
        self.keys.contains(&Key::of(value))
    }

    /// The values in order, shared with the arrays that are made of them.
    pub fn items(&self) -> &Arc<Vec<Value>> {
        &self.items
    }

    /// Tells whether it has the same values as another, in any order.
    pub fn is_same(&self, other: &Self) -> bool {
        self.keys == other.keys
    }
}

impl FromIterator<Value> for HashSet {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut set = Self::default();
        for value in values {
            set.insert(value);
        }
        set
    }
}

impl Key {
    fn of(value: &Value) -> Self {
        match value {
            Value::Undefined => Self::Undefined,
            Value::Null => Self::Null,
            Value::Boolean(truth) => Self::Boolean(*truth),
            Value::Integer(number) => Self::Whole(*number),
            Value::Decimal(number) => Self::of_double(*number),
            Value::Text(text) => Self::Text(text.clone()),
            Value::DateTime(moment) => Self::DateTime(moment.civil),
            Value::Bytes(bytes) => Self::Bytes(Arc::clone(bytes)),
            Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
                Self::Collection(value.kind(), value.to_json())
            }
        }
    }

    fn of_double(number: f64) -> Self {
        // From here on not every double is a whole number of 64 bits.
        const END: f64 = 9_223_372_036_854_775_808.0;
        if number.fract() != 0.0 || !(-END..END).contains(&number) {
            return Self::Double(number.to_bits());
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as checked above"
        )]
        Self::Whole(number as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            (-2_i64..2).prop_map(Value::Integer),
            (-4_i32..4).prop_map(|half| Value::Decimal(f64::from(half) / 2.0)),
            "[aA1]{0,1}".prop_map(Value::from),
            any::<bool>().prop_map(Value::Boolean),
            Just(Value::Null),
        ]
    }

    proptest! {
        #[test]
        fn it_has_what_was_added_and_nothing_twice(
            values in prop::collection::vec(value(), 0..20),
            other in value(),
        ) {
            let set: HashSet = values.iter().cloned().collect();
            let mut first_seen: Vec<&Value> = Vec::new();
            for value in &values {
                if !first_seen.iter().any(|seen| seen.is_identical(value)) {
                    first_seen.push(value);
                }
            }
            prop_assert_eq!(set.items().len(), first_seen.len());
            for (own, seen) in set.items().iter().zip(first_seen) {
                prop_assert!(own.is_identical(seen));
            }
            let is_there = values.iter().any(|value| value.is_identical(&other));
            prop_assert_eq!(set.contains(&other), is_there);
            prop_assert!(set.is_same(&values.into_iter().rev().collect()));
        }
    }

    #[test]
    fn times_differ_by_their_fractions() {
        use crate::value::DateTime;
        let at = |nanos| Value::from(DateTime::full(Civil::constant(2030, 1, 31, 1, 2, 3, nanos)));
        let set: HashSet = [at(0), at(1), at(0)].into_iter().collect();
        assert_eq!(set.items().len(), 2);
    }

    #[test]
    fn huge_numbers_stay_apart() {
        let set: HashSet = [
            Value::Integer(i64::MAX),
            Value::Decimal(9_223_372_036_854_775_808.0),
            Value::Integer(i64::MIN),
            Value::Decimal(-9_223_372_036_854_775_808.0),
            Value::Decimal(-0.0),
            Value::Integer(0),
        ]
        .into_iter()
        .collect();
        assert_eq!(set.items().len(), 4);
    }
}
