//! Workbooks: reading a sheet, and writing rows into an old or new file.
//!
//! Reading is left to a library. Writing changes the parts of the file that must change and copies
//! all others as they are, so that formats, formulas, pictures and charts of a template stay:
//! [`Workbook`] keeps the new rows, [`package`] is the archive, [`parts`] the list of sheets,
//! [`styles`] the formats of moments, [`sheet`] puts rows between those that are there.

mod package;
mod parts;
mod read;
mod sheet;
mod styles;
mod tables;
#[cfg(test)]
mod tests;
mod workbook;
mod xml;

pub use read::read;
pub use workbook::Workbook;
