//! The driver of MySQL, MariaDB, TiDB and others of the protocol.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{
    Column, Conn, DriverError, IoError, Opts, OptsBuilder, Params, SslOpts, Statement,
};
use secrecy::ExposeSecret;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::many::groups;
use super::mysql_cells::{Family, cell};
use super::script::statements;
use super::url::{Encryption, Server};
use super::{Canceller, Dialect, Done, EachRow, Error, Kept, Patience, Result, Session, Source};
use crate::value::{Table, Value};

/// How long a statement may take to stop before its connection is given up: who stopped it does
/// not wait for a server that hangs.
const STOP_MAX: Duration = Duration::from_millis(150);

/// How long the server is still told to stop a statement that was given up.
const KILL_MAX: Duration = Duration::from_secs(5);

/// How long after an order to stop the next one is given.
const KILL_AGAIN: Duration = Duration::from_millis(50);

/// Statements kept prepared per session; the store has about this many.
const STATEMENTS_MAX: usize = 256;

/// Bytes of a statement that is kept prepared though it may not come again.
const KEPT_BYTES: usize = 8 << 10;

/// A server and how to enter it. What is printed of it has no credentials.
pub(super) struct MySqlSource {
    target: String,
    options: Opts,
    patience: Patience,
    runtime: Handle,
}

impl MySqlSource {
    /// Contacts nobody yet.
    pub(super) fn new(server: Server, session_statements: Vec<String>, runtime: &Handle) -> Self {
        let database = server.database.clone().unwrap_or_default();
        let target = format!("mysql://{}:{}/{database}", server.host, server.port);
        let tls = match server.encryption {
            Encryption::Plain => None,
            Encryption::Required => Some(SslOpts::default().with_danger_accept_invalid_certs(true)),
            Encryption::Verified => Some(SslOpts::default()),
        };
        let options = OptsBuilder::default()
            .ip_or_hostname(server.host)
            .tcp_port(server.port)
            .db_name(server.database)
            .user(server.username)
            .pass(server.password.map(|word| word.expose_secret().to_owned()))
            .ssl_opts(tls)
            // The address that was asked for, not a socket that the server may mention.
            .prefer_socket(false)
            // Rows found, not rows changed: what JDBC and SQLite count.
            .client_found_rows(true)
            .stmt_cache_size(STATEMENTS_MAX)
            .setup(session_statements);
        Self {
            target,
            options: options.into(),
            patience: server.patience,
            runtime: runtime.clone(),
        }
    }
}

impl std::fmt::Debug for MySqlSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("MySqlSource").field(&self.target).finish()
    }
}

impl Source for MySqlSource {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn open(&self, timeout: Duration) -> Result<Box<dyn Session>> {
        let conn = self
            .runtime
            .block_on(async {
                tokio::time::timeout(timeout, Conn::new(self.options.clone())).await
            })
            .map_err(|_| Error::silent(&self.target, timeout))?
            .map_err(|fault| refusal(&self.target, &fault))?;
        Ok(Box::new(MySqlSession {
            id: conn.id(),
            conn: Some(conn),
            options: self.options.clone(),
            runtime: self.runtime.clone(),
            stop: Stop::default(),
        }))
    }

    fn patience(&self) -> Patience {
        self.patience
    }

    fn display(&self) -> String {
        self.target.clone()
    }
}

/// Where the sender stands that stops the running statement, while one runs.
type Stop = Arc<Mutex<Option<oneshot::Sender<()>>>>;

struct MySqlSession {
    /// Absent after the connection was given up.
    conn: Option<Conn>,
    id: u32,
    options: Opts,
    runtime: Handle,
    stop: Stop,
}

impl MySqlSession {
    /// Drives one piece of work to its end. When it is cancelled, the server is told over a second
    /// connection, and the work ends by itself, so that the session stays usable; a server that
    /// takes its time for that loses the connection.
    fn drive<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Conn) -> mysql_async::Result<T>,
    ) -> Result<T> {
        let mut conn = self
            .conn
            .take()
            .ok_or_else(|| Error::Lost("the session was given up".to_owned()))?;
        let (sender, stopped) = oneshot::channel();
        replace(&self.stop, Some(sender));
        let result = self.runtime.block_on(async {
            let mut work = pin!(work(&mut conn));
            tokio::select! {
                biased;
                Ok(()) = stopped => {}
                result = &mut work => return Some(result),
            }
            let both = stopping(&self.options, self.id, work);
            tokio::time::timeout(STOP_MAX, both).await.ok()
        });
        replace(&self.stop, None);
        let Some(result) = result else {
            let _runtime = self.runtime.enter();
            drop(conn);
            let (options, id) = (self.options.clone(), self.id);
            // Nobody waits for it: it ends by itself.
            drop(self.runtime.spawn(async move {
                drop(tokio::time::timeout(KILL_MAX, kill(&options, id)).await);
            }));
            return Err(Error::Cancelled);
        };
        self.conn = Some(conn);
        Ok(result?)
    }

    fn command(&mut self, sql: &str) -> Result<()> {
        self.drive(async |conn| conn.query_drop(sql).await)
    }
}

impl Drop for MySqlSession {
    fn drop(&mut self) {
        // The driver says goodbye to the server on the runtime it finds.
        let _runtime = self.runtime.enter();
        self.conn = None;
    }
}

impl Session for MySqlSession {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn query_up_to(&mut self, limit: usize, sql: &str, parameters: &[Value]) -> Result<Table> {
        let mut kept = Kept::new(limit);
        let columns = self.drive(async |conn| {
            let mut each = |_: &[Arc<str>], row| kept.take(row);
            fetch(conn, sql, parameters, &mut each).await
        })?;
        kept.into_table(columns)
    }

    fn stream(&mut self, sql: &str, parameters: &[Value], each: EachRow<'_>) -> Result<()> {
        self.drive(async |conn| fetch(conn, sql, parameters, each).await)
            .map(drop)
    }

    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Done> {
        self.drive(async |conn| {
            if parameters.is_empty() {
                conn.query_drop(sql).await?;
            } else {
                let statement = prepare(conn, sql, parameters).await?;
                conn.exec_drop(&statement, bind(parameters)).await?;
            }
            Ok(Done {
                affected: conn.affected_rows(),
                last_id: last_id(conn),
            })
        })
    }

    fn batch(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        let most = if rows.len() > 1 && self.shares_rows()? {
            rows.len()
        } else {
            1
        };
        let groups = rows
            .chunks(most)
            .flat_map(|rows| groups(sql, Dialect::MySql, rows));
        self.drive(async |conn| {
            let mut affected = 0_u64;
            for group in groups {
                if let [row] = group.rows {
                    let statement = prepare(conn, sql, row).await?;
                    conn.exec_drop(&statement, bind(row)).await?;
                } else {
                    let statement = conn.prep(group.sql.as_ref()).await?;
                    let cells = group.rows.iter().flatten().map(cell).collect();
                    conn.exec_drop(&statement, Params::Positional(cells))
                        .await?;
                    // The server keeps many times the text of a statement in memory.
                    if !group.is_common && group.sql.len() > KEPT_BYTES {
                        conn.close(statement).await?;
                    }
                }
                affected = affected.saturating_add(conn.affected_rows());
            }
            Ok(affected)
        })
    }

    fn shares_rows(&mut self) -> Result<bool> {
        let mode = self.query("SELECT @@sql_mode", &[])?;
        let mode = mode.cell(0, 0).map(Value::render);
        Ok(mode.is_some_and(|mode| mode.contains("STRICT_")))
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        statements(sql, Dialect::MySql)
            .into_iter()
            .try_for_each(|statement| self.command(statement))
    }

    fn begin(&mut self) -> Result<()> {
        self.command("START TRANSACTION")
    }

    fn commit(&mut self) -> Result<()> {
        self.command("COMMIT")
    }

    fn rollback(&mut self) -> Result<()> {
        self.command("ROLLBACK")
    }

    fn canceller(&self) -> Canceller {
        let stop = Arc::clone(&self.stop);
        Canceller::new(move || {
            if let Some(sender) = replace(&stop, None) {
                // A statement that has just ended has nothing to stop.
                let _ = sender.send(());
            }
        })
    }
}

fn replace(stop: &Stop, sender: Option<oneshot::Sender<()>>) -> Option<oneshot::Sender<()>> {
    let mut place = stop.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *place, sender)
}

/// Has the server stop a statement until it has ended.
async fn stopping<T>(options: &Opts, id: u32, work: impl Future<Output = T>) -> T {
    tokio::select! {
        biased;
        result = work => result,
        never = kill_again(options, id) => match never {},
    }
}

/// An order that comes before the statement has begun is forgotten, so it is given again.
async fn kill_again(options: &Opts, id: u32) -> Infallible {
    loop {
        // Whether the order could be given shows in the end of the statement.
        drop(kill(options, id).await);
        tokio::time::sleep(KILL_AGAIN).await;
    }
}

async fn kill(options: &Opts, id: u32) -> mysql_async::Result<()> {
    let mut conn = Conn::new(options.clone()).await?;
    conn.query_drop(format!("KILL QUERY {id}")).await?;
    conn.disconnect().await
}

/// Hands over the rows of the first result and answers its column labels. Without parameters the
/// plain protocol is used: not every statement can be prepared.
async fn fetch(
    conn: &mut Conn,
    sql: &str,
    parameters: &[Value],
    each: EachRow<'_>,
) -> mysql_async::Result<Vec<Arc<str>>> {
    macro_rules! read {
        ($result:expr) => {{
            let mut result = $result;
            let (labels, families) = describe(result.columns_ref());
            while let Some(row) = result.next().await? {
                let cells = row.unwrap_raw().into_iter().zip(&families);
                let cells = cells
                    .map(|(cell, family)| family.read(cell.unwrap_or(mysql_async::Value::NULL)));
                if !each(&labels, cells.collect()) {
                    break;
                }
            }
            result.drop_result().await?;
            Ok(labels)
        }};
    }
    if parameters.is_empty() {
        read!(conn.query_iter(sql).await?)
    } else {
        let statement = prepare(conn, sql, parameters).await?;
        read!(conn.exec_iter(&statement, bind(parameters)).await?)
    }
}

/// Prepares, or finds prepared. The count of parameters is checked here, because the driver gives
/// up the connection over it.
async fn prepare(
    conn: &mut Conn,
    sql: &str,
    parameters: &[Value],
) -> mysql_async::Result<Statement> {
    let statement = conn.prep(sql).await?;
    if usize::from(statement.num_params()) != parameters.len() {
        return Err(DriverError::StmtParamsMismatch {
            required: statement.num_params(),
            supplied: parameters.len(),
        }
        .into());
    }
    Ok(statement)
}

fn describe(columns: &[Column]) -> (Vec<Arc<str>>, Vec<Family>) {
    let families = columns.iter().map(Family::of).collect();
    (
        super::labels(columns.iter().map(Column::name_str)),
        families,
    )
}

fn bind(parameters: &[Value]) -> Params {
    if parameters.is_empty() {
        return Params::Empty;
    }
    Params::Positional(parameters.iter().map(cell).collect())
}

fn last_id(conn: &Conn) -> i64 {
    conn.last_insert_id()
        .and_then(|id| i64::try_from(id).ok())
        .unwrap_or(0)
}

/// Why there is no session: the words of the system or of the server, without the driver's.
fn refusal(target: &str, fault: &mysql_async::Error) -> Error {
    let target = target.to_owned();
    match fault {
        mysql_async::Error::Io(IoError::Io(fault)) => Error::Unreachable {
            target,
            message: fault.to_string(),
        },
        mysql_async::Error::Driver(fault @ DriverError::ConnectionClosed) => Error::Unreachable {
            target,
            message: fault.to_string(),
        },
        mysql_async::Error::Server(fault) => Error::Connect {
            target,
            message: fault.message.clone(),
        },
        other => Error::Connect {
            target,
            message: other.to_string(),
        },
    }
}

impl From<mysql_async::Error> for Error {
    fn from(fault: mysql_async::Error) -> Self {
        /// Numbers of the protocol: interrupted; shutdown, killed; lock wait, deadlock; duplicate.
        const INTERRUPTED: u16 = 1317;
        const GONE: [u16; 3] = [1053, 1927, 1152];
        const RETRYABLE: [u16; 2] = [1205, 1213];
        const DUPLICATE: [u16; 2] = [1062, 1586];
        let refused = |code: Option<u16>, message: String| Self::Database {
            retryable: code.is_some_and(|code| RETRYABLE.contains(&code)),
            duplicate: code.is_some_and(|code| DUPLICATE.contains(&code)),
            code: code.map(i64::from),
            message,
        };
        match fault {
            mysql_async::Error::Server(fault) if fault.code == INTERRUPTED => Self::Cancelled,
            mysql_async::Error::Server(fault) if GONE.contains(&fault.code) => {
                Self::Lost(fault.message)
            }
            mysql_async::Error::Server(fault) => refused(Some(fault.code), fault.message),
            mysql_async::Error::Io(IoError::Io(fault)) => Self::Lost(fault.to_string()),
            mysql_async::Error::Io(fault) => Self::Lost(fault.to_string()),
            mysql_async::Error::Driver(
                fault @ (DriverError::ConnectionClosed | DriverError::PacketOutOfOrder),
            ) => Self::Lost(fault.to_string()),
            other => refused(None, other.to_string()),
        }
    }
}
