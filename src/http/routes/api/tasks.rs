//! `/api/v1/tasks`

use axum::extract::{Path, State as Extract};

use super::{Answer, Route, answer, ask, limit, put};
use crate::clock::Timestamp;
use crate::http::State;
use crate::http::bodies::{
    KilledBody, LogLineBody, LogPageBody, Page, ProblemBody, ReasonBody, RecordBody, TaskBody,
};
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::parameters::{Parameters, parse_id};
use crate::model::{RecordStatus, TaskId};
use crate::ops::{LogQuery, LogTarget, TaskQuery};

pub(super) fn routes() -> Vec<Route> {
    vec![
        ask("/api/v1/tasks", list),
        ask("/api/v1/tasks/{id}", show),
        ask("/api/v1/tasks/{id}/records", records),
        ask("/api/v1/tasks/{id}/why", why),
        ask("/api/v1/tasks/{id}/logs", logs),
        put("/api/v1/tasks/{id}/kill", kill),
    ]
}

/// `GET /api/v1/tasks?job=&status=&limit=&after=`
#[utoipa::path(
    get,
    path = "/api/v1/tasks",
    tag = "tasks",
    params(
        ("job" = Option<String>, Query, description = "Only of this job, by id or title"),
        ("status" = Option<String>, Query, description = "Only those that stand so"),
        ("limit" = Option<u16>, Query, description = "Rows of the page, 1 to 500; 50 when absent"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, body = Page<TaskBody>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn list(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let limit = limit(&parameters)?;
    let query = TaskQuery {
        job: parameters.optional(&["job"])?.map(str::to_owned),
        status: parameters.number::<RecordStatus>(&["status"])?,
    };
    let after = parameters.number::<TaskId>(&["after"])?;
    let tasks = state.ops.list_tasks(query, limit, after).await?;
    let rows = tasks.iter().map(TaskBody::from).collect();
    Ok(answer(&Page::new(rows, limit, |row: &TaskBody| {
        row.id.clone()
    })))
}

/// `GET /api/v1/tasks/{id}?record_time=`
#[utoipa::path(
    get,
    path = "/api/v1/tasks/{id}",
    tag = "tasks",
    params(
        ("id" = u64, Path, description = "The task"),
        ("record_time" = Option<String>, Query,
            description = "The record, RFC 3339; the newest when absent"),
    ),
    responses(
        (status = 200, body = TaskBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn show(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let id = parse_id("id", &id)?;
    let task = state.ops.get_task(id, record_time(&parameters)?).await?;
    Ok(answer(&TaskBody::from(&task)))
}

/// `GET /api/v1/tasks/{id}/records`: every attempt at the task, the first one first.
#[utoipa::path(
    get,
    path = "/api/v1/tasks/{id}/records",
    tag = "tasks",
    params(("id" = u64, Path, description = "The task")),
    responses(
        (status = 200, body = Page<RecordBody>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn records(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
) -> Answer {
    let records = state.ops.list_records(parse_id("id", &id)?).await?;
    let items: Vec<RecordBody> = records.iter().map(RecordBody::from).collect();
    Ok(answer(&Page { items, next: None }))
}

/// `GET /api/v1/tasks/{id}/why`
#[utoipa::path(
    get,
    path = "/api/v1/tasks/{id}/why",
    tag = "tasks",
    params(("id" = u64, Path, description = "The task")),
    responses(
        (status = 200, body = ReasonBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn why(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
) -> Answer {
    let reason = state.ops.why(parse_id("id", &id)?).await?;
    Ok(answer(&ReasonBody::from(&reason)))
}

/// `GET /api/v1/tasks/{id}/logs?cursor=&mode=&action=&record_time=`
#[utoipa::path(
    get,
    path = "/api/v1/tasks/{id}/logs",
    tag = "tasks",
    params(
        ("id" = u64, Path, description = "The task"),
        ("record_time" = Option<String>, Query,
            description = "The record, RFC 3339; the newest when absent"),
        ("cursor" = Option<i64>, Query,
            description = "Where to go on: 0 for the start, negative for the end"),
        ("mode" = Option<String>, Query, description = "`all`, `debug` or `error`"),
        ("action" = Option<u64>, Query, description = "Only lines of this action"),
    ),
    responses(
        (status = 200, body = LogPageBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn logs(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let target = LogTarget {
        task_id: parse_id("id", &id)?,
        job_id: None,
        record_time: record_time(&parameters)?,
    };
    let query = LogQuery {
        cursor: parameters.number(&["cursor"])?.unwrap_or(0),
        action_id: parameters.number(&["action"])?.unwrap_or(0),
        mode: parameters.mode()?,
    };
    let page = state.ops.read_log(target, query).await?;
    let line = |line: &crate::ops::LogLine| LogLineBody {
        log_time: line.log_time.clone(),
        command_id: line.command_id,
        action_id: line.action_id,
        attempt: line.attempt,
        log_type: line.log_type.as_str().to_owned(),
        log_text: line.log_text.clone(),
        cont: line.cont,
    };
    Ok(answer(&LogPageBody {
        logs: page.lines.iter().map(line).collect(),
        cursor: page.cursor,
        end: page.end,
    }))
}

/// `PUT /api/v1/tasks/{id}/kill?killer=`
#[utoipa::path(
    put,
    path = "/api/v1/tasks/{id}/kill",
    tag = "tasks",
    params(
        ("id" = u64, Path, description = "The task"),
        ("killer" = Option<u32>, Query, description = "Who asks; 0 when absent"),
    ),
    responses(
        (status = 200, body = KilledBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn kill(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let id = parse_id("id", &id)?;
    let killer = parameters.number(&["killer"])?.unwrap_or(0);
    let killed = state.ops.kill_task(id, None, killer).await?;
    Ok(answer(&KilledBody {
        actions: killed.actions.iter().map(ToString::to_string).collect(),
        warning: killed.warning,
    }))
}

/// The record that is meant, RFC 3339; the newest when absent.
fn record_time(parameters: &Parameters) -> Result<Option<Timestamp>, Failure> {
    parameters.number::<Timestamp>(&["record_time"])
}
