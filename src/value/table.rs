//! The TABLE type.

use std::collections::HashMap;
use std::sync::Arc;

use super::row::{fold, is_same_name};
use super::{Row, Value};

/// Ordered named columns and rows of as many cells.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Arc<str>>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    /// An empty table with these columns.
    pub fn new(columns: Vec<Arc<str>>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// A table of these rows; missing cells become NULL, cells without a column are dropped.
    pub fn with_rows(columns: Vec<Arc<str>>, mut rows: Vec<Vec<Value>>) -> Self {
        for row in &mut rows {
            row.resize(columns.len(), Value::Null);
        }
        Self { columns, rows }
    }

    /// Builds a table of rows: its columns are all their fields in first-seen order; missing cells
    /// are NULL.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut table = Self::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in rows {
            let mut cells = vec![Value::Null; table.columns.len()];
            for (index, (name, value)) in row.into_iter().enumerate() {
                let place = match table.columns.get(index) {
                    // Rows of one shape, the usual case, need no look-up.
                    Some(column) if *column == name => index,
                    _ => *places.entry(fold(&name)).or_insert_with(|| {
                        table.columns.push(name);
                        cells.push(Value::Null);
                        table.columns.len().saturating_sub(1)
                    }),
                };
                if let Some(cell) = cells.get_mut(place) {
                    *cell = value;
                }
            }
            table.rows.push(cells);
        }
        let width = table.columns.len();
        for row in &mut table.rows {
            row.resize(width, Value::Null);
        }
        table
    }

    /// Column names in order, in their original spelling.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// Rows in order; each has as many cells as there are columns.
    pub fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }

    /// The rows, taken out.
    pub fn into_rows(self) -> Vec<Vec<Value>> {
        self.rows
    }

    /// The cells of every row for changing them; a row keeps its width.
    pub fn cells_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [Value]> {
        self.rows.iter_mut().map(Vec::as_mut_slice)
    }

    /// Keeps the rows that pass, in their order.
    pub fn retain(&mut self, mut passes: impl FnMut(&[Value]) -> bool) {
        self.rows.retain(|cells| passes(cells));
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Tells whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Appends a row; missing cells become NULL, cells without a column are dropped.
    pub fn push_row(&mut self, mut cells: Vec<Value>) {
        cells.resize(self.columns.len(), Value::Null);
        self.rows.push(cells);
    }

    /// Appends a column; `cells` gives one value per row, missing ones are NULL.
    pub fn push_column(&mut self, name: impl Into<Arc<str>>, cells: Vec<Value>) {
        self.columns.push(name.into());
        let mut cells = cells.into_iter();
        for row in &mut self.rows {
            row.push(cells.next().unwrap_or(Value::Null));
        }
    }

    /// The position of a column, which is appended with NULL in every row when it is missing.
    pub fn column_or_new(&mut self, name: &str) -> usize {
        if let Some(index) = self.column(name) {
            return index;
        }
        self.push_column(name, Vec::new());
        self.columns.len().saturating_sub(1)
    }

    /// The position of a column, ignoring the case of its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| is_same_name(column, name))
    }

    /// The cells of the column at a position; empty when there is no such column.
    pub fn column_values(&self, index: usize) -> Vec<Value> {
        self.rows
            .iter()
            .filter_map(|row| row.get(index).cloned())
            .collect()
    }

    /// One cell.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Value> {
        self.rows.get(row).and_then(|cells| cells.get(column))
    }

    /// The row at a position, counted from 0.
    pub fn row(&self, index: usize) -> Option<Row> {
        self.rows.get(index).map(|cells| self.named(cells))
    }

    /// The first row.
    pub fn first(&self) -> Option<Row> {
        self.rows.first().map(|cells| self.named(cells))
    }

    /// The last row.
    pub fn last(&self) -> Option<Row> {
        self.rows.last().map(|cells| self.named(cells))
    }

    /// Every row with its names, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row> {
        self.rows.iter().map(|cells| self.named(cells))
    }

    fn named(&self, cells: &[Value]) -> Row {
        self.columns
            .iter()
            .cloned()
            .zip(cells.iter().cloned())
            .collect()
    }
}
