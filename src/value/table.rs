//! The TABLE type.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::row::{fold, is_same_name};
use super::{Row, Value};

/// Ordered named columns and rows of as many cells.
///
/// The cells are kept by row, as drivers and files give them and loops want them, or by column, as
/// sums, groups and conditions want them. Each form is made from the other when it is first asked
/// for and stays until the table is changed; tables that share columns do not copy them, and parts
/// of a table copy cells when they are asked for.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Arc<str>>,
    len: usize,
    /// All rows, or nothing while every column is there or can be made.
    rows: OnceLock<Vec<Vec<Value>>>,
    /// The cells of each column, or nothing where they can be made.
    cells: Vec<OnceLock<Arc<Vec<Value>>>>,
    /// What the rows were chosen from, until the table is changed.
    chosen: Option<Chosen>,
}

/// Rows of the columns of another table.
#[derive(Debug, Clone)]
struct Chosen {
    columns: Vec<Arc<Vec<Value>>>,
    places: Vec<usize>,
}

impl Chosen {
    fn cell(&self, row: usize, column: usize) -> Option<&Value> {
        self.columns.get(column)?.get(*self.places.get(row)?)
    }

    /// The cells of a column.
    fn column(&self, index: usize) -> Vec<Value> {
        let cells = self.columns.get(index).map_or(&[][..], |cells| cells);
        let cells = self.places.iter().map(|place| cells.get(*place).cloned());
        cells.map(|cell| cell.unwrap_or(Value::Null)).collect()
    }

    /// The cells of a row.
    fn row(&self, place: usize) -> Vec<Value> {
        let cells = self.columns.iter().map(|cells| cells.get(place).cloned());
        cells.map(|cell| cell.unwrap_or(Value::Null)).collect()
    }
}

impl Table {
    /// An empty table with these columns.
    pub fn new(columns: Vec<Arc<str>>) -> Self {
        Self::of_rows(columns, Vec::new())
    }

    /// A table of these rows; missing cells become NULL, cells without a column are dropped.
    pub fn with_rows(columns: Vec<Arc<str>>, mut rows: Vec<Vec<Value>>) -> Self {
        for row in &mut rows {
            row.resize(columns.len(), Value::Null);
        }
        Self::of_rows(columns, rows)
    }

    /// A table of columns with their cells, which stay shared with whoever else holds them; cells
    /// that a shorter column lacks are NULL.
    pub fn with_columns(columns: Vec<(Arc<str>, Arc<Vec<Value>>)>) -> Self {
        let len = columns.iter().map(|(_, cells)| cells.len()).max();
        let len = len.unwrap_or_default();
        let mut names = Vec::with_capacity(columns.len());
        let mut all = Vec::with_capacity(columns.len());
        for (name, mut cells) in columns {
            if cells.len() < len {
                Arc::make_mut(&mut cells).resize(len, Value::Null);
            }
            names.push(name);
            all.push(OnceLock::from(cells));
        }
        Self {
            columns: names,
            len,
            rows: OnceLock::new(),
            cells: all,
            chosen: None,
        }
    }

    fn of_rows(columns: Vec<Arc<str>>, rows: Vec<Vec<Value>>) -> Self {
        Self {
            cells: columns.iter().map(|_| OnceLock::new()).collect(),
            columns,
            len: rows.len(),
            rows: OnceLock::from(rows),
            chosen: None,
        }
    }

    /// Builds a table of rows: its columns are all their fields in first-seen order; missing cells
    /// are NULL.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>) -> Self {
        let mut columns: Vec<Arc<str>> = Vec::new();
        let mut table: Vec<Vec<Value>> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for row in rows {
            let mut cells = vec![Value::Null; columns.len()];
            for (index, (name, value)) in row.into_iter().enumerate() {
                let place = match columns.get(index) {
                    // Rows of one shape, the usual case, need no look-up.
                    Some(column) if *column == name => index,
                    _ => *places.entry(fold(&name)).or_insert_with(|| {
                        columns.push(name);
                        cells.push(Value::Null);
                        columns.len().saturating_sub(1)
                    }),
                };
                if let Some(cell) = cells.get_mut(place) {
                    *cell = value;
                }
            }
            table.push(cells);
        }
        Self::with_rows(columns, table)
    }

    /// Column names in order, in their original spelling.
    pub fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// Rows in order; each has as many cells as there are columns.
    pub fn rows(&self) -> &[Vec<Value>] {
        self.rows.get_or_init(|| {
            if let Some(chosen) = &self.chosen {
                let places = chosen.places.iter();
                return places.map(|place| chosen.row(*place)).collect();
            }
            let columns: Vec<&[Value]> = self
                .cells
                .iter()
                .map(|cells| cells.get().map_or(&[][..], |cells| cells.as_slice()))
                .collect();
            let row = |at: usize| {
                let cells = columns.iter().map(|cells| cells.get(at).cloned());
                cells.map(|cell| cell.unwrap_or(Value::Null)).collect()
            };
            (0..self.len).map(row).collect()
        })
    }

    /// The cells of the column at a position, shared with the table; none when there is no such
    /// column.
    pub fn column_cells(&self, index: usize) -> Option<&Arc<Vec<Value>>> {
        let cells = self.cells.get(index)?;
        Some(cells.get_or_init(|| {
            if let Some(chosen) = &self.chosen {
                return Arc::new(chosen.column(index));
            }
            let rows = self.rows.get().map_or(&[][..], Vec::as_slice);
            let column = rows.iter().map(|row| row.get(index).cloned());
            Arc::new(column.map(|cell| cell.unwrap_or(Value::Null)).collect())
        }))
    }

    /// The cells of the column at a position; empty when there is no such column.
    pub fn column_values(&self, index: usize) -> Arc<Vec<Value>> {
        self.column_cells(index).cloned().unwrap_or_default()
    }

    /// The rows, taken out.
    pub fn into_rows(self) -> Vec<Vec<Value>> {
        self.rows();
        self.rows.into_inner().unwrap_or_default()
    }

    /// Another table with the same cells, which are shared and not copied.
    #[must_use]
    pub fn share(&self) -> Self {
        let cells = (0..self.columns.len()).filter_map(|index| {
            let cells = self.column_cells(index)?;
            Some(OnceLock::from(Arc::clone(cells)))
        });
        let cells: Vec<_> = cells.collect();
        let rows = if cells.is_empty() {
            self.rows.clone()
        } else {
            OnceLock::new()
        };
        Self {
            columns: self.columns.clone(),
            len: self.len,
            rows,
            cells,
            chosen: None,
        }
    }

    /// The table without the column at a position; the other cells are shared and not copied.
    #[must_use]
    pub fn without_column(&self, index: usize) -> Self {
        let mut table = self.share();
        if index < table.cells.len() {
            table.columns.remove(index);
            table.cells.remove(index);
        }
        if table.cells.is_empty() {
            table.rows = OnceLock::from(vec![Vec::new(); self.len]);
        }
        table
    }

    /// The rows at these positions, in this order; positions without a row are left out.
    #[must_use]
    pub fn choose(&self, places: &[usize]) -> Self {
        let mut chosen = self.part(places);
        chosen.settle();
        chosen
    }

    /// As [`Self::choose`] for many parts of one table: the cells are copied when they are first
    /// asked for, and until then the table's own are kept.
    #[must_use]
    pub fn part(&self, places: &[usize]) -> Self {
        let all: Option<Vec<_>> = self
            .cells
            .iter()
            .map(|cells| cells.get().cloned())
            .collect();
        let places = places.iter().copied().filter(|place| *place < self.len);
        let chosen = match (&self.chosen, all) {
            (Some(chosen), _) => Chosen {
                columns: chosen.columns.clone(),
                places: places
                    .filter_map(|place| chosen.places.get(place).copied())
                    .collect(),
            },
            (None, Some(columns)) if !columns.is_empty() => Chosen {
                columns,
                places: places.collect(),
            },
            _ => {
                let rows = self.rows();
                let chosen = places.filter_map(|place| rows.get(place).cloned());
                return Self::of_rows(self.columns.clone(), chosen.collect());
            }
        };
        Self {
            columns: self.columns.clone(),
            len: chosen.places.len(),
            rows: OnceLock::new(),
            cells: self.columns.iter().map(|_| OnceLock::new()).collect(),
            chosen: Some(chosen),
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a row; missing cells become NULL, cells without a column are dropped.
    pub fn push_row(&mut self, mut cells: Vec<Value>) {
        cells.resize(self.columns.len(), Value::Null);
        self.change_rows(|rows| rows.push(cells));
    }

    /// Appends a column; `cells` gives one value per row, missing ones are NULL.
    pub fn push_column(&mut self, name: impl Into<Arc<str>>, cells: Vec<Value>) {
        self.settle();
        self.columns.push(name.into());
        self.cells.push(OnceLock::new());
        let last = self.columns.len().saturating_sub(1);
        self.replace_column(last, cells);
    }

    /// Gives other cells to the column at a position, one per row; missing ones are NULL. Nothing
    /// happens where there is no such column.
    pub fn replace_column(&mut self, index: usize, mut cells: Vec<Value>) {
        self.settle();
        cells.resize(self.len, Value::Null);
        let is_by_column = self.has_columns_but(index);
        let Some(column) = self.cells.get_mut(index) else {
            return;
        };
        if is_by_column {
            *column = OnceLock::from(Arc::new(cells));
            self.rows.take();
            return;
        }
        let width = self.columns.len();
        self.change_rows(|rows| {
            for (row, cell) in rows.iter_mut().zip(cells) {
                row.resize(width, Value::Null);
                if let Some(old) = row.get_mut(index) {
                    *old = cell;
                }
            }
        });
    }

    /// Makes the columns of chosen rows, before there are other cells.
    fn settle(&mut self) {
        if self.chosen.is_some() {
            for index in 0..self.columns.len() {
                self.column_cells(index);
            }
            self.chosen = None;
        }
    }

    /// Tells whether the rows can be done without: all columns but one are there.
    fn has_columns_but(&self, index: usize) -> bool {
        let mut cells = self.cells.iter().enumerate();
        cells.all(|(at, cells)| at == index || cells.get().is_some())
    }

    /// Changes the rows; the columns are then made anew from them.
    fn change_rows(&mut self, change: impl FnOnce(&mut Vec<Vec<Value>>)) {
        self.rows();
        let mut rows = self.rows.take().unwrap_or_default();
        self.chosen = None;
        for cells in &mut self.cells {
            cells.take();
        }
        change(&mut rows);
        self.len = rows.len();
        self.rows = OnceLock::from(rows);
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

    /// The cell of a table that has just one.
    pub fn single_cell(&self) -> Option<&Value> {
        let is_single = self.len() == 1 && self.columns.len() == 1;
        is_single.then(|| self.cell(0, 0)).flatten()
    }

    /// One cell.
    pub fn cell(&self, row: usize, column: usize) -> Option<&Value> {
        match (self.cells.get(column)?.get(), &self.chosen) {
            (Some(cells), _) => cells.get(row),
            (None, Some(chosen)) => chosen.cell(row, column),
            (None, None) => self.rows().get(row)?.get(column),
        }
    }

    /// The row at a position, counted from 0.
    pub fn row(&self, index: usize) -> Option<Row> {
        if index >= self.len {
            return None;
        }
        let cells = (0..self.columns.len()).map(|column| self.cell(index, column));
        let cells = cells.map(|cell| cell.cloned().unwrap_or(Value::Null));
        Some(self.columns.iter().cloned().zip(cells).collect())
    }

    /// The first row.
    pub fn first(&self) -> Option<Row> {
        self.row(0)
    }

    /// The last row.
    pub fn last(&self) -> Option<Row> {
        self.row(self.len.checked_sub(1)?)
    }

    /// Every row with its names, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row> {
        self.rows().iter().map(|cells| {
            let cells = cells.iter().cloned();
            self.columns.iter().cloned().zip(cells).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What can be done to a table.
    #[derive(Debug, Clone)]
    enum Change {
        PushRow(Vec<i64>),
        PushColumn(Vec<i64>),
        Replace(usize, Vec<i64>),
        Choose(Vec<usize>),
        Part(Vec<usize>),
        Share,
        /// Asks for a column, which is then there beside the rows.
        Look(usize),
        LookAtRows,
    }

    fn change() -> impl Strategy<Value = Change> {
        let cells = || prop::collection::vec(0_i64..9, 0..5);
        prop_oneof![
            cells().prop_map(Change::PushRow),
            cells().prop_map(Change::PushColumn),
            (0_usize..4, cells()).prop_map(|(at, cells)| Change::Replace(at, cells)),
            prop::collection::vec(0_usize..6, 0..6).prop_map(Change::Choose),
            prop::collection::vec(0_usize..6, 0..6).prop_map(Change::Part),
            Just(Change::Share),
            (0_usize..4).prop_map(Change::Look),
            Just(Change::LookAtRows),
        ]
    }

    fn values(cells: &[i64]) -> Vec<Value> {
        cells.iter().copied().map(Value::Integer).collect()
    }

    /// The same on plain rows.
    fn apply(rows: &mut Vec<Vec<Value>>, width: &mut usize, change: &Change) {
        let put = |rows: &mut Vec<Vec<Value>>, at: usize, cells: &[i64]| {
            for (index, row) in rows.iter_mut().enumerate() {
                let cell = cells.get(index).copied();
                row[at] = cell.map_or(Value::Null, Value::Integer);
            }
        };
        match change {
            Change::PushRow(cells) => {
                let mut cells = values(cells);
                cells.resize(*width, Value::Null);
                rows.push(cells);
            }
            Change::PushColumn(cells) => {
                *width += 1;
                for row in rows.iter_mut() {
                    row.push(Value::Null);
                }
                put(rows, *width - 1, cells);
            }
            Change::Replace(at, cells) if at < width => put(rows, *at, cells),
            Change::Choose(places) | Change::Part(places) => {
                let chosen = places.iter().filter_map(|at| rows.get(*at).cloned());
                *rows = chosen.collect();
            }
            _ => {}
        }
    }

    proptest! {
        /// Whichever form is there, a table is the same.
        #[test]
        fn rows_and_columns_tell_the_same(changes in prop::collection::vec(change(), 0..12)) {
            let mut table = Table::new(vec!["a".into(), "b".into()]);
            let (mut rows, mut width) = (Vec::new(), 2);
            for (index, change) in changes.iter().enumerate() {
                match change.clone() {
                    Change::PushRow(cells) => table.push_row(values(&cells)),
                    Change::PushColumn(cells) => {
                        table.push_column(format!("c{index}"), values(&cells));
                    }
                    Change::Replace(at, cells) => table.replace_column(at, values(&cells)),
                    Change::Choose(places) => table = table.choose(&places),
                    Change::Part(places) => table = table.part(&places),
                    Change::Share => table = table.share(),
                    Change::Look(at) => drop(table.column_values(at)),
                    Change::LookAtRows => drop(table.rows().len()),
                }
                apply(&mut rows, &mut width, change);
                prop_assert_eq!(table.len(), rows.len());
                prop_assert_eq!(table.columns().len(), width);
                for at in 0..width {
                    let cells = rows.iter().map(|row| row[at].clone());
                    let own = (0..rows.len()).filter_map(|row| table.cell(row, at).cloned());
                    prop_assert_eq!(
                        Value::array(own).to_json(),
                        Value::array(cells).to_json()
                    );
                }
            }
            let columns: Vec<Value> = (0..width)
                .map(|at| Value::Array(table.share().column_values(at)))
                .collect();
            let expected = (0..width).map(|at| rows.iter().map(|row| row[at].clone()).collect());
            let expected: Vec<Value> = expected.map(|cells: Vec<Value>| cells.into()).collect();
            prop_assert_eq!(Value::from(columns).to_json(), Value::from(expected).to_json());
            let own = table.clone().into_rows().into_iter().map(Value::from);
            let rows = rows.into_iter().map(Value::from);
            prop_assert_eq!(Value::array(own).to_json(), Value::array(rows).to_json());
        }
    }

    #[test]
    fn shared_columns_are_not_copied() {
        let table = Table::with_rows(vec!["a".into(), "b".into()], vec![values(&[1, 2])]);
        let mut other = table.share();
        other.replace_column(1, values(&[3]));
        assert!(Arc::ptr_eq(
            &table.column_values(0),
            &other.column_values(0)
        ));
        assert_eq!(table.cell(0, 1).and_then(Value::as_integer), Some(2));
        assert_eq!(other.cell(0, 1).and_then(Value::as_integer), Some(3));
    }
}
