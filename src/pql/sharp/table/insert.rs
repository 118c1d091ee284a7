//! INSERT: more rows.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_text};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::{ColumnSource, LinkArgument};
use crate::value::{Row, Table, Value};

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
    let frame = call.frame();
    let mut table = Arc::unwrap_or_clone(table);
    let places = places(&mut table, &added);
    for cells in added.into_rows() {
        let exists = table.rows().iter().any(|row| {
            places.iter().zip(&cells).all(|(place, new)| {
                let own = row.get(*place);
                own.is_some_and(|own| super::condition::is_equal(own, new, frame))
            })
        });
        if !exists {
            push(&mut table, &places, cells);
        }
    }
    Ok(table.into())
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
        columns.push(into_text(call.run.evaluate(name)?)?);
    }
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
