//! Writing tables into files.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::folder::make_folders_above;
use crate::connectors::Error;
use crate::value::{Table, Value};

/// A file that tables are written to, one after the other.
pub struct TableFile {
    path: PathBuf,
    format: TableFormat,
    writer: BufWriter<File>,
    /// Whether nothing is in it yet, so that headers come first.
    is_new: bool,
}

/// How tables are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableFormat {
    /// Comma-separated values; the header line, when there is one, is written by the caller's
    /// names. With `bom` a new file begins with a byte order mark.
    Csv {
        /// Whether a new file begins with a byte order mark.
        bom: bool,
    },
    /// Fields with a delimiter, without quotes.
    Text {
        /// Between two fields.
        delimiter: String,
    },
    /// One JSON object for each row.
    Json,
}

impl TableFile {
    /// Opens a file for writing, with the folders above it.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened.
    pub fn open(path: &Path, format: TableFormat, replaces: bool) -> Result<Self, Error> {
        make_folders_above(path)?;
        let mut options = OpenOptions::new();
        options.create(true);
        if replaces {
            options.write(true).truncate(true);
        } else {
            options.append(true);
        }
        let fault = |error: std::io::Error| Error::file(path, &error);
        let file = options.open(path).map_err(fault)?;
        let is_new = file.metadata().map_err(fault)?.len() == 0;
        Ok(Self {
            path: path.to_owned(),
            format,
            writer: BufWriter::new(file),
            is_new,
        })
    }

    /// Writes the rows of a table; into a new file first the headers, when there are any.
    ///
    /// # Errors
    /// [`Error::File`] when the disk refuses.
    pub fn write(&mut self, table: &Table, headers: Option<&[String]>) -> Result<(), Error> {
        let written = self.write_all(table, headers);
        written.map_err(|error| Error::file(&self.path, &error))
    }

    fn write_all(&mut self, table: &Table, headers: Option<&[String]>) -> std::io::Result<()> {
        let is_new = std::mem::take(&mut self.is_new);
        if is_new && self.format == (TableFormat::Csv { bom: true }) {
            self.writer.write_all("\u{feff}".as_bytes())?;
        }
        let headers = headers.filter(|_| is_new && self.format != TableFormat::Json);
        if let Some(headers) = headers {
            let fields: Vec<String> = headers.to_vec();
            self.line(&fields)?;
        }
        for (index, cells) in table.rows().iter().enumerate() {
            if self.format == TableFormat::Json {
                let row = table.row(index).unwrap_or_default();
                writeln!(self.writer, "{}", Value::from(row).to_json())?;
                continue;
            }
            let fields: Vec<String> = cells.iter().map(field).collect();
            self.line(&fields)?;
        }
        Ok(())
    }

    fn line(&mut self, fields: &[String]) -> std::io::Result<()> {
        if let TableFormat::Text { delimiter } = &self.format {
            return writeln!(self.writer, "{}", fields.join(delimiter));
        }
        let mut line = csv::WriterBuilder::new().from_writer(Vec::new());
        line.write_record(fields).map_err(std::io::Error::other)?;
        let line = line
            .into_inner()
            .map_err(|error| std::io::Error::other(error.to_string()))?;
        self.writer.write_all(&line)
    }

    /// Completes the file.
    ///
    /// # Errors
    /// [`Error::File`] when the disk refuses.
    pub fn close(mut self) -> Result<(), Error> {
        self.writer
            .flush()
            .map_err(|error| Error::file(&self.path, &error))
    }
}

/// NULL is an empty field.
fn field(value: &Value) -> String {
    if value.is_absent() {
        return String::new();
    }
    value.render().into_owned()
}
