//! The SQLite driver.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{Connection, ErrorCode, ffi};

use super::{
    Canceller, Dialect, Done, EachCells, EachRow, Error, Options, Result, Session, Source,
};
use crate::value::{DateTime, DateTimeForm, Frame, Table, Value};

/// How long a statement waits for another writer.
const BUSY_MAX: Duration = Duration::from_secs(10);

/// Statements kept prepared per session; the store has about this many.
const STATEMENTS_MAX: usize = 256;

/// A longer text is full of values, and will not come again.
const KEPT_BYTES: usize = 8 << 10;

const MEMORY: &str = ":memory:";

/// A database file, or a private base in memory per session.
#[derive(Debug)]
pub(super) struct SqliteSource {
    path: String,
    session_statements: Vec<String>,
}

impl SqliteSource {
    /// Reads nothing yet; a missing file is made when a session is opened.
    pub(super) fn new(path: &str, options: Options) -> Self {
        Self {
            path: path.to_owned(),
            session_statements: options.session_statements,
        }
    }

    fn connect(&self, timeout: Duration) -> rusqlite::Result<Connection> {
        let connection = Connection::open(&self.path)?;
        connection.busy_timeout(timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        if self.path != MEMORY {
            // A file that may only be read keeps the journal it has.
            let _ = connection.pragma_update(None, "journal_mode", "WAL");
            connection.pragma_update(None, "synchronous", "FULL")?;
        }
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // What a savepoint may have to take back is small: no file for it.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        // Otherwise statements are planned anew whenever a bound value could change the plan.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        for statement in &self.session_statements {
            connection.execute_batch(statement)?;
        }
        connection.busy_timeout(BUSY_MAX)?;
        Ok(connection)
    }
}

impl Source for SqliteSource {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn open(&self, timeout: Duration) -> Result<Box<dyn Session>> {
        let connection = self.connect(timeout).map_err(|fault| Error::Connect {
            target: self.display(),
            message: fault.to_string(),
        })?;
        Ok(Box::new(SqliteSession { connection }))
    }

    fn display(&self) -> String {
        format!("sqlite:{}", self.path)
    }
}

struct SqliteSession {
    connection: Connection,
}

impl Session for SqliteSession {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn query_up_to(&mut self, limit: usize, sql: &str, parameters: &[Value]) -> Result<Table> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (columns, types) = describe(&statement);
        let mut table = Table::new(columns);
        bind(&mut statement, parameters)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if table.len() >= limit {
                return Err(Error::TooManyRows { limit });
            }
            table.push_row(read(row, &types)?);
        }
        Ok(table)
    }

    fn stream(&mut self, sql: &str, parameters: &[Value], each: EachRow<'_>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (columns, types) = describe(&statement);
        bind(&mut statement, parameters)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !each(&columns, read(row, &types)?) {
                break;
            }
        }
        Ok(())
    }

    fn rows(&mut self, sql: &str, parameters: &[Value], each: EachCells<'_>) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let types = declared_types(&statement);
        bind(&mut statement, parameters)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !each(read(row, &types)?) {
                break;
            }
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Done> {
        let before = self.connection.total_changes();
        let mut statement = self.connection.prepare_cached(sql)?;
        run(&mut statement, parameters)?;
        if sql.len() > KEPT_BYTES {
            statement.discard();
        }
        // The engine's own count is that of the last INSERT, UPDATE or DELETE, however long ago.
        let affected = if self.connection.total_changes() == before {
            0
        } else {
            self.connection.changes()
        };
        Ok(Done {
            affected,
            last_id: self.connection.last_insert_rowid(),
        })
    }

    fn batch(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut affected = 0_u64;
        for row in rows {
            let before = self.connection.total_changes();
            run(&mut statement, row)?;
            if self.connection.total_changes() != before {
                affected = affected.saturating_add(self.connection.changes());
            }
        }
        Ok(affected)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        if sql.contains(';') {
            return Ok(self.connection.execute_batch(sql)?);
        }
        // One statement, such as a savepoint, is likely to come again.
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.raw_query().next()?;
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        self.execute("BEGIN IMMEDIATE", &[]).map(drop)
    }

    fn commit(&mut self) -> Result<()> {
        self.execute("COMMIT", &[]).map(drop)
    }

    fn rollback(&mut self) -> Result<()> {
        // Some errors have ended the transaction already.
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("ROLLBACK", &[]).map(drop)
    }

    fn canceller(&self) -> Canceller {
        let handle = self.connection.get_interrupt_handle();
        Canceller::new(move || handle.interrupt())
    }
}

/// What the declared type of a column says about its values; else their stored type counts.
#[derive(Clone, Copy)]
enum Declared {
    Nothing,
    Truth,
    Moment(DateTimeForm),
}

fn describe(statement: &rusqlite::Statement<'_>) -> (Vec<Arc<str>>, Vec<Declared>) {
    let types = declared_types(statement);
    (super::labels(statement.column_names()), types)
}

fn declared_types(statement: &rusqlite::Statement<'_>) -> Vec<Declared> {
    let columns = statement.columns();
    columns.map(|column| declared(column.decl_type())).collect()
}

fn declared(name: Option<&str>) -> Declared {
    const TYPES: &[(&str, Declared)] = &[
        ("BOOLEAN", Declared::Truth),
        ("BOOL", Declared::Truth),
        ("BIT", Declared::Truth),
        ("DATE", Declared::Moment(DateTimeForm::Date)),
        ("TIME", Declared::Moment(DateTimeForm::Time)),
        ("DATETIME", Declared::Moment(DateTimeForm::Full)),
        ("TIMESTAMP", Declared::Moment(DateTimeForm::Full)),
    ];
    let name = name.unwrap_or_default();
    let name = name.split('(').next().unwrap_or_default().trim();
    let mut known = TYPES.iter();
    known
        .find(|(word, _)| word.eq_ignore_ascii_case(name))
        .map_or(Declared::Nothing, |(_, declared)| *declared)
}

fn read(row: &rusqlite::Row<'_>, types: &[Declared]) -> Result<Vec<Value>> {
    let mut cells = Vec::with_capacity(types.len());
    for (index, declared) in types.iter().enumerate() {
        cells.push(match (row.get_ref(index)?, *declared) {
            (ValueRef::Integer(number @ (0 | 1)), Declared::Truth) => Value::Boolean(number == 1),
            (ValueRef::Integer(number), Declared::Moment(_)) => {
                DateTime::from_epoch(number, Frame::utc())
                    .map_or(Value::Integer(number), Value::DateTime)
            }
            (ValueRef::Text(bytes), Declared::Moment(form)) => moment(bytes, form),
            (ValueRef::Null, _) => Value::Null,
            (ValueRef::Integer(number), _) => Value::Integer(number),
            (ValueRef::Real(number), _) => Value::Decimal(number),
            (ValueRef::Text(bytes) | ValueRef::Blob(bytes), _) => text(bytes),
        });
    }
    Ok(cells)
}

/// Bytes that are text are given as text.
fn text(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or_else(|_| Value::Bytes(bytes.into()), Value::text)
}

fn moment(bytes: &[u8], form: DateTimeForm) -> Value {
    let written = std::str::from_utf8(bytes).ok();
    let written = written.filter(|text| text.contains(['-', ':']));
    match written.and_then(|text| DateTime::parse(text, Frame::utc())) {
        Some(found) => Value::DateTime(DateTime { form, ..found }),
        None => text(bytes),
    }
}

fn run(statement: &mut rusqlite::Statement<'_>, parameters: &[Value]) -> Result<()> {
    bind(statement, parameters)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(())
}

fn bind(statement: &mut rusqlite::Statement<'_>, parameters: &[Value]) -> Result<()> {
    let expected = statement.parameter_count();
    if expected != parameters.len() {
        return Err(Error::Database {
            code: None,
            message: format!(
                "the statement takes {expected} parameters, {} were given",
                parameters.len()
            ),
            retryable: false,
            duplicate: false,
        });
    }
    for (index, value) in (1..).zip(parameters) {
        statement.raw_bind_parameter(index, cell(value))?;
    }
    Ok(())
}

fn cell(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Undefined | Value::Null => ValueRef::Null,
        Value::Boolean(value) => ValueRef::Integer((*value).into()),
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Decimal(number) => ValueRef::Real(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
        Value::DateTime(value) => return ToSqlOutput::Owned(Cell::Text(stored(value))),
        Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
            return ToSqlOutput::Owned(Cell::Text(value.to_json()));
        }
    })
}

/// The engine's own form, with a fraction only when there is one.
fn stored(value: &DateTime) -> String {
    let micros = value.civil.subsec_nanosecond() / 1000;
    match (value.form, micros) {
        (DateTimeForm::Date, _) | (_, 0) => value.to_string(),
        _ if micros % 1000 == 0 => format!("{value}.{:03}", micros / 1000),
        _ => format!("{value}.{micros:06}"),
    }
}

impl From<rusqlite::Error> for Error {
    fn from(fault: rusqlite::Error) -> Self {
        let (inner, words) = match fault {
            rusqlite::Error::SqliteFailure(inner, words) => (inner, words),
            rusqlite::Error::SqlInputError { error, msg, .. } => (error, Some(msg)),
            other => {
                return Self::Database {
                    code: None,
                    message: other.to_string(),
                    retryable: false,
                    duplicate: false,
                };
            }
        };
        if inner.code == ErrorCode::OperationInterrupted {
            return Self::Cancelled;
        }
        Self::Database {
            code: Some(inner.extended_code.into()),
            message: words.unwrap_or_else(|| inner.to_string()),
            retryable: matches!(
                inner.code,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked
            ),
            duplicate: matches!(
                inner.extended_code,
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            ),
        }
    }
}
