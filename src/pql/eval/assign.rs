//! Taking a value apart for several targets (4.12).

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::Target;
use crate::value::Value;

impl Run {
    /// Assigns the parts of a value to targets from left to right; missing ones are NULL.
    pub(crate) fn spread(&mut self, targets: &[Target], value: Value) -> Done<()> {
        let mut parts = parts(value).into_iter();
        for target in targets {
            self.write(target, parts.next().unwrap_or(Value::Null))?;
        }
        Ok(())
    }
}

fn parts(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.to_vec(),
        Value::HashSet(set) => set.items().to_vec(),
        Value::Row(row) => row.values().cloned().collect(),
        Value::Table(table) => table.rows().first().cloned().unwrap_or_default(),
        single => vec![single],
    }
}
