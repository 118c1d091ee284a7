//! Columns on their way across the border.

use crate::value::Value;

use super::bindings::types::{Cells, Column, Packed};
use super::convert;

/// Packs cells of one type into a flat list; others go one by one.
pub(super) fn to_guest(cells: &[Value]) -> Column {
    let has_nulls = cells.iter().any(Value::is_absent);
    let validity = has_nulls.then(|| cells.iter().map(|it| u8::from(!it.is_absent())).collect());
    let flat = match cells.iter().find(|it| !it.is_absent()) {
        Some(Value::Integer(_)) => flat(cells, integer).map(Cells::Integers),
        Some(Value::Decimal(_)) => flat(cells, decimal).map(Cells::Decimals),
        Some(Value::Boolean(_)) => flat(cells, boolean).map(Cells::Booleans),
        Some(Value::DateTime(_)) => flat(cells, datetime).map(Cells::Datetimes),
        Some(Value::Text(_)) => pack(cells).map(Cells::Texts),
        _ => None,
    };
    Column {
        validity,
        cells: flat.unwrap_or_else(|| Cells::Mixed(cells.iter().map(convert::to_scalar).collect())),
    }
}

fn flat<T: Default>(cells: &[Value], read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let cell = |it: &Value| {
        if it.is_absent() {
            Some(T::default())
        } else {
            read(it)
        }
    };
    cells.iter().map(cell).collect()
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(it) => Some(*it),
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<f64> {
    match value {
        Value::Decimal(it) => Some(*it),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<u8> {
    match value {
        Value::Boolean(it) => Some(u8::from(*it)),
        _ => None,
    }
}

fn datetime(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(it) => Some(convert::to_microseconds(it.civil)),
        _ => None,
    }
}

fn pack(cells: &[Value]) -> Option<Packed> {
    let mut offsets = Vec::with_capacity(cells.len() + 1);
    let mut bytes = Vec::new();
    offsets.push(0);
    for cell in cells {
        match cell {
            Value::Text(it) => bytes.extend_from_slice(it.as_bytes()),
            it if it.is_absent() => {}
            _ => return None,
        }
        offsets.push(u32::try_from(bytes.len()).ok()?);
    }
    Some(Packed { offsets, bytes })
}

/// Unpacks a result column, trusting neither lengths nor offsets.
pub(super) fn from_guest(column: Column, rows: usize) -> Result<Vec<Value>, String> {
    let mut cells: Vec<Value> = match column.cells {
        Cells::Booleans(it) => it.into_iter().map(|it| Value::Boolean(it != 0)).collect(),
        Cells::Integers(it) => it.into_iter().map(Value::Integer).collect(),
        Cells::Decimals(it) => it.into_iter().map(Value::Decimal).collect(),
        Cells::Datetimes(it) => it
            .into_iter()
            .map(convert::from_microseconds)
            .collect::<Result<_, _>>()?,
        Cells::Texts(it) => unpack(&it)?,
        Cells::Mixed(it) => it
            .into_iter()
            .map(convert::from_scalar)
            .collect::<Result<_, _>>()?,
    };
    let found = cells.len();
    if found != rows {
        return Err(format!("{found} cells for {rows} rows"));
    }
    if let Some(validity) = column.validity {
        let found = validity.len();
        if found != rows {
            return Err(format!("a validity list of {found} for {rows} rows"));
        }
        for (cell, _) in cells.iter_mut().zip(validity).filter(|it| it.1 == 0) {
            *cell = Value::Null;
        }
    }
    Ok(cells)
}

fn unpack(packed: &Packed) -> Result<Vec<Value>, String> {
    let text = std::str::from_utf8(&packed.bytes).map_err(|_| "text is not UTF-8".to_owned())?;
    let ends = packed.offsets.iter().skip(1);
    packed
        .offsets
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let range = usize::try_from(*start).ok()?..usize::try_from(*end).ok()?;
            text.get(range).map(Value::text)
        })
        .collect::<Option<_>>()
        .ok_or_else(|| "the offsets of texts are out of order or bounds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(offsets: &[u32], bytes: &[u8]) -> Column {
        Column {
            validity: None,
            cells: Cells::Texts(Packed {
                offsets: offsets.to_vec(),
                bytes: bytes.to_vec(),
            }),
        }
    }

    #[test]
    fn columns_come_back_as_they_went() {
        for cells in [
            vec![Value::Integer(1), Value::Null, Value::Integer(-3)],
            vec![Value::text("a"), Value::text("é"), Value::Null],
            vec![Value::text("a"), Value::Integer(1), Value::Null],
            vec![Value::Null],
        ] {
            let back = from_guest(to_guest(&cells), cells.len()).unwrap();
            assert_eq!(back, cells);
        }
    }

    #[test]
    fn faulty_columns_are_refused() {
        assert!(from_guest(texts(&[0, 5], b"abc"), 1).is_err());
        assert!(from_guest(texts(&[2, 0], b"abc"), 1).is_err());
        assert!(from_guest(texts(&[0, 1], "é".as_bytes()), 1).is_err());
        assert!(from_guest(texts(&[0, 1], b"\xff"), 1).is_err());
        assert!(from_guest(texts(&[0, 1], b"a"), 2).is_err());
        assert!(from_guest(texts(&[0, 1], b"a"), 1).is_ok());
    }
}
