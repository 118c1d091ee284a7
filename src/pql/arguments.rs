//! Arguments as they are written: a query string or a JSON object (4.41).

use std::sync::Arc;

use crate::value::{self, Value};

/// Reads arguments: texts of a query string `a=1&b=x%20y`, or the typed fields of a JSON object.
///
/// # Errors
/// The text begins like JSON and is not an object.
pub fn parse(text: &str) -> value::Result<Vec<(Arc<str>, Value)>> {
    let text = text.trim();
    if text.starts_with('{') {
        return match Value::from_json(text)? {
            Value::Row(row) => Ok(Arc::unwrap_or_clone(row).into_iter().collect()),
            _ => Ok(Vec::new()),
        };
    }
    let text = text.trim_start_matches('?');
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    let pairs = pairs.filter(|(name, _)| !name.is_empty());
    Ok(pairs
        .map(|(name, value)| (name.into(), value.as_ref().into()))
        .collect())
}

/// Takes arguments out of a value: the fields of a ROW, or a text to read.
///
/// # Errors
/// As [`parse`].
pub(crate) fn of_value(value: &Value) -> value::Result<Vec<(Arc<str>, Value)>> {
    match value {
        Value::Undefined | Value::Null => Ok(Vec::new()),
        Value::Text(text) => parse(text),
        other => Ok(Arc::unwrap_or_clone(other.to_row()).into_iter().collect()),
    }
}
