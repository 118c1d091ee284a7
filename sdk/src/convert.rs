//! Between Rust types and PQL values.

use crate::{Cell, DateTime, Kind, Row, Table, Value};

/// A type that may stand as a parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a PQL function",
    note = "allowed: &str, String, i64, f64, bool, DateTime, Option<T>, Vec<T>, Row, Table, Value"
)]
pub trait FromCell<'a>: Sized {
    /// The declared type.
    const KIND: Kind;
    /// Whether the argument may be left out and is then NULL.
    const OPTIONAL: bool = false;

    /// Reads it.
    ///
    /// # Errors
    /// What was expected.
    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str>;
}

/// A type that may stand as a result.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a PQL function",
    note = "allowed: &str, String, i64, f64, bool, DateTime, Option<T>, Vec<T>, Row, Table, Value, \
            and a Result of these with an error that can be displayed"
)]
pub trait IntoValue {
    /// The declared type.
    const KIND: Kind;

    /// Makes a value of it.
    fn into_value(self) -> Value;
}

macro_rules! scalars {
    ($($type:ty, $kind:ident, $expected:literal, $pattern:pat => $read:expr, $make:expr;)+) => {$(
        impl<'a> FromCell<'a> for $type {
            const KIND: Kind = Kind::$kind;

            fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
                match cell {
                    $pattern => Ok($read),
                    _ => Err($expected),
                }
            }
        }

        impl IntoValue for $type {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                $make(self)
            }
        }
    )+};
}

scalars! {
    bool, Boolean, "BOOLEAN", Cell::Boolean(it) => it, Value::Boolean;
    i64, Integer, "INTEGER", Cell::Integer(it) => it, Value::Integer;
    String, Text, "TEXT", Cell::Text(it) => it.to_owned(), Value::Text;
    DateTime, DateTime, "DATETIME", Cell::DateTime(it) => it, Value::DateTime;
    Row, Row, "ROW", Cell::Other(Value::Row(it)) => it.clone(), Value::Row;
    Table, Table, "TABLE", Cell::Other(Value::Table(it)) => it.clone(), Value::Table;
}

impl<'a> FromCell<'a> for f64 {
    const KIND: Kind = Kind::Decimal;

    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest decimal is what the language promises"
    )]
    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
        match cell {
            Cell::Decimal(it) => Ok(it),
            Cell::Integer(it) => Ok(it as f64),
            _ => Err("DECIMAL"),
        }
    }
}

impl IntoValue for f64 {
    const KIND: Kind = Kind::Decimal;

    fn into_value(self) -> Value {
        Value::Decimal(self)
    }
}

impl<'a> FromCell<'a> for &'a str {
    const KIND: Kind = Kind::Text;

    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
        match cell {
            Cell::Text(it) => Ok(it),
            _ => Err("TEXT"),
        }
    }
}

impl IntoValue for &str {
    const KIND: Kind = Kind::Text;

    fn into_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl<'a> FromCell<'a> for Value {
    const KIND: Kind = Kind::Any;

    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
        Ok(match cell {
            Cell::Null => Self::Null,
            Cell::Boolean(it) => Self::Boolean(it),
            Cell::Integer(it) => Self::Integer(it),
            Cell::Decimal(it) => Self::Decimal(it),
            Cell::Text(it) => Self::Text(it.to_owned()),
            Cell::DateTime(it) => Self::DateTime(it),
            Cell::Other(it) => it.clone(),
        })
    }
}

impl IntoValue for Value {
    const KIND: Kind = Kind::Any;

    fn into_value(self) -> Value {
        self
    }
}

impl<'a, T: FromCell<'a>> FromCell<'a> for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl<T: IntoValue> IntoValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
}

impl<'a, T: FromCell<'a>> FromCell<'a> for Vec<T> {
    const KIND: Kind = Kind::Array;

    fn from_cell(cell: Cell<'a>) -> Result<Self, &'static str> {
        match cell {
            Cell::Other(Value::Array(items)) => {
                items.iter().map(|item| T::from_cell(item.into())).collect()
            }
            _ => Err("ARRAY"),
        }
    }
}

impl<T: IntoValue> IntoValue for Vec<T> {
    const KIND: Kind = Kind::Array;

    fn into_value(self) -> Value {
        Value::Array(self.into_iter().map(T::into_value).collect())
    }
}
