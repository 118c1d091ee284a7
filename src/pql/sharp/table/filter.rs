//! WHERE and DELETE: the rows that pass a condition, or do not.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::table::condition::Condition;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::Name;
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["WHERE"], "cond", Takes::ROWS, Rule::Table(keep))
        .says(
            "The rows that pass a condition such as `'age > 17 AND name IS NOT NULL'`: column \
             names, numbers, quoted texts, variables, `= != <> > >= < <=`, IN, NOT IN, IS NULL, \
             arithmetic, NOT, AND, OR and parentheses. A variable stands in it as `$name`, without \
             quotes.",
        )
        .shows(&[
            (
                r#"[{"n":"Tom","age":18},{"n":"Bo","age":17}] WHERE 'age > 17'"#,
                r#"[{"n":"Tom","age":18}]"#,
            ),
            (
                r#"[{"a":1},{"a":2},{"a":3}] WHERE "a IN (1, 3) AND NOT a = 3""#,
                r#"[{"a":1}]"#,
            ),
        ]),
    Entry::new(&["DELETE"], "cond", Takes::ROWS, Rule::Table(delete))
        .says("The rows that do not pass the condition; the columns stay when no row does.")
        .shows(&[
            (
                r#"[{"n":"Tom","age":18},{"n":"Bo","age":17}] DELETE 'age > 17'"#,
                r#"[{"n":"Bo","age":17}]"#,
            ),
            (r#"[{"a":1}] DELETE 'a = 1' FIELDS"#, r#"["a"]"#),
        ]),
];

/// Rows between two looks whether the run is stopped: less than a millisecond of work, and few
/// enough to stay in the processor's cache.
const PIECE: usize = 8_192;

fn keep(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let places = passing(call, &table)?;
    if places.len() == table.len() {
        return Ok(Value::Table(table));
    }
    Ok(table.choose(&places).into())
}

fn delete(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let mut passing = passing(call, &table)?.into_iter().peekable();
    let others = (0..table.len()).filter(|place| passing.next_if_eq(place).is_none());
    Ok(table.choose(&others.collect::<Vec<_>>()).into())
}

/// The places of the rows that fulfil the condition, in order.
fn passing(call: &mut Call<'_>, table: &Table) -> Done<Vec<usize>> {
    let text = call.text()?;
    let run = &mut *call.run;
    let (condition, columns) = Condition::parse(&text, table, &mut |name| {
        let slot = run.scopes.names().find(&Name::new(name))?;
        Some(run.read_slot(slot)).filter(|value| !matches!(value, Value::Undefined))
    })?;
    let columns = columns
        .iter()
        .filter_map(|column| table.column_cells(*column));
    let columns: Vec<&[Value]> = columns.map(|cells| cells.as_slice()).collect();
    let lookout = call.lookout();
    let mut passing = Vec::new();
    for begin in (0..table.len()).step_by(PIECE) {
        if lookout.look() {
            break;
        }
        let end = begin.saturating_add(PIECE).min(table.len());
        let mut places = (begin..end).collect();
        condition.keep(&mut places, &columns, call.frame())?;
        passing.append(&mut places);
    }
    Ok(passing)
}
