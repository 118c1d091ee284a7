//! Connection URLs, native and JDBC (`pql-core.md` 5.1).

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::mysql::MySqlSource;
use super::postgres::PostgresSource;
use super::sqlite::SqliteSource;
use super::{Error, Patience, Result, Source};

const MYSQL_PORT: u16 = 3306;
const POSTGRES_PORT: u16 = 5432;

/// What a connection has besides its URL.
#[derive(Debug, Default)]
pub struct Options {
    /// Goes before the user in the URL.
    pub username: Option<String>,
    /// Goes before the password in the URL.
    pub password: Option<SecretString>,
    /// What is told to who opens sessions.
    pub patience: Patience,
    /// Statements that are run in every new session.
    pub session_statements: Vec<String>,
}

/// Where a server is and how to enter.
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub database: Option<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub encryption: Encryption,
    pub patience: Patience,
}

/// How the connection to a server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Not at all.
    Plain,
    /// Encrypted, whoever answers.
    Required,
    /// Encrypted, and the certificate is checked.
    Verified,
}

/// Reads a connection URL: `sqlite:PATH`, `sqlite::memory:`, `mysql://user:password@host:port/db`,
/// `mariadb://..`, `postgresql://..`,
/// each also with `jdbc:` before it and `?user=..&password=..` behind.
///
/// Sessions with servers wait on `runtime`; they must be opened and used on threads outside of it.
///
/// # Errors
/// [`Error::Url`], which never repeats credentials.
pub fn source(
    url: &str,
    options: Options,
    runtime: &tokio::runtime::Handle,
) -> Result<Arc<dyn Source>> {
    let native = strip_prefix(url.trim(), "jdbc:").unwrap_or(url.trim());
    if let Some(path) = strip_prefix(native, "sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return Err(Error::Url("a file is missing after `sqlite:`".to_owned()));
        }
        return Ok(Arc::new(SqliteSource::new(path, options)));
    }
    let scheme = native.split(':').next().unwrap_or_default();
    let is_of = |names: &[&str]| names.iter().any(|name| scheme.eq_ignore_ascii_case(name));
    let is_postgres = is_of(&["postgresql", "postgres", "greenplum"]);
    if !is_postgres && !is_of(&["mysql", "mariadb", "tidb"]) {
        return Err(Error::Url(format!(
            "no driver for `{scheme}`; `sqlite`, `mysql`, `mariadb` and `postgresql` are known"
        )));
    }
    let parsed = Url::parse(native).map_err(|fault| Error::Url(format!("{scheme}: {fault}")))?;
    let port = if is_postgres {
        POSTGRES_PORT
    } else {
        MYSQL_PORT
    };
    let server = server(&parsed, &options, port)?;
    let statements = options.session_statements;
    if is_postgres {
        return Ok(Arc::new(PostgresSource::new(server, statements, runtime)?));
    }
    Ok(Arc::new(MySqlSource::new(server, statements, runtime)))
}

fn server(url: &Url, options: &Options, port: u16) -> Result<Server> {
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() {
        return Err(Error::Url(format!(
            "a host is missing after `{}://`",
            url.scheme()
        )));
    }
    let option = |names: &[&str]| {
        url.query_pairs()
            .find(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value.into_owned())
    };
    let in_url = |text: &str| (!text.is_empty()).then(|| decode(text));
    let database = url.path().trim_start_matches('/');
    let password = options.password.clone().or_else(|| {
        option(&["password"])
            .or_else(|| url.password().map(decode))
            .map(SecretString::from)
    });
    Ok(Server {
        host: host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
        port: url.port().unwrap_or(port),
        database: in_url(database),
        username: options
            .username
            .clone()
            .or_else(|| option(&["user", "username"]))
            .or_else(|| in_url(url.username())),
        password,
        patience: options.patience,
        encryption: encryption(
            option(&["sslMode", "ssl-mode"]),
            option(&["useSSL", "requireSSL", "require_ssl"]),
        ),
    })
}

fn encryption(mode: Option<String>, flag: Option<String>) -> Encryption {
    match mode.unwrap_or_default().to_ascii_uppercase().as_str() {
        "VERIFY_CA" | "VERIFY-CA" | "VERIFY_IDENTITY" | "VERIFY-IDENTITY" | "VERIFY-FULL" => {
            Encryption::Verified
        }
        "REQUIRED" | "REQUIRE" | "TRUST" => Encryption::Required,
        _ if flag.is_some_and(|flag| flag.eq_ignore_ascii_case("true")) => Encryption::Required,
        _ => Encryption::Plain,
    }
}

/// Undoes percent signs; text that is not UTF-8 afterwards stays as it was.
fn decode(text: &str) -> String {
    // A plus sign is a blank only in queries; it must survive in a password.
    let pair = format!("x={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(|| text.to_owned(), |(_, value)| value.into_owned())
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}
