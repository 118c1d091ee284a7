//! GET (4.4).

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::Expression;

/// Appends the table of a value to the buffer.
pub(crate) fn run(run: &mut Run, body: &Expression) -> Done<()> {
    let table = run.evaluate(body)?.to_table();
    if run.buffer.renew() {
        run.counters.total = 0;
        run.counters.put_total = 0;
    }
    let rows = table.len().saturating_add(run.buffer.table().len());
    let limit = run.limits().rows;
    if rows > limit {
        let message = format!("the buffer grows beyond {limit} rows");
        return Err(Halt::new(Code::PQL_LIMIT, message));
    }
    run.buffer.append(&table);
    let count = i64::try_from(table.len()).unwrap_or(i64::MAX);
    run.counters.count = count;
    run.counters.total = run.counters.total.saturating_add(count);
    Ok(())
}
