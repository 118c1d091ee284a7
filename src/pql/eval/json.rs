//! JSON literals: the value is built directly, never printed and read again (D20).

use std::sync::Arc;

use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{Item, Json, JsonKind, Pass, Quoting};
use crate::value::{Row, Value};

impl Run {
    /// Evaluates a JSON literal; its items run pass by pass (2.9), wherever they stand in it.
    pub(crate) fn json(&mut self, json: &Json) -> Done<Value> {
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
        Ok(build(json, &mut values.into_iter()))
    }

    fn json_item(&mut self, item: &Item) -> Done<Value> {
        let value = self.evaluate(&item.expression)?;
        if matches!(value, Value::Undefined) {
            self.warn_undefined(&item.expression);
            return Ok(Value::Null);
        }
        match (item.quoting, &value) {
            (Quoting::Raw, Value::Text(text)) => {
                let parsed = Value::from_json(text);
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
        JsonKind::Literal(_) => {}
        JsonKind::Item(item) => items.push(item),
    }
}

/// Builds the value; the items' values come in written order.
fn build(json: &Json, values: &mut impl Iterator<Item = Value>) -> Value {
    match &json.kind {
        JsonKind::Object(fields) => {
            let mut row = Row::new();
            for (name, field) in fields {
                row.insert(Arc::clone(name), build(field, values));
            }
            row.into()
        }
        JsonKind::Array(elements) => {
            let mut built = Vec::with_capacity(elements.len());
            for element in elements {
                built.push(build(element, values));
            }
            Value::from_items(built)
        }
        JsonKind::Literal(literal) => literal.value(),
        JsonKind::Item(_) => values.next().unwrap_or(Value::Null),
    }
}
