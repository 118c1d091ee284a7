//! Changing definitions: reload, renew, remove, set up (`keeper.md` E9 to E15), with every spelling
//! that callers are known to use (`keeper.md` 2.1, rule 10).

use axum::extract::{Path, State as Extract};
use axum::http::HeaderValue;
use axum::response::Response;

use super::{Route, put, put_delete, take_away};
use crate::http::State;
use crate::http::caller::Caller;
use crate::http::failure::{Failure, diagnostics};
use crate::http::parameters::{Parameters, parse_id};
use crate::http::service::one;
use crate::model::{ConnectionId, ConnectionName, FunctionName, VariableName};
use crate::ops::{Change, ReloadMode};

const FUNCTION: &[&str] = &["function_name", "functionName"];
const VARIABLE: &[&str] = &["variable_name", "variableName"];
const CONNECTION: &[&str] = &["connection_name", "connectionName"];

type Answer = Result<Response, Failure>;

pub(super) fn routes() -> Vec<Route> {
    vec![
        put("/configurations/reload", reload),
        put("/configuration/reload", reload),
        put("/connection/setup/{id}", setup_connection),
        put("/connection/{id}", setup_connection),
        put("/connection/remove/{id}", remove_connection_by_key),
        put("/connection/remove", remove_connection_by_name),
        take_away("/connection", remove_connection_by_name),
        put("/function/renew", renew_function),
        put("/function/remove", remove_function),
        put_delete("/function", renew_function, remove_function),
        put("/variable/renew", renew_variable),
        put("/variable/remove", remove_variable),
        put_delete("/variable", renew_variable, remove_variable),
    ]
}

/// `PUT /configurations/reload?partial=`
async fn reload(_: Caller, Extract(state): Extract<State>, parameters: Parameters) -> Answer {
    let mode = if parameters.switch("partial")? {
        ReloadMode::Partial
    } else {
        ReloadMode::Whole
    };
    Ok(done(&state.ops.reload(mode).await?))
}

/// `PUT /connection/setup/{id}`
async fn setup_connection(
    _: Caller,
    Extract(state): Extract<State>,
    Path(id): Path<String>,
) -> Answer {
    let id: ConnectionId = parse_id("id", &id)?;
    Ok(done(&state.ops.setup_connection(id).await?))
}

/// `PUT /connection/remove/{id}`, where a name does as well.
async fn remove_connection_by_key(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
) -> Answer {
    if let Ok(id) = key.parse::<ConnectionId>() {
        return Ok(done(&state.ops.remove_connection_by_id(id).await?));
    }
    let name = ConnectionName::parse(&key)
        .map_err(|error| Failure::bad_parameter("id", format!("is not valid: {error}")))?;
    Ok(done(&state.ops.remove_connection_by_name(name).await?))
}

/// `DELETE /connection?connectionName=`
async fn remove_connection_by_name(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let text = parameters.required(CONNECTION)?;
    let name = ConnectionName::parse(text).map_err(|error| bad_name(CONNECTION, &error))?;
    Ok(done(&state.ops.remove_connection_by_name(name).await?))
}

/// `PUT /function/renew?function_name=`
async fn renew_function(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let name = function_name(&parameters)?;
    Ok(done(&state.ops.renew_function(&name).await?))
}

/// `PUT /function/remove?function_name=`
async fn remove_function(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let name = function_name(&parameters)?;
    Ok(done(&state.ops.remove_function(&name).await?))
}

/// `PUT /variable/renew?variable_name=`
async fn renew_variable(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let name = variable_name(&parameters)?;
    Ok(done(&state.ops.renew_variable(&name).await?))
}

/// `PUT /variable/remove?variable_name=`
async fn remove_variable(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let name = variable_name(&parameters)?;
    Ok(done(&state.ops.remove_variable(&name).await?))
}

fn function_name(parameters: &Parameters) -> Result<FunctionName, Failure> {
    let text = parameters.required(FUNCTION)?;
    FunctionName::parse(text).map_err(|error| bad_name(FUNCTION, &error))
}

fn variable_name(parameters: &Parameters) -> Result<VariableName, Failure> {
    let text = parameters.required(VARIABLE)?;
    VariableName::parse(text).map_err(|error| bad_name(VARIABLE, &error))
}

fn bad_name(spellings: &[&str], error: &crate::model::Error) -> Failure {
    let name = spellings.first().copied().unwrap_or_default();
    Failure::bad_parameter(name, format!("is not valid: {error}"))
}

/// The answer `1` with what changed in the headers.
fn done(change: &Change) -> Response {
    let mut response = one();
    let headers = response.headers_mut();
    headers.insert("x-keeper-generation", change.generation.into());
    if let Some(version) = change.function_version {
        headers.insert("x-keeper-function-version", version.into());
    }
    if !change.kept.is_empty() {
        // The body is fixed, so what a partial reload left out stands in a header.
        let list = diagnostics(&change.kept).to_string();
        if let Ok(list) = HeaderValue::try_from(list.replace(|c: char| !c.is_ascii(), "?")) {
            headers.insert("x-keeper-problems", list);
        }
    }
    response
}
