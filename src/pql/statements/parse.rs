//! PARSE (4.32): a part of the last response.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{ParseForm, ParseQuery};
use crate::value::{Row, Table, Value};

/// Finds a node and gives it the asked form.
pub(crate) fn run(run: &mut Run, query: &ParseQuery) -> Done<Value> {
    let path = run.evaluate_text(&query.path)?;
    let Some(document) = &run.outside.response else {
        return Err(Halt::new(
            Code::PQL_STATEMENT,
            "PARSE needs a REQUEST before it",
        ));
    };
    let node = find(document, &path);
    let value = match query.form {
        ParseForm::Table => Value::Table(table(node.as_ref())),
        ParseForm::Row => row(node.as_ref()).into(),
        ParseForm::Array => match node {
            None => Value::array([]),
            Some(Value::Table(rows)) => Value::array(rows.iter().map(Value::from)),
            Some(array @ Value::Array(_)) => array,
            Some(single) => Value::array([single]),
        },
        ParseForm::Value => node.unwrap_or(Value::Null),
    };
    let rows = match &value {
        Value::Table(table) => table.len(),
        Value::Array(items) => items.len(),
        Value::Row(row) => usize::from(row.names().next().is_some()),
        single => usize::from(!single.is_absent()),
    };
    run.counters.rows = i64::try_from(rows).unwrap_or(i64::MAX);
    Ok(value)
}

/// Follows keys and indexes; a key on an array means its first element.
fn find(document: &Value, path: &str) -> Option<Value> {
    let steps = path.split('/').filter(|step| !step.is_empty());
    let mut node = document.clone();
    for step in steps {
        if let Ok(index) = step.parse::<usize>()
            && let Some(element) = element(&node, index)
        {
            node = element;
            continue;
        }
        if matches!(node, Value::Array(_) | Value::Table(_)) {
            if step.parse::<usize>().is_ok() {
                return None;
            }
            node = element(&node, 0)?;
        }
        node = match &node {
            Value::Row(row) => row.get(step)?.clone(),
            _ => return None,
        };
    }
    Some(node)
}

fn element(node: &Value, index: usize) -> Option<Value> {
    match node {
        Value::Array(items) => items.get(index).cloned(),
        Value::Table(table) => table.row(index).map(Value::from),
        _ => None,
    }
}

fn table(node: Option<&Value>) -> Arc<Table> {
    match node {
        None => Arc::default(),
        Some(Value::Table(table)) => Arc::clone(table),
        Some(Value::Row(row)) => Arc::new(Table::from_rows([Row::clone(row)])),
        Some(Value::Array(items)) => Arc::new(table_of_items(items)),
        Some(single) => Arc::new(column("_value", [single.clone()])),
    }
}

/// Arrays of arrays have columns by position, other arrays one column.
fn table_of_items(items: &[Value]) -> Table {
    let is_nested = !items.is_empty() && items.iter().all(|item| matches!(item, Value::Array(_)));
    if !is_nested {
        return column("_array", items.iter().cloned());
    }
    let rows = items.iter().map(|item| numbered(&item.to_array()));
    Table::from_rows(rows)
}

fn column(name: &str, cells: impl IntoIterator<Item = Value>) -> Table {
    let mut table = Table::new(vec![name.into()]);
    for cell in cells {
        table.push_row(vec![cell]);
    }
    table
}

fn row(node: Option<&Value>) -> Row {
    match node {
        None => Row::new(),
        Some(Value::Row(row)) => Row::clone(row),
        Some(Value::Table(table)) => {
            numbered(&table.iter().map(Value::from).collect::<Vec<Value>>())
        }
        Some(Value::Array(items)) => numbered(items),
        Some(single) => {
            let mut row = Row::new();
            row.insert("value", single.clone());
            row
        }
    }
}

fn numbered(items: &[Value]) -> Row {
    let fields = items.iter().enumerate();
    fields
        .map(|(index, item)| (format!("c{index}").into(), item.clone()))
        .collect()
}
