//! Values on their way across the border.

use crate::clock::{Civil, Date, SignedDuration, Time};
use crate::registry::Parameter;
use crate::value::{DateTime, Frame, Kind, Row, Table, Value};

use super::bindings::types;

/// Midnight of 1970-01-01, from which date-times are counted.
fn epoch() -> Civil {
    Date::constant(1970, 1, 1).to_datetime(Time::midnight())
}

/// Microseconds since the epoch, as a guest counts them.
pub(super) fn to_microseconds(civil: Civil) -> i64 {
    let elapsed = civil.duration_since(epoch()).as_micros();
    i64::try_from(elapsed).unwrap_or(i64::MAX)
}

pub(super) fn from_microseconds(microseconds: i64) -> Result<Value, String> {
    epoch()
        .checked_add(SignedDuration::from_micros(microseconds))
        .map(|civil| Value::DateTime(DateTime::full(civil)))
        .map_err(|_| format!("{microseconds} microseconds are outside the years of DATETIME"))
}

fn from_json(text: &str) -> Result<Value, String> {
    Value::from_json(text).map_err(|error| error.to_string())
}

/// A value as a guest sees it; UNDEFINED arrives as null.
pub(super) fn to_guest(value: &Value) -> types::Value {
    match value {
        Value::Undefined | Value::Null => types::Value::Null,
        Value::Boolean(it) => types::Value::Boolean(*it),
        Value::Integer(it) => types::Value::Integer(*it),
        Value::Decimal(it) => types::Value::Decimal(*it),
        Value::Text(it) => types::Value::Text(it.to_string()),
        Value::DateTime(it) => types::Value::Datetime(to_microseconds(it.civil)),
        Value::Bytes(it) => types::Value::Bytes(it.to_vec()),
        Value::Array(it) => types::Value::Array(it.iter().map(to_scalar).collect()),
        // The contract has no sets: a guest sees the ARRAY that a set behaves as.
        Value::HashSet(it) => types::Value::Array(it.items().iter().map(to_scalar).collect()),
        Value::Row(it) => types::Value::Row(
            it.iter()
                .map(|(name, it)| (name.to_string(), to_scalar(it)))
                .collect(),
        ),
        Value::Table(it) => types::Value::Table(to_guest_table(it)),
    }
}

pub(super) fn to_guest_table(table: &Table) -> types::Table {
    let cells = |row: &Vec<Value>| row.iter().map(to_scalar).collect();
    types::Table {
        columns: table.columns().iter().map(ToString::to_string).collect(),
        rows: table.rows().iter().map(cells).collect(),
    }
}

/// A scalar; a collection becomes JSON text.
pub(super) fn to_scalar(value: &Value) -> types::Scalar {
    match value {
        Value::Undefined | Value::Null => types::Scalar::Null,
        Value::Boolean(it) => types::Scalar::Boolean(*it),
        Value::Integer(it) => types::Scalar::Integer(*it),
        Value::Decimal(it) => types::Scalar::Decimal(*it),
        Value::Text(it) => types::Scalar::Text(it.to_string()),
        Value::DateTime(it) => types::Scalar::Datetime(to_microseconds(it.civil)),
        Value::Bytes(it) => types::Scalar::Bytes(it.to_vec()),
        Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
            types::Scalar::Json(value.to_json())
        }
    }
}

pub(super) fn from_scalar(scalar: types::Scalar) -> Result<Value, String> {
    Ok(match scalar {
        types::Scalar::Null => Value::Null,
        types::Scalar::Boolean(it) => Value::Boolean(it),
        types::Scalar::Integer(it) => Value::Integer(it),
        types::Scalar::Decimal(it) => Value::Decimal(it),
        types::Scalar::Text(it) => Value::Text(it.into()),
        types::Scalar::Datetime(it) => from_microseconds(it)?,
        types::Scalar::Bytes(it) => Value::Bytes(it.into()),
        types::Scalar::Json(it) => from_json(&it)?,
    })
}

/// A value that a guest gave; says what is wrong with a faulty one.
pub(super) fn from_guest(value: types::Value) -> Result<Value, String> {
    Ok(match value {
        types::Value::Null => Value::Null,
        types::Value::Boolean(it) => Value::Boolean(it),
        types::Value::Integer(it) => Value::Integer(it),
        types::Value::Decimal(it) => Value::Decimal(it),
        types::Value::Text(it) => Value::Text(it.into()),
        types::Value::Datetime(it) => from_microseconds(it)?,
        types::Value::Bytes(it) => Value::Bytes(it.into()),
        types::Value::Json(it) => from_json(&it)?,
        types::Value::Array(it) => {
            let items: Result<Vec<_>, _> = it.into_iter().map(from_scalar).collect();
            Value::array(items?)
        }
        types::Value::Row(it) => {
            let mut row = Row::new();
            for (name, cell) in it {
                row.insert(name.as_str(), from_scalar(cell)?);
            }
            Value::Row(row.into())
        }
        types::Value::Table(it) => {
            let columns: Vec<_> = it.columns.into_iter().map(Into::into).collect();
            let width = columns.len();
            let mut table = Table::new(columns);
            for row in it.rows {
                let cells: Vec<_> = row.into_iter().map(from_scalar).collect::<Result<_, _>>()?;
                if cells.len() != width {
                    let found = cells.len();
                    return Err(format!(
                        "a row of {found} cells in a table of {width} columns"
                    ));
                }
                table.push_row(cells);
            }
            Value::Table(table.into())
        }
    })
}

/// Whether a value may be passed as it is.
pub(super) fn fits(value: &Value, parameter: &Parameter) -> bool {
    let Some(kind) = parameter.kind else {
        return true;
    };
    let is_set_for_array = (value.kind(), kind) == (Kind::HashSet, Kind::Array);
    value.is_absent() || value.kind() == kind || is_set_for_array
}

/// Converts an argument to the declared type by the language's own table; absent values stay.
pub(super) fn to_declared(value: Value, parameter: &Parameter) -> Result<Value, String> {
    let kind = match parameter.kind {
        Some(kind) if !fits(&value, parameter) => kind,
        _ => return Ok(value),
    };
    let frame = Frame::utc();
    let converted = match kind {
        Kind::Boolean => value.to_boolean().map(Value::Boolean),
        Kind::Integer => value.to_integer(frame).map(Value::Integer),
        Kind::Decimal => value.to_decimal(frame).map(Value::Decimal),
        Kind::Text => Ok(Value::text(value.render())),
        Kind::DateTime => value.to_datetime(frame).map(Value::DateTime),
        Kind::Array | Kind::HashSet => Ok(Value::Array(value.to_array())),
        Kind::Row => Ok(Value::Row(value.to_row())),
        Kind::Table => Ok(Value::Table(value.to_table())),
        Kind::Bytes => {
            let found = value.kind().word();
            return Err(format!(
                "parameter `{}` takes BYTES, not {found}",
                parameter.name
            ));
        }
        Kind::Undefined | Kind::Null => Ok(Value::Null),
    };
    converted.map_err(|error| format!("parameter `{}`: {error}", parameter.name))
}

/// The bytes a value takes on its way, roughly.
pub(super) fn size(value: &Value) -> u64 {
    const CELL: u64 = 16;
    let sum = |values: &mut dyn Iterator<Item = &Value>| values.map(size).sum::<u64>();
    let content = match value {
        Value::Text(it) => it.len() as u64,
        Value::Bytes(it) => it.len() as u64,
        Value::Array(it) => sum(&mut it.iter()),
        Value::HashSet(it) => sum(&mut it.items().iter()),
        Value::Row(it) => it
            .iter()
            .map(|(name, it)| name.len() as u64 + size(it))
            .sum(),
        Value::Table(it) => sum(&mut it.rows().iter().flatten()),
        _ => 0,
    };
    CELL + content
}
