//! `keeper run` and `keeper eval`: PQL without a daemon.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clap::Args;
use tokio::runtime::Handle;

use crate::app::connect::Connector;
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::clock::{SystemChance, SystemClock};
use crate::config::{Environment as Variables, Overrides, Settings};
use crate::model::{ConnectionDefinition, ConnectionName, Secret, VariableName};
use crate::pql::diagnostics::{Diagnostic, Style, render};
use crate::pql::syntax::Source;
use crate::pql::{
    self, Cancel, CommandLine, Commands, Environment, Globals, Limits, Output, Runner, Script,
};
use crate::process::{self, SystemLauncher};
use crate::registry::{Connect, Connection, Definitions, Severity};
use crate::runner::{ShellCommands, parse_arguments};
use crate::value::Value;

/// What is run, with what.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                  keeper run report.pql\n  \
                  keeper run report.pql --args 'day=2030-01-01'\n  \
                  keeper run copy.pql --connection shop=sqlite:shop.db\n  \
                  keeper run page.txt --embedded")]
pub struct Arguments {
    /// The program file.
    file: Option<PathBuf>,
    /// The program itself, instead of a file.
    #[arg(long, conflicts_with = "file")]
    sql: Option<String>,
    /// A query string or a JSON object.
    #[arg(long, visible_alias = "vars")]
    args: Option<String>,
    /// A data connection; may be given several times.
    #[arg(long, value_name = "NAME=URL")]
    connection: Vec<String>,
    /// The file is text with `<% %>`; the rendered text is written.
    #[arg(long)]
    embedded: bool,
    /// Also write an implicit result.
    #[arg(long)]
    implicit: bool,
}

/// Runs a program.
///
/// # Errors
/// It cannot be read, or its connections cannot be used.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let (name, text) = program(arguments)?;
    let values = parse_arguments(arguments.args.as_deref().unwrap_or_default())
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()).code(error.code()))?;
    let values: Vec<(String, Value)> = values
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect();
    let texts: Vec<(&str, String)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.render().into_owned()))
        .collect();
    let source = Source::with_arguments(name, text, &texts);
    let script = if arguments.embedded {
        pql::compile_embedded(&source)
    } else {
        pql::compile(&source)
    };
    let environment = environment(&arguments.connection)?;
    let Some(outcome) = finish(script, &source, environment, values) else {
        return Ok(Exit::Failed);
    };
    if outcome.exit_code != 0 {
        return Ok(Exit::Code(u8::try_from(outcome.exit_code).unwrap_or(1)));
    }
    if arguments.embedded {
        terminal::text(outcome.text());
    } else if !outcome.explicit.is_empty() || (arguments.implicit && outcome.implicit.is_some()) {
        terminal::data(outcome.value().to_json());
    }
    Ok(Exit::Success)
}

/// Prints the value of an expression.
///
/// # Errors
/// The settings cannot be read.
pub fn eval(expression: &str) -> Result<Exit, Failure> {
    let source = Source::new("expression", expression);
    let script = pql::compile_expression(&source);
    let outcome = finish(script, &source, environment(&[])?, Vec::new());
    Ok(if outcome.is_some() {
        Exit::Success
    } else {
        Exit::Failed
    })
}

fn finish(
    script: Result<Script, Vec<Diagnostic>>,
    source: &Source,
    environment: Environment,
    values: Vec<(String, Value)>,
) -> Option<pql::Outcome> {
    let script = match script {
        Ok(script) => script,
        Err(faults) => {
            terminal::notice(render(&faults, source, style()).trim_end());
            return None;
        }
    };
    if !script.warnings().is_empty() {
        terminal::notice(render(script.warnings(), source, style()).trim_end());
    }
    let mut runner = Runner::new(script, environment);
    for (name, value) in values {
        runner = runner.place(name, value);
    }
    runner
        .run()
        .map_err(|error| terminal::notice(error.render().trim_end()))
        .ok()
}

fn style() -> Style {
    if terminal::notices_are_coloured() {
        Style::Coloured
    } else {
        Style::Plain
    }
}

fn program(arguments: &Arguments) -> Result<(String, String), Failure> {
    if let Some(text) = &arguments.sql {
        return Ok(("program".to_owned(), text.replace("~u0034", "\"")));
    }
    let Some(file) = &arguments.file else {
        return Err(Failure::new(Exit::Usage, "no program was named")
            .next("keeper run FILE, or keeper run --sql 'PRINT 1;'"));
    };
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(Exit::Failed, format!("cannot read {}", file.display())).why(error.to_string())
    })?;
    Ok((file.display().to_string(), text))
}

fn environment(connections: &[String]) -> Result<Environment, Failure> {
    let settings = Settings::load(&Overrides::default(), &Variables::of_process())
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()).code(error.code()))?;
    let mut definitions = Definitions::default();
    let connector = Connector {
        runtime: Handle::current(),
    };
    for row in &settings.connections {
        add(&mut definitions, &connector, row)?;
    }
    for text in connections {
        add(&mut definitions, &connector, &definition(text)?)?;
    }
    Ok(Environment {
        definitions: Arc::new(definitions),
        globals: Arc::new(OwnGlobals::default()),
        job_variables: None,
        output: Arc::new(Terminal),
        clock: Arc::new(SystemClock),
        zone: settings.zone,
        chance: Arc::new(SystemChance),
        commands: Some(Arc::new(OwnCommands::of(&settings.home))),
        home: settings.home,
        runtime: Handle::current(),
        limits: Limits::default(),
    })
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
        enabled: true,
    })
}

fn add(
    definitions: &mut Definitions,
    connector: &Connector,
    row: &ConnectionDefinition,
) -> Result<(), Failure> {
    let source = connector.connect(row).map_err(|error| {
        Failure::new(
            Exit::Usage,
            format!("connection `{}` cannot be used", row.name),
        )
        .why(error.message.clone())
        .code(error.code)
    })?;
    let connection = Connection {
        id: None,
        name: row.name.clone(),
        source,
        digest: "".into(),
    };
    definitions
        .connections
        .insert(row.name.clone(), Arc::new(connection));
    Ok(())
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
struct Terminal;

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
