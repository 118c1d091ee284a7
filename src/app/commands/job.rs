//! `keeper job …`

use std::path::{Path, PathBuf};

use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::app::client::{Client, Target, segment};
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::clock::Timestamp;
use crate::http::bodies::{JobBody, JobRow, Page, TickBody};
use crate::model::Job;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the daemon's jobs match a YAML file, or every one in a folder.
    #[command(
        after_help = "Examples:\n  keeper job apply jobs/\n  keeper job apply daily.yaml --dry-run"
    )]
    Apply {
        /// A file, or a folder of `*.yaml` and `*.yml` files.
        path: PathBuf,
        /// Say what would change and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// List jobs.
    List {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one job as the file that would make it.
    Show {
        /// Id or title.
        job: String,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Start a task of the job now.
    Run {
        /// Id or title.
        job: String,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let the job make tasks.
    Enable {
        /// Id or title.
        job: String,
    },
    /// Stop the job from making tasks; those that exist run to their end.
    Disable {
        /// Id or title.
        job: String,
    },
    /// Show the next ticks of a scheduled job, or set the next one by hand.
    #[command(after_help = "Examples:\n  keeper job next 'Daily orders'\n  \
                      keeper job next 'Daily orders' --at 2030-01-02T08:00:00+01:00")]
    Next {
        /// Id or title.
        job: String,
        /// The next tick, RFC 3339; those after it follow the plan again.
        #[arg(long)]
        at: Option<Timestamp>,
        /// How many to show.
        #[arg(long, default_value_t = 5)]
        count: u16,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Delete the job with its tasks, logs and ticks.
    #[command(after_help = "Example:\n  keeper job delete 'Daily orders' --yes")]
    Delete {
        /// Id or title.
        job: String,
        /// It is meant: there is no way back.
        #[arg(long)]
        yes: bool,
    },
}

/// Does what the command says.
///
/// # Errors
/// What failed, why and what to do next.
pub async fn run(target: &Target, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Apply {
            path,
            dry_run,
            json,
        } => {
            let mode = if dry_run { Mode::DryRun } else { Mode::Write };
            apply(target, &path, mode, json).await?;
        }
        Command::List { json } => list(target, json).await?,
        Command::Show { job, json } => show(target, &job, json).await?,
        Command::Run { job, json } => start(target, &job, json).await?,
        Command::Enable { job } => switch(target, &job, "enable").await?,
        Command::Disable { job } => switch(target, &job, "disable").await?,
        Command::Next {
            job,
            at,
            count,
            json,
        } => next(target, &job, at, (count, json)).await?,
        Command::Delete { job, yes } => delete(target, &job, yes).await?,
    }
    Ok(Exit::Success)
}

/// Whether an apply writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    DryRun,
    Write,
}

async fn apply(target: &Target, path: &Path, mode: Mode, json: bool) -> Result<(), Failure> {
    // Every file is read and checked before the first one is sent: a broken file changes nothing.
    let bodies = files(path)?
        .iter()
        .map(|file| read_job(file))
        .collect::<Result<Vec<_>, _>>()?;
    let client = Client::new(target)?;
    let query = match mode {
        Mode::DryRun => "?dry_run=yes",
        Mode::Write => "",
    };
    let mut answers = Vec::with_capacity(bodies.len());
    for body in bodies {
        let body = serde_json::to_value(&body)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        let path = format!("/api/v1/jobs{query}");
        let answer: Json = client.send(Method::PUT, &path, Some(body)).await?;
        if !json {
            terminal::data(sentence(&answer, mode));
        }
        answers.push(answer);
    }
    if json {
        terminal::json(&answers)
    } else {
        Ok(())
    }
}

fn sentence(answer: &Json, mode: Mode) -> String {
    let text = |key: &str| answer.get(key).and_then(Json::as_str).unwrap_or_default();
    let will = match mode {
        Mode::DryRun => "would be ",
        Mode::Write => "",
    };
    let mut lines = format!("{}: {will}{}", text("title"), text("outcome"));
    for change in answer
        .get("changes")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        lines.push_str("\n  ");
        lines.push_str(change.as_str().unwrap_or_default());
    }
    lines
}

fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::new(Exit::Usage, format!("cannot read {}", path.display())).why(error.to_string())
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if matches!(
            file.extension().and_then(|e| e.to_str()),
            Some("yaml" | "yml")
        ) {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        let what = format!("{} holds no job file", path.display());
        return Err(Failure::new(Exit::Usage, what).next("job files end in .yaml or .yml"));
    }
    Ok(files)
}

fn read_job(file: &Path) -> Result<JobBody, Failure> {
    let broken = |why: String| {
        Failure::new(Exit::Usage, format!("{} is not a job", file.display()))
            .why(why)
            .next("docs/jobs.md has the schema; nothing was changed")
    };
    let text = std::fs::read_to_string(file).map_err(|error| broken(error.to_string()))?;
    let body: JobBody = serde_saphyr::from_str(&text).map_err(|error| broken(error.to_string()))?;
    Job::try_from(body.clone()).map_err(|error| broken(error.to_string()))?;
    Ok(body)
}

async fn list(target: &Target, json: bool) -> Result<(), Failure> {
    let client = Client::new(target)?;
    let mut jobs: Vec<JobRow> = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/jobs?limit=500&after={after}");
        let page: Page<JobRow> = client.send(Method::GET, &path, None).await?;
        jobs.extend(page.items);
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    if json {
        return terminal::json(&jobs);
    }
    let row = |job: &JobRow| {
        let state = if job.enabled { "enabled" } else { "disabled" };
        vec![
            job.id.clone(),
            job.title.clone(),
            job.kind.clone(),
            state.to_owned(),
            job.schedule.clone(),
            job.next_tick.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = jobs.iter().map(row).collect();
    terminal::table(
        &["ID", "TITLE", "KIND", "STATE", "SCHEDULE", "NEXT TICK"],
        &rows,
    );
    Ok(())
}

async fn show(target: &Target, job: &str, json: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/jobs/{}", segment(job));
    let body: JobBody = Client::new(target)?.send(Method::GET, &path, None).await?;
    if json {
        return terminal::json(&body);
    }
    let yaml = serde_saphyr::to_string(&body);
    terminal::data(
        yaml.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?
            .trim_end(),
    );
    Ok(())
}

async fn start(target: &Target, job: &str, json: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/jobs/{}/run", segment(job));
    let task: Json = Client::new(target)?
        .send(Method::POST, &path, Some(json!({})))
        .await?;
    if json {
        return terminal::json(&task);
    }
    let id = task.get("id").and_then(Json::as_str).unwrap_or_default();
    terminal::data(format!(
        "task {id} was created; follow it by: keeper task logs -f {id}"
    ));
    Ok(())
}

async fn switch(target: &Target, job: &str, verb: &str) -> Result<(), Failure> {
    let path = format!("/api/v1/jobs/{}/{verb}", segment(job));
    let _row: Json = Client::new(target)?.send(Method::PUT, &path, None).await?;
    terminal::data(format!("{job}: {verb}d"));
    Ok(())
}

async fn delete(target: &Target, job: &str, yes: bool) -> Result<(), Failure> {
    if !yes {
        let what = format!("job `{job}` was not deleted");
        return Err(Failure::new(Exit::Usage, what)
            .why("its tasks and their history would go with it")
            .next("add --yes, or `keeper job disable` to keep the history"));
    }
    let path = format!("/api/v1/jobs/{}", segment(job));
    let row: JobRow = Client::new(target)?
        .send(Method::DELETE, &path, None)
        .await?;
    terminal::data(format!("{}: deleted", row.title));
    Ok(())
}

async fn next(
    target: &Target,
    job: &str,
    at: Option<Timestamp>,
    (count, json): (u16, bool),
) -> Result<(), Failure> {
    let client = Client::new(target)?;
    if let Some(at) = at {
        let path = format!(
            "/api/v1/jobs/{}/next_tick?at={}",
            segment(job),
            segment(&at.to_string())
        );
        let row: JobRow = client.send(Method::PUT, &path, None).await?;
        if json {
            return terminal::json(&row);
        }
        let next = row.next_tick.unwrap_or_default();
        terminal::data(format!("{}: the next tick is {next}", row.title));
        return Ok(());
    }
    let path = format!("/api/v1/jobs/{}/ticks?limit={count}", segment(job));
    let page: Page<TickBody> = client.send(Method::GET, &path, None).await?;
    if json {
        return terminal::json(&page.items);
    }
    let rows: Vec<Vec<String>> = page
        .items
        .into_iter()
        .map(|tick| vec![tick.local, tick.at, tick.task_id.unwrap_or_default()])
        .collect();
    terminal::table(&["LOCAL", "AT", "TASK"], &rows);
    Ok(())
}
