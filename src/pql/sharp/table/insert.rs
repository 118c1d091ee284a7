//! INSERT: more rows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_name};
use crate::pql::sharp::table::condition::is_equal;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::{ColumnSource, LinkArgument};
use crate::value::{Kind, Row, Table, Text, Value};

const ARGUMENTS: &str = "row | table | (a, b) VALUES (1, 'x') [, ..]";

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["INSERT"], ARGUMENTS, Takes::ROWS, Rule::Table(insert))
        .says("With more rows at the end; new fields become columns.")
        .shows(&[
            (r#"[{"a":1}] INSERT {"a":2}"#, r#"[{"a":1},{"a":2}]"#),
            (
                "[{\"a\":1}] INSERT (a, b) VALUES (2, 'x'), (3, 'y')",
                r#"[{"a":1,"b":null},{"a":2,"b":"x"},{"a":3,"b":"y"}]"#,
            ),
        ]),
    Entry::new(
        &["INSERT IF EMPTY"],
        ARGUMENTS,
        Takes::ROWS,
        Rule::Table(insert_if_empty),
    )
    .says("As INSERT, when the table has no rows.")
    .shows(&[
        (r#"[] INSERT IF EMPTY {"a":2}"#, r#"[{"a":2}]"#),
        (
            r#"[{"a":1}] INSERT IF EMPTY (a) VALUES (2)"#,
            r#"[{"a":1}]"#,
        ),
    ]),
    Entry::new(
        &["INSERT IF NOT EXISTS"],
        ARGUMENTS,
        Takes::ROWS,
        Rule::Table(insert_if_new),
    )
    .says("As INSERT, but only those rows whose values no row has in all the fields given.")
    .shows(&[(
        r#"[{"a":1}] INSERT IF NOT EXISTS (a) VALUES (1), (2)"#,
        r#"[{"a":1},{"a":2}]"#,
    )]),
];

fn insert(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let added = added(call)?;
    call.release();
    let mut table = Arc::unwrap_or_clone(table);
    let places = places(&mut table, &added);
    for cells in added.into_rows() {
        push(&mut table, &places, cells);
    }
    Ok(table.into())
}

fn insert_if_empty(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    if table.is_empty() {
        return insert(call, table);
    }
    Ok(Value::Table(table))
}

fn insert_if_new(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let added = added(call)?;
    call.release();
    let (frame, lookout) = (call.frame(), call.lookout());
    let mut table = Arc::unwrap_or_clone(table);
    let places = places(&mut table, &added);
    let mut known = Known::of(&table, &places, &added);
    for cells in added.into_rows() {
        if lookout.look() {
            break;
        }
        let alike = known.alike(&cells);
        let exists = alike
            .iter()
            .filter_map(|row| table.rows().get(*row))
            .any(|row| {
                places.iter().zip(&cells).all(|(place, new)| {
                    let own = row.get(*place);
                    own.is_some_and(|own| is_equal(own, new, frame))
                })
            });
        if !exists {
            alike.push(table.len());
            push(&mut table, &places, cells);
        }
    }
    Ok(table.into())
}

/// Rows by what can be looked up in them: those that may equal a new row without being compared
/// with it.
struct Known {
    /// The new columns that are looked up.
    columns: Vec<usize>,
    rows: HashMap<Vec<Part>, Vec<usize>>,
}

/// A cell that equals another when the two are the same.
#[derive(PartialEq, Eq, Hash)]
enum Part {
    Absent,
    Integer(i64),
    Text(Text),
}

impl Part {
    fn of(cell: &Value) -> Option<Self> {
        match cell {
            Value::Undefined | Value::Null => Some(Self::Absent),
            Value::Integer(number) => Some(Self::Integer(*number)),
            Value::Text(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }
}

impl Known {
    /// Fewer new rows are compared with all others sooner than those are sorted.
    const WORTH: usize = 8;

    fn of(table: &Table, places: &[usize], added: &Table) -> Self {
        let mut columns = Vec::new();
        // Of a column that is named twice only the last cell stays.
        let is_once = |place| places.iter().filter(|other| *other == place).count() == 1;
        if added.len() >= Self::WORTH && places.iter().all(is_once) {
            let is_plain = |(column, place): &(usize, &usize)| {
                let own = table.rows().iter().filter_map(|row| row.get(**place));
                let new = added.rows().iter().filter_map(|row| row.get(*column));
                is_of_one_type(own.chain(new))
            };
            let plain = places.iter().enumerate().filter(is_plain);
            columns.extend(plain.map(|(column, _)| column));
        }
        let mut known = Self {
            columns,
            rows: HashMap::new(),
        };
        for (number, row) in table.rows().iter().enumerate() {
            let cells = known.columns.iter().map(|column| {
                let place = places.get(*column)?;
                Part::of(row.get(*place)?)
            });
            if let Some(key) = cells.collect() {
                known.rows.entry(key).or_default().push(number);
            }
        }
        known
    }

    /// The rows that a new row may equal.
    fn alike(&mut self, new: &[Value]) -> &mut Vec<usize> {
        let cells = self.columns.iter();
        let cells = cells.filter_map(|column| new.get(*column).and_then(Part::of));
        self.rows.entry(cells.collect()).or_default()
    }
}

/// Tells whether all are whole numbers, or all texts, where they are anything: others may equal
/// what they are not, as `1.0` does `1`.
fn is_of_one_type<'a>(mut cells: impl Iterator<Item = &'a Value>) -> bool {
    let mut type_of_all = None;
    cells.all(|cell| match cell.kind() {
        Kind::Undefined | Kind::Null => true,
        kind @ (Kind::Integer | Kind::Text) => *type_of_all.get_or_insert(kind) == kind,
        _ => false,
    })
}

/// Where the columns of the new rows stand in the table, which gets those it lacks.
fn places(table: &mut Table, added: &Table) -> Vec<usize> {
    let columns = added.columns().iter();
    columns.map(|name| table.column_or_new(name)).collect()
}

fn push(table: &mut Table, places: &[usize], cells: Vec<Value>) {
    let mut row = vec![Value::Null; table.columns().len()];
    for (place, cell) in places.iter().zip(cells) {
        if let Some(old) = row.get_mut(*place) {
            *old = cell;
        }
    }
    table.push_row(row);
}

/// The new rows, in either form.
fn added(call: &mut Call<'_>) -> Done<Table> {
    let Some(LinkArgument::Rows { names, rows }) = call.raw() else {
        return match call.value()? {
            Value::Row(row) => Ok(Table::from_rows([Row::clone(&row)])),
            Value::Table(table) => Ok(Arc::unwrap_or_clone(table)),
            other => Err(fail(&format!(
                "a row or a table is needed, not the {} `{}`",
                other.kind(),
                other.excerpt()
            ))),
        };
    };
    let mut columns = Vec::with_capacity(names.len());
    for column in names {
        let ColumnSource::Named(name) = &column.source else {
            return Err(call.at(fail("plain names are needed"), column.span));
        };
        columns.push(into_name(call.run.evaluate(name)?)?);
    }
    super::refuse_twice(&columns)?;
    let mut table = Table::new(columns);
    for row in rows {
        if row.len() != names.len() {
            let message = format!("{} columns have {} values", names.len(), row.len());
            return Err(fail(&message));
        }
        let cells = call.evaluate_all(row)?;
        table.push_row(cells);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Frame;
    use proptest::prelude::*;

    fn cell() -> impl Strategy<Value = Value> {
        prop_oneof![
            (0_i64..3).prop_map(Value::Integer),
            (0_i64..3).prop_map(|number| Value::Integer(number).to_string().into()),
            prop_oneof![Just(Value::Null), Just(1.0.into()), Just(true.into())],
        ]
    }

    fn table(columns: Vec<Vec<Value>>) -> Table {
        let named = ["a", "b"]
            .into_iter()
            .map(Into::into)
            .zip(columns.into_iter().map(Into::into));
        Table::with_columns(named.collect())
    }

    proptest! {
        /// However rows are looked up, none that equals the new one is left out.
        #[test]
        fn rows_that_are_equal_are_found(
            cells in prop::collection::vec([cell(), cell()], 0..40),
            kinds in [0..3, 0..3],
            split in 0_usize..40,
        ) {
            let column = |at: usize| -> Vec<Value> {
                let cells = cells.iter().map(|row| &row[at]);
                match kinds[at] {
                    0 => cells.map(|cell| cell.as_integer().unwrap_or(7).into()).collect(),
                    1 => cells.map(|cell| cell.to_string().into()).collect(),
                    _ => cells.cloned().collect(),
                }
            };
            let columns = [column(0), column(1)];
            let split = split.min(cells.len());
            let part = |range: std::ops::Range<usize>| {
                table(columns.iter().map(|column| column[range.clone()].to_vec()).collect())
            };
            let (old, new) = (part(0..split), part(split..cells.len()));
            let mut known = Known::of(&old, &[0, 1], &new);
            for row in new.rows() {
                let alike = known.alike(row);
                for (place, own) in old.rows().iter().enumerate() {
                    let mut cells = own.iter().zip(row);
                    let is_same = cells.all(|(own, new)| is_equal(own, new, Frame::utc()));
                    prop_assert!(!is_same || alike.contains(&place));
                }
            }
        }
    }
}
