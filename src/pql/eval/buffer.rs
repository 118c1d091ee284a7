//! The buffer between GET and PUT (4.4).

use std::sync::Arc;

use crate::value::{Table, Value};

/// Rows that were got and not yet consumed, or consumed but still readable.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    table: Arc<Table>,
    consumed: bool,
}

impl Buffer {
    /// The rows.
    pub(crate) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// Notes that the rows were used: the next append starts anew.
    pub(crate) fn consume(&mut self) {
        self.consumed = true;
    }

    /// Forgets consumed rows; tells whether there were any to forget.
    pub(crate) fn renew(&mut self) -> bool {
        let was_consumed = std::mem::take(&mut self.consumed);
        if was_consumed {
            self.table = Arc::default();
        }
        was_consumed
    }

    /// Puts fresh rows in place of all others; tells whether those had been consumed.
    pub(crate) fn replace(&mut self, table: Arc<Table>) -> bool {
        self.table = table;
        std::mem::take(&mut self.consumed)
    }

    /// Appends rows; the columns become the union, missing cells NULL.
    pub(crate) fn append(&mut self, more: &Arc<Table>) {
        if self.table.columns().is_empty() {
            self.table = Arc::clone(more);
            return;
        }
        let table = Arc::make_mut(&mut self.table);
        for column in more.columns() {
            if table.column(column).is_none() {
                table.push_column(Arc::clone(column), Vec::new());
            }
        }
        let places: Vec<Option<usize>> = table
            .columns()
            .iter()
            .map(|column| more.column(column))
            .collect();
        for cells in more.rows() {
            let row = places.iter().map(|place| {
                let cell = place.and_then(|place| cells.get(place));
                cell.cloned().unwrap_or(Value::Null)
            });
            table.push_row(row.collect());
        }
    }
}
