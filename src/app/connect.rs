//! Makes data sources out of connection definitions.

use secrecy::SecretString;
use tokio::runtime::Handle;

use crate::fault::Code;
use crate::model::{ConnectionDefinition, Secret};
use crate::registry::{BuildError, Connect};
use crate::sql::{self, Patience, Source};

/// Opens sources on the daemon's runtime.
pub(super) struct Connector {
    /// Where MySQL sessions wait.
    pub runtime: Handle,
}

impl Connect for Connector {
    fn connect(
        &self,
        definition: &ConnectionDefinition,
    ) -> Result<std::sync::Arc<dyn Source>, BuildError> {
        let password = definition.password.as_ref().map(resolve).transpose()?;
        let options = sql::Options {
            username: definition.username.clone(),
            password,
            patience: Patience::new(definition.retry_count, definition.idle_ms),
            session_statements: Vec::new(),
        };
        let url = definition.url.expose();
        sql::source(url, options, &self.runtime).map_err(|error| BuildError {
            code: error.code(),
            message: error.to_string(),
        })
    }
}

/// Follows `env:NAME` and `file:PATH` to the password itself.
fn resolve(secret: &Secret) -> Result<SecretString, BuildError> {
    let text = secret.expose();
    let missing = |what: String| BuildError {
        code: Code::CONNECTION_INVALID,
        message: what,
    };
    if let Some(name) = text.strip_prefix("env:") {
        let environment = crate::config::Environment::of_process();
        let value = environment.get(name).map(str::to_owned);
        return value
            .map(SecretString::from)
            .ok_or_else(|| missing(format!("the environment has no `{name}` for the password")));
    }
    if let Some(path) = text.strip_prefix("file:") {
        let read = std::fs::read_to_string(path);
        return read
            .map(|text| SecretString::from(text.trim_end_matches(['\r', '\n'])))
            .map_err(|error| missing(format!("the password file `{path}`: {error}")));
    }
    Ok(SecretString::from(text))
}
