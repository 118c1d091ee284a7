//! `/api/v1/functions`: deploying, showing, calling and removing functions.

use axum::extract::{Path, State as Extract};
use axum::http::HeaderValue;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value as Json;

use super::{Answer, Route, answer, ask, limit, put};
use crate::http::State;
use crate::http::bodies::{
    CallBody, FunctionOutcome, FunctionRow, FunctionSheet, Page, ProblemBody, ProgramBody,
    VersionBody,
};
use crate::http::body::{Carries, JsonBody, Payload};
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::parameters::Parameters;
use crate::model::{FunctionName, Grant};
use crate::ops::{Compatibility, Deployment, Material};
use crate::value::Value;

pub(super) fn routes() -> Vec<Route> {
    vec![
        ask("/api/v1/functions", list),
        Route {
            path: "/api/v1/functions/{name}",
            #[cfg(test)]
            offers: &["GET", "PUT", "DELETE"],
            carries: Carries::Module,
            methods: get(show).put(deploy).delete(remove),
        },
        ask("/api/v1/functions/{name}/versions", versions),
        put("/api/v1/functions/{name}/call", call),
        put("/api/v1/functions/{name}/renew", renew),
        put("/api/v1/functions/{name}/rollback", rollback),
    ]
}

/// `GET /api/v1/functions?after=&limit=`
#[utoipa::path(
    get, path = "/api/v1/functions", tag = "functions",
    params(
        ("limit" = Option<u16>, Query, description = "Rows of the page, 1 to 500; 50 when absent"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, body = Page<FunctionRow>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn list(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let limit = limit(&parameters)?;
    let after = parameters.optional(&["after"])?.unwrap_or_default();
    let page = state.ops.list_functions(after, limit).await?;
    Ok(answer(&Page {
        items: page.items.iter().map(FunctionRow::from).collect(),
        next: page.next.map(|name| name.to_string()),
    }))
}

/// `GET /api/v1/functions/{name}`
#[utoipa::path(
    get, path = "/api/v1/functions/{name}", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
    ),
    responses(
        (status = 200, body = FunctionSheet),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn show(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
) -> Answer {
    let details = state.ops.show_function(&parse(&name)?).await?;
    Ok(answer(&FunctionSheet::from(&details)))
}

/// `GET /api/v1/functions/{name}/versions`
#[utoipa::path(
    get, path = "/api/v1/functions/{name}/versions", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
    ),
    responses(
        (status = 200, body = Page<VersionBody>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn versions(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
) -> Answer {
    let versions = state.ops.function_versions(&parse(&name)?).await?;
    Ok(answer(&Page {
        items: versions.iter().map(VersionBody::from).collect(),
        next: None,
    }))
}

/// `PUT /api/v1/functions/{name}?export=&grants=&force=&note=` with a module, or with
/// `{"parameters": "$a", "text": "…"}` as `application/json`.
#[utoipa::path(
    put, path = "/api/v1/functions/{name}", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
        ("export" = Option<String>, Query,
            description = "Function of the module; else the one of this name, or the only one"),
        ("grants" = Option<String>, Query,
            description = "What it may touch, separated by commas or repeated"),
        ("force" = Option<String>, Query,
            description = "`yes` deploys even if callers of the running version break"),
        ("note" = Option<String>, Query, description = "Why, for the history"),
    ),
    request_body(content((Vec<u8> = "application/wasm"), (ProgramBody = "application/json"))),
    responses(
        (status = 200, body = FunctionOutcome),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 409, body = ProblemBody),
        (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn deploy(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    parameters: Parameters,
    payload: Payload<ProgramBody>,
) -> Answer {
    let name = parse(&name)?;
    let material = match payload {
        Payload::Json(ProgramBody { parameters, text }) => Material::Pql { parameters, text },
        Payload::Bytes(bytes) => Material::Module {
            bytes: bytes.into(),
            export: parameters.optional(&["export"])?.map(str::to_owned),
        },
    };
    let grants = parameters.every("grants").map(str::parse::<Grant>);
    let grants = grants.collect::<Result<Vec<_>, _>>();
    let deployment = Deployment {
        name: name.clone(),
        material,
        grants: grants.map_err(|error| Failure::bad_parameter("grants", error))?,
        compatibility: if parameters.switch("force")? {
            Compatibility::Waived
        } else {
            Compatibility::Kept
        },
        note: parameters.optional(&["note"])?.unwrap_or("").to_owned(),
    };
    let change = state.ops.deploy_function(deployment).await?;
    Ok(changed(&FunctionOutcome::of(&name, change)))
}

/// `DELETE /api/v1/functions/{name}`
#[utoipa::path(
    delete, path = "/api/v1/functions/{name}", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
    ),
    responses(
        (status = 200, body = FunctionOutcome),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn remove(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
) -> Answer {
    let name = parse(&name)?;
    let generation = state.ops.delete_function(&name).await?;
    Ok(changed(&FunctionOutcome {
        name: name.to_string(),
        outcome: "changed".to_owned(),
        version: None,
        previous: None,
        generation,
    }))
}

/// `POST /api/v1/functions/{name}/renew`
#[utoipa::path(
    post, path = "/api/v1/functions/{name}/renew", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
    ),
    responses(
        (status = 200, body = FunctionOutcome),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn renew(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
) -> Answer {
    let name = parse(&name)?;
    let change = state.ops.renew_function(&name).await?;
    let outcome = if change.is_unchanged {
        "unchanged"
    } else {
        "changed"
    };
    Ok(changed(&FunctionOutcome {
        name: name.to_string(),
        outcome: outcome.to_owned(),
        version: change.function_version,
        previous: None,
        generation: change.generation,
    }))
}

/// `POST /api/v1/functions/{name}/rollback?to=`
#[utoipa::path(
    post, path = "/api/v1/functions/{name}/rollback", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
        ("to" = Option<u64>, Query,
            description = "The version; the one before the present one when absent"),
    ),
    responses(
        (status = 200, body = FunctionOutcome),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn rollback(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    parameters: Parameters,
) -> Answer {
    let name = parse(&name)?;
    let to = parameters.number(&["to"])?;
    let change = state.ops.rollback_function(&name, to).await?;
    Ok(changed(&FunctionOutcome::of(&name, change)))
}

/// `POST /api/v1/functions/{name}/call` with a JSON array of arguments.
#[utoipa::path(
    post, path = "/api/v1/functions/{name}/call", tag = "functions",
    params(
        ("name" = String, Path, description = "The function, with or without `@`"),
    ),
    request_body(content = Vec<Object>, description = "The arguments"),
    responses(
        (status = 200, body = CallBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
        (status = 413, body = ProblemBody),
        (status = 422, body = ProblemBody),
    ),
)]
pub(in crate::http) async fn call(
    _: Caller,
    Extract(state): Extract<State>,
    Path(name): Path<String>,
    JsonBody(arguments): JsonBody<Vec<Json>>,
) -> Answer {
    let name = parse(&name)?;
    let arguments = arguments.into_iter().map(Value::from).collect();
    let called = state.ops.call_function(&name, arguments).await?;
    let mut response = answer(&CallBody {
        value: Json::from(&called.value),
        version: called.version,
        log: called.lines,
    });
    let headers = response.headers_mut();
    headers.insert("x-keeper-function-version", called.version.into());
    Ok(response)
}

fn parse(name: &str) -> Result<FunctionName, Failure> {
    FunctionName::parse(name).map_err(|error| Failure::bad_parameter("name", error))
}

fn changed(outcome: &FunctionOutcome) -> Response {
    let mut response = answer(outcome);
    let headers = response.headers_mut();
    headers.insert("x-keeper-generation", outcome.generation.into());
    if let Some(version) = outcome.version {
        headers.insert("x-keeper-function-version", HeaderValue::from(version));
    }
    response
}
