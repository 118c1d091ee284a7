//! JSON literals: the value is built directly, never printed and read again (D20). With a row of
//! the buffer, the placeholders of TRANS are filled on the way.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{Item, Json, JsonKind, Literal, Pass, Placeholder, Quoting};
use crate::value::{Row, Table, Value};

/// What a placeholder begins with.
const SIGNS: [char; 2] = ['#', '&'];

impl Run {
    /// Evaluates a JSON literal.
    pub(crate) fn json(&mut self, json: &Json) -> Done<Value> {
        let values = self.json_values(json)?;
        build(json, &mut values.into_iter(), None)
    }

    /// Evaluates the items of a JSON literal, pass by pass (2.9), wherever they stand in it; the
    /// answer has the order of the text.
    pub(crate) fn json_values(&mut self, json: &Json) -> Done<Vec<Value>> {
        let mut items = Vec::new();
        collect(json, &mut items);
        let mut order: Vec<(usize, Pass)> = items
            .iter()
            .enumerate()
            .map(|(index, item)| (index, item.pass()))
            .collect();
        order.sort_by_key(|(_, pass)| *pass);
        let mut values = vec![Value::Null; items.len()];
        for (index, _) in order {
            if let (Some(item), Some(place)) = (items.get(index), values.get_mut(index)) {
                *place = self.json_item(item)?;
            }
        }
        Ok(values)
    }

    fn json_item(&mut self, item: &Item) -> Done<Value> {
        let value = self.evaluate(&item.expression)?;
        if matches!(value, Value::Undefined) {
            self.warn_undefined(&item.expression);
            return Ok(Value::Null);
        }
        match (item.quoting, &value) {
            (Quoting::Raw, Value::Text(text)) => {
                let parsed = self.shared.cancel.read_json(text);
                parsed.map_err(|error| Halt::from(Error::from(error)).at(item.span))
            }
            _ => Ok(value),
        }
    }
}

/// Lists the items in written order.
fn collect<'a>(json: &'a Json, items: &mut Vec<&'a Item>) {
    match &json.kind {
        JsonKind::Object(fields) => fields.iter().for_each(|(_, field)| collect(field, items)),
        JsonKind::Array(elements) => elements.iter().for_each(|element| collect(element, items)),
        JsonKind::Literal(_) | JsonKind::Cell(_) => {}
        JsonKind::Item(item) => items.push(item),
    }
}

/// A row of the buffer and the names of its cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowCells<'a> {
    pub(crate) table: &'a Table,
    pub(crate) cells: &'a [Value],
}

impl RowCells<'_> {
    /// The cell of a column.
    pub(crate) fn find(&self, name: &str) -> Option<&Value> {
        let index = self.table.column(name)?;
        self.cells.get(index)
    }
}

/// Builds the value; the items' values come in written order.
pub(crate) fn build(
    json: &Json,
    values: &mut dyn Iterator<Item = Value>,
    row: Option<RowCells<'_>>,
) -> Done<Value> {
    Ok(match &json.kind {
        JsonKind::Object(fields) => {
            let mut built = Row::new();
            for (name, field) in fields {
                let name = match row {
                    Some(row) if name.contains(SIGNS) => filled(name, row)?.into(),
                    _ => Arc::clone(name),
                };
                built.insert(name, build(field, values, row)?);
            }
            built.into()
        }
        JsonKind::Array(elements) => {
            let mut built = Vec::with_capacity(elements.len());
            for element in elements {
                built.push(build(element, values, row)?);
            }
            Value::from_items(built)
        }
        JsonKind::Literal(literal) => match (row, literal) {
            (Some(row), Literal::Text(text)) if text.contains(SIGNS) => filled(text, row)?.into(),
            _ => literal.value(),
        },
        JsonKind::Item(_) => values.next().unwrap_or(Value::Null),
        JsonKind::Cell(placeholder) => {
            let cell = row.map_or(Ok(Value::Null), |row| cell(placeholder, row));
            cell.map_err(|halt| halt.at(json.span))?
        }
    })
}

/// `&name` is the cell; the text of `#name` must itself be JSON.
fn cell(placeholder: &Placeholder, row: RowCells<'_>) -> Done<Value> {
    let (Placeholder::Text { name, .. } | Placeholder::Value { name, .. }) = placeholder else {
        return Ok(Value::Null);
    };
    let Some(value) = row.find(name.as_str()) else {
        return Err(no_column(name.as_str()));
    };
    match (placeholder, value) {
        (Placeholder::Text { .. }, Value::Text(text)) => {
            Ok(Value::from_json(text).map_err(Error::from)?)
        }
        _ => Ok(value.clone()),
    }
}

/// Replaces `#name`, `#(name)`, `&name` and `&(name)` inside a text of the program.
fn filled(text: &str, row: RowCells<'_>) -> Done<String> {
    let mut output = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(SIGNS) {
        let (before, after) = rest.split_at(at);
        output.push_str(before);
        let Some((name, length)) = placeholder_name(after) else {
            let (sign, after) = after.split_at(1);
            output.push_str(sign);
            rest = after;
            continue;
        };
        let value = row.find(name).ok_or_else(|| no_column(name))?;
        value.render_into(&mut output);
        rest = after.get(length..).unwrap_or_default();
    }
    output.push_str(rest);
    Ok(output)
}

/// The name behind a sign, and the length of the whole placeholder.
fn placeholder_name(text: &str) -> Option<(&str, usize)> {
    let inside = text.get(1..)?;
    let is_inner = |character: char| character.is_alphanumeric() || character == '_';
    let name_of = |text: &str| text.find(|c| !is_inner(c)).unwrap_or(text.len());
    let is_name = |name: &&str| name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if let Some(closed) = inside.strip_prefix('(') {
        let length = name_of(closed);
        let name = closed.get(..length).filter(is_name)?;
        closed
            .get(length..)?
            .starts_with(')')
            .then_some((name, length + 3))
    } else {
        let length = name_of(inside);
        Some((inside.get(..length).filter(is_name)?, length + 1))
    }
}

fn no_column(name: &str) -> Halt {
    let message = format!("the buffer has no column `{name}`");
    Halt::new(Code::PQL_ACCESS, message)
}
