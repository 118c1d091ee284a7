//! CACHE (4.9).

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::statements::open;
use crate::pql::syntax::tree::{Scratch, Store};
use crate::value::{Kind, Table, Value};

/// Stores the table of a value in the in-memory database of the run.
pub(crate) fn run(run: &mut Run, statement: &Store) -> Done<()> {
    if statement.place == Scratch::Temp {
        return Err(open::unsupported("TEMP"));
    }
    let name = run.evaluate_text(&statement.name)?;
    let table = run.evaluate(&statement.body)?.to_table();
    if table.columns().is_empty() {
        let message = format!("there are no columns to make the table `{name}` of");
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    let create = create(&name, &table);
    let insert = insert(&name, &table);
    let cache = run.cache()?;
    run.trace(|| format!("{}: {create}", cache.key));
    run.with_session(&cache, |session| {
        session.execute(&create, &[])?;
        session.batch(&insert, table.rows())
    })?;
    Ok(())
}

fn create(name: &str, table: &Table) -> String {
    let mut columns = vec!["_pk_id INTEGER PRIMARY KEY AUTOINCREMENT".to_owned()];
    for (index, column) in table.columns().iter().enumerate() {
        columns.push(format!("{} {}", quoted(column), type_word(table, index)));
    }
    let columns = columns.join(", ");
    format!("CREATE TABLE IF NOT EXISTS {} ({columns})", quoted(name))
}

fn insert(name: &str, table: &Table) -> String {
    let columns: Vec<String> = table.columns().iter().map(|name| quoted(name)).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let columns = columns.join(", ");
    format!("INSERT INTO {} ({columns}) VALUES ({marks})", quoted(name))
}

/// The type of the first cell that has one.
fn type_word(table: &Table, column: usize) -> &'static str {
    table
        .rows()
        .iter()
        .filter_map(|cells| cells.get(column))
        .find(|cell: &&Value| !cell.is_absent())
        .map_or(Kind::Text, Value::kind)
        .word()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
