//! GET (4.4).

use std::sync::Arc;

use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::Expression;
use crate::value::Table;

/// Appends the table of a value to the buffer.
pub(crate) fn run(run: &mut Run, body: &Expression) -> Done<()> {
    let table = run.evaluate(body)?.to_table();
    append(run, &table)
}

/// Appends a table to the buffer, which begins anew when it was consumed.
pub(crate) fn append(run: &mut Run, table: &Arc<Table>) -> Done<()> {
    if run.buffer.renew() {
        run.counters.total = 0;
        run.counters.put_total = 0;
    }
    let rows = table.len().saturating_add(run.buffer.table().len());
    run.check_rows(rows, "the buffer")?;
    run.buffer.append(table);
    let count = i64::try_from(table.len()).unwrap_or(i64::MAX);
    run.counters.count = count;
    run.counters.total = run.counters.total.saturating_add(count);
    Ok(())
}
