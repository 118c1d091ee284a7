//! Rows, columns and cells of a table.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{empty, fail, out_of_range, unknown};
use crate::pql::sharp::row::field;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["FIRST ROW"], "[row]", Takes::ROWS, Rule::Table(first_row))
        .says("The first row; of an empty table the given row, else an error.")
        .shows(&[(
            r#"[{"name":"Tom","age":18},{"name":"Jerry","age":17}] FIRST ROW"#,
            r#"{"name":"Tom","age":18}"#,
        )]),
    Entry::new(&["LAST ROW"], "[row]", Takes::ROWS, Rule::Table(last_row))
        .says("The last row; of an empty table the given row, else an error.")
        .shows(&[
            (r#"[{"a":1},{"a":2}] LAST ROW"#, r#"{"a":2}"#),
            (r#"[] LAST ROW {"a":0}"#, r#"{"a":0}"#),
        ]),
    Entry::new(&["ROW"], "n", Takes::ROWS, Rule::Table(row))
        .says("The n-th row, counted from 1; outside is an error.")
        .shows(&[(
            r#"[{"name":"Tom","age":18},{"name":"Jerry","age":17}] ROW 2"#,
            r#"{"name":"Jerry","age":17}"#,
        )]),
    Entry::new(
        &["FIRST COLUMN"],
        "[array]",
        Takes::ROWS,
        Rule::Table(first_column),
    )
    .says("The cells of the first column; of a table without columns the array, else an error.")
    .shows(&[(r#"[{"a":1,"b":3},{"a":2,"b":4}] FIRST COLUMN"#, "[1,2]")]),
    Entry::new(
        &["LAST COLUMN"],
        "[array]",
        Takes::ROWS,
        Rule::Table(last_column),
    )
    .says("The cells of the last column; of a table without columns the array, else an error.")
    .shows(&[(r#"[{"a":1,"b":3},{"a":2,"b":4}] LAST COLUMN"#, "[3,4]")]),
    Entry::new(&["COLUMN"], "name", Takes::ROWS, Rule::Table(named_column))
        .says("The cells of a column; a name that is missing is an error.")
        .shows(&[(
            r#"[{"name":"Tom","age":18},{"name":"Jerry","age":17}] COLUMN 'age'"#,
            "[18,17]",
        )]),
    Entry::new(&["FIRST CELL"], "[v]", Takes::ROWS, Rule::Table(first_cell))
        .says("The first cell of the first row; of no rows v, else an error.")
        .shows(&[
            (r#"[{"a":1,"b":2}] FIRST CELL"#, "1"),
            ("[] FIRST CELL 0", "0"),
        ]),
    Entry::new(&["LAST CELL"], "[v]", Takes::ROWS, Rule::Table(last_cell))
        .says("The last cell of the last row; of no rows v, else an error.")
        .shows(&[(r#"[{"a":1,"b":2}] LAST CELL"#, "2")]),
    Entry::new(
        &["FIRST ROW CELL"],
        "name",
        Takes::ROWS,
        Rule::Table(first_row_cell),
    )
    .says("The cell of the first row in a column, by name or place; what is missing is an error.")
    .shows(&[(r#"[{"a":1,"b":2}] FIRST ROW CELL 'b'"#, "2")]),
    Entry::new(
        &["LAST ROW CELL"],
        "name",
        Takes::ROWS,
        Rule::Table(last_row_cell),
    )
    .says("The cell of the last row in a column, by name or place; what is missing is an error.")
    .shows(&[(r#"[{"a":1},{"a":2}] LAST ROW CELL 'a'"#, "2")]),
    Entry::new(&["RANDOM"], "[n]", Takes::TABLE, Rule::Table(random))
        .says("n different rows in random order, by default one, at most all.")
        .shows(&[(r#"[{"a":1},{"a":2},{"a":3}] RANDOM 2 -> COUNT"#, "2")]),
];

fn first_row(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    row_or_given(call, table.first())
}

fn last_row(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    row_or_given(call, table.last())
}

fn row_or_given(call: &mut Call<'_>, row: Option<Row>) -> Done<Value> {
    if let Some(row) = row {
        return Ok(row.into());
    }
    let given = call.optional()?.ok_or_else(|| empty("table"))?;
    Ok(Value::Row(given.to_row()))
}

fn row(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let place = call.integer()?;
    let index = place
        .checked_sub(1)
        .and_then(|index| usize::try_from(index).ok());
    let found = index.and_then(|index| table.row(index));
    found
        .map(Value::from)
        .ok_or_else(|| out_of_range(place, "row", table.len()))
}

fn first_column(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    column_or_given(call, &table, 0)
}

fn last_column(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    column_or_given(call, &table, table.columns().len().saturating_sub(1))
}

fn column_or_given(call: &mut Call<'_>, table: &Table, index: usize) -> Done<Value> {
    if !table.columns().is_empty() {
        return Ok(Value::Array(table.column_values(index)));
    }
    let given = call.optional()?.ok_or_else(|| empty("table"))?;
    Ok(Value::Array(given.to_array()))
}

fn named_column(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let index = super::column(&table, &call.text()?)?;
    Ok(Value::Array(table.column_values(index)))
}

fn first_cell(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    cell_or_given(call, table.cell(0, 0))
}

fn last_cell(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let column = table.columns().len().saturating_sub(1);
    cell_or_given(call, table.cell(table.len().saturating_sub(1), column))
}

fn cell_or_given(call: &mut Call<'_>, found: Option<&Value>) -> Done<Value> {
    match found {
        Some(value) => Ok(value.clone()),
        None => call.optional()?.ok_or_else(|| empty("table")),
    }
}

fn first_row_cell(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    row_cell(call, table.first())
}

fn last_row_cell(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    row_cell(call, table.last())
}

fn row_cell(call: &mut Call<'_>, row: Option<Row>) -> Done<Value> {
    let key = call.value()?;
    let row = row.ok_or_else(|| empty("table"))?;
    match field(call, &row, &key)? {
        Value::Undefined => Err(unknown("column", &key.render())),
        value => Ok(value),
    }
}

/// Draws without repetition: every row that was drawn gives its place to the last one.
fn random(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let count = call.optional_integer()?.unwrap_or(1);
    let Ok(count) = usize::try_from(count) else {
        return Err(fail(&format!("`{count}` rows cannot be drawn")));
    };
    let chance = call.chance();
    let mut left: Vec<usize> = (0..table.len()).collect();
    let mut places = Vec::with_capacity(count.min(left.len()));
    while places.len() < count && !left.is_empty() {
        let bound = u64::try_from(left.len()).unwrap_or(u64::MAX);
        let place = usize::try_from(chance.below(bound)).unwrap_or_default();
        places.push(left.swap_remove(place));
    }
    Ok(table.choose(&places).into())
}
