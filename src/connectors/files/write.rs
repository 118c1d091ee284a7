//! Writing tables into files.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::folder::make_folders_above;
use super::replace::Replacement;
use crate::connectors::Error;
use crate::value::{Table, Value};

/// A file that tables are written to, one after the other.
pub struct TableFile {
    path: PathBuf,
    format: TableFormat,
    writer: BufWriter<File>,
    /// Whether nothing is in it yet, so that headers come first.
    is_new: bool,
    /// The file is another one until it is complete.
    replacement: Option<Replacement>,
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
    /// Opens a file for writing, with the folders above it. One that is replaced stays as it is
    /// until the new one is complete; one that goes on does so on a line of its own.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be opened.
    pub fn open(path: &Path, format: TableFormat, replaces: bool) -> Result<Self, Error> {
        make_folders_above(path)?;
        let fault = |error: std::io::Error| Error::file(path, &error);
        // Pipes and devices are written to as they are.
        let is_special = fs::metadata(path).is_ok_and(|old| !old.is_file());
        let replacement = (replaces && !is_special)
            .then(|| Replacement::begin(path))
            .transpose()?;
        let target = replacement.as_ref().map_or(path, Replacement::path);
        let file = File::options().create(true).append(true).open(target);
        let file = file.map_err(fault)?;
        let is_new = file.metadata().map_err(fault)?.len() == 0;
        let mut writer = BufWriter::new(file);
        if !is_new && !ends_with_line(path).map_err(fault)? {
            writer.write_all(b"\n").map_err(fault)?;
        }
        Ok(Self {
            path: path.to_owned(),
            format,
            writer,
            is_new,
            replacement,
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
        let flushed = self.writer.flush();
        flushed.map_err(|error| Error::file(&self.path, &error))?;
        self.replacement.map_or(Ok(()), Replacement::complete)
    }
}

/// Tells whether the last line of a file that is not empty has its end.
fn ends_with_line(path: &Path) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// NULL is an empty field.
fn field(value: &Value) -> String {
    if value.is_absent() {
        return String::new();
    }
    value.render().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        Table::with_rows(vec!["a".into()], vec![vec![text.into()]])
    }

    #[test]
    fn a_file_is_replaced_when_the_new_one_is_complete() {
        use std::os::unix::fs::PermissionsExt as _;

        let home = tempfile::tempdir().expect("made");
        let (path, link) = (home.path().join("f.csv"), home.path().join("link.csv"));
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        let count = || fs::read_dir(home.path()).expect("listed").count();

        let format = TableFormat::Csv { bom: false };
        let mut broken = TableFile::open(&link, format.clone(), true).expect("opened");
        broken.write(&table("half"), None).expect("written");
        drop(broken);
        assert_eq!(fs::read_to_string(&path).expect("read"), "old");
        assert_eq!(count(), 2);

        let mut file = TableFile::open(&link, format, true).expect("opened");
        file.write(&table("new"), None).expect("written");
        file.close().expect("closed");
        assert_eq!(fs::read_to_string(&path).expect("read"), "new\n");
        assert!(link.is_symlink());
        assert_eq!(count(), 2);
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }

    #[test]
    fn a_device_is_not_replaced() {
        let home = tempfile::tempdir().expect("made");
        let link = home.path().join("null.csv");
        std::os::unix::fs::symlink("/dev/null", &link).expect("linked");
        let file = TableFile::open(&link, TableFormat::Json, true).expect("opened");
        assert!(file.replacement.is_none());
        file.close().expect("closed");
        assert!(link.is_symlink());
    }
}
