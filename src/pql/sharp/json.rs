//! Links that look into JSON, as text or as the collection it stands for.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::array::access::at;
use crate::pql::sharp::call::fail;
use crate::pql::sharp::row::field;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Kind, Table, Value};

/// The column of a table that was made of single items.
const COLUMN: &str = "_array";

pub(crate) const FAMILIES: &[&[Entry]] = &[LINKS];

const LINKS: &[Entry] = &[
    Entry::new(
        &["FIND"],
        "path [AS TABLE | ROW | ARRAY | LIST | VALUE]",
        Takes::ANY,
        Rule::Value(find),
    )
    .says(
        "What stands at a path such as `/a/0/b` in JSON text or in a collection, counted from 0, \
             by default as TABLE. A path that leads nowhere gives an empty one, or NULL.",
    )
    .shows(&[
        (r#"'[{"x":1}]' FIND '/' AS TABLE"#, r#"[{"x":1}]"#),
        (r#"'[{"x":1}]' FIND '/0' AS ROW"#, r#"{"x":1}"#),
        (r#"'{"s":[7,8]}' FIND '/s' AS ARRAY"#, "[7,8]"),
        (
            r#"'{"s":[7,8]}' FIND '/s'"#,
            r#"[{"_array":7},{"_array":8}]"#,
        ),
        (r#"'{"a":{"b":5}}' FIND '/a/b' AS VALUE"#, "5"),
    ]),
    Entry::new(&["GET"], "name | i", Takes::LETTERS, Rule::Text(get))
        .says("The field or the element, counted from 1, of a JSON object or array.")
        .shows(&[("'[5, 6]' GET 2", "6"), (r#"'{"a":1}' GET 'a'"#, "1")]),
    Entry::new(&["AS TABLE"], "", Takes::ROWS, Rule::Table(as_table))
        .says("The table itself.")
        .shows(&[(r#"[{"x":1}] AS TABLE"#, r#"[{"x":1}]"#)]),
    Entry::new(&["AS ROW"], "", Takes::ROWS, Rule::Table(as_row))
        .says("The first row.")
        .shows(&[(r#"[{"x":1}] AS ROW"#, r#"{"x":1}"#)]),
    Entry::new(
        &["AS ARRAY", "AS LIST"],
        "",
        Takes::ROWS,
        Rule::Table(as_array),
    )
    .says("The first column.")
    .shows(&[(r#"[{"x":1},{"x":2}] AS ARRAY"#, "[1,2]")]),
    Entry::new(&["AS VALUE"], "", Takes::ROWS, Rule::Table(as_value))
        .says("The first cell.")
        .shows(&[(r#"[{"x":1}] AS VALUE"#, "1")]),
];

fn find(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let path = call.text()?;
    let form = match call.tail_text("AS")? {
        Some(form) => form.to_ascii_uppercase(),
        None => Kind::Table.word().to_owned(),
    };
    let found = walk(parsed(call, data)?, &path);
    match (form.as_str(), found) {
        ("TABLE", None) => Ok(Table::default().into()),
        ("TABLE", Some(found)) => Ok(Value::Table(table(found))),
        ("ROW", None) => Ok(Value::Row(Arc::default())),
        ("ROW", Some(found @ (Value::Row(_) | Value::Table(_)))) => Ok(Value::Row(found.to_row())),
        ("ROW", Some(other)) => Err(refuse(&path, &other, "object")),
        ("ARRAY" | "LIST", None) => Ok(Value::Array(Arc::default())),
        ("ARRAY" | "LIST", Some(found)) => Ok(array(found)),
        ("VALUE", found) => Ok(found.unwrap_or(Value::Null)),
        _ => Err(fail(&format!(
            "`AS {form}` is none of TABLE, ROW, ARRAY, LIST and VALUE"
        ))),
    }
}

/// JSON text as what it stands for.
fn parsed(call: &Call<'_>, data: Value) -> Done<Value> {
    match data {
        Value::Text(text) => Ok(call.cancel().read_json(&text)?),
        other => Ok(other),
    }
}

/// Steps through names and places, counted from 0.
fn walk(value: Value, path: &str) -> Option<Value> {
    let steps = path
        .split('/')
        .map(str::trim)
        .filter(|step| !step.is_empty());
    steps
        .into_iter()
        .try_fold(value, |value, step| match &value {
            Value::Row(row) => row.get(step).cloned(),
            Value::Array(_) | Value::HashSet(_) => {
                value.as_items()?.get(step.parse::<usize>().ok()?).cloned()
            }
            Value::Table(table) => table.row(step.parse().ok()?).map(Value::from),
            _ => None,
        })
}

/// Objects are rows, single items the cells of one column.
fn table(found: Value) -> Arc<Table> {
    match found {
        Value::Table(table) => table,
        Value::Row(_) => found.to_table(),
        Value::Array(items) if items.is_empty() => Arc::default(),
        other => {
            let items = array(other).to_array();
            Arc::new(Table::with_columns(vec![(COLUMN.into(), items)]))
        }
    }
}

/// An array as it is, rows as elements, anything else as one element.
fn array(found: Value) -> Value {
    match found {
        Value::Array(_) | Value::HashSet(_) => Value::Array(found.to_array()),
        Value::Table(table) => Value::array(table.iter().map(Value::from)),
        other => Value::array([other]),
    }
}

fn refuse(path: &str, found: &Value, wanted: &str) -> Halt {
    let message = format!(
        "`{path}` leads to `{}`, which is no {wanted}",
        found.excerpt()
    );
    Halt::new(Code::PQL_CONVERSION, message)
}

fn get(call: &mut Call<'_>, data: &str) -> Done<Value> {
    let key = call.value()?;
    match call.cancel().read_json(data)? {
        Value::Row(row) => field(call, &row, &key),
        found @ (Value::Array(_) | Value::Table(_)) => {
            let place = key.to_integer(call.frame())?;
            match array(found) {
                Value::Array(items) => at(&items, place),
                _ => Ok(Value::Undefined),
            }
        }
        other => Err(refuse("/", &other, "object and no array")),
    }
}

fn as_table(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(Value::Table(table))
}

fn as_row(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(table.first().unwrap_or_default().into())
}

fn as_array(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(Value::Array(table.column_values(0)))
}

fn as_value(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(table.cell(0, 0).cloned().unwrap_or(Value::Null))
}
