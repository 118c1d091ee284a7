//! A workbook that gets new rows.

use std::fs;
use std::path::{Path, PathBuf};

use super::package::Package;
use super::parts::Book;
use super::sheet::{self, Cells, Looks, Rows};
use super::styles::Styles;
use super::tables;
use super::xml::Result as Outcome;
use crate::connectors::Error;
use crate::connectors::files::Replacement;
use crate::value::Value;

/// The most rows that a sheet of the format has.
const ROWS_MAX: u32 = 1_048_576;
/// The most columns, to `XFD`.
const COLUMNS_MAX: u16 = 16_384;
/// The sheet of a workbook that was given none.
const FIRST_SHEET: &str = "Sheet1";

/// A workbook with the rows that are to be added, written when it is closed.
pub struct Workbook {
    path: PathBuf,
    package: Package,
    book: Book,
    /// As many as the book has sheets.
    added: Vec<Added>,
    /// Whether the file is not yet what is in memory.
    is_changed: bool,
}

/// The new rows of a sheet.
#[derive(Default)]
struct Added {
    /// The first row behind all that hold something; unknown until it is asked for.
    free: Option<u32>,
    rows: Rows,
}

impl Workbook {
    /// Begins with a file, a template, or with nothing. What either holds stays as it is.
    ///
    /// # Errors
    /// [`Error::File`] when the file or template cannot be read, or is no workbook of the form
    /// that can be written.
    pub fn open(path: &Path, replaces: bool, template: Option<&Path>) -> Result<Self, Error> {
        let from = match template {
            _ if path.exists() && !replaces => Some(path),
            other => other,
        };
        let begun = from.map_or_else(
            || blank().map_err(|reason| (path, reason)),
            |from| {
                let begun = fs::read(from).map_err(|error| error.to_string());
                let begun = begun.and_then(|bytes| {
                    begin(bytes)
                        .map_err(|reason| format!("it is no workbook of the form xlsx: {reason}"))
                });
                begun.map_err(|reason| (from, reason))
            },
        );
        let (package, book) = begun.map_err(|(file, reason)| Error::file(file, &reason))?;
        Ok(Self {
            path: path.to_owned(),
            added: book.sheets.iter().map(|_| Added::default()).collect(),
            package,
            book,
            is_changed: true,
        })
    }

    /// Writes one row at the first free row that is not above `from`, counted from 0.
    ///
    /// # Errors
    /// [`Error::File`] when the sheet is full or has no such column, its name is not allowed, or
    /// its part cannot be read.
    pub fn append(
        &mut self,
        sheet: &str,
        from: u32,
        cells: impl IntoIterator<Item = (u16, Value)>,
    ) -> Result<(), Error> {
        let cells: Cells = cells.into_iter().collect();
        let last = cells.last_key_value().map(|(column, _)| *column);
        if last.is_some_and(|column| column >= COLUMNS_MAX) {
            return Err(self.fault(&format!("a sheet has {COLUMNS_MAX} columns, to `XFD`")));
        }
        self.is_changed = true;
        let index = self.find_or_add(sheet)?;
        let free = self.free_row(index);
        let row = free.map_err(|reason| self.fault(&reason))?.max(from);
        if row >= ROWS_MAX {
            return Err(self.fault(&format!("the sheet `{sheet}` is full")));
        }
        if let Some(added) = self.added.get_mut(index) {
            added.rows.insert(row, cells);
            added.free = Some(row.saturating_add(1));
        }
        Ok(())
    }

    /// Removes a sheet; false when there is none of that name.
    ///
    /// # Errors
    /// [`Error::File`] when its part cannot be read.
    pub fn remove(&mut self, sheet: &str) -> Result<bool, Error> {
        let Some(index) = self.find(sheet) else {
            return Ok(false);
        };
        self.is_changed = true;
        self.added.remove(index);
        let removed = self.book.remove(&mut self.package, index);
        removed.map_err(|reason| self.fault(&reason))?;
        Ok(true)
    }

    /// Writes the file, unless it is already so. It is written beside the old one and then takes
    /// its place.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn write(&mut self) -> Result<(), Error> {
        if !self.is_changed {
            return Ok(());
        }
        if self.book.sheets.is_empty() {
            self.find_or_add(FIRST_SHEET)?;
        }
        let new = Replacement::begin(&self.path)?;
        let written = self.write_to(new.path());
        written.map_err(|reason| self.fault(&reason))?;
        new.complete()?;
        self.is_changed = false;
        Ok(())
    }

    fn write_to(&mut self, path: &Path) -> Outcome<()> {
        self.book.recompute(&mut self.package)?;
        self.book.suit(&mut self.package, &self.path)?;
        let styles = match &self.book.styles {
            Some(part) => self.package.find(part)?,
            None => None,
        };
        let styles = styles.map(Styles::read).transpose()?;
        let mut styles = styles.filter(Styles::has_any);
        let mut new = Package::begin(path)?;
        for (sheet, added) in self.book.sheets.iter().zip(&self.added) {
            if added.rows.is_empty() {
                continue;
            }
            tables::grow(&mut self.package, &sheet.part, &added.rows)?;
            let text = self.package.text(&sheet.part)?;
            let looks = Looks {
                styles: styles.as_mut(),
                is_1904: self.book.is_1904,
            };
            new.part(&sheet.part, |out| {
                sheet::write(out, &text, &added.rows, looks)
            })?;
        }
        if let (Some(part), Some(styles)) = (&self.book.styles, styles)
            && let Some(text) = styles.changed()?
        {
            new.part(part, |out| {
                let written = out.write_all(text.as_bytes());
                written.map_err(|error| error.to_string())
            })?;
        }
        self.package.finish(new)
    }

    fn find(&self, sheet: &str) -> Option<usize> {
        let name = sheet.to_lowercase();
        let mut sheets = self.book.sheets.iter();
        sheets.position(|one| one.name.to_lowercase() == name)
    }

    fn find_or_add(&mut self, sheet: &str) -> Result<usize, Error> {
        if let Some(index) = self.find(sheet) {
            return Ok(index);
        }
        let added = check_name(sheet).and_then(|()| self.book.add(&mut self.package, sheet));
        added.map_err(|reason| self.fault(&reason))?;
        self.added.push(Added::default());
        Ok(self.added.len().saturating_sub(1))
    }

    fn free_row(&mut self, index: usize) -> Outcome<u32> {
        let (Some(added), Some(sheet)) = (self.added.get_mut(index), self.book.sheets.get(index))
        else {
            return Ok(0);
        };
        match added.free {
            Some(free) => Ok(free),
            None => sheet::free_row(&self.package.text(&sheet.part)?),
        }
    }

    fn fault(&self, reason: &str) -> Error {
        Error::file(&self.path, &reason)
    }
}

fn begin(bytes: Vec<u8>) -> Outcome<(Package, Book)> {
    let mut package = Package::new(bytes)?;
    let book = Book::read(&mut package)?;
    Ok((package, book))
}

/// A workbook without sheets.
fn blank() -> Outcome<(Package, Book)> {
    let bytes = rust_xlsxwriter::Workbook::new().save_to_buffer();
    let (mut package, mut book) = begin(bytes.map_err(|error| error.to_string())?)?;
    while !book.sheets.is_empty() {
        book.remove(&mut package, 0)?;
    }
    Ok((package, book))
}

/// The rules of the format for the names of sheets.
fn check_name(name: &str) -> Outcome<()> {
    const LETTERS_MAX: usize = 31;
    const REFUSED: &[char] = &['[', ']', ':', '*', '?', '/', '\\'];
    let is_good = !name.is_empty()
        && name.encode_utf16().count() <= LETTERS_MAX
        && !name.contains(REFUSED)
        && !name.contains(char::is_control)
        && !name.starts_with('\'')
        && !name.ends_with('\'');
    if is_good {
        return Ok(());
    }
    Err(format!(
        "`{}` cannot be the name of a sheet: 1 to {LETTERS_MAX} characters, none of \
         `[ ] : * ? / \\` and none that controls, no quote at either end",
        name.escape_debug()
    ))
}
