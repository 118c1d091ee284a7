//! LOAD (4.3).

use std::sync::Arc;

use crate::connectors::properties::{self, Format};
use crate::pql::Error;
use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::{Load, LoadFormat};
use crate::sql::Patience;

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
    for (name, described) in properties::connections(&pairs).map_err(Error::from)? {
        let user = described.username.as_deref();
        let login = user.map(|user| (user, described.password.as_deref()));
        let patience = Patience::new(described.retry_count, described.idle_ms);
        let connected = run.url_with(&described.url, login, patience)?;
        run.name_connection(&name, connected);
    }
    let settings = pairs.into_iter().map(|(name, value)| {
        let name = name.replace('.', "_").to_uppercase();
        (name, Arc::from(value))
    });
    run.outside.settings.extend(settings);
    Ok(())
}
