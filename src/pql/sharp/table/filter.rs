//! WHERE and DELETE: the rows that pass a condition, or do not.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::table::condition::Condition;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["WHERE"], "cond", Takes::ROWS, Rule::Table(keep))
        .says(
            "The rows that pass a condition such as `'age > 17 AND name IS NOT NULL'`: column \
             names, numbers, quoted texts, `= != <> > >= < <=`, IN, NOT IN, IS NULL, arithmetic, \
             NOT, AND, OR and parentheses.",
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

fn keep(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    filter(call, table, true)
}

fn delete(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    filter(call, table, false)
}

fn filter(call: &mut Call<'_>, table: Arc<Table>, wanted: bool) -> Done<Value> {
    let text = call.text()?;
    let condition = Condition::parse(&text, &table)?;
    let frame = call.frame();
    // The first failure ends the work: what comes after it is not looked at.
    let mut failure = None;
    let mut lookout = call.lookout();
    let mut is_stopped = false;
    let mut passes = |cells: &[Value]| {
        is_stopped = is_stopped || lookout.is_stopped();
        if is_stopped || failure.is_some() {
            return false;
        }
        match condition.holds(cells, frame) {
            Ok(holds) => holds == wanted,
            Err(error) => {
                failure = Some(error);
                false
            }
        }
    };
    let kept = match Arc::try_unwrap(table) {
        Ok(mut own) => {
            own.retain(&mut passes);
            own
        }
        Err(shared) => {
            let rows = shared.rows().iter().filter(|cells| passes(cells));
            let rows = rows.cloned().collect();
            Table::with_rows(shared.columns().to_vec(), rows)
        }
    };
    match failure {
        Some(error) => Err(error.into()),
        None => Ok(kept.into()),
    }
}
