//! `/api/v1/jobs`

use axum::extract::{Path, State as Extract};

use super::{Answer, Route, answer, ask, limit, put, take_away};
use crate::http::State;
use crate::http::bodies::{AppliedBody, CreatedTaskBody, JobBody, JobRow, Page, ProblemBody};
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
#[utoipa::path(
    get,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(
        ("limit" = Option<u16>, Query, description = "Rows of the page, 1 to 500; 50 when absent"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, body = Page<JobRow>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn list(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let limit = limit(&parameters)?;
    let after = parameters.number::<JobId>(&["after"])?;
    let jobs = state.ops.list_jobs(limit, after).await?;
    let rows = jobs.iter().map(JobRow::from).collect();
    Ok(answer(&Page::new(rows, limit, |row: &JobRow| {
        row.id.clone()
    })))
}

/// `PUT /api/v1/jobs?dry_run=`: makes the stored job match the body.
#[utoipa::path(
    put,
    path = "/api/v1/jobs",
    tag = "jobs",
    params(
        ("dry_run" = Option<String>, Query,
            description = "`yes` says what would change and changes nothing"),
    ),
    request_body = JobBody,
    responses(
        (status = 200, body = AppliedBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody),
        (status = 413, body = ProblemBody),
    )
)]
pub(in crate::http) async fn apply(
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
    Ok(answer(&AppliedBody {
        id: Some(row.id).filter(|id| !id.is_empty()),
        title: row.title,
        outcome: applied.outcome.as_str().to_owned(),
        changes: applied.changes,
        next_tick: row.next_tick,
        version: row.version,
    }))
}

/// `GET /api/v1/jobs/{id or title}`
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path, description = "Id or title")),
    responses(
        (status = 200, body = JobBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn show(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
) -> Answer {
    let job = state.ops.find_job(&key).await?;
    Ok(answer(&JobBody::from(&job)))
}

/// `DELETE /api/v1/jobs/{id or title}`
#[utoipa::path(
    delete,
    path = "/api/v1/jobs/{id}",
    tag = "jobs",
    params(("id" = String, Path, description = "Id or title")),
    responses(
        (status = 200, body = JobRow),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody),
    )
)]
pub(in crate::http) async fn delete(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
) -> Answer {
    let job = state.ops.delete_job(&key).await?;
    Ok(answer(&JobRow::from(&job)))
}

/// `POST /api/v1/jobs/{id or title}/run?creator=`
#[utoipa::path(
    post,
    path = "/api/v1/jobs/{id}/run",
    tag = "jobs",
    params(
        ("id" = String, Path, description = "Id or title"),
        ("creator" = Option<u32>, Query, description = "Who asks; 0 when absent"),
    ),
    responses(
        (status = 200, body = CreatedTaskBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody),
    )
)]
pub(in crate::http) async fn run(
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
    Ok(answer(&CreatedTaskBody {
        id: made.task_id.to_string(),
        job_id: id.to_string(),
        task_time: made.task_time.to_string(),
        record_time: made.record_time.to_string(),
        status: made.status.to_string(),
    }))
}

/// `PUT /api/v1/jobs/{id or title}/enable`
#[utoipa::path(
    put,
    path = "/api/v1/jobs/{id}/enable",
    tag = "jobs",
    params(("id" = String, Path, description = "Id or title")),
    responses(
        (status = 200, body = JobRow),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn enable(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
) -> Answer {
    let job = state.ops.switch_job(&key, Switch::Enable).await?;
    Ok(answer(&JobRow::from(&job)))
}

/// `PUT /api/v1/jobs/{id or title}/disable`
#[utoipa::path(
    put,
    path = "/api/v1/jobs/{id}/disable",
    tag = "jobs",
    params(("id" = String, Path, description = "Id or title")),
    responses(
        (status = 200, body = JobRow),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn disable(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
) -> Answer {
    let job = state.ops.switch_job(&key, Switch::Disable).await?;
    Ok(answer(&JobRow::from(&job)))
}
