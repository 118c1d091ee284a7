//! Workbooks: reading a sheet, and writing cells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calamine::{Data, ExcelDateTime, Reader};
use rust_xlsxwriter::{Format, Workbook as Writer};

use crate::clock::{Date, Time};
use crate::connectors::Error;
use crate::connectors::files::make_folders;
use crate::value::{DateTime, DateTimeForm, Value};

/// The most rows that a sheet of the format has.
const ROWS_MAX: u32 = 1_048_576;

/// Reads the first sheet, row by row.
///
/// # Errors
/// [`Error::File`] when it is missing or not a workbook.
pub fn read(path: &Path) -> Result<Vec<Vec<Value>>, Error> {
    let mut sheets = read_sheets(path)?;
    if sheets.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sheets.swap_remove(0).1)
}

type Sheet = (String, Vec<Vec<Value>>);

fn read_sheets(path: &Path) -> Result<Vec<Sheet>, Error> {
    let fault = |error: calamine::Error| Error::file(path, &error);
    let mut book = calamine::open_workbook_auto(path).map_err(fault)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(fault)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows: Vec<Vec<Value>> = vec![Vec::new(); top as usize];
        for row in range.rows() {
            let blanks = std::iter::repeat_n(Value::Null, left as usize);
            rows.push(blanks.chain(row.iter().map(cell)).collect());
        }
        sheets.push((name, rows));
    }
    Ok(sheets)
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

/// A workbook in memory, written when it is closed.
pub struct Workbook {
    path: PathBuf,
    sheets: Vec<(String, BTreeMap<u32, BTreeMap<u16, Value>>)>,
    /// Whether the file is not yet what is in memory.
    is_changed: bool,
}

impl Workbook {
    /// Begins with the cells of a file, of a template, or with nothing. Formats and formulas of
    /// either are not kept.
    ///
    /// # Errors
    /// [`Error::File`] when the file or template cannot be read.
    pub fn open(path: &Path, replaces: bool, template: Option<&Path>) -> Result<Self, Error> {
        let from = match template {
            _ if path.exists() && !replaces => Some(path),
            other => other,
        };
        let mut sheets = Vec::new();
        for (name, rows) in from.map(read_sheets).transpose()?.unwrap_or_default() {
            let mut cells = BTreeMap::new();
            for (row, values) in rows.into_iter().enumerate() {
                let values = values.into_iter().enumerate();
                let values = values.filter(|(_, value)| !value.is_absent());
                let values =
                    values.filter_map(|(at, value)| Some((u16::try_from(at).ok()?, value)));
                let values: BTreeMap<u16, Value> = values.collect();
                if let (false, Ok(row)) = (values.is_empty(), u32::try_from(row)) {
                    cells.insert(row, values);
                }
            }
            sheets.push((name, cells));
        }
        Ok(Self {
            path: path.to_owned(),
            sheets,
            is_changed: true,
        })
    }

    /// Writes one row at the first free row that is not above `from`, counted from 0.
    ///
    /// # Errors
    /// [`Error::File`] when the sheet is full.
    pub fn append(
        &mut self,
        sheet: &str,
        from: u32,
        cells: impl IntoIterator<Item = (u16, Value)>,
    ) -> Result<(), Error> {
        self.is_changed = true;
        let index = self.find(sheet).unwrap_or_else(|| {
            self.sheets.push((sheet.to_owned(), BTreeMap::new()));
            self.sheets.len().saturating_sub(1)
        });
        let Some((_, rows)) = self.sheets.get_mut(index) else {
            return Ok(());
        };
        let next = rows
            .last_key_value()
            .map_or(0, |(last, _)| last.saturating_add(1));
        let row = next.max(from);
        if row >= ROWS_MAX {
            return Err(Error::file(
                &self.path,
                &format!("the sheet `{sheet}` is full"),
            ));
        }
        rows.insert(row, cells.into_iter().collect());
        Ok(())
    }

    /// Removes a sheet; false when there is none of that name.
    pub fn remove(&mut self, sheet: &str) -> bool {
        let found = self.find(sheet);
        if let Some(index) = found {
            self.sheets.remove(index);
            self.is_changed = true;
        }
        found.is_some()
    }

    fn find(&self, sheet: &str) -> Option<usize> {
        let mut sheets = self.sheets.iter();
        sheets.position(|(name, _)| name.eq_ignore_ascii_case(sheet))
    }

    /// Writes the file, unless it is already so.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn write(&mut self) -> Result<(), Error> {
        if !self.is_changed {
            return Ok(());
        }
        make_folders(&self.path)?;
        let fault = |error: rust_xlsxwriter::XlsxError| Error::file(&self.path, &error);
        let mut writer = Writer::new();
        for (name, rows) in &self.sheets {
            let sheet = writer.add_worksheet();
            sheet.set_name(name).map_err(fault)?;
            for (row, cells) in rows {
                for (column, value) in cells {
                    write(sheet, (*row, *column), value).map_err(fault)?;
                }
            }
        }
        if self.sheets.is_empty() {
            writer.add_worksheet();
        }
        writer.save(&self.path).map_err(fault)?;
        self.is_changed = false;
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of workbooks are doubles"
)]
fn write(
    sheet: &mut rust_xlsxwriter::Worksheet,
    (row, column): (u32, u16),
    value: &Value,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    match value {
        Value::Null | Value::Undefined => return Ok(()),
        Value::Integer(number) => sheet.write_number(row, column, *number as f64)?,
        Value::Decimal(number) => sheet.write_number(row, column, *number)?,
        Value::Boolean(value) => sheet.write_boolean(row, column, *value)?,
        Value::DateTime(moment) => {
            let form = match moment.form {
                DateTimeForm::Full => "yyyy-mm-dd hh:mm:ss",
                DateTimeForm::Date => "yyyy-mm-dd",
                DateTimeForm::Time => "hh:mm:ss",
            };
            let format = Format::new().set_num_format(form);
            let text = value.render();
            match rust_xlsxwriter::ExcelDateTime::parse_from_str(&text) {
                Ok(moment) => sheet.write_datetime_with_format(row, column, moment, &format)?,
                // Before 1900 the format has no moments.
                Err(_) => sheet.write_string(row, column, text)?,
            }
        }
        other => sheet.write_string(row, column, other.render())?,
    };
    Ok(())
}
