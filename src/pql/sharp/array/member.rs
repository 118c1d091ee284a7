//! HAS, IN and TO HASHSET: which values are in an array.

use std::collections::HashSet;
use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["HAS"], "v", Takes::ARRAY, Rule::List(has))
        .says("Whether v is an element: numbers by value, texts by case.")
        .shows(&[
            ("[1, 2, 3, 4, 5] HAS 6", "false"),
            ("[1, 2] HAS 2.0", "true"),
        ]),
    Entry::new(&["IN"], "list", Takes::ANY, Rule::Value(is_in))
        .says("Whether the text of the data is that of an element; a text `'a,b'` is a list too.")
        .shows(&[("3 -> IN (1, 2, 3)", "true"), ("'b' -> IN 'a,b'", "true")]),
    Entry::new(&["NOT IN"], "list", Takes::ANY, Rule::Value(is_not_in))
        .says("The opposite of IN.")
        .shows(&[("3 -> NOT IN (1, 2, 3)", "false")]),
    Entry::new(&["TO HASHSET"], "", Takes::LIST, Rule::List(to_hashset))
        .says("Every element once, in the order of first appearance.")
        .shows(&[("[1, 3, 3, 2] TO HASHSET", "[1,3,2]")]),
];

fn has(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let wanted = call.value()?;
    Ok(items.iter().any(|item| item.is_identical(&wanted)).into())
}

fn is_in(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok(stands_in(call, &data)?.into())
}

fn is_not_in(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((!stands_in(call, &data)?).into())
}

fn stands_in(call: &mut Call<'_>, data: &Value) -> Done<bool> {
    let text = data.render();
    let members = call.list()?;
    let is_list = members.len() == 1;
    Ok(members.iter().any(|member| match member {
        Value::Text(list) if is_list => list.split(',').any(|part| part.trim() == text),
        other => data.is_in(other),
    }))
}

fn to_hashset(_call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    Ok(distinct(&items).into())
}

/// First appearances; values of one type and one text are one value.
fn distinct(items: &[Value]) -> Vec<Value> {
    let mut seen = HashSet::with_capacity(items.len());
    items
        .iter()
        .filter(|item| {
            // Equal numbers are equal, whatever their type.
            let kind = if item.is_number() {
                None
            } else {
                Some(item.kind())
            };
            seen.insert((kind, item.render()))
        })
        .cloned()
        .collect()
}
