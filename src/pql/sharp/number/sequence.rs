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
    check_count(run, from.abs_diff(end).saturating_add(1))?;
    Ok(if from <= end {
        collect(from..=end)
    } else {
        collect((end..=from).rev())
    })
}

/// `from` to `end`, which is excluded; counts down when `from` is greater.
pub(crate) fn exclusive(run: &Run, from: i64, end: i64) -> Done<Arc<Vec<Value>>> {
    check_count(run, from.abs_diff(end))?;
    Ok(if from <= end {
        collect(from..end)
    } else {
        collect((end.saturating_add(1)..=from).rev())
    })
}

fn check_count(run: &Run, count: u64) -> Done<()> {
    let limit = run.limits().rows;
    if usize::try_from(count).is_ok_and(|count| count <= limit) {
        return Ok(());
    }
    Err(too_large(format!(
        "the range has more than {limit} elements"
    )))
}

fn collect(numbers: impl Iterator<Item = i64>) -> Arc<Vec<Value>> {
    Arc::new(numbers.map(Value::Integer).collect())
}
