//! `/api/v1/jobs`

use axum::extract::{Path, State as Extract};
use serde_json::json;

use super::{Answer, Route, answer, ask, limit, page, put, take_away};
use crate::http::State;
use crate::http::bodies::{JobBody, JobRow};
use crate::http::body::JsonBody;
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::parameters::Parameters;
use crate::model::{Job, JobId};
use crate::ops::{Apply, Instant, Switch};

pub(super) fn routes() -> Vec<Route> {
    vec![
        ask("/api/v1/jobs", list),
        put("/api/v1/jobs", apply),
        ask("/api/v1/jobs/{id}", show),
        take_away("/api/v1/jobs/{id}", delete),
        put("/api/v1/jobs/{id}/run", run),
        put("/api/v1/jobs/{id}/enable", enable),
        put("/api/v1/jobs/{id}/disable", disable),
    ]
}

/// `GET /api/v1/jobs?limit=&after=`
async fn list(_: Caller, Extract(state): Extract<State>, parameters: Parameters) -> Answer {
    let limit = limit(&parameters)?;
    let after = parameters.number::<JobId>(&["after"])?;
    let jobs = state.ops.list_jobs(limit, after).await?;
    let rows: Vec<JobRow> = jobs.iter().map(JobRow::from).collect();
    Ok(page(&rows, limit, rows.last().map(|row| row.id.clone())))
}

/// `PUT /api/v1/jobs?dry_run=`: makes the stored job match the body.
async fn apply(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
    JsonBody(body): JsonBody<JobBody>,
) -> Answer {
    let mode = if parameters.switch("dry_run")? {
        Apply::DryRun
    } else {
        Apply::Write
    };
    let job = Job::try_from(body).map_err(crate::ops::Error::from)?;
    let applied = state.ops.apply_job(job, mode, None).await?;
    let row = JobRow::from(&applied.job);
    Ok(answer(&json!({
        "id": row.id,
        "title": row.title,
        "outcome": applied.outcome.as_str(),
        "changes": applied.changes,
        "next_tick": row.next_tick,
        "version": row.version,
    })))
}

/// `GET /api/v1/jobs/{id or title}`
async fn show(_: Caller, Extract(state): Extract<State>, Path(key): Path<String>) -> Answer {
    let job = state.ops.find_job(&key).await?;
    Ok(answer(&JobBody::from(&job)))
}

/// `DELETE /api/v1/jobs/{id or title}`
async fn delete(_: Caller, Extract(state): Extract<State>, Path(key): Path<String>) -> Answer {
    let job = state.ops.delete_job(&key).await?;
    Ok(answer(&JobRow::from(&job)))
}

/// `POST /api/v1/jobs/{id or title}/run?creator=`
async fn run(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
    parameters: Parameters,
) -> Answer {
    let creator = parameters.number(&["creator"])?.unwrap_or(0);
    let job = state.ops.find_job(&key).await?;
    let id = job.id.ok_or_else(Failure::internal)?;
    let wish = Instant {
        creator,
        ..Instant::default()
    };
    let made = state.ops.start_task(id, wish).await?;
    Ok(answer(&json!({
        "id": made.task_id.to_string(),
        "job_id": id.to_string(),
        "task_time": made.task_time.to_string(),
        "record_time": made.record_time.to_string(),
        "status": made.status.as_str(),
    })))
}

/// `PUT /api/v1/jobs/{id or title}/enable`
async fn enable(_: Caller, Extract(state): Extract<State>, Path(key): Path<String>) -> Answer {
    let job = state.ops.switch_job(&key, Switch::Enable).await?;
    Ok(answer(&JobRow::from(&job)))
}

/// `PUT /api/v1/jobs/{id or title}/disable`
async fn disable(_: Caller, Extract(state): Extract<State>, Path(key): Path<String>) -> Answer {
    let job = state.ops.switch_job(&key, Switch::Disable).await?;
    Ok(answer(&JobRow::from(&job)))
}
