//! JSON in and out, without an intermediate tree.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::quote::write_json_text;
use super::render::{write_decimal, write_hex, write_integer};
use super::{Error, Result, Row, Table, Value};

impl Value {
    /// Reads JSON text: an object is a ROW, a non-empty array of objects only a TABLE, any other
    /// array an ARRAY. Whole numbers beyond 64 bits become DECIMAL. Nesting is limited.
    ///
    /// # Errors
    /// [`Error::Json`] with line and column.
    pub fn from_json(text: &str) -> Result<Self> {
        Self::from_json_until(text, &|| false)
    }

    /// As [`Self::from_json`], and ends early when it is told to, with an error that means nothing.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn from_json_until(text: &str, is_stopped: &dyn Fn() -> bool) -> Result<Self> {
        let reader = Reader {
            is_stopped,
            values: Cell::new(0),
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let value = reader.deserialize(&mut json);
        value
            .and_then(|value| json.end().map(|()| value))
            .map_err(|fault| Error::Json(fault.to_string()))
    }

    /// The compact JSON text.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write_json(&mut out);
        out
    }

    /// Appends compact JSON: no blanks, fields in order, DATETIME quoted, absent values `null`.
    pub fn write_json(&self, out: &mut String) {
        self.write_json_while(out, &mut |_| true);
    }

    /// As [`Self::write_json`], and leaves off, with a text that means nothing, when it is told to:
    /// `goes_on` hears before each element of a list how many bytes there are.
    pub(crate) fn write_json_while(&self, out: &mut String, goes_on: GoesOn<'_>) {
        match self {
            Self::Undefined | Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(number) => write_integer(*number, out),
            // JSON has no word for what is not a number.
            Self::Decimal(number) if !number.is_finite() => out.push_str("null"),
            Self::Decimal(number) => write_decimal(*number, out),
            Self::Text(text) => write_json_text(text, out),
            Self::DateTime(value) => {
                out.push('"');
                value.write(out);
                out.push('"');
            }
            Self::Bytes(bytes) => {
                out.push('"');
                write_hex(bytes, out);
                out.push('"');
            }
            Self::Array(items) => write_list(items.iter(), out, goes_on, Self::write_json_while),
            Self::HashSet(set) => {
                write_list(set.items().iter(), out, goes_on, Self::write_json_while);
            }
            Self::Row(row) => write_object(row.iter(), out, goes_on),
            Self::Table(table) => {
                write_list(table.rows().iter(), out, goes_on, |cells, out, goes_on| {
                    write_object(table.columns().iter().zip(cells), out, goes_on);
                });
            }
        }
    }

    /// The collection that a JSON array is: a TABLE when it has elements and all are rows.
    pub fn from_items(items: Vec<Self>) -> Self {
        let is_table = !items.is_empty() && items.iter().all(|item| matches!(item, Self::Row(_)));
        if !is_table {
            return Self::Array(Arc::new(items));
        }
        let rows = items.into_iter().filter_map(|item| match item {
            Self::Row(row) => Some(Arc::unwrap_or_clone(row)),
            _ => None,
        });
        Table::from_rows(rows).into()
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Boolean(value),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Integer(whole),
                None => number.as_f64().map_or(Self::Null, Self::Decimal),
            },
            serde_json::Value::String(text) => text.into(),
            serde_json::Value::Array(items) => {
                Self::from_items(items.into_iter().map(Self::from).collect())
            }
            serde_json::Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect::<Row>()
                .into(),
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Undefined | Value::Null => Self::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Integer(number) => (*number).into(),
            // A whole number has no `.0`, as in the text.
            Value::Decimal(number) => match whole(*number) {
                Some(number) => number.into(),
                None => (*number).into(),
            },
            Value::Text(text) => (&**text).into(),
            Value::DateTime(_) | Value::Bytes(_) => value.render().into(),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::HashSet(set) => Self::Array(set.items().iter().map(Self::from).collect()),
            Value::Row(row) => object(row.iter()),
            Value::Table(table) => Self::Array(
                table
                    .rows()
                    .iter()
                    .map(|cells| object(table.columns().iter().zip(cells)))
                    .collect(),
            ),
        }
    }
}

fn object<'a>(fields: impl Iterator<Item = (&'a Arc<str>, &'a Value)>) -> serde_json::Value {
    fields
        .map(|(name, value)| (name.to_string(), value.into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The whole number that a decimal is exactly, where 64 bits can tell it.
fn whole(number: f64) -> Option<i64> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() > EXACT_MAX {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number below 2^53 fits exactly"
    )]
    Some(number as i64)
}

/// Hears how many bytes there are, and tells whether to go on.
pub(super) type GoesOn<'a> = &'a mut dyn FnMut(usize) -> bool;

fn write_list<T>(
    items: impl Iterator<Item = T>,
    out: &mut String,
    goes_on: GoesOn<'_>,
    mut write: impl FnMut(T, &mut String, GoesOn<'_>),
) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        if !goes_on(out.len()) {
            return;
        }
        write(item, out, goes_on);
    }
    out.push(']');
}

fn write_object<'a>(
    fields: impl Iterator<Item = (&'a Arc<str>, &'a Value)>,
    out: &mut String,
    goes_on: GoesOn<'_>,
) {
    out.push('{');
    for (index, (name, value)) in fields.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_json_text(name, out);
        out.push(':');
        value.write_json_while(out, goes_on);
    }
    out.push('}');
}

/// Reads a value, which itself has no wire format.
struct Reader<'a> {
    /// Asked now and then whether to leave off.
    is_stopped: &'a dyn Fn() -> bool,
    values: Cell<u32>,
}

impl Reader<'_> {
    /// Values between two questions.
    const VALUES: u32 = 256;

    fn pass<E: de::Error>(&self) -> std::result::Result<(), E> {
        let values = self.values.get().wrapping_add(1);
        self.values.set(values);
        if values.is_multiple_of(Self::VALUES) && (self.is_stopped)() {
            return Err(E::custom("stopped"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for &Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(Value::Integer(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 64 bits the nearest decimal is what is promised"
    )]
    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(i64::try_from(value).map_or(Value::Decimal(value as f64), Value::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(Value::Decimal(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> std::result::Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            self.pass()?;
            items.push(item);
        }
        Ok(Value::from_items(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Value, A::Error> {
        let mut fields: Vec<(Arc<str>, Value)> = Vec::new();
        while let Some(name) = access.next_key()? {
            self.pass()?;
            fields.push((name, access.next_value_seed(self)?));
        }
        Ok(fields.into_iter().collect::<Row>().into())
    }
}
