//! The driver of PostgreSQL and others of its protocol.
//!
//! Statements go over the simple protocol, which takes any statement and answers in texts; the
//! types of the columns are asked for beforehand. Parameters `?` are written into the statement as
//! literals, as PQL itself does with values.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use secrecy::ExposeSecret;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{CancelToken, Client, Config, NoTls, SimpleColumn, SimpleQueryMessage};

use super::many::groups;
use super::script::statements;
use super::url::{Encryption, Server};
use super::{
    Canceller, Dialect, Done, EachRow, Error, Kept, Patience, Result, Session, Source, literal,
};
use crate::value::{DateTime, DateTimeForm, Frame, Table, Value};

/// How long a statement may take to stop before it is given up: who stopped it does not wait for
/// a server that hangs.
const STOP_MAX: Duration = Duration::from_millis(150);

/// A server and how to enter it. What is printed of it has no credentials.
pub(super) struct PostgresSource {
    target: String,
    config: Config,
    statements: Vec<String>,
    patience: Patience,
    runtime: Handle,
}

impl PostgresSource {
    /// Contacts nobody yet.
    ///
    /// # Errors
    /// [`Error::Url`] for a connection that must be encrypted: this driver cannot.
    pub(super) fn new(server: Server, statements: Vec<String>, runtime: &Handle) -> Result<Self> {
        if server.encryption != Encryption::Plain {
            let message = "encrypted connections to PostgreSQL are not supported in this version";
            return Err(Error::Url(message.to_owned()));
        }
        let database = server.database.clone().unwrap_or_default();
        let target = format!("postgresql://{}:{}/{database}", server.host, server.port);
        let mut config = Config::new();
        config.host(server.host).port(server.port);
        if let Some(name) = &server.database {
            config.dbname(name);
        }
        if let Some(user) = &server.username {
            config.user(user);
        }
        if let Some(password) = &server.password {
            config.password(password.expose_secret());
        }
        Ok(Self {
            target,
            config,
            patience: server.patience,
            statements,
            runtime: runtime.clone(),
        })
    }
}

impl std::fmt::Debug for PostgresSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PostgresSource").field(&self.target).finish()
    }
}

impl Source for PostgresSource {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn open(&self, timeout: Duration) -> Result<Box<dyn Session>> {
        let connecting = self.config.connect(NoTls);
        let connected = self
            .runtime
            .block_on(async { tokio::time::timeout(timeout, connecting).await });
        let (client, connection) = connected
            .map_err(|_| Error::silent(&self.target, timeout))?
            .map_err(|fault| refusal(&self.target, &fault))?;
        // What the connection says at its end is told by the statement that it breaks.
        let pump = self.runtime.spawn(async { drop(connection.await) });
        let mut session = PostgresSession {
            cancel: client.cancel_token(),
            stop: Arc::default(),
            client,
            pump,
            runtime: self.runtime.clone(),
        };
        // Literals are written for this setting.
        session.script("SET standard_conforming_strings = on")?;
        for statement in &self.statements {
            session.script(statement)?;
        }
        Ok(Box::new(session))
    }

    fn patience(&self) -> Patience {
        self.patience
    }

    fn display(&self) -> String {
        self.target.clone()
    }
}

struct PostgresSession {
    client: Client,
    cancel: CancelToken,
    /// Told together with the server.
    stop: Arc<Notify>,
    /// Moves the bytes of the connection; ends with the session.
    pump: JoinHandle<()>,
    runtime: Handle,
}

impl Drop for PostgresSession {
    fn drop(&mut self) {
        self.pump.abort();
    }
}

impl PostgresSession {
    /// Hands over the rows of a statement and answers its labels and the affected rows.
    fn run(&self, sql: &str, each: EachRow<'_>) -> Result<(Vec<Arc<str>>, u64)> {
        self.runtime.block_on(async {
            // What cannot be prepared, such as several statements, has texts only.
            let prepared = self.stoppable(async { Ok(self.client.prepare(sql).await?) });
            let prepared = prepared.await;
            let types: Vec<Type> = prepared.map_or_else(
                |_| Vec::new(),
                |prepared| {
                    prepared
                        .columns()
                        .iter()
                        .map(|c| c.type_().clone())
                        .collect()
                },
            );
            self.stoppable(self.exchange(sql, &types, each)).await
        })
    }

    /// Runs a statement whose rows, if it has any, nobody reads; answers the affected rows.
    fn change(&self, sql: &str) -> Result<u64> {
        let mut ignore = |_: &[Arc<str>], _: Vec<Value>| true;
        let exchange = self.exchange(sql, &[], &mut ignore);
        let done = self.runtime.block_on(self.stoppable(exchange));
        done.map(|(_, affected)| affected)
    }

    /// Waits for the server; once it was told to stop, only for a while.
    async fn stoppable<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let given_up = async {
            self.stop.notified().await;
            tokio::time::sleep(STOP_MAX).await;
        };
        tokio::select! {
            biased;
            result = work => result,
            () = given_up => Err(Error::Cancelled),
        }
    }

    async fn exchange(
        &self,
        sql: &str,
        types: &[Type],
        each: EachRow<'_>,
    ) -> Result<(Vec<Arc<str>>, u64)> {
        let mut labels: Vec<Arc<str>> = Vec::new();
        let mut affected = 0;
        let messages = self.client.simple_query_raw(sql).await?;
        let mut messages = std::pin::pin!(messages);
        while let Some(message) = messages.try_next().await? {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    labels = super::labels(columns.iter().map(SimpleColumn::name));
                }
                SimpleQueryMessage::Row(row) => {
                    let cells = (0..row.len()).map(|at| cell(row.get(at), types.get(at)));
                    if !each(&labels, cells.collect()) {
                        break;
                    }
                }
                SimpleQueryMessage::CommandComplete(count) => affected = count,
                _ => {}
            }
        }
        Ok((labels, affected))
    }
}

impl Session for PostgresSession {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn query_up_to(&mut self, limit: usize, sql: &str, parameters: &[Value]) -> Result<Table> {
        let sql = filled(sql, parameters)?;
        let mut kept = Kept::new(limit);
        let (labels, _) = self.run(&sql, &mut |_, row| kept.take(row))?;
        kept.into_table(labels)
    }

    fn stream(&mut self, sql: &str, parameters: &[Value], each: EachRow<'_>) -> Result<()> {
        self.run(&filled(sql, parameters)?, each).map(drop)
    }

    fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<Done> {
        Ok(Done {
            affected: self.change(&filled(sql, parameters)?)?,
            last_id: 0,
        })
    }

    fn batch(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        let mut affected = 0_u64;
        for group in groups(sql, Dialect::Postgres, rows) {
            let cells: Vec<Value> = group.rows.iter().flatten().cloned().collect();
            let text = filled(&group.sql, &cells)?;
            affected = affected.saturating_add(self.change(&text)?);
        }
        Ok(affected)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        for statement in statements(sql, Dialect::Postgres) {
            self.change(statement)?;
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        self.script("BEGIN")
    }

    fn commit(&mut self) -> Result<()> {
        self.script("COMMIT")
    }

    fn rollback(&mut self) -> Result<()> {
        self.script("ROLLBACK")
    }

    fn canceller(&self) -> Canceller {
        let token = self.cancel.clone();
        let stop = Arc::clone(&self.stop);
        let runtime = self.runtime.clone();
        Canceller::new(move || {
            stop.notify_waiters();
            let token = token.clone();
            // The server is told over a connection of its own; a statement that has just ended
            // has nothing to stop, and nobody waits for the answer.
            drop(runtime.spawn(async move { drop(token.cancel_query(NoTls).await) }));
        })
    }
}

/// The statement with its `?` replaced by literals; those in quotes and comments stay.
///
/// # Errors
/// Another count of values, or a zero character, which texts of PostgreSQL cannot have.
fn filled(sql: &str, parameters: &[Value]) -> Result<String> {
    let text = with_literals(sql, parameters)?;
    if text.contains('\0') {
        return Err(refused(
            "PostgreSQL keeps no zero character in texts".to_owned(),
        ));
    }
    Ok(text)
}

fn refused(message: String) -> Error {
    Error::Database {
        code: None,
        message,
        retryable: false,
        duplicate: false,
    }
}

fn with_literals(sql: &str, parameters: &[Value]) -> Result<String> {
    if parameters.is_empty() {
        return Ok(sql.to_owned());
    }
    let wrong = |count: usize| {
        let given = parameters.len();
        refused(format!(
            "the statement has {count} parameters, and {given} values were given"
        ))
    };
    let mut text = String::with_capacity(sql.len());
    let mut values = parameters.iter();
    let mut count = 0_usize;
    let mut at = 0_usize;
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        let length = super::script::opaque(rest, Dialect::Postgres)
            .or_else(|| rest.chars().next().map(char::len_utf8))
            .unwrap_or(1);
        let piece = rest.get(..length).unwrap_or(rest);
        if piece == "?" {
            count = count.saturating_add(1);
            if let Some(value) = values.next() {
                let literal = literal(value, Dialect::Postgres).map_err(|_| wrong(count))?;
                text.push_str(&literal);
            }
        } else {
            text.push_str(piece);
        }
        at = at.saturating_add(length);
    }
    if count != parameters.len() {
        return Err(wrong(count));
    }
    Ok(text)
}

/// The value of a cell; what its type does not explain is text.
fn cell(text: Option<&str>, kind: Option<&Type>) -> Value {
    let Some(text) = text else {
        return Value::Null;
    };
    let found = match kind {
        Some(kind) if *kind == Type::BOOL => Some(Value::Boolean(text == "t")),
        Some(kind) if [Type::INT2, Type::INT4, Type::INT8, Type::OID].contains(kind) => {
            text.parse().ok().map(Value::Integer)
        }
        Some(kind) if [Type::FLOAT4, Type::FLOAT8, Type::NUMERIC].contains(kind) => {
            let number = text.parse().ok().filter(|number: &f64| number.is_finite());
            number.map(Value::Decimal)
        }
        Some(kind) if *kind == Type::DATE => moment(text, DateTimeForm::Date),
        Some(kind) if *kind == Type::TIMESTAMP => moment(text, DateTimeForm::Full),
        Some(kind) if *kind == Type::TIMESTAMPTZ => {
            // The session's zone decides the civil time; its offset is not kept.
            let civil = text.rfind(['+', '-']).filter(|at| *at > "yyyy-mm-dd".len());
            let civil = civil.and_then(|at| text.get(..at)).unwrap_or(text);
            moment(civil, DateTimeForm::Full)
        }
        Some(kind) if *kind == Type::TIME => {
            let found = DateTime::parse(text, Frame::utc());
            found.map(|found| {
                DateTime::time(Frame::utc().calendar.today(), found.civil.time()).into()
            })
        }
        Some(kind) if *kind == Type::BYTEA => text.strip_prefix("\\x").and_then(bytes),
        _ => None,
    };
    found.unwrap_or_else(|| Value::text(text))
}

/// A date or date and time; the language keeps milliseconds.
fn moment(text: &str, form: DateTimeForm) -> Option<Value> {
    let short = text.split_once('.').map(|(whole, fraction)| {
        let fraction: String = fraction.chars().take(3).collect();
        format!("{whole}.{fraction}")
    });
    let found = DateTime::parse(short.as_deref().unwrap_or(text), Frame::utc())?;
    Some(Value::DateTime(DateTime { form, ..found }))
}

fn bytes(hexadecimal: &str) -> Option<Value> {
    let pairs = hexadecimal.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    // BLOB as text where it is text, as for the other engines.
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(fault) => fault.into_bytes().into(),
    })
}

/// Why there is no session.
fn refusal(target: &str, fault: &tokio_postgres::Error) -> Error {
    let target = target.to_owned();
    let message = words(fault);
    // A server that starts or stops answers, but not as one.
    let is_absent = if let Some(state) = fault.code() {
        *state == SqlState::CANNOT_CONNECT_NOW
    } else {
        let cause = std::error::Error::source(fault);
        cause.is_some_and(|cause| cause.downcast_ref::<std::io::Error>().is_some())
    };
    if is_absent || fault.is_closed() {
        return Error::Unreachable { target, message };
    }
    Error::Connect { target, message }
}

/// The server's own words, without the driver's.
fn words(fault: &tokio_postgres::Error) -> String {
    if let Some(refusal) = fault.as_db_error() {
        return refusal.message().to_owned();
    }
    let mut cause: &dyn std::error::Error = fault;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

impl From<tokio_postgres::Error> for Error {
    fn from(fault: tokio_postgres::Error) -> Self {
        let Some(state) = fault.code() else {
            return Self::Lost(words(&fault));
        };
        if *state == SqlState::QUERY_CANCELED {
            return Self::Cancelled;
        }
        if *state == SqlState::ADMIN_SHUTDOWN {
            return Self::Lost(words(&fault));
        }
        let retryable = [
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::LOCK_NOT_AVAILABLE,
        ];
        Self::Database {
            // States are five signs of base 36.
            code: i64::from_str_radix(state.code(), 36).ok(),
            message: words(&fault),
            retryable: retryable.contains(state),
            duplicate: *state == SqlState::UNIQUE_VIOLATION,
        }
    }
}
