//! LOAD (4.3).

use std::sync::Arc;

use crate::connectors::properties::{self, Format};
use crate::pql::Error;
use crate::pql::eval::{Connected, Done, Halt, Run};
use crate::pql::syntax::tree::{Load, LoadFormat};
use crate::sql::{Patience, unusable};

/// Adds settings and connections for the rest of the run.
pub(crate) fn run(run: &mut Run, load: &Load) -> Done<()> {
    let name = run.evaluate_text(&load.file)?;
    let path = run.shared.environment.home.join(name.replace('\\', "/"));
    let format = match load.format {
        LoadFormat::Properties => Format::Properties,
        LoadFormat::Yaml => Format::Yaml,
        LoadFormat::Json => Format::Json,
    };
    let pairs = properties::read(&path, format).map_err(Error::from)?;
    let (connections, settings) = properties::parts(pairs).map_err(Error::from)?;
    for (name, described) in connections {
        let user = described.username.as_deref();
        let login = user.map(|user| (user, described.password.as_deref()));
        let patience = Patience::new(described.retry_count, described.idle_ms);
        let connected = match run.url_with(&described.url, login, patience) {
            Err(Halt::Fault(error)) => Connected {
                key: Arc::from(""),
                source: unusable(&name, error.message().to_owned()),
            },
            done => done?,
        };
        run.name_connection(&name, connected);
    }
    let settings = settings.into_iter().map(|(name, value)| {
        let name = name.replace('.', "_").to_uppercase();
        (name, Arc::from(value))
    });
    run.outside.settings.extend(settings);
    Ok(())
}
