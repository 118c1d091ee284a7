//! Global variables between their stored text and their value.

use std::sync::Arc;

use super::BuildError;
use crate::fault::Code;
use crate::model::{VariableDefinition, VariableName};
use crate::value::{DateTime, DateTimeForm, Frame, HashSet, Value};

/// Reads the stored text as the type word beside it says.
pub(super) fn decode(row: &VariableDefinition) -> Result<Value, BuildError> {
    from_stored(&row.kind, &row.text).ok_or_else(|| BuildError {
        code: Code::PQL_CONVERSION,
        message: format!(
            "the stored value of variable `@{}` is not {}: mend the row",
            row.name, row.kind
        ),
    })
}

/// Reads a value in its stored form; `None` when the text is not of the type that its word says.
pub fn from_stored(kind: &str, whole: &Arc<str>) -> Option<Value> {
    let text = whole.trim();
    let collection = || Value::from_json(text).ok();
    Some(match kind.to_ascii_uppercase().as_str() {
        "TEXT" => whole.into(),
        "NULL" => Value::Null,
        "INTEGER" => Value::Integer(text.parse().ok()?),
        "DECIMAL" => Value::Decimal(text.parse().ok()?),
        "BOOLEAN" => Value::Boolean(Value::Text(text.into()).to_boolean().ok()?),
        "DATETIME" => {
            let form = match (text.contains(['-', '/']), text.contains(':')) {
                (true, false) => DateTimeForm::Date,
                (false, true) => DateTimeForm::Time,
                _ => DateTimeForm::Full,
            };
            let DateTime { civil, .. } = DateTime::parse(text, Frame::utc())?;
            Value::DateTime(DateTime { civil, form })
        }
        "ARRAY" => match collection()? {
            Value::Array(items) => Value::Array(items),
            // A list of rows reads as a table, so an array of rows is made an array again.
            Value::Table(_) if text.starts_with('[') => Value::Array(array_of_rows(text)?),
            _ => return None,
        },
        "HASHSET" => {
            let items = match collection()? {
                Value::Array(items) => items,
                Value::Table(_) if text.starts_with('[') => array_of_rows(text)?,
                _ => return None,
            };
            Value::from(items.iter().cloned().collect::<HashSet>())
        }
        "ROW" => match collection()? {
            Value::Row(row) => Value::Row(row),
            _ => return None,
        },
        "TABLE" => match collection()? {
            Value::Table(table) => Value::Table(table),
            Value::Array(items) if items.is_empty() => Value::Table(Arc::default()),
            _ => return None,
        },
        _ => return None,
    })
}

fn array_of_rows(text: &str) -> Option<Arc<Vec<Value>>> {
    let items: Vec<&serde_json::value::RawValue> = serde_json::from_str(text).ok()?;
    let values = items.iter().map(|item| Value::from_json(item.get()).ok());
    values.collect::<Option<Vec<_>>>().map(Arc::new)
}

/// The type word and the text that keep a value; `None` for bytes, which have no stored form.
pub fn to_stored(value: &Value) -> Option<(&'static str, String)> {
    Some(match value {
        Value::Undefined | Value::Null => ("NULL", String::new()),
        Value::Boolean(_) => ("BOOLEAN", value.render().into_owned()),
        Value::Integer(number) => ("INTEGER", number.to_string()),
        // The shortest text that reads back as the same number.
        Value::Decimal(number) => ("DECIMAL", format!("{number:?}")),
        Value::Text(text) => ("TEXT", text.to_string()),
        Value::DateTime(moment) => ("DATETIME", moment.to_exact_text()),
        Value::Array(_) => ("ARRAY", value.to_json()),
        Value::HashSet(_) => ("HASHSET", value.to_json()),
        Value::Row(_) => ("ROW", value.to_json()),
        Value::Table(_) => ("TABLE", value.to_json()),
        Value::Bytes(_) => return None,
    })
}

/// Makes the row of a global variable.
pub(super) fn encode(name: &VariableName, value: &Value) -> Result<VariableDefinition, BuildError> {
    let (kind, text) = to_stored(value).ok_or_else(|| BuildError {
        code: Code::PQL_CONVERSION,
        message: format!("variable `@{name}` cannot keep bytes: store them as text"),
    })?;
    Ok(VariableDefinition {
        name: name.clone(),
        kind: kind.into(),
        text: text.into(),
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("TEXT", " a b ")]
    #[case("INTEGER", "-7")]
    #[case("DECIMAL", "0.1")]
    #[case("BOOLEAN", "true")]
    #[case("DATETIME", "2026-03-01 10:20:30")]
    #[case("DATETIME", "2026-03-01 10:20:30.456")]
    #[case("DATETIME", "2026-03-01")]
    #[case("DATETIME", "10:20:30")]
    #[case("ARRAY", "[1,\"a\",null]")]
    #[case("ARRAY", "[{\"a\":1}]")]
    #[case("HASHSET", "[2,\"a\",null]")]
    #[case("HASHSET", "[{\"a\":1},{\"a\":2}]")]
    #[case("ROW", "{\"a\":1,\"b\":[2]}")]
    #[case("TABLE", "[{\"a\":1,\"b\":2},{\"a\":3,\"b\":4}]")]
    #[case("NULL", "")]
    fn what_is_stored_reads_back_with_its_type(#[case] kind: &str, #[case] text: &str) {
        let name = VariableName::parse("X").expect("legal");
        let row = VariableDefinition {
            name: name.clone(),
            kind: kind.into(),
            text: text.into(),
        };
        let value = decode(&row).expect("fits");
        let back = encode(&name, &value).expect("has a stored form");
        assert_eq!((&*back.kind, &*back.text), (kind, text));
    }

    #[rstest]
    #[case("INTEGER", "many")]
    #[case("ROW", "[1]")]
    #[case("TABLE", "7")]
    #[case("HASHSET", "{}")]
    #[case("DATETIME", "soon")]
    #[case("COLOUR", "red")]
    fn what_does_not_fit_is_refused(#[case] kind: &str, #[case] text: &str) {
        let row = VariableDefinition {
            name: VariableName::parse("X").expect("legal"),
            kind: kind.into(),
            text: text.into(),
        };
        assert_eq!(
            decode(&row).expect_err("refused").code,
            Code::PQL_CONVERSION
        );
    }
}
