//! Cells of the MySQL protocol to values and back (`pql-core.md` 4.15).

use mysql_async::consts::{ColumnFlags, ColumnType};
use mysql_async::{Column, Value as Cell};

use crate::clock::{Civil, Date, Time};
use crate::value::{DateTime, DateTimeForm, Frame, Value};

/// The family a column belongs to, decided once per result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Truth,
    Bits,
    Whole,
    Double,
    Date,
    Time,
    Moment,
    Text,
}

impl Family {
    /// The family of a column.
    pub(super) fn of(column: &Column) -> Self {
        use ColumnType as T;
        match column.column_type() {
            T::MYSQL_TYPE_TINY
                if column.column_length() == 1
                    && !column.flags().contains(ColumnFlags::UNSIGNED_FLAG) =>
            {
                Self::Truth
            }
            T::MYSQL_TYPE_BIT if column.column_length() == 1 => Self::Truth,
            T::MYSQL_TYPE_BIT => Self::Bits,
            T::MYSQL_TYPE_TINY
            | T::MYSQL_TYPE_SHORT
            | T::MYSQL_TYPE_INT24
            | T::MYSQL_TYPE_LONG
            | T::MYSQL_TYPE_LONGLONG
            | T::MYSQL_TYPE_YEAR => Self::Whole,
            T::MYSQL_TYPE_FLOAT
            | T::MYSQL_TYPE_DOUBLE
            | T::MYSQL_TYPE_DECIMAL
            | T::MYSQL_TYPE_NEWDECIMAL => Self::Double,
            T::MYSQL_TYPE_DATE | T::MYSQL_TYPE_NEWDATE => Self::Date,
            T::MYSQL_TYPE_TIME | T::MYSQL_TYPE_TIME2 => Self::Time,
            T::MYSQL_TYPE_DATETIME
            | T::MYSQL_TYPE_DATETIME2
            | T::MYSQL_TYPE_TIMESTAMP
            | T::MYSQL_TYPE_TIMESTAMP2 => Self::Moment,
            _ => Self::Text,
        }
    }

    /// Reads a cell of either protocol: text gives bytes, prepared statements give typed cells.
    pub(super) fn read(self, cell: Cell) -> Value {
        match (self, cell) {
            (_, Cell::NULL) => Value::Null,
            (Self::Truth, Cell::Int(number)) => Value::Boolean(number != 0),
            (Self::Truth, Cell::Bytes(bytes)) => {
                Value::Boolean(bytes.iter().any(|byte| !matches!(byte, 0 | b'0')))
            }
            (Self::Bits, Cell::Bytes(bytes)) => {
                let bits = bytes
                    .iter()
                    .fold(0_u64, |bits, byte| bits.wrapping_shl(8) | u64::from(*byte));
                unsigned(bits)
            }
            (_, Cell::Bytes(bytes)) => self.read_text(bytes),
            (_, Cell::Int(number)) => Value::Integer(number),
            (_, Cell::UInt(number)) => unsigned(number),
            // Through the text, so that 0.1 does not become 0.10000000149011612.
            (_, Cell::Float(number)) => {
                let text = number.to_string();
                Value::Decimal(text.parse().unwrap_or_else(|_| number.into()))
            }
            (_, Cell::Double(number)) => Value::Decimal(number),
            (_, Cell::Date(year, month, day, hour, minute, second, micros)) => {
                let clock = [hour, minute, second].map(i8::try_from);
                self.moment((year, month, day), clock, micros)
                    .unwrap_or_else(|| {
                        // Such as a zero date, which no calendar has.
                        Value::text(format!(
                            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
                        ))
                    })
            }
            (_, Cell::Time(is_negative, days, hours, minutes, seconds, micros)) => {
                let clock = [hours, minutes, seconds].map(i8::try_from);
                let in_day = !is_negative && days == 0;
                in_day
                    .then(|| time(clock, micros).map(time_value))
                    .flatten()
                    .unwrap_or_else(|| {
                        let sign = if is_negative { "-" } else { "" };
                        let hours = days.saturating_mul(24).saturating_add(hours.into());
                        Value::text(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"))
                    })
            }
        }
    }

    fn moment(self, date: (u16, u8, u8), clock: Clock, micros: u32) -> Option<Value> {
        let (year, month, day) = date;
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
        .filter(|date| date.year() > 0)?;
        let civil = Civil::from_parts(date, time(clock, micros)?);
        let form = if self == Self::Date {
            DateTimeForm::Date
        } else {
            DateTimeForm::Full
        };
        Some(Value::DateTime(DateTime { civil, form }))
    }

    fn read_text(self, bytes: Vec<u8>) -> Value {
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(fault) => return fault.into_bytes().into(),
        };
        let found = match self {
            Self::Whole => text.parse().ok().map(Value::Integer),
            Self::Double => text.parse().ok().map(Value::Decimal),
            Self::Date | Self::Moment => DateTime::parse(&text, Frame::utc())
                .filter(|found| found.civil.year() > 0)
                .map(|found| {
                    let form = if self == Self::Date {
                        DateTimeForm::Date
                    } else {
                        DateTimeForm::Full
                    };
                    Value::DateTime(DateTime { form, ..found })
                }),
            Self::Time => {
                DateTime::parse(&text, Frame::utc()).map(|found| time_value(found.civil.time()))
            }
            Self::Truth | Self::Bits | Self::Text => None,
        };
        // What does not fit its family, such as an unsigned number beyond 63 bits, stays text.
        found.unwrap_or_else(|| text.into())
    }
}

/// Hour, minute and second as they came.
type Clock = [Result<i8, std::num::TryFromIntError>; 3];

fn time(clock: Clock, micros: u32) -> Option<Time> {
    let [hour, minute, second] = clock;
    let nanos = i32::try_from(micros.checked_mul(1000)?).ok()?;
    Time::new(hour.ok()?, minute.ok()?, second.ok()?, nanos).ok()
}

fn time_value(time: Time) -> Value {
    Value::DateTime(DateTime::time(Frame::utc().calendar.today(), time))
}

fn unsigned(number: u64) -> Value {
    i64::try_from(number).map_or_else(|_| Value::text(number.to_string()), Value::Integer)
}

/// The parameter that stands for a value.
pub(super) fn cell(value: &Value) -> Cell {
    match value {
        Value::Undefined | Value::Null => Cell::NULL,
        Value::Boolean(value) => Cell::Int((*value).into()),
        Value::Integer(number) => Cell::Int(*number),
        Value::Decimal(number) if !number.is_finite() => Cell::NULL,
        Value::Decimal(number) => Cell::Double(*number),
        Value::Text(text) => Cell::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => Cell::Bytes(bytes.to_vec()),
        Value::DateTime(value) => moment_cell(value),
        Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
            Cell::Bytes(value.to_json().into_bytes())
        }
    }
}

fn moment_cell(value: &DateTime) -> Cell {
    let civil = value.civil;
    let small = |number: i8| number.unsigned_abs();
    let micros = civil.subsec_nanosecond().unsigned_abs() / 1000;
    let (hour, minute, second) = (
        small(civil.hour()),
        small(civil.minute()),
        small(civil.second()),
    );
    if value.form == DateTimeForm::Time {
        return Cell::Time(false, 0, hour, minute, second, micros);
    }
    let (year, month, day) = (
        civil.year().unsigned_abs(),
        small(civil.month()),
        small(civil.day()),
    );
    Cell::Date(year, month, day, hour, minute, second, micros)
}
