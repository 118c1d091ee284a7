//! ADD and REMOVE. They work on a copy unless nobody else holds the array. A HASHSET stays one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::out_of_range;
use crate::pql::sharp::number::{exclusive, inclusive};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{HashSet, Kind, Value};

type Items = Arc<Vec<Value>>;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["ADD"],
        "v [, w ..] | m TO n | m UNTIL n",
        Takes::HASHSET,
        Rule::Value(add_new),
    )
    .says("With those values at the end that are not in it yet; the HASHSET stays one.")
    .shows(&[
        ("[1, 2] TO HASHSET -> ADD 2, 7, 7", "[1,2,7]"),
        ("[1, 2] TO HASHSET -> ADD [2, 3]", "[1,2,3]"),
    ]),
    Entry::new(
        &["ADD"],
        "v [, w ..] | m TO n | m UNTIL n",
        Takes::ARRAY,
        Rule::Value(add),
    )
    .says("With the values at the end; the elements of an array are added one by one.")
    .shows(&[
        ("[1, 2, 3, 4, 5] ADD 7, 8", "[1,2,3,4,5,7,8]"),
        ("[1] ADD [9, 10]", "[1,9,10]"),
        ("[1] ADD 2 TO 4", "[1,2,3,4]"),
        ("[1] ADD 2 UNTIL 4", "[1,2,3]"),
    ]),
    Entry::new(&["REMOVE"], "i [, j ..]", Takes::ARRAY, Rule::Value(remove))
        .says("Without the elements at these places, counted from 1; outside is an error.")
        .shows(&[("[1, 2, 3, 4, 5] REMOVE 2, 3", "[1,4,5]")]),
];

fn add(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let added = added(call)?;
    call.release();
    let mut items = owned(data);
    let all = Arc::make_mut(&mut items);
    for value in added {
        match value.as_items() {
            Some(more) => all.extend(more.iter().cloned()),
            None => all.push(value),
        }
    }
    Ok(Value::Array(items))
}

fn add_new(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let added = added(call)?;
    let Value::HashSet(mut set) = data else {
        return Ok(data);
    };
    call.release();
    let all = Arc::make_mut(&mut set);
    for value in added {
        match value.as_items() {
            Some(more) => more.iter().cloned().for_each(|item| {
                all.insert(item);
            }),
            None => {
                all.insert(value);
            }
        }
    }
    Ok(Value::HashSet(set))
}

/// The values to add; a range is the array of its numbers.
fn added(call: &mut Call<'_>) -> Done<Vec<Value>> {
    let mut added = call.list()?;
    let last = added.last().cloned().unwrap_or_default();
    if let Some(end) = call.tail("TO")? {
        added.pop();
        let (from, end) = (
            last.to_integer(call.frame())?,
            end.to_integer(call.frame())?,
        );
        added.push(Value::Array(inclusive(call.run, from, end)?));
    } else if let Some(end) = call.tail("UNTIL")? {
        added.pop();
        let (from, end) = (
            last.to_integer(call.frame())?,
            end.to_integer(call.frame())?,
        );
        added.push(Value::Array(exclusive(call.run, from, end)?));
    }
    Ok(added)
}

fn remove(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let is_set = data.kind() == Kind::HashSet;
    let mut items = owned(data);
    let mut places = BTreeSet::new();
    for place in call.names()? {
        let place = place.to_integer(call.frame())?;
        let index = place
            .checked_sub(1)
            .and_then(|index| usize::try_from(index).ok())
            .filter(|index| *index < items.len());
        places.insert(index.ok_or_else(|| out_of_range(place, "index", items.len()))?);
    }
    call.release();
    let mut index = 0..;
    Arc::make_mut(&mut items).retain(|_| index.next().is_none_or(|at| !places.contains(&at)));
    if is_set {
        let left = Arc::unwrap_or_clone(items).into_iter();
        return Ok(left.collect::<HashSet>().into());
    }
    Ok(Value::Array(items))
}

/// The array itself, whose only holder this then is if nobody else has it.
fn owned(data: Value) -> Items {
    match data {
        Value::Array(items) => items,
        other => other.to_array(),
    }
}
