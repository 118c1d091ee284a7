//! Database drivers behind one contract.
//!
//! The contract is synchronous: its two users, the PQL interpreter and the store, each own a plain
//! thread that may wait. A MySQL session waits on the runtime's handle, a SQLite session computes.
//! A session belongs to one thread at a time; what may cross threads is its [`Canceller`].

mod embed;
mod error;
mod many;
mod mysql;
mod mysql_cells;
mod postgres;
mod script;
mod sqlite;
#[cfg(test)]
mod tests;
mod unusable;
mod url;

use std::sync::Arc;
use std::time::Duration;

pub use embed::{literal, quote_text, write_literal};
pub use error::Error;
pub(crate) use many::RowInsert;
pub use unusable::unusable;
pub use url::{Options, source};

use crate::value::{Table, Value, labels};

/// Result of a driver call.
pub type Result<T> = std::result::Result<T, Error>;

/// Takes one row; answers whether it wants more.
pub type EachCells<'a> = &'a mut dyn FnMut(Vec<Value>) -> bool;

/// Takes the column labels and one row; answers whether it wants more.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Arc<str>], Vec<Value>) -> bool;

/// How literals are escaped, and the few places where engines differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// SQLite 3.
    Sqlite,
    /// MySQL, MariaDB, TiDB and others of the protocol: a backslash in a literal is doubled.
    MySql,
    /// PostgreSQL and others of its protocol.
    Postgres,
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Rows changed, as the engine counts them.
    pub affected: u64,
    /// The key made by the last insert, 0 when none was made.
    pub last_id: i64,
}

/// One open session with a database.
pub trait Session: Send {
    /// The dialect to escape for.
    fn dialect(&self) -> Dialect;

    /// Runs a query with `?` parameters and collects every row. Column labels that repeat get their
    /// position appended (`pql-core.md` 4.15).
    ///
    /// # Errors
    /// The database's own message, or [`Error::Cancelled`].
    fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Table> {
        self.query_up_to(usize::MAX, sql, parameters)
    }

    /// As [`Session::query`], for who keeps no more rows than `limit`.
    ///
    /// # Errors
    /// As [`Session::query`], and [`Error::TooManyRows`] as soon as there is one row more.
    fn query_up_to(&mut self, limit: usize, sql: &str, parameters: &[Value]) -> Result<Table>;

    /// Runs a query and hands over the rows as they come, `columns` first; stops early when `each`
    /// answers false.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn stream(&mut self, sql: &str, parameters: &[Value], each: EachRow<'_>) -> Result<()>;

    /// As [`Session::stream`], for who knows the columns by their place.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn rows(&mut self, sql: &str, parameters: &[Value], each: EachCells<'_>) -> Result<()> {
        self.stream(sql, parameters, &mut |_columns, cells| each(cells))
    }

    /// Runs a statement that returns no rows.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Done>;

    /// Runs once per parameter list, inside the open transaction if there is one. Answers the sum
    /// of the affected rows. Servers get an INSERT of many rows where that means the same.
    ///
    /// # Errors
    /// As [`Session::query`]; rows before the faulty one stay as the transaction leaves them.
    fn batch(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64>;

    /// Tells whether rows that share an INSERT are treated as they would be alone. Servers of the
    /// MySQL protocol that are not strict make NULL zero then, where alone it is refused.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn shares_rows(&mut self) -> Result<bool> {
        Ok(true)
    }

    /// Runs statements separated by `;` without parameters, for schema files.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn script(&mut self, sql: &str) -> Result<()>;

    /// Opens a transaction. SQLite takes the write lock at once.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn begin(&mut self) -> Result<()>;

    /// Makes the transaction durable.
    ///
    /// # Errors
    /// As [`Session::query`]; then nothing of it is known to be stored.
    fn commit(&mut self) -> Result<()>;

    /// Forgets the transaction. Harmless without one.
    ///
    /// # Errors
    /// As [`Session::query`].
    fn rollback(&mut self) -> Result<()>;

    /// A handle for stopping the statement that runs now, from another thread.
    fn canceller(&self) -> Canceller;
}

/// Stops the statement that a session is running now; harmless when none runs.
#[derive(Clone)]
pub struct Canceller(Arc<dyn Fn() + Send + Sync>);

impl Canceller {
    /// Wraps the driver's way of stopping a statement.
    pub fn new(stop: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(stop))
    }

    /// Stops the running statement.
    pub fn cancel(&self) {
        (self.0)();
    }
}

impl std::fmt::Debug for Canceller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Canceller")
    }
}

/// The rows of a result, of which no more than some are wanted.
struct Kept {
    rows: Vec<Vec<Value>>,
    limit: usize,
    is_beyond: bool,
}

impl Kept {
    fn new(limit: usize) -> Self {
        Self {
            rows: Vec::new(),
            limit,
            is_beyond: false,
        }
    }

    /// Takes a row; answers whether more are wanted.
    fn take(&mut self, row: Vec<Value>) -> bool {
        self.is_beyond = self.rows.len() >= self.limit;
        if !self.is_beyond {
            self.rows.push(row);
        }
        !self.is_beyond
    }

    fn into_table(self, columns: Vec<Arc<str>>) -> Result<Table> {
        if self.is_beyond {
            return Err(Error::TooManyRows { limit: self.limit });
        }
        Ok(Table::with_rows(columns, self.rows))
    }
}

/// How a connection to a server is kept up. A driver tries once and keeps what it has; who opens
/// sessions acts on this.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Patience {
    /// Further attempts to reach the server; `None` leaves it to who connects.
    pub retry_count: Option<u32>,
    /// How long a session may be without work until it is made anew; `None` keeps it.
    pub idle_max: Option<Duration>,
}

impl Patience {
    /// Reads the numbers of a definition, where 0 says nothing.
    pub fn new(retry_count: u32, idle_ms: u32) -> Self {
        let said = |number: u32| Some(number).filter(|number| *number > 0);
        Self {
            retry_count: said(retry_count),
            idle_max: said(idle_ms).map(|ms| Duration::from_millis(ms.into())),
        }
    }
}

/// How to reach a database: a parsed connection URL whose credentials are never printed.
/// Native (`mysql://u:p@h:3306/db`, `postgresql://u:p@h/db`,
/// `sqlite:path`, `sqlite::memory:`) and JDBC spellings are read.
pub trait Source: Send + Sync + std::fmt::Debug {
    /// The dialect of its sessions.
    fn dialect(&self) -> Dialect;

    /// Opens a session, waiting at most `timeout`. Blocks: call it on a thread that may wait.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when nobody answers, else [`Error::Connect`]; both name host and
    /// database, never credentials.
    fn open(&self, timeout: Duration) -> Result<Box<dyn Session>>;

    /// How long who opens sessions should try and keep them. A file is there or not.
    fn patience(&self) -> Patience {
        Patience::default()
    }

    /// What may be shown to people: scheme, host, port and database.
    fn display(&self) -> String;
}
