//! `keeper run --url ..`: does a connection work?

use std::time::Duration;

use clap::Args;
use tokio::runtime::Handle;

use crate::app::client::Target;
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::sql;

/// How long connecting may take.
const WAIT: Duration = Duration::from_secs(15);

/// What a connection test needs besides its URL.
#[derive(Debug, Args)]
pub struct TestArguments {
    /// With `--url` of a database: accepted and not used.
    #[arg(long)]
    driver: Option<String>,
    /// With `--url` of a database: the login.
    #[arg(long)]
    username: Option<String>,
    /// With `--url` of a database: the password.
    #[arg(long)]
    password: Option<String>,
    /// With `--url` of a database: accepted and not used.
    #[arg(long = "database.type", value_name = "TYPE")]
    database_type: Option<String>,
    /// With `--url` of a database: accepted and not used.
    #[arg(long = "database.name", value_name = "NAME")]
    database_name: Option<String>,
}

/// Tells whether `--url` names a database and not the daemon.
pub fn is_asked(target: &Target) -> bool {
    !target.url.starts_with("http://") && !target.url.starts_with("https://")
}

/// Connects and says `Connected`.
///
/// # Errors
/// The URL cannot be used or nobody answers.
pub fn test(target: &Target, arguments: &TestArguments) -> Result<Exit, Failure> {
    let options = sql::Options {
        username: arguments.username.clone(),
        password: arguments.password.clone().map(Into::into),
        ..sql::Options::default()
    };
    let source = sql::source(&target.url, options, &Handle::current());
    let opened = source.and_then(|source| source.open(WAIT).map(drop));
    match opened {
        Ok(()) => {
            terminal::data("Connected");
            Ok(Exit::Success)
        }
        Err(error) => Err(
            Failure::new(Exit::Unreachable, "the connection does not work")
                .why(error.to_string())
                .code(error.code()),
        ),
    }
}
