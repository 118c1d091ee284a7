//! The page at the root, liveness, and metrics. The first two are open to everybody.

use axum::extract::State as Extract;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use super::{Route, ask};
use crate::http::State;
use crate::http::caller::Caller;
use crate::http::service::json_response;

pub(super) fn routes() -> Vec<Route> {
    vec![
        ask("/", welcome),
        ask("/health", health),
        ask("/metrics", metrics),
        ask("/openapi.json", openapi),
    ]
}

/// `GET /`: shows people that the node serves (`keeper.md` E1).
async fn welcome(Extract(state): Extract<State>) -> Html<String> {
    let version = env!("CARGO_PKG_VERSION");
    let address = escape(&state.address.to_string());
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\
         <head><meta charset=\"utf-8\"><title>Keeper</title></head>\n\
         <body><h1>Keeper {version}</h1><p>This node is <code>{address}</code> and is serving.</p>\
         </body></html>\n"
    ))
}

/// `GET /health`: whether the process serves. Looks at nothing that could wait.
async fn health(Extract(state): Extract<State>) -> Response {
    let stopping = state.stopping.is_cancelled();
    let status = if stopping {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    let body = json!({
        "status": if stopping { "stopping" } else { "ok" },
        "version": env!("CARGO_PKG_VERSION"),
        "node": state.address.to_string(),
        "generation": state.ops.generation(),
    });
    json_response(status, body.to_string())
}

/// `GET /metrics`: the OpenMetrics page.
async fn metrics(_: Caller, Extract(state): Extract<State>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let mut response = state.ops.metrics.render().into_response();
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// `GET /openapi.json`: what `/api/v1` offers.
async fn openapi(_: Caller) -> Response {
    json_response(StatusCode::OK, crate::http::document())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
