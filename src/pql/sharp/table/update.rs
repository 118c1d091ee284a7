//! UPDATE: new values in every row.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Kind, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["UPDATE"],
        "a='x' [, b=2 ..]",
        Takes::ROWS,
        Rule::Table(update),
    )
    .says("With these values in every row; columns that are missing are added.")
    .shows(&[(r#"[{"a":1}] UPDATE a='x'"#, r#"[{"a":"x"}]"#)]),
    Entry::new(
        &["UPDATE IF EMPTY"],
        "a='x' [, b=2 ..]",
        Takes::ROWS,
        Rule::Table(if_empty),
    )
    .says("With these values where there is NULL or an empty text.")
    .shows(&[(r#"[{"a":""}] UPDATE IF EMPTY a='x'"#, r#"[{"a":"x"}]"#)]),
    Entry::new(
        &["UPDATE IF NULL"],
        "a='x' [, b=2 ..]",
        Takes::ROWS,
        Rule::Table(if_null),
    )
    .says("With these values where the column is there and has NULL.")
    .shows(&[(r#"[{"a":null}] UPDATE IF NULL a=1"#, r#"[{"a":1}]"#)]),
    Entry::new(
        &["UPDATE IF UNDEFINED"],
        "a='x' [, b=2 ..]",
        Takes::ROWS,
        Rule::Table(if_undefined),
    )
    .says("With these values in columns that are missing.")
    .shows(&[(r#"[{"a":1}] UPDATE IF UNDEFINED b=0"#, r#"[{"a":1,"b":0}]"#)]),
];

fn update(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let pairs = call.pairs()?;
    call.release();
    let mut table = own(table);
    for (name, value) in pairs {
        let cells = vec![value; table.len()];
        match table.column(&name) {
            Some(place) => table.replace_column(place, cells),
            None => table.push_column(name, cells),
        }
    }
    Ok(table.into())
}

fn if_empty(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    set_where(call, table, |value| {
        value.is_absent() || value.as_text().is_some_and(str::is_empty)
    })
}

fn if_null(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    set_where(call, table, |value| value.kind() == Kind::Null)
}

fn if_undefined(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let pairs = call.pairs()?;
    call.release();
    let mut table = own(table);
    for (name, value) in pairs {
        if table.column(&name).is_none() {
            let cells = vec![value; table.len()];
            table.push_column(name, cells);
        }
    }
    Ok(table.into())
}

/// Columns that the table does not have stay away.
fn set_where(call: &mut Call<'_>, table: Arc<Table>, test: fn(&Value) -> bool) -> Done<Value> {
    let pairs = call.pairs()?;
    call.release();
    let mut table = own(table);
    for (name, value) in pairs {
        let Some(place) = table.column(&name) else {
            continue;
        };
        let cells = table.column_values(place);
        let cells = cells.iter().map(|cell| {
            let changed = if test(cell) { &value } else { cell };
            changed.clone()
        });
        let cells = cells.collect();
        table.replace_column(place, cells);
    }
    Ok(table.into())
}

/// A table to change: its columns stay shared with whoever else holds them.
fn own(table: Arc<Table>) -> Table {
    Arc::try_unwrap(table).unwrap_or_else(|shared| shared.share())
}
