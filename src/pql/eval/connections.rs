//! Source and destination of a run, and the names by which OPEN and SAVE know connections.

use std::collections::HashMap;
use std::sync::Arc;

use crate::fault::Code;
use crate::model::ConnectionName;
use crate::pql::eval::drivers::{self, Login};
use crate::pql::eval::shared::unconnected;
use crate::pql::eval::{Done, Halt, Run, TempFile, file_fault};
use crate::pql::syntax::Name;
use crate::pql::syntax::tree::Scratch;
use crate::pql::{Environment, Error};
use crate::sql::{Dialect, Patience, Session, Source};
use crate::value::{Table, Value};

/// The connection that is used when nothing was opened.
const DEFAULT: &str = "jdbc.default";
/// Stands in for the default connection when there is none of that name.
const METADATA: &str = "mysql.qross";

/// A connection that was chosen, not necessarily open yet.
#[derive(Debug, Clone)]
pub(crate) struct Connected {
    /// Sessions of the run are kept under this name.
    pub(crate) key: Arc<str>,
    pub(crate) source: Arc<dyn Source>,
}

/// What a run has chosen and named.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    pub(crate) source: Option<Connected>,
    pub(crate) destination: Option<Connected>,
    /// Connections that the program itself has named.
    names: HashMap<Name, Connected>,
    /// Further names, by AS.
    aliases: HashMap<Name, Connected>,
}

impl Connections {
    /// Starts with the default connection on both ends, where there is one.
    pub(crate) fn new(environment: &Environment) -> Self {
        let default = find_default(environment);
        Self {
            source: default.clone(),
            destination: default,
            names: HashMap::new(),
            aliases: HashMap::new(),
        }
    }
}

/// Finds `jdbc.default`, else the metadata database.
pub(crate) fn find_default(environment: &Environment) -> Option<Connected> {
    find_defined(environment, DEFAULT).or_else(|| find_defined(environment, METADATA))
}

fn find_defined(environment: &Environment, name: &str) -> Option<Connected> {
    let name = ConnectionName::parse(name).ok()?;
    let connection = environment.definitions.connections.get(&name)?;
    Some(Connected {
        key: name.as_str().into(),
        source: Arc::clone(&connection.source),
    })
}

impl Run {
    /// Resolves the name of a connection: alias, definition, SQLite file, URL (5.1).
    pub(crate) fn connection(&self, name: &str) -> Done<Connected> {
        let known = Name::new(name);
        let Connections { aliases, names, .. } = &self.connections;
        if let Some(connected) = aliases.get(&known).or_else(|| names.get(&known)) {
            return Ok(connected.clone());
        }
        let environment = &self.shared.environment;
        if name.eq_ignore_ascii_case("default") || name.eq_ignore_ascii_case(DEFAULT) {
            return find_default(environment).ok_or_else(|| missing(DEFAULT).into());
        }
        if let Some(connected) = find_defined(environment, name) {
            return Ok(connected);
        }
        if name.starts_with("jdbc:") || name.contains("://") || name.starts_with("sqlite:") {
            return self.url(name, None);
        }
        if name.ends_with(".sqlite") {
            return self.url(&format!("sqlite:{name}"), None);
        }
        Err(missing(name).into())
    }

    /// The metadata database.
    pub(crate) fn metadata_connection(&self) -> Done<Connected> {
        find_defined(&self.shared.environment, METADATA).ok_or_else(|| missing(METADATA).into())
    }

    /// The in-memory database of the run.
    pub(crate) fn cache(&self) -> Done<Connected> {
        self.url("sqlite::memory:", None)
            .map(|connected| Connected {
                key: "CACHE".into(),
                ..connected
            })
    }

    /// A connection by its URL, with login and password when they are not part of it.
    pub(crate) fn url(&self, url: &str, login: Login<'_>) -> Done<Connected> {
        self.url_with(url, login, Patience::default())
    }

    /// As [`Self::url`], for a connection that says how it is kept up.
    pub(crate) fn url_with(
        &self,
        url: &str,
        login: Login<'_>,
        patience: Patience,
    ) -> Done<Connected> {
        let runtime = &self.shared.environment.runtime;
        let source = drivers::open_url(url, login, patience, runtime)?;
        let key = format!(
            "{} {}",
            source.display(),
            login.map_or("", |(user, _)| user)
        );
        Ok(Connected {
            key: key.trim_end().into(),
            source,
        })
    }

    /// Names a connection for the rest of the run, whatever had the name before.
    pub(crate) fn name_connection(&mut self, name: &str, connected: Connected) {
        let connected = Connected {
            key: format!("{name} {}", connected.key).into(),
            ..connected
        };
        self.connections.names.insert(Name::new(name), connected);
    }

    /// Names a connection that the program describes itself.
    pub(crate) fn own_name(&mut self, name: &str, connected: Connected) -> Done<()> {
        let name = Name::new(name);
        refuse_other(self.connections.names.get(&name), &name, &connected)?;
        self.connections.names.insert(name, connected);
        Ok(())
    }

    /// Tells whether a name is one that AS gave.
    pub(crate) fn is_alias(&self, name: &str) -> bool {
        self.connections.aliases.contains_key(&Name::new(name))
    }

    /// Gives a connection a further name.
    pub(crate) fn alias(&mut self, alias: &str, connected: Connected) -> Done<()> {
        let alias = Name::new(alias);
        refuse_other(self.connections.aliases.get(&alias), &alias, &connected)?;
        self.connections.aliases.insert(alias, connected);
        Ok(())
    }

    /// The source of queries.
    pub(crate) fn source_connection(&self) -> Done<Connected> {
        let source = self.connections.source.clone();
        source.ok_or_else(|| unconnected("open a data source first, with OPEN").into())
    }

    /// The destination of PREP and PUT.
    pub(crate) fn destination_connection(&self) -> Done<Connected> {
        let destination = self.connections.destination.clone();
        destination.ok_or_else(|| unconnected("choose a destination first, with SAVE TO").into())
    }

    /// The database of the run that is a file, made on first use.
    pub(crate) fn temp(&mut self) -> Done<Connected> {
        let path = if let Some(TempFile(path)) = &self.outside.temp {
            path.clone()
        } else {
            let folder = self.shared.environment.home.join("temp");
            std::fs::create_dir_all(&folder).map_err(|error| file_fault(&folder, &error))?;
            let name = format!("temp-{:016x}.sqlite", self.shared.environment.chance.next());
            let path = folder.join(name);
            self.outside.temp = Some(TempFile(path.clone()));
            path
        };
        let connected = self.url(&format!("sqlite:{}", path.display()), None)?;
        Ok(Connected {
            key: "TEMP".into(),
            ..connected
        })
    }

    /// The database of the run that CACHE or TEMP names.
    pub(crate) fn scratch(&mut self, place: Scratch) -> Done<Connected> {
        match place {
            Scratch::Cache => self.cache(),
            Scratch::Temp => self.temp(),
        }
    }

    /// Runs a query that may give as many rows as the run may have.
    pub(crate) fn query_rows(
        &self,
        connected: &Connected,
        sql: &str,
        parameters: &[Value],
    ) -> Done<Table> {
        let limit = self.limits().rows;
        self.with_session(connected, |session| {
            session.query_up_to(limit, sql, parameters)
        })
    }

    /// Uses the session of a connection, opening it when this is the first use.
    pub(crate) fn with_session<T>(
        &self,
        connected: &Connected,
        work: impl FnOnce(&mut dyn Session) -> crate::sql::Result<T>,
    ) -> Done<T> {
        let shared = &self.shared;
        let done = shared.with_session(&connected.key, &connected.source, |session| {
            work(&mut **session)
        })?;
        let done = done.map_err(Error::from)?;
        // Some servers end a stopped statement as if it had done its work.
        self.look()?;
        Ok(done)
    }
}

impl Connected {
    pub(crate) fn dialect(&self) -> Dialect {
        self.source.dialect()
    }
}

/// A name stays what it is for the whole run.
fn refuse_other(old: Option<&Connected>, name: &Name, new: &Connected) -> Done<()> {
    if old.is_some_and(|old| old.key != new.key) {
        let message = format!("`{name}` already names another connection");
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    Ok(())
}

fn missing(name: &str) -> Error {
    let message = format!("there is no connection `{name}`");
    Error::new(Code::CONNECTION_NOT_FOUND, message)
}
