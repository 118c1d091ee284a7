//! The arguments of one call, wherever they come from.

use crate::{Cell, Column, Fault, FromCell, Value};

/// Arguments of one call: a list of values, or one row of columns.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a>(Source<'a>);

#[derive(Debug, Clone, Copy)]
enum Source<'a> {
    Values(&'a [Value]),
    Row(&'a [Column], usize),
}

impl<'a> Arguments<'a> {
    /// The arguments of a single call.
    pub fn of_call(values: &'a [Value]) -> Self {
        Self(Source::Values(values))
    }

    /// The arguments in one row of columns.
    pub fn of_row(columns: &'a [Column], row: usize) -> Self {
        Self(Source::Row(columns, row))
    }

    fn cell(&self, index: usize) -> Option<Cell<'a>> {
        match self.0 {
            Source::Values(values) => values.get(index).map(Cell::from),
            Source::Row(columns, row) => columns.get(index).map(|column| column.cell(row)),
        }
    }

    /// The argument at a position, as the parameter's type.
    ///
    /// # Errors
    /// [`Fault::Argument`] when it is of another type or missing.
    pub fn get<T: FromCell<'a>>(&self, index: u32) -> Result<T, Fault> {
        T::from_cell(self.cell(index as usize).unwrap_or(Cell::Null))
            .map_err(|expected| mismatch(index, expected))
    }

    /// The same, with a value in place of a missing argument.
    ///
    /// # Errors
    /// [`Fault::Argument`] when it is of another type.
    pub fn get_or<T: FromCell<'a>>(&self, index: u32, default: T) -> Result<T, Fault> {
        match self.cell(index as usize) {
            Some(cell) => T::from_cell(cell).map_err(|expected| mismatch(index, expected)),
            None => Ok(default),
        }
    }
}

/// Kept apart and cold, so that the message is not in every function.
#[cold]
fn mismatch(index: u32, expected: &str) -> Fault {
    Fault::Argument(index, ["expected ", expected].concat())
}
