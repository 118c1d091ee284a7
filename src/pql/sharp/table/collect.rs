//! COLLECT: columns that become one row inside the row.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["COLLECT"],
    "(a, b) AS 'new'",
    Takes::ROWS,
    Rule::Table(collect),
)
.says("The columns leave the rows and become one ROW field `new` at the end.")
.shows(&[(
    r#"[{"id":1,"x":2,"y":3}] COLLECT (x, y) AS 'p'"#,
    r#"[{"id":1,"p":{"x":2,"y":3}}]"#,
)])];

fn collect(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let name = call.needed_tail("AS")?;
    let names = call.text_names()?;
    let collected = super::columns(&table, &names)?;
    let kept: Vec<usize> = (0..table.columns().len())
        .filter(|index| !collected.contains(index))
        .collect();
    let mut columns: Vec<Arc<str>> = kept
        .iter()
        .filter_map(|index| table.columns().get(*index).cloned())
        .collect();
    columns.push(name);
    let rows = table.rows().iter().map(|cells| {
        let mut row: Vec<Value> = kept
            .iter()
            .map(|index| super::cell(cells, *index))
            .collect();
        let inner = names
            .iter()
            .cloned()
            .zip(collected.iter().map(|index| super::cell(cells, *index)));
        row.push(inner.collect::<Row>().into());
        row
    });
    Ok(Table::with_rows(columns, rows.collect()).into())
}
