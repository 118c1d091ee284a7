//! Tasks on the published routes: create now, kill, read logs (`keeper.md` E4 to E8), with every
//! spelling that callers are known to use (2.1, rule 10).

use std::time::Duration;

use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::{Route, ask, put};
use crate::http::State;
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::parameters::{Parameters, parse_id};
use crate::http::service::json_response;
use crate::model::ActionId;
use crate::ops::{Instant, KillScope, KilledActions, LogQuery, LogTarget};

type Answer = Result<Response, Failure>;

pub(super) fn routes() -> Vec<Route> {
    vec![
        put("/task/instant/{id}", instant),
        put("/task/kill/{id}", kill_task),
        put("/kill/task/{id}", kill_task),
        put("/job/kill/{id}", kill_job),
        put("/kill/job/{id}", kill_job),
        put("/action/kill/{id}", kill_action),
        put("/kill/action/{id}", kill_action),
        ask("/task/logs", logs),
    ]
}

/// `PUT /task/instant/{jobId}?creator=&delay=&ignore=`
async fn instant(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let job = parse_id("jobId", &id)?;
    // Whether dependencies are ignored; read and checked so that callers find their mistakes.
    let _ignore = parameters.switch("ignore")?;
    let delay: u64 = parameters.number(&["delay"])?.unwrap_or(0);
    let wish = Instant {
        creator: parameters.number(&["creator"])?.unwrap_or(0),
        delay: Duration::from_secs(delay),
    };
    let made = state.ops.start_task(job, wish).await?;
    Ok(ok(&json!({
        "id": made.task_id.0,
        "recordTime": state.ops.time_text(made.record_time),
    })))
}

/// `PUT /task/kill/{taskId}?recordTime=&killer=`
async fn kill_task(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let nothing = |failure: Failure| failure.with("actions", json!([]));
    let task = parse_id("taskId", &id).map_err(nothing)?;
    let record_time = match parameters.optional(&["recordTime"])? {
        None => None,
        Some(text) => Some(read_time(&state, text)?),
    };
    let killer = parameters.number(&["killer"])?.unwrap_or(0);
    let killed = state.ops.kill_task(task, record_time, killer).await;
    let killed = killed.map_err(|error| nothing(error.into()))?;
    Ok(ok(&killed_body(&killed)))
}

/// `PUT /job/kill/{jobId}?killer=&waiting=`
async fn kill_job(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let nothing = |failure: Failure| failure.with("actions", json!([]));
    let job = parse_id("jobId", &id).map_err(nothing)?;
    let killer = parameters.number(&["killer"])?.unwrap_or(0);
    let scope = if parameters.switch("waiting")? {
        KillScope::All
    } else {
        KillScope::Executing
    };
    let killed = state.ops.kill_job(job, scope, killer).await;
    let killed = killed.map_err(|error| nothing(error.into()))?;
    Ok(ok(&killed_body(&killed)))
}

/// `PUT /action/kill/{actionId}?killer=`
async fn kill_action(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Answer {
    let nothing = |failure: Failure| failure.with("actions", 0);
    let action: ActionId = parse_id("actionId", &id).map_err(nothing)?;
    let killer = parameters.number(&["killer"])?.unwrap_or(0);
    let killed = state.ops.kill_action(action, killer).await;
    let killed = killed.map_err(|error| nothing(error.into()))?;
    // The documented answer is the number, that of older clients the list.
    let ids = numbers(&killed.actions);
    let id = killed.actions.first().map_or(0, |id| id.0);
    Ok(ok(&json!({ "actions": id, "action": ids })))
}

/// `GET /task/logs?jobId=&taskId=&recordTime=&actionId=&cursor=&mode=`
async fn logs(_: Caller, Extract(state): Extract<State>, parameters: Parameters) -> Answer {
    let record_time = parameters.required(&["recordTime"])?;
    let target = LogTarget {
        task_id: parse_id("taskId", parameters.required(&["taskId"])?)?,
        job_id: Some(parse_id("jobId", parameters.required(&["jobId"])?)?),
        record_time: Some(read_time(&state, record_time)?),
    };
    let query = LogQuery {
        cursor: parameters.number(&["cursor"])?.unwrap_or(0),
        action_id: parameters.number(&["actionId"])?.unwrap_or(0),
        mode: parameters.mode()?,
    };
    let page = state.ops.read_log(target, query).await?;
    Ok(ok(&json!({
        "logs": page.lines,
        "cursor": page.cursor,
        "end": page.end,
    })))
}

fn read_time(state: &State, text: &str) -> Result<crate::clock::Timestamp, Failure> {
    state.ops.parse_time(text).ok_or_else(|| {
        let problem = format!("is `{text}`, expected yyyy-MM-dd HH:mm:ss");
        Failure::bad_parameter("recordTime", problem)
    })
}

fn killed_body(killed: &KilledActions) -> Value {
    let mut body = json!({ "actions": numbers(&killed.actions) });
    if let (Some(fields), Some(warning)) = (body.as_object_mut(), &killed.warning) {
        fields.insert("warn".to_owned(), warning.as_str().into());
    }
    body
}

fn numbers(ids: &[ActionId]) -> Vec<u64> {
    ids.iter().map(|id| id.0).collect()
}

fn ok(body: &Value) -> Response {
    json_response(StatusCode::OK, body.to_string())
}
