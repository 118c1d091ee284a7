//! The two things a run asks of drivers beside sessions: a source for a URL, and literals.

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::pql::Error;
use crate::pql::eval::Done;
use crate::sql::{self, Dialect, Options, Patience, Source};
use crate::value::Value;

/// Login and password that complete a URL.
pub(crate) type Login<'a> = Option<(&'a str, Option<&'a str>)>;

/// Reads a connection URL.
pub(crate) fn open_url(
    url: &str,
    login: Login<'_>,
    patience: Patience,
    runtime: &Handle,
) -> Done<Arc<dyn Source>> {
    let (username, password) = login.map_or((None, None), |(user, password)| {
        (Some(user.to_owned()), password.map(str::to_owned))
    });
    let options = Options {
        username,
        password: password.map(Into::into),
        patience,
        ..Options::default()
    };
    Ok(sql::source(url, options, runtime).map_err(Error::from)?)
}

/// Writes a value as a literal of SQL.
pub(crate) fn literal(value: &Value, dialect: Dialect) -> Done<String> {
    Ok(sql::literal(value, dialect).map_err(Error::from)?)
}

/// Appends a value as a literal of SQL.
pub(crate) fn write_literal(value: &Value, dialect: Dialect, sql: &mut String) -> Done<()> {
    Ok(sql::write_literal(value, dialect, sql).map_err(Error::from)?)
}
