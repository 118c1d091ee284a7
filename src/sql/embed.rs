//! Values as SQL literals (`pql-core.md` 2.8): the only place that quotes.

use std::fmt::Write;

use super::Dialect;
use crate::value::{Error, Result, Value};

/// The literal of a value: texts and times quoted, numbers and truth as they are, NULL as `null`,
/// bytes in hexadecimal, collections as their bare JSON.
///
/// # Errors
/// [`Error::Absent`] for UNDEFINED, which a statement must not contain.
pub fn literal(value: &Value, dialect: Dialect) -> Result<String> {
    match value {
        Value::Undefined => Err(Error::Absent {
            kind: value.kind(),
            operator: "SQL",
        }),
        Value::Text(text) => Ok(quote_text(text, dialect)),
        Value::DateTime(_) => Ok(quote_text(&value.render(), dialect)),
        Value::Bytes(_) if dialect == Dialect::Postgres => {
            Ok(format!("'\\x{}'::bytea", value.render()))
        }
        Value::Bytes(_) => Ok(format!("X'{}'", value.render())),
        // No engine has a literal for what is not a number.
        Value::Decimal(number) if !number.is_finite() => Ok("null".to_owned()),
        _ => Ok(value.render().into_owned()),
    }
}

/// Text in single quotes: a quote is doubled, for MySQL-family engines a backslash too.
pub fn quote_text(text: &str, dialect: Dialect) -> String {
    // SQLite stops reading a statement at a zero character, so such text goes in as bytes.
    if dialect == Dialect::Sqlite && text.contains('\0') {
        return hexadecimal(text);
    }
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('\'');
    for c in text.chars() {
        match (c, dialect) {
            ('\'', _) => quoted.push_str("''"),
            ('\\', Dialect::MySql) => quoted.push_str("\\\\"),
            ('\0', Dialect::MySql) => quoted.push_str("\\0"),
            _ => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

fn hexadecimal(text: &str) -> String {
    let mut sql = String::from("CAST(X'");
    for byte in text.bytes() {
        // Writing into a String cannot fail.
        let _ = write!(sql, "{byte:02x}");
    }
    sql.push_str("' AS TEXT)");
    sql
}
