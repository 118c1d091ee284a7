//! The surroundings of a program that runs without a daemon.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::runtime::Handle;

use crate::app::client::Target;
use crate::app::connect::Connector;
use crate::app::exit::{Exit, Failure};
use crate::app::house::pql_limits;
use crate::app::terminal;
use crate::clock::{SystemChance, SystemClock};
use crate::config::Settings;
use crate::connectors::{self, properties};
use crate::model::{ConnectionDefinition, ConnectionName, Secret, VariableName};
use crate::pql::{Cancel, CommandLine, Commands, Environment, Globals, Limits, Output};
use crate::process::{self, SystemLauncher};
use crate::registry::{Connect, Connection, Definitions, Severity};
use crate::runner::{ShellCommands, ThisMachine};
use crate::sql::{Source, unusable};
use crate::value::{Row, Value};

/// What the command line says about the surroundings of a program.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// Data connections as `NAME=URL`.
    pub connections: &'a [String],
    /// A file of settings and connections.
    pub properties: Option<&'a Path>,
    /// Settings that the options stand for.
    pub settings: Vec<(&'a str, String)>,
    /// Who is signed in.
    pub user: Row,
}

/// Builds the surroundings of a program that runs without a daemon.
///
/// # Errors
/// The settings cannot be read, or a connection cannot be used.
pub fn environment(target: &Target, given: Surroundings<'_>) -> Result<Environment, Failure> {
    let settings = settings(target)?;
    let environment = Environment {
        definitions: Arc::default(),
        globals: Arc::new(OwnGlobals::default()),
        job_variables: None,
        output: Arc::new(Terminal),
        user: Arc::default(),
        clock: Arc::new(SystemClock),
        zone: settings.zone.clone(),
        chance: Arc::new(SystemChance),
        commands: None,
        home: settings.home.clone(),
        machine: Some(Arc::new(ThisMachine::alone())),
        runtime: Handle::current(),
        limits: pql_limits(&settings),
    };
    let mut definitions = Definitions::default();
    let connector = Connector {
        runtime: Handle::current(),
    };
    for row in &settings.connections {
        add_described(&mut definitions, &connector, row);
    }
    set_up(environment, definitions, given, &settings)
}

/// The settings of this home, for a person who waits.
///
/// # Errors
/// They cannot be read.
pub(super) fn settings(target: &Target) -> Result<Settings, Failure> {
    let mut settings = target.settings()?;
    let pql = &mut settings.pql;
    pql.connect_retries = pql.connect_retries.min(Limits::PERSON_CONNECT_RETRIES);
    Ok(settings)
}

/// Adds what the command line says to the surroundings of a program.
///
/// # Errors
/// A connection cannot be used.
pub(super) fn set_up(
    environment: Environment,
    mut definitions: Definitions,
    given: Surroundings<'_>,
    settings: &Settings,
) -> Result<Environment, Failure> {
    let connector = Connector {
        runtime: Handle::current(),
    };
    if let Some(path) = given.properties {
        load(&mut definitions, &connector, path)?;
    }
    for text in given.connections {
        let row = definition(text)?;
        let source = connector.connect(&row).map_err(|error| {
            Failure::new(
                Exit::Usage,
                format!("connection `{}` cannot be used", row.name),
            )
            .why(error.message.clone())
            .code(error.code)
        })?;
        add(&mut definitions, &row, source);
    }
    for (name, value) in given.settings {
        definitions.settings.insert(name.into(), value.into());
    }
    Ok(Environment {
        definitions: Arc::new(definitions),
        user: Arc::new(given.user),
        commands: Some(Arc::new(OwnCommands::of(&settings.home))),
        ..environment
    })
}

/// Takes the settings and connections of a file, as LOAD does.
fn load(definitions: &mut Definitions, connector: &Connector, path: &Path) -> Result<(), Failure> {
    let unreadable = |error: connectors::Error| {
        Failure::new(Exit::Usage, "the properties cannot be read")
            .why(error.to_string())
            .code(error.code())
    };
    let pairs = properties::read(path, properties::format_of(path)).map_err(unreadable)?;
    let (connections, settings) = properties::parts(pairs).map_err(unreadable)?;
    for (name, described) in connections {
        let name = ConnectionName::parse(&name).map_err(|error| {
            Failure::new(Exit::Usage, "a connection cannot be used").why(error.to_string())
        })?;
        let row = ConnectionDefinition {
            id: None,
            name,
            url: Secret::new(described.url.as_str()),
            username: described.username,
            password: described.password.as_deref().map(Secret::new),
            retry_count: described.retry_count,
            idle_ms: described.idle_ms,
            enabled: true,
        };
        add_described(definitions, connector, &row);
    }
    for (name, value) in settings {
        let name = name.replace('.', "_").to_uppercase();
        definitions.settings.insert(name.into(), value.into());
    }
    Ok(())
}

fn definition(text: &str) -> Result<ConnectionDefinition, Failure> {
    let wrong = |why: String| {
        Failure::new(Exit::Usage, "a connection cannot be used")
            .why(why)
            .next("write --connection NAME=URL, such as shop=sqlite:shop.db")
    };
    let (name, url) = text
        .split_once('=')
        .ok_or_else(|| wrong("`=` is missing".to_owned()))?;
    Ok(ConnectionDefinition {
        id: None,
        name: ConnectionName::parse(name).map_err(|error| wrong(error.to_string()))?,
        url: Secret::new(url),
        username: None,
        password: None,
        retry_count: 0,
        idle_ms: 0,
        enabled: true,
    })
}

/// Adds a connection of some settings, which may be one of many that the program does not need: it
/// is refused when it is opened.
fn add_described(definitions: &mut Definitions, connector: &Connector, row: &ConnectionDefinition) {
    let source = connector.connect(row);
    let source = source.unwrap_or_else(|error| unusable(row.name.as_str(), error.message));
    add(definitions, row, source);
}

fn add(definitions: &mut Definitions, row: &ConnectionDefinition, source: Arc<dyn Source>) {
    let connection = Connection {
        id: None,
        name: row.name.clone(),
        source,
        digest: "".into(),
    };
    definitions
        .connections
        .insert(row.name.clone(), Arc::new(connection));
}

/// Children of the program; the folder that their launcher wants is made for the first of them.
struct OwnCommands {
    home: PathBuf,
    runtime: Handle,
    opened: OnceLock<Result<ShellCommands, String>>,
}

impl OwnCommands {
    fn of(home: &Path) -> Self {
        Self {
            home: home.to_owned(),
            runtime: Handle::current(),
            opened: OnceLock::new(),
        }
    }

    fn open(&self) -> Result<ShellCommands, String> {
        let launcher = SystemLauncher::open(process::Settings {
            home_id: format!("run-{}", std::process::id()),
            script_folder: self.home.join("run"),
            python: "python3".into(),
            program_folders: Vec::new(),
            inherited: Vec::new(),
        });
        Ok(ShellCommands {
            launcher: Arc::new(launcher.map_err(|error| error.to_string())?),
            runtime: self.runtime.clone(),
            folder: std::env::current_dir().map_err(|error| error.to_string())?,
            action_id: 0,
        })
    }
}

impl Commands for OwnCommands {
    fn run(
        &self,
        command: &str,
        cancel: &Cancel,
        each: &mut dyn FnMut(CommandLine<'_>),
    ) -> Result<i32, String> {
        match self.opened.get_or_init(|| self.open()) {
            Ok(commands) => commands.run(command, cancel, each),
            Err(reason) => Err(reason.clone()),
        }
    }
}

/// PRINT goes to standard output, all else to standard error.
pub(super) struct Terminal;

impl Output for Terminal {
    fn print(&self, line: &str) {
        terminal::data(line);
    }

    fn log(&self, _severity: Severity, text: &str) {
        terminal::notice(text);
    }
}

/// Global variables of one program: there is no daemon to keep them.
#[derive(Default)]
struct OwnGlobals(Mutex<HashMap<VariableName, Value>>);

impl Globals for OwnGlobals {
    fn get(&self, name: &VariableName) -> Option<Value> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    fn set(&self, name: &VariableName, value: Value) -> Result<(), String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone(), value);
        Ok(())
    }
}
