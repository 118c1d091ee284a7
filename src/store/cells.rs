//! Cells to model types and back: the one place where a stored form is known.
//!
//! Times are UTC in whole milliseconds, `yyyy-MM-dd HH:mm:ss.SSS`, which both engines compare
//! correctly; booleans are 0 and 1; enums are their published words; durations are milliseconds.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::{Error, Result};
use crate::clock::{Civil, Date, Timestamp, Zone};
use crate::model::{ActionId, CommandId, ConnectionId, JobId, NodeId, RecordId, TaskId};
use crate::sql::Session;
use crate::value::Value;

/// Something that can stand as a parameter.
pub(super) trait Cell {
    /// Its stored form.
    fn cell(self) -> Value;
}

/// A parameter list of anything that is a [`Cell`].
macro_rules! cells {
    ($($part:expr),* $(,)?) => {
        [$($crate::store::cells::Cell::cell($part)),*]
    };
}
pub(super) use cells;

impl Cell for Value {
    fn cell(self) -> Value {
        self
    }
}

impl Cell for bool {
    fn cell(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Cell for i64 {
    fn cell(self) -> Value {
        Value::Integer(self)
    }
}

impl Cell for i32 {
    fn cell(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Cell for u32 {
    fn cell(self) -> Value {
        Value::Integer(self.into())
    }
}

impl Cell for u64 {
    fn cell(self) -> Value {
        Value::Integer(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl Cell for usize {
    fn cell(self) -> Value {
        Value::Integer(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl Cell for Duration {
    fn cell(self) -> Value {
        Value::Integer(i64::try_from(self.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Cell for &str {
    fn cell(self) -> Value {
        Value::Text(self.into())
    }
}

impl Cell for String {
    fn cell(self) -> Value {
        Value::Text(self.into())
    }
}

impl Cell for &String {
    fn cell(self) -> Value {
        self.as_str().cell()
    }
}

impl Cell for Arc<str> {
    fn cell(self) -> Value {
        self.into()
    }
}

impl Cell for &Arc<str> {
    fn cell(self) -> Value {
        self.into()
    }
}

impl Cell for Timestamp {
    fn cell(self) -> Value {
        time_text(self).cell()
    }
}

impl<T: Cell> Cell for Option<T> {
    fn cell(self) -> Value {
        self.map_or(Value::Null, Cell::cell)
    }
}

macro_rules! id_cells {
    ($($id:ident)+) => {$(
        impl Cell for $id {
            fn cell(self) -> Value {
                self.0.cell()
            }
        }
    )+};
}
id_cells!(JobId CommandId TaskId RecordId ActionId NodeId ConnectionId);

/// The stored text of a moment.
pub(super) fn time_text(moment: Timestamp) -> String {
    let at = moment.to_zoned(Zone::UTC).datetime();
    let mut text = String::with_capacity(23);
    let mut put = |sign: &str, number: i16, digits: u32| {
        text.push_str(sign);
        for place in (0..digits).rev() {
            let digit = number.unsigned_abs() / 10_u16.pow(place) % 10;
            text.extend(char::from_digit(digit.into(), 10));
        }
    };
    // Every row has several times, and the formatter would be a good part of what one costs.
    put("", at.year(), 4);
    put("-", at.month().into(), 2);
    put("-", at.day().into(), 2);
    put(" ", at.hour().into(), 2);
    put(":", at.minute().into(), 2);
    put(":", at.second().into(), 2);
    put(".", at.millisecond(), 3);
    text
}

/// One row, read cell by cell in the order of its columns.
pub(super) struct Cells {
    table: &'static str,
    /// The first cell, for messages.
    id: Value,
    values: std::vec::IntoIter<Value>,
}

impl Cells {
    fn new(table: &'static str, values: Vec<Value>) -> Self {
        let id = values.first().cloned().unwrap_or_default();
        let values = values.into_iter();
        Self { table, id, values }
    }

    /// The error of a cell that does not fit the model.
    pub(super) fn wrong(&self, column: &'static str, found: impl Display) -> Error {
        Error::Inconsistent {
            table: self.table,
            column,
            id: self.id.render().into_owned(),
            found: found.to_string(),
        }
    }

    fn next(&mut self) -> Value {
        self.values.next().unwrap_or(Value::Undefined)
    }

    fn needed<T>(&self, column: &'static str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.wrong(column, "nothing"))
    }

    /// A whole number or nothing.
    pub(super) fn opt<T: TryFrom<i64>>(&mut self, column: &'static str) -> Result<Option<T>> {
        let number = match self.next() {
            Value::Null => return Ok(None),
            Value::Integer(number) => number,
            Value::Boolean(flag) => flag.into(),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "MySQL sums are decimals; the round trip is checked below"
            )]
            Value::Decimal(sum) if sum.fract() == 0.0 && sum.abs() < 9e15 => sum as i64,
            Value::Text(text) => text.parse().map_err(|_| self.wrong(column, &text))?,
            other => return Err(self.wrong(column, format!("{other:?}"))),
        };
        let number = T::try_from(number).map_err(|_| self.wrong(column, number))?;
        Ok(Some(number))
    }

    /// A whole number.
    pub(super) fn number<T: TryFrom<i64>>(&mut self, column: &'static str) -> Result<T> {
        let value = self.opt(column)?;
        self.needed(column, value)
    }

    /// A flag.
    pub(super) fn flag(&mut self, column: &'static str) -> Result<bool> {
        Ok(self.number::<i64>(column)? != 0)
    }

    /// A duration in milliseconds.
    pub(super) fn duration(&mut self, column: &'static str) -> Result<Duration> {
        Ok(Duration::from_millis(self.number(column)?))
    }

    /// A text or nothing.
    pub(super) fn opt_text(&mut self, column: &'static str) -> Result<Option<Arc<str>>> {
        match self.next() {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text.into())),
            Value::Integer(number) => Ok(Some(number.to_string().into())),
            Value::Bytes(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(Some(text.into())),
                Err(error) => Err(self.wrong(column, error)),
            },
            other => Err(self.wrong(column, format!("{other:?}"))),
        }
    }

    /// A text.
    pub(super) fn text(&mut self, column: &'static str) -> Result<Arc<str>> {
        let value = self.opt_text(column)?;
        self.needed(column, value)
    }

    /// A text of one's own.
    pub(super) fn string(&mut self, column: &'static str) -> Result<String> {
        Ok(self.text(column)?.as_ref().to_owned())
    }

    /// Bytes.
    pub(super) fn bytes(&mut self, column: &'static str) -> Result<Arc<[u8]>> {
        match self.next() {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Text(text) => Ok(text.as_bytes().into()),
            other => Err(self.wrong(column, format!("{other:?}"))),
        }
    }

    /// One of the model's words.
    pub(super) fn word<T: FromStr>(&mut self, column: &'static str) -> Result<T> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.wrong(column, text))
    }

    /// One of the model's words or nothing.
    pub(super) fn opt_word<T: FromStr>(&mut self, column: &'static str) -> Result<Option<T>> {
        match self.opt_text(column)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| self.wrong(column, text)),
        }
    }

    /// A day without a time.
    pub(super) fn date(&mut self, column: &'static str) -> Result<Date> {
        match self.next() {
            Value::DateTime(at) => Ok(at.civil.date()),
            Value::Text(text) => text.parse().map_err(|_| self.wrong(column, &text)),
            other => Err(self.wrong(column, format!("{other:?}"))),
        }
    }

    /// Passes over cells.
    pub(super) fn skip(&mut self, cells: usize) {
        self.values.by_ref().take(cells).for_each(drop);
    }

    /// A moment or nothing.
    pub(super) fn opt_time(&mut self, column: &'static str) -> Result<Option<Timestamp>> {
        let civil = match self.next() {
            Value::Null => return Ok(None),
            Value::DateTime(at) => at.civil,
            Value::Text(text) => text
                .parse::<Civil>()
                .map_err(|_| self.wrong(column, &text))?,
            other => return Err(self.wrong(column, format!("{other:?}"))),
        };
        let zoned = civil.to_zoned(Zone::UTC);
        Ok(Some(
            zoned.map_err(|_| self.wrong(column, civil))?.timestamp(),
        ))
    }

    /// A moment.
    pub(super) fn time(&mut self, column: &'static str) -> Result<Timestamp> {
        let value = self.opt_time(column)?;
        self.needed(column, value)
    }
}

/// A statement that reads one table, with how its rows become `T`.
pub(super) struct Query<T> {
    /// For messages.
    pub table: &'static str,
    /// The text.
    pub sql: &'static str,
    /// Reads one row.
    pub read: fn(&mut Cells) -> Result<T>,
}

impl<T> Query<T> {
    /// Every row.
    pub(super) fn all(&self, session: &mut dyn Session, with: &[Value]) -> Result<Vec<T>> {
        let mut found = Vec::new();
        let mut fault = None;
        session.rows(self.sql, with, &mut |cells| {
            match (self.read)(&mut Cells::new(self.table, cells)) {
                Ok(row) => found.push(row),
                Err(error) => fault = Some(error),
            }
            fault.is_none()
        })?;
        fault.map_or(Ok(found), Err)
    }

    /// The first row, if there is one.
    pub(super) fn first(&self, session: &mut dyn Session, with: &[Value]) -> Result<Option<T>> {
        Ok(self.all(session, with)?.into_iter().next())
    }
}

/// Runs a statement and answers how many rows it changed.
pub(super) fn change(session: &mut dyn Session, sql: &str, with: &[Value]) -> Result<u64> {
    Ok(session.execute(sql, with)?.affected)
}

/// Runs an insert and answers the id it made.
pub(super) fn insert<T: TryFrom<i64>>(
    session: &mut dyn Session,
    sql: &str,
    with: &[Value],
) -> Result<T> {
    let id = session.execute(sql, with)?.last_id;
    T::try_from(id).map_err(|_| Error::Conflict(format!("the store ran out of ids at {id}")))
}
