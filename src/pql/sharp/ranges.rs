//! TO, UNTIL and REVERSE.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::LinkRule;
use crate::pql::sharp::link::argument;
use crate::pql::syntax::tree::Link;
use crate::value::Value;

pub(crate) const LINKS: &[LinkRule] = &[
    LinkRule {
        words: "TO",
        apply: to,
    },
    LinkRule {
        words: "UNTIL",
        apply: until,
    },
    LinkRule {
        words: "REVERSE",
        apply: reverse,
    },
];

/// `a TO b` includes b and counts down when a is greater.
fn to(run: &mut Run, value: Value, link: &Link) -> Done<Value> {
    let (from, end) = ends(run, &value, link)?;
    if from <= end {
        collect(run, from..=end)
    } else {
        collect(run, (end..=from).rev())
    }
}

/// `a UNTIL b` excludes b and counts down when a is greater.
fn until(run: &mut Run, value: Value, link: &Link) -> Done<Value> {
    let (from, end) = ends(run, &value, link)?;
    if from <= end {
        collect(run, from..end)
    } else {
        collect(run, (end.saturating_add(1)..=from).rev())
    }
}

fn reverse(_run: &mut Run, value: Value, _link: &Link) -> Done<Value> {
    Ok(match value {
        Value::Text(text) => Value::text(text.chars().rev().collect::<String>()),
        other => {
            let mut items = other.to_array();
            Arc::make_mut(&mut items).reverse();
            Value::Array(items)
        }
    })
}

fn ends(run: &mut Run, value: &Value, link: &Link) -> Done<(i64, i64)> {
    let end = run.evaluate_integer(argument(link)?)?;
    let from = value.to_integer(run.shared.frame()).map_err(Error::from)?;
    Ok((from, end))
}

fn collect(run: &Run, numbers: impl Iterator<Item = i64>) -> Done<Value> {
    let limit = run.limits().rows;
    let items: Vec<Value> = numbers
        .take(limit.saturating_add(1))
        .map(Value::Integer)
        .collect();
    if items.len() > limit {
        let message = format!("the range has more than {limit} elements");
        return Err(Halt::new(Code::PQL_LIMIT, message));
    }
    Ok(Value::Array(Arc::new(items)))
}
