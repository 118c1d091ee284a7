//! `keeper serve --demo`: a database with made-up rows, a function and jobs to play with.
//!
//! What is there already stays as it is, so a demo that somebody changed survives a restart.

use std::path::{Path, PathBuf};

use serde_json::json;
use tokio::runtime::Handle;

use super::client::Target;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::http::bodies::JobBody;
use crate::model::{ConnectionDefinition, ConnectionName, FunctionName, Job, Secret};
use crate::ops::{Apply, Compatibility, Deployment, Material, Ops};
use crate::sql;
use crate::store::Options;

const SHOP: &str = include_str!("shop.sql");
const JOBS: &str = include_str!("jobs.yaml");

const CONNECTION: &str = "demo.shop";
const FUNCTION: &str = "MASK_PHONE";

/// The sample module with the function of the demo.
const MODULE: &str = "masking.wasm";

/// Puts everything in place and says what to try.
///
/// # Errors
/// What could not be put in place.
pub(super) async fn prepare(ops: &Ops, home: &Path, url: &str) -> Result<(), Failure> {
    let database = home.join("demo").join("shop.db");
    let path = database.clone();
    let filled = tokio::task::spawn_blocking(move || fill(&path)).await;
    // The closure does not panic, and nobody aborts it.
    filled.unwrap_or(Ok(()))?;
    connect(ops, &database).await?;
    let module = find_module().ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("the sample module {MODULE} was not found"),
        )
        .why("it is looked for in `guests` beside the program's folder and in `target/guests`")
        .next("make guests")
    })?;
    deploy(ops, &module).await?;
    apply(ops, &database).await?;
    terminal::notice(next_steps(&module, home, url));
    Ok(())
}

fn failed(what: &'static str) -> impl Fn(&dyn std::error::Error) -> Failure {
    move |error| Failure::new(Exit::Failed, format!("the demo: {what}")).why(error.to_string())
}

/// Makes the database with its rows, all or nothing, unless it is there.
fn fill(database: &Path) -> Result<(), Failure> {
    let failed = failed("its database cannot be made");
    if database.exists() {
        return Ok(());
    }
    let folder = database.parent().unwrap_or(database);
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let draft = database.with_extension("draft");
    if draft.exists() {
        std::fs::remove_file(&draft).map_err(|error| failed(&error))?;
    }
    let url = format!("sqlite:{}", draft.display());
    // SQLite never waits for the runtime; the driver is asked for one all the same.
    let source = sql::source(&url, sql::Options::default(), &Handle::current());
    let mut session = source
        .and_then(|source| source.open(Options::default().connect_timeout))
        .map_err(|error| failed(&error))?;
    session.begin().map_err(|error| failed(&error))?;
    session.script(SHOP).map_err(|error| failed(&error))?;
    session.commit().map_err(|error| failed(&error))?;
    // Closing the last session brings everything into the one file that is renamed.
    drop(session);
    std::fs::rename(&draft, database).map_err(|error| failed(&error))
}

async fn connect(ops: &Ops, database: &Path) -> Result<(), Failure> {
    let failed = failed("its connection cannot be set up");
    let row = ConnectionDefinition {
        id: None,
        name: ConnectionName::parse(CONNECTION).map_err(|error| failed(&error))?,
        url: Secret::new(format!("sqlite:{}", database.display())),
        username: None,
        password: None,
        retry_count: 0,
        idle_ms: 0,
        enabled: true,
    };
    let now = ops.pql.clock.now();
    let id = ops.store.save_connection(row, now).await;
    let id = id.map_err(|error| failed(&error))?;
    let set_up = ops.setup_connection(id).await;
    set_up.map(|_| ()).map_err(|error| failed(&error))
}

/// The module among what was built with this program.
fn find_module() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok().and_then(|program| {
        let folder = program.parent()?.parent()?;
        Some(folder.join("guests").join(MODULE))
    });
    let here = PathBuf::from("target/guests").join(MODULE);
    beside.into_iter().chain([here]).find(|path| path.exists())
}

async fn apply(ops: &Ops, database: &Path) -> Result<(), Failure> {
    let failed = failed("its jobs cannot be made");
    for document in JOBS.split("\n---\n") {
        let mut body: JobBody = serde_saphyr::from_str(document).map_err(|error| failed(&error))?;
        for command in &mut body.commands {
            if command.text.contains("#{database}") {
                command.args = json!({ "database": database.display().to_string() });
            }
        }
        let job = Job::try_from(body).map_err(|error| failed(&error))?;
        if ops.find_job(&job.title).await.is_err() {
            let applied = ops.apply_job(job, Apply::Write, None).await;
            applied.map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

async fn deploy(ops: &Ops, module: &Path) -> Result<(), Failure> {
    let failed = failed("its function cannot be deployed");
    let name = FunctionName::parse(FUNCTION).map_err(|error| failed(&error))?;
    if ops.registry.pin().functions.contains_key(&name) {
        return Ok(());
    }
    let bytes = std::fs::read(module).map_err(|error| failed(&error))?;
    let deployment = Deployment {
        name,
        material: Material::Module {
            bytes,
            export: None,
        },
        grants: Vec::new(),
        compatibility: Compatibility::Kept,
        note: "demo".to_owned(),
    };
    let deployed = ops.deploy_function(deployment).await;
    deployed.map(|_| ()).map_err(|error| failed(&error))
}

fn next_steps(module: &Path, home: &Path, url: &str) -> String {
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "keeper".to_owned());
    let at = if url == Target::DEFAULT_URL {
        String::new()
    } else {
        format!(" --url {url}")
    };
    let keeper = format!("{} --home {}{at}", short(Path::new(&program)), short(home));
    let module = short(module);
    format!(
        "
The demo runs: the job `Masked orders` starts every minute. Try, in another terminal:

  # change a function while it runs: from now on the job hides whole phone numbers
  {keeper} function deploy {module} --name {FUNCTION} --export HIDE_PHONE

  # run the job once more; it says how to follow what it prints
  {keeper} job run 'Masked orders'

  # run a job that fails, then ask why: `task why` and the number that was printed
  {keeper} job run 'Fails on purpose'
"
    )
}

/// A path as a person in the present folder would write it.
fn short(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    path.display().to_string()
}
