//! CACHE, TEMP and SAVE AS .. TABLE (4.9, 4.2): tables in the databases of the run.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{SaveTable, Scratch, Store, TableKey};
use crate::value::{Kind, Table, Value};

/// Stores the table of a value.
pub(crate) fn run(run: &mut Run, statement: &Store) -> Done<()> {
    let name = run.evaluate_text(&statement.name)?;
    let table = run.evaluate(&statement.body)?.to_table();
    let primary_key = match statement.place {
        Scratch::Cache => Some("_pk_id"),
        Scratch::Temp => None,
    };
    let design = Design {
        name: &name,
        primary_key,
        keys: &[],
    };
    insert_into(run, statement.place, &design, &table)
}

/// Writes the rows of the buffer, or those of a producer, into a table.
pub(crate) fn run_save(run: &mut Run, statement: &SaveTable) -> Done<()> {
    let name = run.evaluate_text(&statement.name)?;
    let design = Design {
        name: &name,
        primary_key: statement.primary_key.as_deref(),
        keys: &statement.keys,
    };
    run.drain(&mut |run, table| {
        if table.columns().is_empty() && table.is_empty() {
            return Ok(());
        }
        insert_into(run, statement.place, &design, table)
    })?;
    run.buffer.consume();
    Ok(())
}

/// How the table is made when it is not there.
struct Design<'a> {
    name: &'a str,
    /// An added column that counts up, unless the rows have a column of that name.
    primary_key: Option<&'a str>,
    keys: &'a [TableKey],
}

fn insert_into(run: &mut Run, place: Scratch, design: &Design<'_>, table: &Table) -> Done<()> {
    if table.columns().is_empty() {
        let message = format!(
            "there are no columns to make the table `{}` of",
            design.name
        );
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    let mut statements = vec![create(design, table)];
    statements.extend(
        design
            .keys
            .iter()
            .enumerate()
            .map(|(n, key)| index(design, n, key)),
    );
    let insert = insert(design.name, table);
    let base = run.scratch(place)?;
    run.trace(|| format!("{}: {}", base.key, statements.join("; ")));
    run.with_session(&base, |session| {
        for statement in &statements {
            session.execute(statement, &[])?;
        }
        session.begin()?;
        let inserted = session.batch(&insert, table.rows());
        match inserted {
            Ok(_) => session.commit(),
            Err(error) => {
                drop(session.rollback());
                Err(error)
            }
        }
    })
}

fn create(design: &Design<'_>, table: &Table) -> String {
    let mut columns = Vec::new();
    let key = design.primary_key;
    if let Some(key) = key.filter(|key| table.column(key).is_none()) {
        columns.push(format!("{} INTEGER PRIMARY KEY AUTOINCREMENT", quoted(key)));
    }
    for (index, column) in table.columns().iter().enumerate() {
        let is_key = key.is_some_and(|key| table.column(key) == Some(index));
        let kind = type_word(table, index);
        let rest = if is_key { " PRIMARY KEY" } else { "" };
        columns.push(format!("{} {kind}{rest}", quoted(column)));
    }
    let columns = columns.join(", ");
    format!(
        "CREATE TABLE IF NOT EXISTS {} ({columns})",
        quoted(design.name)
    )
}

fn index(design: &Design<'_>, number: usize, key: &TableKey) -> String {
    let unique = if key.is_unique { "UNIQUE " } else { "" };
    let name = quoted(&format!("{}_key_{number}", design.name));
    let columns: Vec<String> = key.columns.iter().map(|column| quoted(column)).collect();
    format!(
        "CREATE {unique}INDEX IF NOT EXISTS {name} ON {} ({})",
        quoted(design.name),
        columns.join(", ")
    )
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

/// Prints the first rows of the buffer to the log (4.15.4).
pub(crate) fn show(run: &mut Run, count: usize) {
    let table = Arc::clone(run.buffer.table());
    run.log(
        crate::registry::Severity::Info,
        &table.columns().join(" | "),
    );
    for cells in table.rows().iter().take(count) {
        let cells: Vec<String> = cells.iter().map(Value::to_string).collect();
        run.log(crate::registry::Severity::Info, &cells.join(" | "));
    }
    run.buffer.consume();
}
