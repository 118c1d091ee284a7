//! Columns: many cells in a few flat lists.

use crate::{Cell, DateTime, Value};

/// One argument or the result of a call over many rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// One byte a row, 0 where the cell is NULL; absent when none is.
    pub validity: Option<Vec<u8>>,
    /// The cells; a single one stands for every row.
    pub cells: Cells,
}

/// The cells of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// BOOLEAN, 0 or 1.
    Booleans(Vec<u8>),
    /// INTEGER
    Integers(Vec<i64>),
    /// DECIMAL
    Decimals(Vec<f64>),
    /// DATETIME in microseconds.
    DateTimes(Vec<i64>),
    /// TEXT
    Texts(Packed),
    /// Cells of different types.
    Mixed(Vec<Value>),
}

/// Texts one after another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Packed {
    /// Where each text begins, and the end of the last.
    pub offsets: Vec<u32>,
    /// All of them.
    pub text: String,
}

impl Packed {
    fn get(&self, index: usize) -> Option<&str> {
        let start = *self.offsets.get(index)? as usize;
        let end = *self.offsets.get(index + 1)? as usize;
        self.text.get(start..end)
    }
}

impl Column {
    fn is_constant(&self) -> bool {
        match &self.cells {
            Cells::Booleans(it) => it.len() == 1,
            Cells::Integers(it) | Cells::DateTimes(it) => it.len() == 1,
            Cells::Decimals(it) => it.len() == 1,
            Cells::Texts(it) => it.offsets.len() == 2,
            Cells::Mixed(it) => it.len() == 1,
        }
    }

    /// One cell; NULL beyond the end.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        let row = if self.is_constant() { 0 } else { row };
        if self
            .validity
            .as_ref()
            .is_some_and(|bytes| bytes.get(row) == Some(&0))
        {
            return Cell::Null;
        }
        let cell = match &self.cells {
            Cells::Booleans(it) => it.get(row).map(|byte| Cell::Boolean(*byte != 0)),
            Cells::Integers(it) => it.get(row).map(|it| Cell::Integer(*it)),
            Cells::Decimals(it) => it.get(row).map(|it| Cell::Decimal(*it)),
            Cells::DateTimes(it) => it
                .get(row)
                .map(|it| Cell::DateTime(DateTime { microseconds: *it })),
            Cells::Texts(it) => it.get(row).map(Cell::Text),
            Cells::Mixed(it) => it.get(row).map(Cell::from),
        };
        cell.unwrap_or(Cell::Null)
    }
}

/// Collects a result column: as flat as the values allow.
#[derive(Debug)]
pub struct ColumnBuilder {
    rows: usize,
    pushed: usize,
    validity: Option<Vec<u8>>,
    cells: Option<Cells>,
}

impl ColumnBuilder {
    /// For so many rows.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            pushed: 0,
            validity: None,
            cells: None,
        }
    }

    /// Appends a value.
    pub fn push(&mut self, value: Value) {
        if value == Value::Null {
            let (rows, pushed) = (self.rows, self.pushed);
            self.validity
                .get_or_insert_with(|| {
                    let mut bytes = Vec::with_capacity(rows);
                    bytes.resize(pushed, 1);
                    bytes
                })
                .push(0);
            if let Some(cells) = &mut self.cells {
                pad(cells);
            }
        } else {
            if let Some(bytes) = &mut self.validity {
                bytes.push(1);
            }
            self.push_some(value);
        }
        self.pushed += 1;
    }

    fn push_some(&mut self, value: Value) {
        let (rows, pushed) = (self.rows, self.pushed);
        let cells = self
            .cells
            .get_or_insert_with(|| begin(&value, rows, pushed));
        match (cells, value) {
            (Cells::Booleans(it), Value::Boolean(value)) => it.push(u8::from(value)),
            (Cells::Integers(it), Value::Integer(value)) => it.push(value),
            (Cells::Decimals(it), Value::Decimal(value)) => it.push(value),
            (Cells::DateTimes(it), Value::DateTime(value)) => it.push(value.microseconds),
            (Cells::Texts(it), Value::Text(value)) => {
                it.text.push_str(&value);
                it.offsets.push(offset(&it.text));
            }
            (Cells::Mixed(it), value) => it.push(value),
            (_, value) => self.mix(value),
        }
    }

    /// Goes over to a mixed column when a value of another type comes.
    #[cold]
    fn mix(&mut self, value: Value) {
        let column = Column {
            validity: self.validity.clone(),
            cells: self.cells.take().unwrap_or(Cells::Mixed(Vec::new())),
        };
        let mut mixed = Vec::with_capacity(self.rows);
        for row in 0..self.pushed {
            mixed.push(match column.cell(row) {
                Cell::Null => Value::Null,
                Cell::Boolean(it) => Value::Boolean(it),
                Cell::Integer(it) => Value::Integer(it),
                Cell::Decimal(it) => Value::Decimal(it),
                Cell::Text(it) => Value::Text(it.to_owned()),
                Cell::DateTime(it) => Value::DateTime(it),
                Cell::Other(it) => it.clone(),
            });
        }
        mixed.push(value);
        self.cells = Some(Cells::Mixed(mixed));
    }

    /// The column.
    pub fn finish(self) -> Column {
        Column {
            validity: self.validity,
            cells: self
                .cells
                .unwrap_or_else(|| Cells::Mixed(vec![Value::Null; self.pushed])),
        }
    }
}

fn begin(value: &Value, rows: usize, nulls: usize) -> Cells {
    fn zeros<T: Clone + Default>(rows: usize, nulls: usize) -> Vec<T> {
        let mut list = Vec::with_capacity(rows);
        list.resize(nulls, T::default());
        list
    }
    match value {
        Value::Boolean(_) => Cells::Booleans(zeros(rows, nulls)),
        Value::Integer(_) => Cells::Integers(zeros(rows, nulls)),
        Value::Decimal(_) => Cells::Decimals(zeros(rows, nulls)),
        Value::DateTime(_) => Cells::DateTimes(zeros(rows, nulls)),
        Value::Text(_) => Cells::Texts(Packed {
            offsets: zeros(rows + 1, nulls + 1),
            text: String::new(),
        }),
        _ => Cells::Mixed(zeros(rows, nulls)),
    }
}

/// Where the next text begins.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a guest has 32 bits of memory, so no text is longer"
)]
fn offset(text: &str) -> u32 {
    text.len() as u32
}

fn pad(cells: &mut Cells) {
    match cells {
        Cells::Booleans(it) => it.push(0),
        Cells::Integers(it) | Cells::DateTimes(it) => it.push(0),
        Cells::Decimals(it) => it.push(0.0),
        Cells::Texts(it) => it.offsets.push(offset(&it.text)),
        Cells::Mixed(it) => it.push(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(values: &[Value]) -> Column {
        let mut builder = ColumnBuilder::new(values.len());
        for value in values {
            builder.push(value.clone());
        }
        builder.finish()
    }

    #[test]
    fn a_column_of_one_type_is_flat_and_keeps_nulls() {
        let column = built(&[Value::Null, Value::Text("é".into()), Value::Null]);
        assert_eq!(column.validity, Some(vec![0, 1, 0]));
        let packed = Packed {
            offsets: vec![0, 0, 2, 2],
            text: "é".into(),
        };
        assert_eq!(column.cells, Cells::Texts(packed));
        assert!(matches!(column.cell(1), Cell::Text("é")));
        assert!(matches!(column.cell(2), Cell::Null));
    }

    #[test]
    fn a_column_of_two_types_is_mixed() {
        let values = [Value::Integer(1), Value::Null, Value::Text("x".into())];
        assert_eq!(built(&values).cells, Cells::Mixed(values.to_vec()));
    }
}
