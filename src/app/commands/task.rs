//! `keeper task …`

use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use reqwest::Method;
use serde_json::Value as Json;

use crate::app::client::{Client, Target};
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::http::bodies::{LogPageBody, Page, ReasonBody, TaskBody};
use crate::model::TaskId;

/// Pause between two looks at a log that has nothing new.
const FOLLOW_PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List tasks, newest first.
    List {
        /// Only tasks of this job, by id or title.
        #[arg(long)]
        job: Option<String>,
        /// Only tasks that stand so.
        #[arg(long)]
        status: Option<String>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one task with its actions.
    Show {
        /// The task.
        id: TaskId,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what a task printed.
    Logs {
        /// The task.
        id: TaskId,
        /// Go on until the task has ended; exits with the task's result.
        #[arg(short, long)]
        follow: bool,
        /// Which lines.
        #[arg(long, value_enum, default_value_t = Mode::All)]
        mode: Mode,
        /// Write one JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// Kill a running task.
    Kill {
        /// The task.
        id: TaskId,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Tell why a task stands where it stands.
    Why {
        /// The task.
        id: TaskId,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Which lines of a log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Mode {
    /// All of them.
    All,
    /// Everything but what the commands printed.
    Debug,
    /// Errors only.
    Error,
}

/// Does what the command says.
///
/// # Errors
/// What failed, why and what to do next.
pub async fn run(target: &Target, command: Command) -> Result<Exit, Failure> {
    let client = Client::new(target)?;
    match command {
        Command::List {
            job,
            status,
            limit,
            json,
        } => {
            let filter = Filter { job, status, limit };
            list(&client, &filter, json).await.map(|()| Exit::Success)
        }
        Command::Show { id, json } => show(&client, id, json).await.map(|()| Exit::Success),
        Command::Logs {
            id,
            follow,
            mode,
            json,
        } => {
            let wanted = Wanted {
                id,
                follow,
                mode,
                json,
            };
            logs(&client, &wanted).await
        }
        Command::Kill { id, json } => kill(&client, id, json).await.map(|()| Exit::Success),
        Command::Why { id, json } => why(&client, id, json).await.map(|()| Exit::Success),
    }
}

struct Filter {
    job: Option<String>,
    status: Option<String>,
    limit: u32,
}

async fn list(client: &Client, filter: &Filter, json: bool) -> Result<(), Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &filter.limit.to_string());
    for (name, value) in [("job", &filter.job), ("status", &filter.status)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let path = format!("/api/v1/tasks?{}", query.finish());
    let page: Page<TaskBody> = client.send(Method::GET, &path, None).await?;
    if json {
        return terminal::json(&page.items);
    }
    let row = |task: &TaskBody| {
        vec![
            task.id.clone(),
            task.job_title.clone(),
            task.task_time.clone(),
            task.status.clone(),
            task.record.finished_at.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = page.items.iter().map(row).collect();
    terminal::table(&["ID", "JOB", "TASK TIME", "STATUS", "FINISHED"], &rows);
    Ok(())
}

async fn show(client: &Client, id: TaskId, json: bool) -> Result<(), Failure> {
    let task: TaskBody = client
        .send(Method::GET, &format!("/api/v1/tasks/{id}"), None)
        .await?;
    if json {
        return terminal::json(&task);
    }
    terminal::data(format!(
        "task {} of `{}`: {}",
        task.id, task.job_title, task.status
    ));
    terminal::data(format!(
        "  task time {}, record {}",
        task.task_time, task.record.record_time
    ));
    let mut rows = Vec::new();
    for action in &task.record.actions {
        rows.push(vec![
            action.id.clone(),
            action.title.clone(),
            action.kind.clone(),
            action.status.clone(),
            action.attempts.to_string(),
            action.error.clone().unwrap_or_default(),
        ]);
    }
    terminal::table(
        &["ACTION", "COMMAND", "KIND", "STATUS", "ATTEMPTS", "ERROR"],
        &rows,
    );
    Ok(())
}

struct Wanted {
    id: TaskId,
    follow: bool,
    mode: Mode,
    json: bool,
}

async fn logs(client: &Client, wanted: &Wanted) -> Result<Exit, Failure> {
    let mode = match wanted.mode {
        Mode::All => "all",
        Mode::Debug => "debug",
        Mode::Error => "error",
    };
    let id = wanted.id;
    let mut cursor = 0;
    loop {
        let path = format!("/api/v1/tasks/{id}/logs?mode={mode}&cursor={cursor}");
        let page: LogPageBody = client.send(Method::GET, &path, None).await?;
        for line in &page.logs {
            if wanted.json {
                terminal::json_line(line)?;
            } else {
                terminal::data(&line.log_text);
            }
        }
        let stuck = page.logs.is_empty() && page.cursor == cursor;
        cursor = page.cursor;
        if page.end || (stuck && !wanted.follow) {
            break;
        }
        if stuck {
            tokio::time::sleep(FOLLOW_PAUSE).await;
        }
    }
    if !wanted.follow {
        return Ok(Exit::Success);
    }
    let task: TaskBody = client
        .send(Method::GET, &format!("/api/v1/tasks/{id}"), None)
        .await?;
    Ok(if task.status == "success" {
        Exit::Success
    } else {
        Exit::Failed
    })
}

async fn kill(client: &Client, id: TaskId, json: bool) -> Result<(), Failure> {
    let path = format!("/api/v1/tasks/{id}/kill");
    let killed: Json = client.send(Method::PUT, &path, None).await?;
    if json {
        return terminal::json(&killed);
    }
    let actions = killed
        .get("actions")
        .and_then(Json::as_array)
        .map_or(0, Vec::len);
    match killed.get("warning").and_then(Json::as_str) {
        Some(warning) => terminal::data(warning),
        None => terminal::data(format!("task {id}: {actions} actions were stopped")),
    }
    Ok(())
}

async fn why(client: &Client, id: TaskId, json: bool) -> Result<(), Failure> {
    let reason: ReasonBody = client
        .send(Method::GET, &format!("/api/v1/tasks/{id}/why"), None)
        .await?;
    if json {
        return terminal::json(&reason);
    }
    tell(&reason, 0);
    Ok(())
}

fn tell(reason: &ReasonBody, depth: usize) {
    let indent = "  ".repeat(depth);
    let next = reason.next_check_at.as_deref();
    let again = next
        .map(|at| format!(" (looked at again {at})"))
        .unwrap_or_default();
    terminal::data(format!("{indent}{}: {}{again}", reason.wait, reason.text));
    for behind in &reason.because {
        tell(behind, depth.saturating_add(1));
    }
}
