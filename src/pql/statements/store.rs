//! CACHE, TEMP and SAVE AS .. TABLE (4.9, 4.2): tables in the databases of the run.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{SaveTable, Scratch, Store, TableKey};
use crate::value::{DateTimeForm, Kind, Table, Value};

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
    let base = run.scratch(place)?;
    let create = create(design, table);
    run.trace(|| format!("{}: {create}", base.key));
    let made = run.with_session(&base, |session| {
        session.execute(&create, &[])?;
        session.query(
            "SELECT name, type FROM pragma_table_info(?)",
            &[design.name.into()],
        )
    })?;
    check_cells(design.name, &made, table)?;
    let mut keys = Vec::new();
    for (number, key) in design.keys.iter().enumerate() {
        keys.push(index(design.name, &made, number, key)?);
    }
    let insert = insert(design.name, table);
    run.trace(|| format!("{}: {}", base.key, keys.join("; ")));
    run.with_session(&base, |session| {
        for key in &keys {
            session.execute(key, &[])?;
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
        let declared = declared(table, index);
        let rest = if is_key { " PRIMARY KEY" } else { "" };
        columns.push(format!("{} {declared}{rest}", quoted(column)));
    }
    let columns = columns.join(", ");
    format!(
        "CREATE TABLE IF NOT EXISTS {} ({columns})",
        quoted(design.name)
    )
}

/// The index of a key, whose columns are those of the table that was made.
fn index(name: &str, made: &Table, number: usize, key: &TableKey) -> Done<String> {
    let unique = if key.is_unique { "UNIQUE " } else { "" };
    let mut columns = Vec::new();
    for column in &key.columns {
        let known = made.rows().iter().filter_map(|row| row.first());
        let known: Vec<String> = known.map(Value::to_string).collect();
        // The database would take a name that it does not know for a text.
        if !known.iter().any(|known| known.eq_ignore_ascii_case(column)) {
            let message = format!(
                "{unique}KEY names `{column}`, which is no column of the table `{name}`: it has \
                 `{}`",
                known.join("`, `")
            );
            return Err(Halt::new(Code::PQL_STATEMENT, message));
        }
        columns.push(quoted(column));
    }
    Ok(format!(
        "CREATE {unique}INDEX IF NOT EXISTS {} ON {} ({})",
        quoted(&format!("{name}_key_{number}")),
        quoted(name),
        columns.join(", ")
    ))
}

fn insert(name: &str, table: &Table) -> String {
    let columns: Vec<String> = table.columns().iter().map(|name| quoted(name)).collect();
    let marks = vec!["?"; columns.len()].join(", ");
    let columns = columns.join(", ");
    format!("INSERT INTO {} ({columns}) VALUES ({marks})", quoted(name))
}

/// The type that the database is told: that of all cells, so that it changes none of them.
/// Cells of several kinds, or none at all, are in a column without type.
fn declared(table: &Table, column: usize) -> &'static str {
    let cells = table.rows().iter().filter_map(|cells| cells.get(column));
    let (mut found, mut has_digits) = (None, false);
    for cell in cells.filter(|cell| !cell.is_absent()) {
        let word = match cell {
            Value::DateTime(moment) => match moment.form {
                DateTimeForm::Full => Kind::DateTime.word(),
                DateTimeForm::Date => "DATE",
                DateTimeForm::Time => "TIME",
            },
            // These are kept as texts of JSON.
            Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
                Kind::Text.word()
            }
            Value::Bytes(_) => "BLOB",
            // Beside numbers such a text is one, as in SQL; wherever it stands among them.
            Value::Text(text) if is_exact(text) => {
                has_digits = true;
                continue;
            }
            other => other.kind().word(),
        };
        found = match found {
            None => Some(word),
            Some(found) if found == word => Some(found),
            // DECIMAL takes whole numbers as they are.
            Some("INTEGER" | "DECIMAL") if cell.is_number() => Some(Kind::Decimal.word()),
            Some(_) => return "",
        };
    }
    match found {
        None if has_digits => Kind::Text.word(),
        Some(word) if has_digits && word != Kind::Text.word() && !is_number(word) => "",
        found => found.unwrap_or_default(),
    }
}

/// Refuses a text that a column of another type would change, such as `0042` by a number. All
/// else becomes what the column holds, as in SQL.
fn check_cells(name: &str, made: &Table, table: &Table) -> Done<()> {
    for (index, column) in table.columns().iter().enumerate() {
        let mut known = made.iter();
        let known = known.find_map(|known| {
            let (name, declared) = (known.get("name")?, known.get("type")?.to_string());
            name.render()
                .eq_ignore_ascii_case(column)
                .then_some(declared)
        });
        let Some(declared) = known.filter(|declared| !keeps_texts(declared)) else {
            continue;
        };
        for cell in table.rows().iter().filter_map(|cells| cells.get(index)) {
            let Value::Text(text) = cell else { continue };
            if let Some(number) = number_in(text).filter(|_| !is_exact(text)) {
                let message = format!(
                    "the column `{column}` of the table `{name}` is {declared} since its first \
                     rows, where the text `{text}` would become {number}: make all its values \
                     texts or all numbers, or use another table"
                );
                return Err(Halt::new(Code::PQL_STATEMENT, message));
            }
        }
    }
    Ok(())
}

/// Tells by the rules of SQLite whether a column of a type leaves texts as they are.
fn keeps_texts(declared: &str) -> bool {
    const WORDS: &[&str] = &["CHAR", "CLOB", "TEXT", "BLOB"];
    let declared = declared.to_ascii_uppercase();
    declared.is_empty()
        || (!declared.contains("INT") && WORDS.iter().any(|word| declared.contains(word)))
}

fn is_number(declared: &str) -> bool {
    declared == Kind::Integer.word() || declared == Kind::Decimal.word()
}

/// Tells whether a text stays the same when it becomes a number and a text again.
fn is_exact(text: &str) -> bool {
    number_in(text).is_some_and(|number| number == text)
}

/// The number that the database reads in a text.
fn number_in(text: &str) -> Option<String> {
    let text = text.trim();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = text.parse().map(Value::Integer).ok();
    let number = whole.or_else(|| text.parse().map(Value::Decimal).ok())?;
    Some(number.to_string())
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
