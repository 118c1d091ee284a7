//! Reading files as tables, row by row.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use crate::connectors::{Error, excel};
use crate::value::{Frame, Row, Value, labels};

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
    pub convert: fn(&str, Frame<'_>) -> Value,
}

/// Takes the column names and one row; answers whether it wants more.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Arc<str>], Vec<Value>) -> Result<bool, Error>;

/// Is asked for each row that is read; its error ends the reading.
pub type Look<'a> = &'a dyn Fn() -> Result<(), Error>;

impl FileSource {
    /// Hands over the rows in order, each with as many cells as there are columns; answers the
    /// columns.
    ///
    /// # Errors
    /// [`Error::File`] with the line where the file cannot be understood, or what `look` or
    /// `each` says.
    pub fn stream(
        &self,
        frame: Frame<'_>,
        look: Look<'_>,
        each: EachRow<'_>,
    ) -> Result<Vec<Arc<str>>, Error> {
        let each: EachRow<'_> = &mut |columns, mut cells| {
            look()?;
            cells.resize(columns.len(), Value::Null);
            each(columns, cells)
        };
        match &self.format {
            Format::Csv => self.stream_csv(frame, each),
            Format::Json => self.stream_json(look, each),
            Format::Excel => self.stream_excel(each),
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
                self.stream_lines(BufReader::new(reader), &split, frame, each)
            }
        }
    }

    fn open(&self) -> Result<File, Error> {
        File::open(&self.path).map_err(|error| Error::file(&self.path, &error))
    }

    /// The names of the columns: the listed ones, else those of the first row.
    fn names(&self, first: impl FnOnce() -> Option<Vec<String>>) -> Vec<Arc<str>> {
        let first = if self.has_headers { first() } else { None };
        if self.columns.is_empty() {
            let first = first.unwrap_or_default().into_iter().enumerate();
            return labels(first.map(|(index, name)| match name.trim() {
                "" => letters(index),
                _ => name,
            }));
        }
        labels(self.columns.iter().map(|column| &column.name))
    }

    fn cells<T: AsRef<str>>(
        &self,
        fields: impl Iterator<Item = T>,
        frame: Frame<'_>,
    ) -> Vec<Value> {
        let mut columns = self.columns.iter();
        let cells = fields.map(|field| match columns.next() {
            Some(column) => (column.convert)(field.as_ref(), frame),
            None => Value::text(field.as_ref()),
        });
        cells.collect()
    }

    /// Where the sheet names its columns, these are what it holds: the first row that is not
    /// blank has the names, and a column without name and cells is none.
    fn stream_excel(&self, each: EachRow<'_>) -> Result<Vec<Arc<str>>, Error> {
        let rows = excel::read(&self.path)?;
        let mut rows = rows.into_iter().skip(self.skip);
        if !self.columns.is_empty() {
            let columns = self.names(|| rows.next().map(|_| Vec::new()));
            for row in rows {
                if !each(&columns, row)? {
                    break;
                }
            }
            return Ok(columns);
        }
        let is_blank = |row: &Vec<Value>| row.iter().all(Value::is_absent);
        let rows: Vec<Vec<Value>> = rows.skip_while(is_blank).collect();
        let holds = |index: usize| {
            let mut cells = rows.iter().filter_map(|row| row.get(index));
            cells.any(|cell| !cell.is_absent())
        };
        let width = rows.first().map_or(0, Vec::len);
        let held: Vec<bool> = (0..width).map(holds).collect();
        let kept = |index: usize| held.get(index).copied().unwrap_or(false);
        let columns = self.names(|| Some(rows.first()?.iter().map(text).collect()));
        let columns: Vec<Arc<str>> = keep(columns, kept);
        for row in rows.into_iter().skip(1) {
            if !each(&columns, keep(row, kept))? {
                break;
            }
        }
        Ok(columns)
    }

    fn stream_csv(&self, frame: Frame<'_>, each: EachRow<'_>) -> Result<Vec<Arc<str>>, Error> {
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
            if !each(&columns, self.cells(record.iter(), frame))? {
                break;
            }
        }
        Ok(columns)
    }

    fn stream_lines(
        &self,
        reader: impl BufRead,
        split: &dyn Fn(&str) -> Vec<String>,
        frame: Frame<'_>,
        each: EachRow<'_>,
    ) -> Result<Vec<Arc<str>>, Error> {
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
            if !each(&columns, self.cells(split(&line).iter(), frame))? {
                break;
            }
        }
        Ok(columns)
    }

    fn stream_json(&self, look: Look<'_>, each: EachRow<'_>) -> Result<Vec<Arc<str>>, Error> {
        let columns = self.json_names(look)?;
        for row in self.objects()? {
            let row = row?;
            let cells = columns.iter().map(|name| cell(&row, name));
            if !each(&columns, cells.collect())? {
                break;
            }
        }
        Ok(columns)
    }

    /// The columns are those of all objects, in the order in which they come. Only the names are
    /// kept, since the file may be larger than the memory.
    fn json_names(&self, look: Look<'_>) -> Result<Vec<Arc<str>>, Error> {
        // As many columns as a table of SQLite has; each row of the result has all of them.
        const NAMES_MAX: usize = 2000;
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut known = HashSet::new();
        for row in self.objects()? {
            look()?;
            if names.len() > NAMES_MAX {
                let reason = format!(
                    "its objects have more than {NAMES_MAX} different names, each of which would \
                     be a column: read it with FILE READ and FIND"
                );
                return Err(Error::file(&self.path, &reason));
            }
            for (index, name) in row?.names().enumerate() {
                // Objects of one shape, the usual case, need no look-up.
                if names.get(index) != Some(name) && known.insert(name.to_lowercase()) {
                    names.push(Arc::clone(name));
                }
            }
        }
        Ok(names)
    }

    /// The objects of the lines that are not empty.
    fn objects(&self) -> Result<impl Iterator<Item = Result<Row, Error>>, Error> {
        let lines = BufReader::new(self.open()?).lines();
        let object = |(number, line): (usize, std::io::Result<String>)| {
            let line = match line {
                Ok(line) if line.trim().is_empty() => return None,
                Ok(line) => line,
                Err(error) => return Some(Err(Error::file(&self.path, &error))),
            };
            Some(match Value::from_json(&line) {
                Ok(Value::Row(row)) => Ok(Arc::unwrap_or_clone(row)),
                Ok(_) => Err(self.at_line(number, "not a JSON object")),
                Err(error) => Err(self.at_line(number, &error.to_string())),
            })
        };
        Ok(lines.enumerate().skip(self.skip).filter_map(object))
    }

    fn at_line(&self, index: usize, fault: &str) -> Error {
        let number = index.saturating_add(1);
        Error::file(&self.path, &format!("line {number}: {fault}"))
    }
}

fn cell(row: &Row, name: &str) -> Value {
    row.get(name).cloned().unwrap_or(Value::Null)
}

/// A cell as a name; one that is blank is none.
fn text(value: &Value) -> String {
    if value.is_absent() {
        return String::new();
    }
    value.render().into_owned()
}

/// What a spreadsheet calls a column that has no name.
fn letters(index: usize) -> String {
    let number = u16::try_from(index).unwrap_or(u16::MAX);
    rust_xlsxwriter::utility::column_number_to_name(number)
}

/// The items at the places that are kept.
fn keep<T>(items: Vec<T>, is_kept: impl Fn(usize) -> bool) -> Vec<T> {
    let items = items.into_iter().enumerate();
    let kept = items.filter(|(index, _)| is_kept(*index));
    kept.map(|(_, item)| item).collect()
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
