//! `keeper run` and `keeper eval`: PQL without a daemon.

mod connection;
mod host;
mod stored;

use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::client::Target;
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::model::{JobId, TaskId};
use crate::pql::diagnostics::{Diagnostic, Style, render};
use crate::pql::syntax::Source;
use crate::pql::{self, Environment, Runner, Script};
use crate::runner::parse_arguments;
use crate::value::{Row, Value};

use host::{Surroundings, environment};
use stored::Stored;

/// What is run, with what.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                  keeper run report.pql\n  \
                  keeper run report.pql --args 'day=2030-01-01'\n  \
                  keeper run copy.pql --connection shop=sqlite:shop.db\n  \
                  keeper run page.txt --embedded\n  \
                  keeper run copy.pql --job 7\n  \
                  keeper run --url mysql://user@host/db --password secret")]
pub struct Arguments {
    /// The program file; `FILE?a=1&b=2` carries arguments.
    file: Option<PathBuf>,
    /// The same as FILE.
    #[arg(long = "file", value_name = "FILE", conflicts_with = "file")]
    file_option: Option<PathBuf>,
    /// The program itself, instead of a file.
    #[arg(long, conflicts_with_all = ["file", "file_option"])]
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
    /// Settings and connections to begin with: a properties, YAML or JSON file.
    #[arg(long, value_name = "FILE")]
    properties: Option<PathBuf>,
    /// Sign in: `userid=1&username=ada&role=master`.
    #[arg(long, value_name = "FIELDS")]
    login: Option<String>,
    /// The job that the program runs for: `%x` are its variables, and functions, connections and
    /// global variables are those of the store.
    #[arg(long, value_name = "ID")]
    job: Option<JobId>,
    /// A task whose PQL command is the program, with its arguments.
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "file_option", "sql", "job"])]
    task: Option<TaskId>,
    /// A stored note: not supported in this version.
    #[arg(long, value_name = "ID", hide = true)]
    note: Option<u64>,
    /// Tell each statement and its rows on standard error.
    #[arg(long, value_name = "on|off", num_args = 0..=1, default_missing_value = "on")]
    debug: Option<String>,
    /// How labelled lines of PRINT look: `text` or `html`.
    #[arg(long, value_name = "FORM")]
    log: Option<String>,
    #[command(flatten)]
    test: connection::TestArguments,
}

/// Runs a program; without one tests the connection that `--url` names.
///
/// # Errors
/// It cannot be read, or its connections cannot be used.
pub fn run(target: &Target, arguments: &Arguments) -> Result<Exit, Failure> {
    let file = arguments.file.as_ref().or(arguments.file_option.as_ref());
    if file.is_none() && arguments.sql.is_none() && connection::is_asked(target) {
        return connection::test(target, &arguments.test);
    }
    if arguments.note.is_some() {
        let what = "`--note` is not supported in this version";
        return Err(Failure::new(Exit::Usage, what).next("keeper run FILE --job ID"));
    }
    let ready = prepare(target, arguments, file)?;
    let texts: Vec<(&str, String)> = ready
        .values
        .iter()
        .map(|(name, value)| (name.as_str(), value.render().into_owned()))
        .collect();
    let source = Source::with_arguments(ready.name, ready.text, &texts)
        .with_nesting_max(ready.environment.limits.nesting);
    let script = if arguments.embedded {
        pql::compile_embedded(&source)
    } else {
        pql::compile(&source)
    };
    let Some(outcome) = finish(script, &source, ready.environment, ready.values) else {
        return Ok(Exit::Failed);
    };
    if outcome.exit_code != 0 {
        return Ok(Exit::Code(u8::try_from(outcome.exit_code).unwrap_or(1)));
    }
    if arguments.embedded {
        terminal::text(outcome.written(&pql::Cancel::new()));
    } else if !outcome.explicit.is_empty() || (arguments.implicit && outcome.implicit.is_some()) {
        terminal::data(outcome.value().to_json());
    }
    Ok(Exit::Success)
}

/// A program with everything that it gets.
struct Ready {
    name: String,
    text: String,
    values: Vec<(String, Value)>,
    environment: Environment,
}

/// Finds the program, its arguments and its surroundings.
fn prepare(
    target: &Target,
    arguments: &Arguments,
    file: Option<&PathBuf>,
) -> Result<Ready, Failure> {
    let surroundings = surroundings(arguments)?;
    let own = given(arguments.args.as_deref().unwrap_or_default())?;
    if let Some(id) = arguments.task {
        let stored = Stored::open(host::settings(target)?)?;
        let stage = stored.stage(id)?;
        return Ok(Ready {
            name: stage.name,
            text: stage.text,
            values: placed(stage.values, own),
            environment: stored.environment(stage.job, surroundings)?,
        });
    }
    let (name, text, query) = program(arguments, file)?;
    let environment = match arguments.job {
        Some(job) => Stored::open(host::settings(target)?)?.environment(job, surroundings)?,
        None => environment(target, surroundings)?,
    };
    Ok(Ready {
        name,
        text,
        values: placed(given(&query)?, own),
        environment,
    })
}

/// Arguments of which later ones replace earlier ones of the same name.
fn placed(mut values: Vec<(String, Value)>, later: Vec<(String, Value)>) -> Vec<(String, Value)> {
    for (name, value) in later {
        values.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        values.push((name, value));
    }
    values
}

/// Reads arguments as they are written.
fn given(text: &str) -> Result<Vec<(String, Value)>, Failure> {
    let values = parse_arguments(text)
        .map_err(|error| Failure::new(Exit::Usage, error.to_string()).code(error.code()))?;
    Ok(values
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)))
        .collect())
}

fn surroundings(arguments: &Arguments) -> Result<Surroundings<'_>, Failure> {
    let mut settings = Vec::new();
    if let Some(debug) = &arguments.debug {
        settings.push(("PQL_DEBUG", debug.clone()));
    }
    match arguments.log.as_deref() {
        None => {}
        Some(form @ ("text" | "html")) => settings.push(("PQL_LOG", form.to_owned())),
        Some(other) => {
            let what = format!("`--log` is `text` or `html`, not `{other}`");
            return Err(Failure::new(Exit::Usage, what));
        }
    }
    let mut user = Row::new();
    for (name, value) in given(arguments.login.as_deref().unwrap_or_default())? {
        // The number of a user is a number, also in a query string.
        let number = match &value {
            Value::Text(text) if name.eq_ignore_ascii_case("userid") => text.trim().parse().ok(),
            _ => None,
        };
        user.insert(name.to_uppercase(), number.map_or(value, Value::Integer));
    }
    Ok(Surroundings {
        connections: &arguments.connection,
        properties: arguments.properties.as_deref(),
        settings,
        user,
    })
}

/// Prints the value of an expression.
///
/// # Errors
/// The settings cannot be read.
pub fn eval(target: &Target, expression: &str) -> Result<Exit, Failure> {
    let source = Source::new("expression", expression);
    let script = pql::compile_expression(&source);
    let outcome = finish(
        script,
        &source,
        environment(target, Surroundings::default())?,
        Vec::new(),
    );
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

/// How notices are decorated.
pub(super) fn style() -> Style {
    if terminal::notices_are_coloured() {
        Style::Coloured
    } else {
        Style::Plain
    }
}

/// Name, text and query string of the program.
fn program(
    arguments: &Arguments,
    file: Option<&PathBuf>,
) -> Result<(String, String, String), Failure> {
    if let Some(text) = &arguments.sql {
        let text = text.replace("~u0034", "\"");
        return Ok(("program".to_owned(), text, String::new()));
    }
    let Some(file) = file else {
        return Err(Failure::new(Exit::Usage, "no program was named")
            .next("keeper run FILE, or keeper run --sql 'PRINT 1;'"));
    };
    let (file, query) = split_query(file);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        Failure::new(Exit::Failed, format!("cannot read {}", file.display())).why(error.to_string())
    })?;
    Ok((file.display().to_string(), text, query))
}

/// A file whose name has a question mark is itself and carries nothing.
fn split_query(file: &Path) -> (PathBuf, String) {
    let text = file.to_string_lossy();
    match text.split_once('?') {
        Some((name, query)) if !file.exists() => (name.into(), query.to_owned()),
        _ => (file.to_owned(), String::new()),
    }
}
