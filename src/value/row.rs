//! The ROW type.

use std::collections::HashMap;
use std::sync::Arc;

use super::Value;

/// From how many fields on a hash map finds doubles while a row is built.
const HASHED_FROM: usize = 32;

/// Ordered fields; names are unique ignoring case and keep their spelling for output.
#[derive(Debug, Clone, Default)]
pub struct Row {
    fields: Vec<(Arc<str>, Value)>,
}

impl Row {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Tells whether it has no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The value of a field, ignoring the case of its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name)
            .and_then(|index| self.fields.get(index))
            .map(|(_, value)| value)
    }

    /// The value of a field for changing it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        let index = self.position(name)?;
        self.fields.get_mut(index).map(|(_, value)| value)
    }

    /// The field at a position, counted from 0.
    pub fn at(&self, index: usize) -> Option<(&Arc<str>, &Value)> {
        self.fields.get(index).map(|(name, value)| (name, value))
    }

    /// Sets a field, keeping place and spelling of one that is there; answers its old value.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: impl Into<Value>) -> Option<Value> {
        let name = name.into();
        let value = value.into();
        if let Some(old) = self.get_mut(&name) {
            Some(std::mem::replace(old, value))
        } else {
            self.fields.push((name, value));
            None
        }
    }

    /// Removes a field, keeping the order of the others.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let index = self.position(name)?;
        Some(self.fields.remove(index).1)
    }

    /// Fields in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.fields.iter().map(|(name, value)| (name, value))
    }

    /// Names in order, in their spelling.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.fields.iter().map(|(name, _)| name)
    }

    /// Values in order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.fields.iter().map(|(_, value)| value)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|(own, _)| is_same_name(own, name))
    }
}

impl FromIterator<(Arc<str>, Value)> for Row {
    /// Builds a row; of two fields with one name the first gives the place, the last the value.
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(pairs: I) -> Self {
        let mut row = Self::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (name, value) in pairs {
            if row.len() < HASHED_FROM {
                row.insert(name, value);
                continue;
            }
            if places.is_empty() {
                places = row.names().map(|name| fold(name)).zip(0..).collect();
            }
            let next = row.len();
            let place = *places.entry(fold(&name)).or_insert(next);
            match row.fields.get_mut(place) {
                Some((_, old)) => *old = value,
                None => row.fields.push((name, value)),
            }
        }
        row
    }
}

impl IntoIterator for Row {
    type Item = (Arc<str>, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

/// Tells whether two names are one, ignoring case.
pub(super) fn is_same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii()) && fold(left) == fold(right))
}

/// The form of a name by which it is found.
pub(super) fn fold(name: &str) -> String {
    name.to_lowercase()
}
