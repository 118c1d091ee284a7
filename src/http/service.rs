//! What every request passes, whatever its route.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::body;
use super::failure::{Face, Failure};
use super::routes;
use crate::model::{NodeAddress, Secret};
use crate::ops::Ops;
use crate::telemetry::RequestLabels;

/// The longest that a request may take; longer work answers with an id to follow.
const REQUEST_TIME: Duration = Duration::from_mins(1);

const REQUEST_ID: &str = "x-request-id";
const REQUEST_ID_MAX_CHARS: usize = 64;

/// What handlers work with.
#[derive(Clone)]
pub struct State {
    /// The operations.
    pub ops: Ops,
    /// What callers must present.
    pub token: Secret,
    /// The largest module that may be deployed, in bytes.
    pub module_max_bytes: usize,
    /// How this node is reached.
    pub address: NodeAddress,
    /// Cancelled when the node begins to stop: from then on nothing new is taken on.
    pub stopping: CancellationToken,
}

/// The whole service without its listener; cloning is cheap.
#[derive(Clone)]
pub struct Service {
    router: Router,
    state: Arc<State>,
}

impl Service {
    /// Puts the routes together.
    pub fn new(state: State) -> Self {
        let mut router = Router::new();
        for route in routes::all() {
            let limit = route.carries.limit(&state);
            let methods = route
                .methods
                .layer(middleware::from_fn_with_state(limit, body::limit));
            router = router.route(route.path, methods);
        }
        let router = router.route_layer(middleware::from_fn(note_route));
        Self {
            router: router.with_state(state.clone()),
            state: Arc::new(state),
        }
    }

    /// Answers one request: always a response, with a request id, whatever happens inside.
    pub async fn answer(&self, mut request: Request) -> Response {
        let started = Instant::now();
        let request_id = request_id(request.headers());
        let method = request.method().clone();
        ignore_trailing_slash(request.uri_mut());
        let path = request.uri().path().to_owned();
        let mut response = self.route(request, &request_id).await;
        let status = response.status();
        let failure = response.extensions_mut().remove::<Failure>();
        if let Some(failure) = failure.or_else(|| Failure::of_status(status, &path)) {
            let allow = response.headers_mut().remove(header::ALLOW);
            let route = response.extensions_mut().remove::<Route>();
            response = failure.render(Face::of_path(&path), &path, &request_id);
            if let Some(allow) = allow {
                response.headers_mut().insert(header::ALLOW, allow);
            }
            if let Some(route) = route {
                response.extensions_mut().insert(route);
            }
        }
        if let Ok(id) = HeaderValue::try_from(&request_id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let route = response.extensions().get::<Route>();
        let labels = RequestLabels {
            route: route.map_or_else(|| "none".to_owned(), |route| route.0.clone()),
            method: known_method(&method),
            code: response.status().as_u16(),
        };
        let metrics = &self.state.ops.metrics;
        metrics.count_request(&labels, started.elapsed());
        tracing::debug!(
            http.method = %method, http.path = %path, http.status = labels.code,
            request.id = %request_id, "request answered"
        );
        response
    }

    async fn route(&self, request: Request, request_id: &str) -> Response {
        use axum::response::IntoResponse;
        if self.state.stopping.is_cancelled() && takes_work_on(&request) {
            return Failure::stopping().into_response();
        }
        let answer = AssertUnwindSafe(self.router.clone().oneshot(request)).catch_unwind();
        match tokio::time::timeout(REQUEST_TIME, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(panic)) => {
                let cause = panic_text(panic.as_ref());
                tracing::error!(request.id = %request_id, cause, "a handler panicked");
                Failure::internal().into_response()
            }
            Err(_) => {
                tracing::error!(request.id = %request_id, "a request took too long");
                Failure::internal().into_response()
            }
        }
    }
}

/// Whether a request wants more than looking and killing, which a stopping node still serves.
fn takes_work_on(request: &Request) -> bool {
    let is_look = request.method().is_safe();
    let is_kill = request.uri().path().split('/').any(|part| part == "kill");
    !is_look && !is_kill
}

/// The pattern of the route that took a request, carried on its response.
#[derive(Debug, Clone)]
struct Route(String);

async fn note_route(request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>();
    let route = pattern.map(|pattern| Route(pattern.as_str().to_owned()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Takes over the caller's id when it is fit to be logged, else makes one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fit = |id: &&str| {
        !id.is_empty()
            && id.len() <= REQUEST_ID_MAX_CHARS
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let made = || uuid::Uuid::now_v7().simple().to_string();
    given.filter(fit).map_or_else(made, str::to_owned)
}

fn ignore_trailing_slash(uri: &mut Uri) {
    let path = uri.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || trimmed.is_empty() {
        return;
    }
    let whole = match uri.query() {
        Some(query) => format!("{trimmed}?{query}"),
        None => trimmed.to_owned(),
    };
    let mut parts = std::mem::take(uri).into_parts();
    parts.path_and_query = whole.parse().ok();
    *uri = Uri::from_parts(parts).unwrap_or_default();
}

/// A closed set of words, because a label must not grow with what callers invent.
fn known_method(method: &axum::http::Method) -> String {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH" | "OPTIONS") => {
            known.to_owned()
        }
        _ => "other".to_owned(),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(owned).unwrap_or("unknown")
}

/// The answer `1`, a JSON number.
pub(super) fn one() -> Response {
    json_response(StatusCode::OK, "1".to_owned())
}

/// A JSON answer with the published content type.
pub(super) fn json_response(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
