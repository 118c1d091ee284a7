//! The capabilities a guest may import.

use std::sync::Arc;

use wasmtime::{Result, format_err};

use crate::clock::Civil;
use crate::model::{ConnectionName, VariableName};
use crate::registry::{RunContext, Severity};
use crate::value::Value;

use super::bindings::{clock, connections, http, log, random, types, variables};
use super::convert;
use super::grants::{self, Access};
use super::state::State;

/// The longest log line, in bytes.
const LINE_MAX: usize = 1024;
/// The most rows of one query.
const ROWS_MAX: u32 = 100_000;

impl State {
    /// Counts a call into the host and answers the run.
    fn enter(&mut self) -> Result<Arc<dyn RunContext>> {
        let Some(left) = self.host_calls_left.checked_sub(1) else {
            let limit = self.limits.host_calls;
            return Err(self.deny(format!("more than {limit} calls into the host")));
        };
        self.host_calls_left = left;
        match &self.run {
            Some(run) => Ok(Arc::clone(run)),
            None => Err(self.deny("a description cannot use capabilities".to_owned())),
        }
    }

    fn deny(&mut self, message: String) -> wasmtime::Error {
        let error = format_err!("{message}");
        self.cause.denied = Some(message);
        error
    }

    fn connection(&mut self, name: &str, access: Access) -> Result<ConnectionName> {
        if !grants::admits_connection(&self.grants, name, access) {
            let mode = match access {
                Access::Read => "read",
                Access::Write => "write",
            };
            return Err(self.deny(format!(
                "connection `{name}` is not granted; grant `connection:{name}:{mode}`"
            )));
        }
        ConnectionName::parse(name).map_err(|error| self.deny(error.to_string()))
    }
}

/// Cuts a line to its greatest length.
fn cut(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LINE_MAX))
        .unwrap_or(text)
}

impl types::Host for State {}

impl log::Host for State {
    fn write(&mut self, level: log::Level, message: String) -> Result<()> {
        let severity = match level {
            log::Level::Debug => Severity::Debug,
            log::Level::Info => Severity::Info,
            log::Level::Warn => Severity::Warn,
            log::Level::Error => Severity::Error,
        };
        self.enter()?.log(severity, cut(&message));
        Ok(())
    }

    fn panicked(&mut self, message: String) -> Result<()> {
        self.cause.panic = Some(cut(&message).to_owned());
        Ok(())
    }
}

impl clock::Host for State {
    fn now(&mut self) -> Result<i64> {
        let now: Civil = self.enter()?.now();
        Ok(convert::to_microseconds(now))
    }
}

impl random::Host for State {
    fn next(&mut self) -> Result<u64> {
        Ok(self.enter()?.random())
    }
}

impl variables::Host for State {
    fn get(&mut self, name: String) -> Result<Option<types::Value>> {
        let run = self.enter()?;
        if !grants::admits_variable(&self.grants, &name) {
            return Err(self.deny(format!(
                "variable `{name}` is not granted; grant `variable:{name}`"
            )));
        }
        let name = VariableName::parse(&name).map_err(|error| self.deny(error.to_string()))?;
        Ok(match run.variable(&name) {
            Value::Undefined => None,
            value => Some(convert::to_guest(&value)),
        })
    }
}

impl connections::Host for State {
    fn query(
        &mut self,
        connection: String,
        sql: String,
        parameters: Vec<types::Scalar>,
        limit: u32,
    ) -> Result<Result<types::Table, String>> {
        let run = self.enter()?;
        let name = self.connection(&connection, Access::Read)?;
        let parameters = from_scalars(parameters)?;
        let limit = usize::try_from(limit.min(ROWS_MAX))?;
        Ok(run
            .query(&name, &sql, &parameters, limit)
            .map(|table| convert::to_guest_table(&table)))
    }

    fn execute(
        &mut self,
        connection: String,
        sql: String,
        parameters: Vec<types::Scalar>,
    ) -> Result<Result<u64, String>> {
        let run = self.enter()?;
        let name = self.connection(&connection, Access::Write)?;
        let parameters = from_scalars(parameters)?;
        Ok(run.execute(&name, &sql, &parameters))
    }
}

fn from_scalars(scalars: Vec<types::Scalar>) -> Result<Vec<Value>> {
    let values = scalars.into_iter().map(convert::from_scalar);
    values
        .collect::<std::result::Result<_, _>>()
        .map_err(|fault| format_err!("{fault}"))
}

impl http::Host for State {
    fn send(&mut self, request: http::Request) -> Result<Result<http::Response, String>> {
        self.enter()?;
        let url = cut(&request.url).to_owned();
        Err(self.deny(format!(
            "this host sends no requests yet, asked for `{url}`"
        )))
    }
}
