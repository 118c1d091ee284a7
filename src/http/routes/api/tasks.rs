//! `/api/v1/tasks`

use axum::extract::{Path, State as Extract};
use serde_json::json;

use super::{Answer, Route, answer, ask, limit, page, put};
use crate::clock::Timestamp;
use crate::http::State;
use crate::http::bodies::{ReasonBody, RecordBody, TaskBody};
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
async fn list(_: Caller, Extract(state): Extract<State>, parameters: Parameters) -> Answer {
    let limit = limit(&parameters)?;
    let query = TaskQuery {
        job: parameters.optional(&["job"])?.map(str::to_owned),
        status: parameters.number::<RecordStatus>(&["status"])?,
    };
    let after = parameters.number::<TaskId>(&["after"])?;
    let tasks = state.ops.list_tasks(query, limit, after).await?;
    let rows: Vec<TaskBody> = tasks.iter().map(TaskBody::from).collect();
    Ok(page(&rows, limit, rows.last().map(|row| row.id.clone())))
}

/// `GET /api/v1/tasks/{id}?record_time=`
async fn show(
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
async fn records(_: Caller, Extract(state): Extract<State>, Path(id): Path<String>) -> Answer {
    let records = state.ops.list_records(parse_id("id", &id)?).await?;
    let rows: Vec<RecordBody> = records.iter().map(RecordBody::from).collect();
    Ok(answer(&json!({ "items": rows, "next": null })))
}

/// `GET /api/v1/tasks/{id}/why`
async fn why(_: Caller, Extract(state): Extract<State>, Path(id): Path<String>) -> Answer {
    let reason = state.ops.why(parse_id("id", &id)?).await?;
    Ok(answer(&ReasonBody::from(&reason)))
}

/// `GET /api/v1/tasks/{id}/logs?cursor=&mode=&action=&record_time=`
async fn logs(
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
    Ok(answer(&json!({
        "logs": page.lines,
        "cursor": page.cursor,
        "end": page.end,
    })))
}

/// `PUT /api/v1/tasks/{id}/kill?killer=`
async fn kill(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let id = parse_id("id", &id)?;
    let killer = parameters.number(&["killer"])?.unwrap_or(0);
    let killed = state.ops.kill_task(id, None, killer).await?;
    let actions: Vec<String> = killed.actions.iter().map(ToString::to_string).collect();
    Ok(answer(
        &json!({ "actions": actions, "warning": killed.warning }),
    ))
}

/// The record that is meant, RFC 3339; the newest when absent.
fn record_time(parameters: &Parameters) -> Result<Option<Timestamp>, Failure> {
    parameters.number::<Timestamp>(&["record_time"])
}
