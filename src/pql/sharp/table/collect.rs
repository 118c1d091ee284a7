//! COLLECT: columns that become one row inside the row.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_name};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::ColumnSource;
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["COLLECT"],
    "(a, b) AS 'new'",
    Takes::ROWS,
    Rule::Table(collect),
)
.says("The columns leave the rows and become one ROW field `new` at the end.")
.shows(&[
    (
        r#"[{"id":1,"x":2,"y":3}] COLLECT (x, y) AS 'p'"#,
        r#"[{"id":1,"p":{"x":2,"y":3}}]"#,
    ),
    (
        r#"[{"id":1,"x":2}] COLLECT x AS p"#,
        r#"[{"id":1,"p":{"x":2}}]"#,
    ),
])];

/// Without parentheses the last `AS` looks like that of its column.
fn names_and_new_name(call: &mut Call<'_>) -> Done<(Vec<Arc<str>>, Arc<str>)> {
    if let Some(name) = call.tail_text("AS")? {
        return Ok((call.text_names()?, name.into_shared().into()));
    }
    let (columns, mut names) = (call.columns(), Vec::new());
    for (index, column) in columns.iter().enumerate() {
        let is_last = index.saturating_add(1) == columns.len();
        match (&column.source, &column.alias) {
            (ColumnSource::Named(name), None) if !is_last => {
                names.push(into_name(call.run.evaluate(name)?)?);
            }
            (ColumnSource::Named(name), Some(alias)) if is_last => {
                names.push(into_name(call.run.evaluate(name)?)?);
                return Ok((names, into_name(call.run.evaluate(alias)?)?));
            }
            _ => break,
        }
    }
    Err(fail("plain names are needed, and `AS` with the new one"))
}

fn collect(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let (names, name) = names_and_new_name(call)?;
    let collected = super::columns(&table, &names)?;
    let kept: Vec<usize> = (0..table.columns().len())
        .filter(|index| !collected.contains(index))
        .collect();
    let mut columns: Vec<Arc<str>> = kept
        .iter()
        .filter_map(|index| table.columns().get(*index).cloned())
        .collect();
    columns.push(name);
    super::refuse_twice(&columns)?;
    let rows = table.rows().iter().map(|cells| {
        let mut row: Vec<Value> = kept
            .iter()
            .map(|index| super::cell(cells, *index))
            .collect();
        let inner = names
            .iter()
            .cloned()
            .zip(collected.iter().map(|index| super::cell(cells, *index)));
        row.push(inner.collect::<Row>().into());
        row
    });
    Ok(Table::with_rows(columns, rows.collect()).into())
}
