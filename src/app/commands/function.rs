//! `keeper function …`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::Value as Json;

use crate::app::client::{Client, Target, segment};
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::http::bodies::{
    CallBody, FunctionOutcome, FunctionRow, FunctionSheet, Page, ProgramBody, VersionBody,
};

/// What is done to which function.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Write JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a function, store it as a new version and let it serve.
    ///
    /// FILE is a WebAssembly module, or a PQL program when it ends in `.pql`. Nothing changes
    /// unless every check passes; calls under way end on the version they began with.
    #[command(after_help = "Examples:\n  \
        keeper function deploy masking.wasm --name MASK_PHONE\n  \
        keeper function deploy report.wasm --name DAY --grant clock --grant 'variable:REPORT_*'\n  \
        keeper function deploy double.pql --name DOUBLE --parameters '$n DEFAULT 1'")]
    Deploy(Deploy),
    /// List functions.
    List,
    /// Show one function: signature, grants, limits, digest and history.
    Show {
        /// The function.
        name: String,
    },
    /// Call a function and print its value.
    ///
    /// ARGUMENTS is a JSON array. The value is always printed as one line of compact JSON, so a
    /// text has quotes; what the function logs goes to standard error.
    #[command(after_help = "Examples:\n  \
        keeper function call MASK_PHONE '[\"13912345678\", 2]'\n  \
        keeper function call TODAY --json    # {\"value\":…,\"version\":…}")]
    Call {
        /// The function.
        name: String,
        /// The arguments, a JSON array; none when absent.
        arguments: Option<String>,
    },
    /// Publish a function as its row is now.
    Renew {
        /// The function.
        name: String,
    },
    /// Remove a function; its history stays, so that it can be rolled back to.
    Remove {
        /// The function.
        name: String,
    },
    /// Let an earlier version serve again.
    #[command(after_help = "Examples:\n  \
        keeper function rollback MASK_PHONE           # the version before\n  \
        keeper function rollback MASK_PHONE --to 3")]
    Rollback {
        /// The function.
        name: String,
        /// The version; the one before the present one when absent.
        #[arg(long, value_name = "N")]
        to: Option<u64>,
    },
    /// Show the history of a function.
    Versions {
        /// The function.
        name: String,
    },
}

#[derive(Debug, Args)]
struct Deploy {
    /// The module, or the program.
    file: PathBuf,
    /// What the function is called in PQL, with or without `@`.
    #[arg(long)]
    name: String,
    /// Which function of the module; else the one named like the function, or the only one.
    #[arg(long)]
    export: Option<String>,
    /// What it may touch: `clock`, `random`, `variable:NAME`, `connection:NAME:read`,
    /// `connection:NAME:write`, `http:HOST:PORT:METHOD`; may be given several times.
    #[arg(long, value_name = "GRANT")]
    grant: Vec<String>,
    /// The parameter list of a PQL program.
    #[arg(long, default_value = "")]
    parameters: String,
    /// Deploy even if callers of the running version break.
    #[arg(long)]
    force: bool,
    /// Why, for the history.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Does what the command says.
///
/// # Errors
/// What failed, why and what to do next.
pub async fn run(target: &Target, arguments: &Arguments) -> Result<Exit, Failure> {
    let client = Client::new(target)?;
    let json = arguments.json;
    match &arguments.command {
        Command::Deploy(request) => deploy(&client, request, json).await?,
        Command::List => list(&client, json).await?,
        Command::Show { name } => show(&client, name, json).await?,
        Command::Call { name, arguments } => {
            call(&client, name, arguments.as_deref(), json).await?;
        }
        Command::Renew { name } => {
            let path = format!("{}/renew", path_of(name));
            tell(&client.send(Method::POST, &path, None).await?, json)?;
        }
        Command::Remove { name } => {
            tell(
                &client.send(Method::DELETE, &path_of(name), None).await?,
                json,
            )?;
        }
        Command::Rollback { name, to } => {
            let to = to.map(|to| format!("?to={to}")).unwrap_or_default();
            let path = format!("{}/rollback{to}", path_of(name));
            tell(&client.send(Method::POST, &path, None).await?, json)?;
        }
        Command::Versions { name } => versions(&client, name, json).await?,
    }
    Ok(Exit::Success)
}

fn path_of(name: &str) -> String {
    format!("/api/v1/functions/{}", segment(name))
}

async fn deploy(client: &Client, request: &Deploy, json: bool) -> Result<(), Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for grant in &request.grant {
        query.append_pair("grants", grant);
    }
    for (name, value) in [("export", &request.export), ("note", &request.note)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if request.force {
        query.append_pair("force", "yes");
    }
    let path = format!("{}?{}", path_of(&request.name), query.finish());
    let bytes = std::fs::read(&request.file).map_err(|error| unreadable(&request.file, &error))?;
    let is_program = request.file.extension().is_some_and(|it| it == "pql");
    let outcome: FunctionOutcome = if is_program {
        let body = program(request, bytes)?;
        client.send(Method::PUT, &path, Some(body)).await?
    } else {
        client.send_bytes(Method::PUT, &path, bytes).await?
    };
    tell(&outcome, json)
}

fn program(request: &Deploy, bytes: Vec<u8>) -> Result<Json, Failure> {
    let text = String::from_utf8(bytes).map_err(|error| unreadable(&request.file, &error))?;
    let body = ProgramBody {
        parameters: request.parameters.clone(),
        text,
    };
    serde_json::to_value(body).map_err(|error| Failure::new(Exit::Failed, error.to_string()))
}

fn unreadable(file: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::Usage, format!("cannot read {}", file.display())).why(error.to_string())
}

/// One line that says what became of a function.
fn tell(outcome: &FunctionOutcome, json: bool) -> Result<(), Failure> {
    if json {
        return terminal::json(outcome);
    }
    let name = &outcome.name;
    let before = outcome.previous.map(|it| format!(" instead of {it}"));
    let before = before.unwrap_or_default();
    terminal::data(match (outcome.version, outcome.outcome.as_str()) {
        (None, _) => format!("{name} is removed; its history stays"),
        (Some(version), "unchanged") => format!("{name} is unchanged: version {version} serves"),
        (Some(version), _) => format!("{name} version {version} serves{before}"),
    });
    Ok(())
}

async fn list(client: &Client, json: bool) -> Result<(), Failure> {
    let mut functions: Vec<FunctionRow> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/functions?limit=500&after={after}");
        let page: Page<FunctionRow> = client.send(Method::GET, &path, None).await?;
        functions.extend(page.items);
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    if json {
        return terminal::json(&functions);
    }
    let row = |function: &FunctionRow| {
        let serving = match function.serving {
            Some(version) if version == function.version => "yes".to_owned(),
            Some(version) => format!("version {version}"),
            None => "no".to_owned(),
        };
        vec![
            function.name.clone(),
            function.version.to_string(),
            function.kind.clone(),
            serving,
            function.usage.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = functions.iter().map(row).collect();
    terminal::table(&["NAME", "VERSION", "KIND", "SERVES", "USAGE"], &rows);
    Ok(())
}

async fn show(client: &Client, name: &str, json: bool) -> Result<(), Failure> {
    let sheet: FunctionSheet = client.send(Method::GET, &path_of(name), None).await?;
    if json {
        return terminal::json(&sheet);
    }
    terminal::data(sheet.usage.as_deref().unwrap_or(&sheet.name));
    for line in sheet.description.lines() {
        terminal::data(format!("  {line}"));
    }
    let state = match sheet.serving {
        Some(version) if version == sheet.version => "serves".to_owned(),
        Some(version) => format!("stored, version {version} serves; see `keeper function renew`"),
        None => "does not serve; `keeper function renew` tells why".to_owned(),
    };
    terminal::data(format!(
        "version   {} ({}), {state}",
        sheet.version, sheet.kind
    ));
    if let Some(digest) = &sheet.digest {
        terminal::data(format!("digest    {digest}"));
    }
    if let Some(export) = &sheet.export {
        terminal::data(format!("export    {export}"));
    }
    let grants = if sheet.grants.is_empty() {
        "log".to_owned()
    } else {
        sheet.grants.join(", ")
    };
    terminal::data(format!("grants    {grants}"));
    let limits = sheet.limits;
    terminal::data(format!(
        "limits    {} bytes of memory, {} ms a call, {} bytes a value, {} host calls",
        limits.memory_bytes, limits.call_time_ms, limits.value_bytes, limits.host_calls
    ));
    tell_history(&sheet.versions);
    Ok(())
}

async fn versions(client: &Client, name: &str, json: bool) -> Result<(), Failure> {
    let path = format!("{}/versions", path_of(name));
    let page: Page<VersionBody> = client.send(Method::GET, &path, None).await?;
    if json {
        return terminal::json(&page.items);
    }
    tell_history(&page.items);
    Ok(())
}

fn tell_history(versions: &[VersionBody]) {
    const DIGEST_CHARS: usize = 12;
    let row = |version: &VersionBody| {
        let digest = version.digest.as_deref().unwrap_or_default();
        vec![
            version.version.to_string(),
            if version.current { "current" } else { "" }.to_owned(),
            version.kind.clone(),
            digest.chars().take(DIGEST_CHARS).collect(),
            version.deployed_at.clone(),
            version.note.clone(),
        ]
    };
    let rows: Vec<_> = versions.iter().map(row).collect();
    terminal::table(
        &["VERSION", "", "KIND", "DIGEST", "DEPLOYED", "NOTE"],
        &rows,
    );
}

async fn call(
    client: &Client,
    name: &str,
    arguments: Option<&str>,
    json: bool,
) -> Result<(), Failure> {
    let wrong = |why: String| {
        Failure::new(Exit::Usage, "the arguments are not a JSON array")
            .why(why)
            .next("keeper function call NAME '[\"text\", 2]'")
    };
    let arguments: Json = serde_json::from_str(arguments.unwrap_or("[]"))
        .map_err(|error| wrong(error.to_string()))?;
    if !arguments.is_array() {
        return Err(wrong(format!("found {arguments}")));
    }
    let path = format!("{}/call", path_of(name));
    let called: CallBody = client.send(Method::POST, &path, Some(arguments)).await?;
    called.log.iter().for_each(terminal::notice);
    if json {
        terminal::json(&called)
    } else {
        terminal::data(&called.value);
        Ok(())
    }
}
