//! PASS, TRANS and SHIFT (4.7, 4.8): the buffer becomes another one.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Buffer, Done, Halt, Prepared, RowCells, Run, build_json};
use crate::pql::sharp;
use crate::pql::statements::redis;
use crate::pql::syntax::tree::{Json, Link, PassRows, Put, PutMode, RowQuery};
use crate::value::{Row, Table, Value};

/// Runs a query for each row and keeps all results in place of the rows.
pub(crate) fn run(run: &mut Run, statement: &PassRows) -> Done<()> {
    run.check_no_producer("PASS")?;
    let mut value = match &statement.query {
        RowQuery::Sql(query) => Value::Table(query_rows(run, query)?),
        RowQuery::Redis(body) => redis::for_rows(run, body)?,
    };
    for link in &statement.links {
        value = sharp::apply(run, value, link)?;
    }
    let table = value.to_table();
    run.check_rows(table.len(), "the buffer")?;
    let count = i64::try_from(table.len()).unwrap_or(i64::MAX);
    if run.buffer.replace(table) {
        run.counters.total = 0;
        run.counters.put_total = 0;
    }
    run.counters.count = count;
    run.counters.rows = count;
    run.counters.total = run.counters.total.saturating_add(count);
    Ok(())
}

fn query_rows(run: &mut Run, query: &Put) -> Done<Arc<Table>> {
    let connected = run.source_connection()?;
    let pieces = run.sql_pieces(&query.body, connected.dialect())?;
    let prepared = Prepared::new(pieces, connected.dialect(), &run.source);
    run.trace(|| format!("{}: {}", connected.key, prepared.text()));
    let buffer = Arc::clone(run.buffer.table());
    if !prepared.has_placeholders() {
        let sql = prepared.text();
        let table = run.query_rows(&connected, &sql, &[])?;
        return Ok(Arc::new(table));
    }
    let mut results = Buffer::default();
    for cells in buffer.rows() {
        run.step()?;
        let (sql, parameters) = if query.mode == PutMode::Positional {
            (prepared.text(), prepared.parameters(cells))
        } else {
            let row = RowCells {
                table: &buffer,
                cells,
            };
            (prepared.fill(row)?, Vec::new())
        };
        let table = run.query_rows(&connected, &sql, &parameters)?;
        results.append(&Arc::new(table));
        run.check_rows(results.table().len(), "the buffer")?;
    }
    Ok(Arc::clone(results.table()))
}

/// Makes rows out of each row by a JSON template.
pub(crate) fn run_trans(run: &mut Run, template: &Json) -> Done<()> {
    run.check_no_producer("TRANS")?;
    let values = run.json_values(template)?;
    let buffer = Arc::clone(run.buffer.table());
    let mut rows = Vec::new();
    let blank = vec![Value::Null; buffer.columns().len()];
    let is_empty = buffer.is_empty();
    // A list without elements is a table of `item` (2.2), whatever columns its rows would have had.
    let is_unknown = is_empty && buffer.columns().iter().all(|name| &**name == "item");
    // An empty buffer is gone through once, to learn the names of the new columns.
    let all = buffer.rows().iter().chain(is_empty.then_some(&blank));
    for cells in all {
        run.step()?;
        let row = RowCells {
            table: &buffer,
            cells,
        };
        let row = (!is_unknown).then_some(row);
        let built = build_json(template, &mut values.iter().cloned(), row)?;
        rows.extend(rows_of(built)?);
        run.check_rows(rows.len(), "the buffer")?;
    }
    let mut table = Table::from_rows(rows);
    if is_empty {
        table = Table::new(table.columns().to_vec());
    }
    keep(run, Arc::new(table));
    Ok(())
}

fn rows_of(value: Value) -> Done<Vec<Row>> {
    match value {
        Value::Row(row) => Ok(vec![Arc::unwrap_or_clone(row)]),
        Value::Table(table) => Ok(table.iter().collect()),
        other => {
            let message = format!(
                "TRANS makes rows of an object or an array of objects, not of {}",
                other.kind().word()
            );
            Err(Halt::new(Code::PQL_STATEMENT, message))
        }
    }
}

/// Applies links to the buffer.
pub(crate) fn run_shift(run: &mut Run, links: &[Link]) -> Done<()> {
    run.check_no_producer("SHIFT")?;
    let mut value = Value::Table(Arc::clone(run.buffer.table()));
    for link in links {
        value = sharp::apply(run, value, link)?;
    }
    let table = value.to_table();
    run.check_rows(table.len(), "the buffer")?;
    keep(run, table);
    Ok(())
}

/// The new buffer of TRANS and SHIFT; the totals stay (D76).
fn keep(run: &mut Run, table: Arc<Table>) {
    run.counters.count = i64::try_from(table.len()).unwrap_or(i64::MAX);
    run.buffer.replace(table);
}
