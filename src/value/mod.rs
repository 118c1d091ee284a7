//! The values that PQL computes with and that pass between databases, functions and files.
//!
//! Conversion, comparison, rendering and arithmetic live here and nowhere else; operators and
//! drivers call them (`pql-core.md` section 2). Pure: no I/O, no clock.

mod access;
mod build;
mod compare;
mod convert;
mod datetime;
mod error;
mod hash_set;
mod json;
mod labels;
mod number;
mod operate;
mod quote;
mod render;
mod row;
pub(crate) mod search;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use compare::{is_like, is_listed};
pub use datetime::{Calendar, DateTime, DateTimeForm, Frame};
pub use error::Error;
pub use hash_set::HashSet;
pub(crate) use labels::labels;
pub use quote::{write_json_text, write_shell_text};
pub use row::Row;
/// The text of a value: a short one has no memory of its own, a long one is shared.
pub use smol_str::SmolStr as Text;
pub use table::Table;

/// Result of an operation on values.
pub type Result<T> = std::result::Result<T, Error>;

/// One PQL value. Cloning is cheap: collections are shared and copied on the first write, so
/// assignment has the copying semantics of the language (decision D47) without its price.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// No such variable, row field or argument.
    #[default]
    Undefined,
    /// Declared without a value, SQL NULL, JSON null.
    Null,
    /// True or false.
    Boolean(bool),
    /// A signed 64-bit whole number.
    Integer(i64),
    /// An IEEE 754 double.
    Decimal(f64),
    /// Unicode text.
    Text(Text),
    /// Civil date and time without a zone.
    DateTime(DateTime),
    /// Raw bytes; the language has no literal for them, drivers and functions do.
    Bytes(Arc<[u8]>),
    /// Ordered values of any type.
    Array(Arc<Vec<Value>>),
    /// Different values in the order of first insertion; behaves as an ARRAY of them.
    HashSet(Arc<HashSet>),
    /// Ordered fields with names that are unique ignoring case.
    Row(Arc<Row>),
    /// Ordered named columns and ordered rows.
    Table(Arc<Table>),
}

/// The type words of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `UNDEFINED`
    Undefined,
    /// `NULL`
    Null,
    /// `BOOLEAN`
    Boolean,
    /// `INTEGER`
    Integer,
    /// `DECIMAL`
    Decimal,
    /// `TEXT`
    Text,
    /// `DATETIME`
    DateTime,
    /// `BYTES`, never written in a program.
    Bytes,
    /// `ARRAY`
    Array,
    /// `HASHSET`
    HashSet,
    /// `ROW`
    Row,
    /// `TABLE`
    Table,
}

const _: () = assert!(
    size_of::<Value>() <= 24,
    "a value is copied everywhere: keep it small"
);
