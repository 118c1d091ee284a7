//! Making values and looking into them.

use std::fmt;
use std::sync::Arc;

use super::{DateTime, HashSet, Kind, Row, Table, Text, Value};

impl Value {
    /// A TEXT value.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// An ARRAY value.
    pub fn array(items: impl IntoIterator<Item = Self>) -> Self {
        Self::Array(Arc::new(items.into_iter().collect()))
    }

    /// The type word of this value.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Undefined => Kind::Undefined,
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Integer(_) => Kind::Integer,
            Self::Decimal(_) => Kind::Decimal,
            Self::Text(_) => Kind::Text,
            Self::DateTime(_) => Kind::DateTime,
            Self::Bytes(_) => Kind::Bytes,
            Self::Array(_) => Kind::Array,
            Self::HashSet(_) => Kind::HashSet,
            Self::Row(_) => Kind::Row,
            Self::Table(_) => Kind::Table,
        }
    }

    /// Tells whether it is NULL or UNDEFINED.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Null | Self::Undefined)
    }

    /// Tells whether it is an ARRAY, a HASHSET, a ROW or a TABLE.
    pub fn is_collection(&self) -> bool {
        matches!(
            self,
            Self::Array(_) | Self::HashSet(_) | Self::Row(_) | Self::Table(_)
        )
    }

    /// Tells whether it is an INTEGER or a DECIMAL.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Decimal(_))
    }

    /// Tells whether nothing is in it: absent, empty text, empty collection.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::HashSet(set) => set.items().is_empty(),
            Self::Row(row) => row.is_empty(),
            Self::Table(table) => table.is_empty(),
            Self::Boolean(_) | Self::Integer(_) | Self::Decimal(_) | Self::DateTime(_) => false,
        }
    }

    /// The text of a TEXT, without conversion.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an ARRAY or a HASHSET, without conversion.
    pub fn as_items(&self) -> Option<&Arc<Vec<Self>>> {
        match self {
            Self::Array(items) => Some(items),
            Self::HashSet(set) => Some(set.items()),
            _ => None,
        }
    }

    /// The number of an INTEGER, without conversion.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Kind {
    /// The word of the language.
    pub fn word(self) -> &'static str {
        match self {
            Self::Undefined => "UNDEFINED",
            Self::Null => "NULL",
            Self::Boolean => "BOOLEAN",
            Self::Integer => "INTEGER",
            Self::Decimal => "DECIMAL",
            Self::Text => "TEXT",
            Self::DateTime => "DATETIME",
            Self::Bytes => "BYTES",
            Self::Array => "ARRAY",
            Self::HashSet => "HASHSET",
            Self::Row => "ROW",
            Self::Table => "TABLE",
        }
    }

    /// Reads a type word or one of its synonyms, ignoring case.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "UNDEFINED" => Self::Undefined,
            "NULL" => Self::Null,
            "BOOLEAN" | "BOOL" => Self::Boolean,
            "INTEGER" | "INT" => Self::Integer,
            "DECIMAL" | "NUMERIC" => Self::Decimal,
            "TEXT" | "STRING" => Self::Text,
            "DATETIME" => Self::DateTime,
            "BYTES" => Self::Bytes,
            "ARRAY" | "LIST" => Self::Array,
            "HASHSET" => Self::HashSet,
            "ROW" | "DATAROW" => Self::Row,
            "TABLE" | "DATATABLE" => Self::Table,
            _ => return None,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Decimal(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Self::Text(value.into())
    }
}

impl From<&Arc<str>> for Value {
    fn from(value: &Arc<str>) -> Self {
        Arc::clone(value).into()
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Self {
        Self::Text(value)
    }
}

impl From<DateTime> for Value {
    fn from(value: DateTime) -> Self {
        Self::DateTime(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value.into())
    }
}

impl From<Vec<Self>> for Value {
    fn from(value: Vec<Self>) -> Self {
        Self::Array(Arc::new(value))
    }
}

impl From<HashSet> for Value {
    fn from(value: HashSet) -> Self {
        Self::HashSet(Arc::new(value))
    }
}

impl From<Row> for Value {
    fn from(value: Row) -> Self {
        Self::Row(Arc::new(value))
    }
}

impl From<Table> for Value {
    fn from(value: Table) -> Self {
        Self::Table(Arc::new(value))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
