//! PQL values as a function sees them.

use crate::DateTime;

/// Any PQL value; collections hold scalars, and deeper nesting arrives as [`Value::Json`].
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// NULL, and UNDEFINED too.
    #[default]
    Null,
    /// BOOLEAN
    Boolean(bool),
    /// INTEGER
    Integer(i64),
    /// DECIMAL
    Decimal(f64),
    /// TEXT
    Text(String),
    /// DATETIME
    DateTime(DateTime),
    /// Raw bytes.
    Bytes(Vec<u8>),
    /// A collection inside a collection, as JSON text.
    Json(String),
    /// ARRAY
    Array(Vec<Value>),
    /// ROW
    Row(Row),
    /// TABLE
    Table(Table),
}

/// Ordered fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row(pub Vec<(String, Value)>);

impl Row {
    /// The value of a field; names ignore case.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let found = |field: &&(String, Value)| field.0.eq_ignore_ascii_case(name);
        self.0.iter().find(found).map(|field| &field.1)
    }

    /// Sets a field, replacing one of the same name.
    pub fn set(&mut self, name: &str, value: Value) {
        match self
            .0
            .iter_mut()
            .find(|field| field.0.eq_ignore_ascii_case(name))
        {
            Some(field) => field.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

/// Named columns and rows of as many cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Names in order.
    pub columns: Vec<String>,
    /// Rows in order.
    pub rows: Vec<Vec<Value>>,
}

/// A borrowed value: an argument of a call or a cell of a column.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// NULL
    Null,
    /// BOOLEAN
    Boolean(bool),
    /// INTEGER
    Integer(i64),
    /// DECIMAL
    Decimal(f64),
    /// TEXT
    Text(&'a str),
    /// DATETIME
    DateTime(DateTime),
    /// Anything else.
    Other(&'a Value),
}

impl<'a> From<&'a Value> for Cell<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(it) => Self::Boolean(*it),
            Value::Integer(it) => Self::Integer(*it),
            Value::Decimal(it) => Self::Decimal(*it),
            Value::Text(it) => Self::Text(it),
            Value::DateTime(it) => Self::DateTime(*it),
            other => Self::Other(other),
        }
    }
}
