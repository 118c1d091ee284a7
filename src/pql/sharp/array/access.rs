//! Elements of an array, and how many there are.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{empty, out_of_range};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

type Items = Arc<Vec<Value>>;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["GET"], "i", Takes::ARRAY, Rule::List(get))
        .says("The element at a place, counted from 1; outside is an error.")
        .shows(&[("[1, 2, 3, 4, 5] GET 2", "2")]),
    Entry::new(&["FIRST"], "", Takes::LIST, Rule::List(first))
        .says("The first element; of an empty array an error.")
        .shows(&[("[1, 2, 3, 4, 5] FIRST", "1"), ("'数据' FIRST", "数")]),
    Entry::new(&["LAST"], "", Takes::LIST, Rule::List(last))
        .says("The last element; of an empty array an error.")
        .shows(&[("[1, 2, 3, 4, 5] LAST", "5")]),
    Entry::new(
        &["LENGTH", "SIZE", "COUNT"],
        "",
        Takes::ARRAY,
        Rule::List(length),
    )
    .says("The number of elements.")
    .shows(&[("[1, 2, 3, 4, 5] LENGTH", "5"), ("[] SIZE", "0")]),
];

fn get(call: &mut Call<'_>, items: Items) -> Done<Value> {
    let place = call.integer()?;
    at(&items, place)
}

/// The element at a place, counted from 1.
pub(crate) fn at(items: &[Value], place: i64) -> Done<Value> {
    let index = place
        .checked_sub(1)
        .and_then(|index| usize::try_from(index).ok());
    let found = index.and_then(|index| items.get(index));
    found
        .cloned()
        .ok_or_else(|| out_of_range(place, "index", items.len()))
}

fn first(_call: &mut Call<'_>, items: Items) -> Done<Value> {
    items.first().cloned().ok_or_else(|| empty("array"))
}

fn last(_call: &mut Call<'_>, items: Items) -> Done<Value> {
    items.last().cloned().ok_or_else(|| empty("array"))
}

fn length(_call: &mut Call<'_>, items: Items) -> Done<Value> {
    Ok(i64::try_from(items.len()).unwrap_or(i64::MAX).into())
}
