//! What the attribute makes of a function.

use std::fmt;

use crate::{Arguments, Column, ColumnBuilder, Value};

/// A function with its description; the attribute implements it on a type of the function's name.
pub trait Function {
    /// What it takes and gives.
    fn signature() -> Signature;

    /// Calls it once.
    ///
    /// # Errors
    /// A faulty argument, or what the function itself answered.
    fn call(arguments: &Arguments<'_>) -> Result<Value, Fault>;

    /// Calls it once per row.
    ///
    /// # Errors
    /// As [`Function::call`], for the first faulty row.
    fn call_columns(rows: usize, columns: &[Column]) -> Result<Column, Fault> {
        let mut answer = ColumnBuilder::new(rows);
        for row in 0..rows {
            answer.push(Self::call(&Arguments::of_row(columns, row))?);
        }
        Ok(answer.finish())
    }
}

/// A [`Function`] as a value.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// [`Function::signature`]
    pub signature: fn() -> Signature,
    /// [`Function::call`]
    pub call: fn(&Arguments<'_>) -> Result<Value, Fault>,
    /// [`Function::call_columns`]
    pub call_columns: fn(usize, &[Column]) -> Result<Column, Fault>,
}

impl Entry {
    /// The entry of a function.
    pub const fn of<F: Function>() -> Self {
        Self {
            signature: F::signature,
            call: F::call,
            call_columns: F::call_columns,
        }
    }
}

/// What a function says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Upper case.
    pub name: String,
    /// In order.
    pub parameters: Vec<Parameter>,
    /// The type of the result.
    pub returns: Kind,
    /// What may be assumed about repeated calls.
    pub volatility: Volatility,
    /// Whether a call over columns is faster than many calls.
    pub takes_batches: bool,
    /// For people.
    pub doc: &'static str,
}

/// One declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Upper case.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// The value of an omitted argument; `None` when it is required.
    pub default: Option<Value>,
}

/// The types of the language; `Any` is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// No check and no conversion.
    Any,
    /// BOOLEAN
    Boolean,
    /// INTEGER
    Integer,
    /// DECIMAL
    Decimal,
    /// TEXT
    Text,
    /// DATETIME
    DateTime,
    /// Raw bytes.
    Bytes,
    /// ARRAY
    Array,
    /// ROW
    Row,
    /// TABLE
    Table,
}

/// What may be assumed about repeated calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volatility {
    /// Same arguments, same result.
    Pure,
    /// The same within one run.
    Stable,
    /// Anything.
    Volatile,
}

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The argument at this position, from zero, is not usable.
    Argument(u32, String),
    /// Anything else.
    Failed(String),
    /// Worth trying again after so many milliseconds.
    Retry(u32, String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(_, text) | Self::Failed(text) | Self::Retry(_, text) => {
                f.write_str(text)
            }
        }
    }
}
