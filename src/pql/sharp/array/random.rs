//! RANDOM: elements drawn by lot.

use std::sync::Arc;

use crate::clock::Chance;
use crate::pql::eval::Done;
use crate::pql::sharp::call::{empty, fail, too_large};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] =
    &[
        Entry::new(&["RANDOM"], "[n]", Takes::ARRAY, Rule::List(random))
            .says(
                "One element, or n elements drawn with repetition; n = 1 gives the element itself.",
            )
            .shows(&[("[7] RANDOM", "7"), ("[7] RANDOM 3", "[7,7,7]")]),
    ];

fn random(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let count = call.optional_integer()?.unwrap_or(1);
    let chance = call.chance();
    let limit = call.run.limits().rows;
    let one = || {
        draw(&items, &*chance)
            .cloned()
            .ok_or_else(|| empty("array"))
    };
    if count == 1 {
        return one();
    }
    let Ok(count) = usize::try_from(count) else {
        return Err(fail(&format!("`{count}` elements cannot be drawn")));
    };
    if count > limit {
        return Err(too_large(format!(
            "more than {limit} elements would be drawn"
        )));
    }
    (0..count)
        .map(|_| one())
        .collect::<Done<Vec<Value>>>()
        .map(Value::from)
}

/// One element; none when there is none.
fn draw<'a, T>(items: &'a [T], chance: &dyn Chance) -> Option<&'a T> {
    let bound = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let place = usize::try_from(chance.below(bound)).ok()?;
    items.get(place)
}
