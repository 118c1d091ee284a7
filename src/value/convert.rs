//! Conversions between types (`pql-core.md` 2.2) and truth (2.3): the one table of the language.

use std::borrow::Cow;
use std::sync::Arc;

use super::{DateTime, Error, Frame, Kind, Result, Row, Table, Value};
use crate::clock::Timestamp;

impl Value {
    /// Converts to TEXT: the canonical text, borrowed when the value is a text already.
    ///
    /// # Errors
    /// [`Error::Conversion`] for absent values.
    pub fn to_text(&self) -> Result<Cow<'_, str>> {
        if self.is_absent() {
            return Err(self.refuse(Kind::Text));
        }
        Ok(self.render())
    }

    /// Converts to INTEGER; decimals are rounded half up, a DATETIME gives epoch seconds.
    ///
    /// # Errors
    /// [`Error::Conversion`].
    pub fn to_integer(&self, frame: Frame<'_>) -> Result<i64> {
        let found = match self {
            Self::Integer(number) => Some(*number),
            Self::Decimal(number) => round_half_up(*number),
            Self::Boolean(value) => Some((*value).into()),
            Self::Text(text) => text.trim().parse().ok(),
            Self::DateTime(value) => value.moment(frame).map(Timestamp::as_second),
            _ => None,
        };
        found.ok_or_else(|| self.refuse(Kind::Integer))
    }

    /// Converts to DECIMAL; a DATETIME gives epoch milliseconds.
    ///
    /// # Errors
    /// [`Error::Conversion`].
    #[expect(
        clippy::cast_precision_loss,
        reason = "DECIMAL is a double by definition of the language"
    )]
    pub fn to_decimal(&self, frame: Frame<'_>) -> Result<f64> {
        let found = match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Boolean(value) => Some((*value).into()),
            Self::Text(text) => parse_decimal(text),
            Self::DateTime(value) => value
                .moment(frame)
                .map(|moment| moment.as_millisecond() as f64),
            _ => None,
        };
        found.ok_or_else(|| self.refuse(Kind::Decimal))
    }

    /// Converts to BOOLEAN: numbers above 0, the words of truth, collections that are not empty.
    ///
    /// # Errors
    /// [`Error::Conversion`] for other texts and absent values.
    pub fn to_boolean(&self) -> Result<bool> {
        let found = match self {
            Self::Boolean(value) => Some(*value),
            Self::Integer(number) => Some(*number > 0),
            Self::Decimal(number) => Some(*number > 0.0),
            Self::Text(text) => parse_boolean(text),
            Self::DateTime(_) => Some(true),
            Self::Bytes(_) | Self::Array(_) | Self::HashSet(_) | Self::Row(_) | Self::Table(_) => {
                Some(!self.is_empty())
            }
            Self::Null | Self::Undefined => None,
        };
        found.ok_or_else(|| self.refuse(Kind::Boolean))
    }

    /// The truth of a value that stands as a condition; what is not true is false.
    pub fn is_true(&self) -> bool {
        self.to_boolean().unwrap_or(false)
    }

    /// Converts to DATETIME; whole numbers are epoch seconds or milliseconds in the frame's zone.
    ///
    /// # Errors
    /// [`Error::Conversion`].
    pub fn to_datetime(&self, frame: Frame<'_>) -> Result<DateTime> {
        let found = match self {
            Self::DateTime(value) => Some(*value),
            Self::Text(text) => DateTime::parse(text, frame),
            Self::Integer(number) => DateTime::from_epoch(*number, frame),
            Self::Decimal(number) => {
                round_half_up(*number).and_then(|number| DateTime::from_epoch(number, frame))
            }
            _ => None,
        };
        found.ok_or_else(|| self.refuse(Kind::DateTime))
    }

    /// Converts to TABLE: a ROW gives one row, an ARRAY one column `item`, a single value one
    /// column `value`, an absent value a table without columns.
    pub fn to_table(&self) -> Arc<Table> {
        let column = |name: &str, cells: Arc<Vec<Self>>| {
            Arc::new(Table::with_columns(vec![(name.into(), cells)]))
        };
        match self {
            Self::Table(table) => Arc::clone(table),
            Self::Row(row) => Arc::new(Table::from_rows([Row::clone(row)])),
            Self::Array(items) => column("item", Arc::clone(items)),
            Self::HashSet(set) => column("item", Arc::clone(set.items())),
            Self::Null | Self::Undefined => Arc::default(),
            single => column("value", Arc::new(vec![single.clone()])),
        }
    }

    /// Converts to ROW: the first row of a TABLE, fields `item_0`, `item_1` of an ARRAY, a field
    /// `value` of a single value; an absent value gives an empty row.
    pub fn to_row(&self) -> Arc<Row> {
        match self {
            Self::Row(row) => Arc::clone(row),
            Self::Table(table) => Arc::new(table.first().unwrap_or_default()),
            Self::Array(_) | Self::HashSet(_) => Arc::new(
                self.to_array()
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (format!("item_{index}").into(), item.clone()))
                    .collect(),
            ),
            Self::Null | Self::Undefined => Arc::default(),
            single => Arc::new(Row::from_iter([("value".into(), single.clone())])),
        }
    }

    /// Converts to ARRAY: the first column of a TABLE, the values of a ROW, the characters of a
    /// TEXT, one element otherwise; an absent value gives an empty one.
    pub fn to_array(&self) -> Arc<Vec<Self>> {
        match self {
            Self::Array(items) => Arc::clone(items),
            Self::HashSet(set) => Arc::clone(set.items()),
            Self::Table(table) => table.column_values(0),
            Self::Row(row) => Arc::new(row.values().cloned().collect()),
            Self::Text(text) => Arc::new(
                text.chars()
                    .map(|c| Self::text(c.encode_utf8(&mut [0; 4]) as &str))
                    .collect(),
            ),
            Self::Null | Self::Undefined => Arc::default(),
            single => Arc::new(vec![single.clone()]),
        }
    }

    pub(super) fn refuse(&self, to: Kind) -> Error {
        Error::Conversion {
            value: self.excerpt(),
            from: self.kind(),
            to,
        }
    }
}

/// Reads a number with optional sign, fraction and exponent; no words such as `inf`.
pub(super) fn parse_decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    if !is_plain {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads one of the words of truth, ignoring case.
pub(super) fn parse_boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["yes", "true", "on", "ok", "1", "y"];
    const FALSE: [&str; 6] = ["no", "false", "off", "cancel", "0", "n"];
    let text = text.trim();
    let is_in = |words: [&str; 6]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_in(TRUE) {
        Some(true)
    } else if is_in(FALSE) {
        Some(false)
    } else {
        None
    }
}

fn round_half_up(number: f64) -> Option<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    let floor = number.floor();
    let rounded = if number - floor >= 0.5 {
        floor + 1.0
    } else {
        floor
    };
    if !(-END..END).contains(&rounded) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and in range, as checked above"
    )]
    Some(rounded as i64)
}
