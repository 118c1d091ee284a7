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

/// What happens to a column that the table does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Added,
    Skipped,
}

fn update(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    set_where(call, table, Missing::Added, |_| true)
}

fn if_empty(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    set_where(call, table, Missing::Skipped, |value| {
        value.is_absent() || value.as_text().is_some_and(str::is_empty)
    })
}

fn if_null(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    set_where(call, table, Missing::Skipped, |value| {
        value.kind() == Kind::Null
    })
}

fn if_undefined(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let pairs = call.pairs()?;
    let mut table = Arc::unwrap_or_clone(table);
    for (name, value) in pairs {
        if table.column(&name).is_none() {
            let cells = vec![value; table.len()];
            table.push_column(name, cells);
        }
    }
    Ok(table.into())
}

fn set_where(
    call: &mut Call<'_>,
    table: Arc<Table>,
    missing: Missing,
    test: fn(&Value) -> bool,
) -> Done<Value> {
    let pairs = call.pairs()?;
    let mut table = Arc::unwrap_or_clone(table);
    for (name, value) in pairs {
        let place = match (table.column(&name), missing) {
            (Some(place), _) => place,
            (None, Missing::Added) => table.column_or_new(&name),
            (None, Missing::Skipped) => continue,
        };
        for cells in table.cells_mut() {
            match cells.get_mut(place) {
                Some(cell) if test(cell) => *cell = value.clone(),
                _ => {}
            }
        }
    }
    Ok(table.into())
}
