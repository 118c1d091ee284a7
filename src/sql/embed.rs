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
    let mut sql = String::new();
    write_literal(value, dialect, &mut sql)?;
    Ok(sql)
}

/// Appends a value as [`literal`] writes it.
///
/// # Errors
/// As there; nothing is appended then.
pub fn write_literal(value: &Value, dialect: Dialect, sql: &mut String) -> Result<()> {
    let mut write_bytes = |front, behind| {
        sql.push_str(front);
        value.render_into(sql);
        sql.push_str(behind);
    };
    match value {
        Value::Undefined => {
            return Err(Error::Absent {
                kind: value.kind(),
                operator: "SQL",
            });
        }
        Value::Text(text) => write_quoted(text, dialect, sql),
        Value::DateTime(_) => write_quoted(&value.render(), dialect, sql),
        Value::Bytes(_) if dialect == Dialect::Postgres => write_bytes("'\\x", "'::bytea"),
        Value::Bytes(_) => write_bytes("X'", "'"),
        // No engine has a literal for what is not a number.
        Value::Decimal(number) if !number.is_finite() => sql.push_str("null"),
        _ => value.render_into(sql),
    }
    Ok(())
}

/// Text in single quotes: a quote is doubled, for MySQL-family engines a backslash too.
pub fn quote_text(text: &str, dialect: Dialect) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    write_quoted(text, dialect, &mut quoted);
    quoted
}

fn write_quoted(text: &str, dialect: Dialect, sql: &mut String) {
    // SQLite stops reading a statement at a zero character, so such text goes in as bytes.
    if dialect == Dialect::Sqlite && text.contains('\0') {
        sql.push_str(&hexadecimal(text));
        return;
    }
    sql.push('\'');
    let mut rest = text;
    while let Some(at) = memchr::memchr3(b'\'', b'\\', 0, rest.as_bytes()) {
        let (plain, special) = rest.split_at(at);
        sql.push_str(plain);
        let (special, behind) = special.split_at(1);
        sql.push_str(match (special, dialect) {
            ("'", _) => "''",
            ("\\", Dialect::MySql) => "\\\\",
            ("\0", Dialect::MySql) => "\\0",
            (other, _) => other,
        });
        rest = behind;
    }
    sql.push_str(rest);
    sql.push('\'');
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
