//! TO and UNTIL: ranges of whole numbers.

use std::sync::Arc;

use crate::pql::eval::{Done, Run};
use crate::pql::sharp::call::too_large;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::Value;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TO"], "n", Takes::ANY, Rule::Value(to))
        .says("The ARRAY of whole numbers from the data to n, both included, also downwards.")
        .shows(&[("1 TO 4", "[1,2,3,4]"), ("4 TO 1", "[4,3,2,1]")]),
    Entry::new(&["UNTIL"], "n", Takes::ANY, Rule::Value(until))
        .says("The ARRAY of whole numbers from the data to the one before n, also downwards.")
        .shows(&[("1 UNTIL 4", "[1,2,3]"), ("1 UNTIL 1", "[]")]),
];

fn to(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let from = data.to_integer(call.frame())?;
    let end = call.integer()?;
    inclusive(call.run, from, end).map(Value::Array)
}

fn until(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let from = data.to_integer(call.frame())?;
    let end = call.integer()?;
    exclusive(call.run, from, end).map(Value::Array)
}

/// `from` to `end`, both included; counts down when `from` is greater.
pub(crate) fn inclusive(run: &Run, from: i64, end: i64) -> Done<Arc<Vec<Value>>> {
    if from <= end {
        collect(run, from..=end)
    } else {
        collect(run, (end..=from).rev())
    }
}

/// `from` to `end`, which is excluded; counts down when `from` is greater.
pub(crate) fn exclusive(run: &Run, from: i64, end: i64) -> Done<Arc<Vec<Value>>> {
    if from <= end {
        collect(run, from..end)
    } else {
        collect(run, (end.saturating_add(1)..=from).rev())
    }
}

fn collect(run: &Run, numbers: impl Iterator<Item = i64>) -> Done<Arc<Vec<Value>>> {
    let limit = run.limits().rows;
    let items: Vec<Value> = numbers
        .take(limit.saturating_add(1))
        .map(Value::Integer)
        .collect();
    if items.len() > limit {
        return Err(too_large(format!(
            "the range has more than {limit} elements"
        )));
    }
    Ok(Arc::new(items))
}
