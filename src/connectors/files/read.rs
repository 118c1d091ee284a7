//! Reading files as tables, row by row.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use crate::connectors::{Error, excel};
use crate::value::{Row, Value};

/// A file that is read as a table.
#[derive(Debug, Clone)]
pub struct FileSource {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
    /// The listed columns; empty when the file names them.
    pub columns: Vec<Column>,
    /// Whether the first row names the columns.
    pub has_headers: bool,
    /// Lines at the beginning that are not read.
    pub skip: usize,
}

/// How a file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with quotes.
    Csv,
    /// Lines of fields.
    Text {
        /// Between two fields; empty when each line is one field.
        delimiter: String,
        /// What may stand around a field.
        brackets: Option<(String, String)>,
        /// Whether the file is compressed.
        is_gzip: bool,
    },
    /// One JSON object for each line.
    Json,
    /// The first sheet of a workbook.
    Excel,
}

/// A column and what its texts become.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: Arc<str>,
    /// Makes the value; the text itself when it cannot be one.
    pub convert: fn(&str) -> Value,
}

/// Takes the column names and one row; answers whether it wants more.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Arc<str>], Vec<Value>) -> Result<bool, Error>;

impl FileSource {
    /// Hands over the rows in order.
    ///
    /// # Errors
    /// [`Error::File`] with the line where the file cannot be understood, or what `each` says.
    pub fn stream(&self, each: EachRow<'_>) -> Result<(), Error> {
        match &self.format {
            Format::Csv => self.stream_csv(each),
            Format::Json => self.stream_json(each),
            Format::Excel => {
                let rows = excel::read(&self.path)?;
                let mut rows = rows.into_iter().skip(self.skip);
                let columns = self.names(|| rows.next().map(|row| row.iter().map(text).collect()));
                for row in rows {
                    if !each(&columns, row)? {
                        break;
                    }
                }
                Ok(())
            }
            Format::Text {
                delimiter,
                brackets,
                is_gzip,
            } => {
                let file = self.open()?;
                let reader: Box<dyn Read> = if *is_gzip {
                    Box::new(flate2::read::MultiGzDecoder::new(file))
                } else {
                    Box::new(file)
                };
                let brackets = brackets.as_ref();
                let split = |line: &str| split(line, delimiter, brackets);
                self.stream_lines(BufReader::new(reader), &split, each)
            }
        }
    }

    fn open(&self) -> Result<File, Error> {
        File::open(&self.path).map_err(|error| Error::file(&self.path, &error))
    }

    /// The names of the columns: the listed ones, else those of the first row.
    fn names(&self, first: impl FnOnce() -> Option<Vec<String>>) -> Vec<Arc<str>> {
        if !self.has_headers {
            return self
                .columns
                .iter()
                .map(|column| Arc::clone(&column.name))
                .collect();
        }
        let first = first().unwrap_or_default();
        if self.columns.is_empty() {
            return first.into_iter().map(Arc::from).collect();
        }
        self.columns
            .iter()
            .map(|column| Arc::clone(&column.name))
            .collect()
    }

    fn cells<T: AsRef<str>>(&self, fields: impl Iterator<Item = T>) -> Vec<Value> {
        let mut columns = self.columns.iter();
        let cells = fields.map(|field| match columns.next() {
            Some(column) => (column.convert)(field.as_ref()),
            None => Value::text(field.as_ref()),
        });
        cells.collect()
    }

    fn stream_csv(&self, each: EachRow<'_>) -> Result<(), Error> {
        let fault = |error: csv::Error| Error::file(&self.path, &error);
        let mut reader = BufReader::new(self.open()?);
        let mut line = String::new();
        for _ in 0..self.skip {
            line.clear();
            let read = reader.read_line(&mut line);
            read.map_err(|error| Error::file(&self.path, &error))?;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(reader);
        let mut records = reader.records();
        let mut broken = None;
        let columns = self.names(|| match records.next()? {
            Ok(record) => {
                let names = record
                    .iter()
                    .map(|name| name.trim_start_matches('\u{feff}'));
                Some(names.map(str::to_owned).collect())
            }
            Err(error) => {
                broken = Some(error);
                None
            }
        });
        if let Some(error) = broken {
            return Err(fault(error));
        }
        for record in records {
            let record = record.map_err(fault)?;
            if !each(&columns, self.cells(record.iter()))? {
                break;
            }
        }
        Ok(())
    }

    fn stream_lines(
        &self,
        reader: impl BufRead,
        split: &dyn Fn(&str) -> Vec<String>,
        each: EachRow<'_>,
    ) -> Result<(), Error> {
        let fault = |error: std::io::Error| Error::file(&self.path, &error);
        let mut lines = reader.lines().skip(self.skip);
        let mut broken = None;
        let columns = self.names(|| match lines.next()? {
            Ok(line) => Some(split(&line)),
            Err(error) => {
                broken = Some(error);
                None
            }
        });
        if let Some(error) = broken {
            return Err(fault(error));
        }
        for line in lines {
            let line = line.map_err(fault)?;
            if !each(&columns, self.cells(split(&line).iter()))? {
                break;
            }
        }
        Ok(())
    }

    /// The columns are those of the first object, or the listed ones.
    fn stream_json(&self, each: EachRow<'_>) -> Result<(), Error> {
        let mut columns: Vec<Arc<str>> = self
            .columns
            .iter()
            .map(|column| Arc::clone(&column.name))
            .collect();
        let lines = BufReader::new(self.open()?).lines();
        for (number, line) in lines.enumerate().skip(self.skip) {
            let line = line.map_err(|error| Error::file(&self.path, &error))?;
            if line.trim().is_empty() {
                continue;
            }
            let row = match Value::from_json(&line) {
                Ok(Value::Row(row)) => row,
                Ok(_) => return Err(self.at_line(number, "not a JSON object")),
                Err(error) => return Err(self.at_line(number, &error.to_string())),
            };
            if columns.is_empty() {
                columns = row.names().cloned().collect();
            }
            let cells = columns.iter().map(|name| cell(&row, name));
            if !each(&columns, cells.collect())? {
                break;
            }
        }
        Ok(())
    }

    fn at_line(&self, index: usize, fault: &str) -> Error {
        let number = index.saturating_add(1);
        Error::file(&self.path, &format!("line {number}: {fault}"))
    }
}

fn cell(row: &Row, name: &str) -> Value {
    row.get(name).cloned().unwrap_or(Value::Null)
}

fn text(value: &Value) -> String {
    value.render().into_owned()
}

/// Cuts a line into fields; between brackets a delimiter is part of the field.
fn split(line: &str, delimiter: &str, brackets: Option<&(String, String)>) -> Vec<String> {
    if delimiter.is_empty() {
        return vec![line.to_owned()];
    }
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let bracketed = brackets.and_then(|(left, right)| {
            let inside = rest.strip_prefix(left.as_str())?;
            let end = inside.find(right.as_str())?;
            let after = inside.get(end + right.len()..)?;
            Some((inside.get(..end)?, after))
        });
        let (field, after) = match bracketed {
            Some((field, after)) => (field, after.find(delimiter).and_then(|at| after.get(at..))),
            None => match rest.find(delimiter) {
                Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..)),
                None => (rest, None),
            },
        };
        fields.push(field.to_owned());
        match after.and_then(|after| after.get(delimiter.len()..)) {
            Some(after) => rest = after,
            None => return fields,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn fields_are_cut_at_delimiters_outside_brackets() {
        let brackets = ("[".to_owned(), "]".to_owned());
        let table: &[(&str, &[&str])] = &[
            ("a;b", &["a", "b"]),
            ("", &[""]),
            (";", &["", ""]),
            ("[a;b];c", &["a;b", "c"]),
            ("[a;b", &["[a", "b"]),
        ];
        for (line, expected) in table {
            assert_eq!(split(line, ";", Some(&brackets)), *expected, "{line}");
        }
    }
}
