//! Reading the cells of a sheet.

use std::path::Path;

use calamine::{Data, ExcelDateTime, Reader};

use crate::clock::{Date, Time};
use crate::connectors::Error;
use crate::value::{DateTime, Value};

/// Reads the first sheet, row by row.
///
/// # Errors
/// [`Error::File`] when it is missing or not a workbook.
pub fn read(path: &Path) -> Result<Vec<Vec<Value>>, Error> {
    let fault = |error: calamine::Error| Error::file(path, &error);
    let mut book = calamine::open_workbook_auto(path).map_err(fault)?;
    let Some(range) = book.worksheet_range_at(0) else {
        return Ok(Vec::new());
    };
    let range = range.map_err(fault)?;
    let (top, left) = range.start().unwrap_or_default();
    let mut rows: Vec<Vec<Value>> = vec![Vec::new(); top as usize];
    for row in range.rows() {
        let blanks = std::iter::repeat_n(Value::Null, left as usize);
        rows.push(blanks.chain(row.iter().map(cell)).collect());
    }
    Ok(rows)
}

fn cell(data: &Data) -> Value {
    match data {
        Data::Empty | Data::Error(_) => Value::Null,
        Data::Int(number) => Value::Integer(*number),
        Data::Float(number) => number_value(*number),
        Data::Bool(value) => Value::Boolean(*value),
        Data::String(text) => Value::text(text.as_str()),
        Data::DateTime(moment) if moment.is_datetime() => moment_value(*moment),
        other => Value::text(other.to_string()),
    }
}

/// Workbooks keep moments as numbers; one below a day is a time of day, a whole one a date.
fn moment_value(moment: ExcelDateTime) -> Value {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let small = |number: u8| i8::try_from(number).ok();
    let read = || {
        let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
        let nanos = i32::from(milli) * 1_000_000;
        let time = Time::new(small(hour)?, small(minute)?, small(second)?, nanos).ok()?;
        Some(if moment.as_f64() < 1.0 {
            DateTime::time(date, time)
        } else if time == Time::midnight() {
            DateTime::date(date)
        } else {
            DateTime::full(date.to_datetime(time))
        })
    };
    // The format knows a day that never was, 1900-02-29: that one stays the number it is.
    read().map_or_else(|| number_value(moment.as_f64()), Value::DateTime)
}

/// Workbooks know no whole numbers: one without a fraction is an INTEGER.
fn number_value(number: f64) -> Value {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT_MAX {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number below 2^53 fits exactly"
        )]
        return Value::Integer(number as i64);
    }
    Value::Decimal(number)
}
