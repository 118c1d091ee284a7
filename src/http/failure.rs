//! A refused request: one type, two bodies.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::fault::Code;
use crate::ops;
use crate::ops::Kind;

/// Why a request was refused, before it is known in which body that is told.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    status: StatusCode,
    /// The published word.
    word: &'static str,
    code: Code,
    message: String,
    /// More keys of the body, `parameter` or `diagnostics`.
    more: Map<String, Value>,
}

/// Which body a path answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// The published routes.
    Published,
    /// `/api/v1`: RFC 9457.
    Problem,
}

impl Face {
    pub(super) fn of_path(path: &str) -> Self {
        if path == "/api/v1" || path.starts_with("/api/v1/") {
            Self::Problem
        } else {
            Self::Published
        }
    }
}

/// The published word of a refusal by kind; the thing's noun makes `…_not_found`.
fn status_of(kind: Kind, code: Code) -> (StatusCode, &'static str) {
    match kind {
        Kind::Invalid => (StatusCode::BAD_REQUEST, invalid_word(code)),
        Kind::NotFound => (StatusCode::NOT_FOUND, not_found_word(code)),
        Kind::Conflict if code == Code::NO_COMMANDS => (StatusCode::CONFLICT, "no_commands"),
        Kind::Conflict => (StatusCode::CONFLICT, "conflict"),
        Kind::Rejected => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_definition"),
        Kind::CallFailed => (StatusCode::UNPROCESSABLE_ENTITY, "call_failed"),
        Kind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
        Kind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

fn invalid_word(code: Code) -> &'static str {
    match code {
        Code::SCHEDULE_INVALID => "invalid_schedule",
        Code::JOB_INVALID => "invalid_job",
        _ => "bad_parameter",
    }
}

fn not_found_word(code: Code) -> &'static str {
    match code {
        Code::FUNCTION_NOT_FOUND => "function_not_found",
        Code::CONNECTION_NOT_FOUND => "connection_not_found",
        Code::VARIABLE_NOT_FOUND => "variable_not_found",
        Code::JOB_NOT_FOUND => "job_not_found",
        Code::TASK_NOT_FOUND => "task_not_found",
        Code::ACTION_NOT_FOUND => "action_not_found",
        _ => "not_found",
    }
}

impl Failure {
    fn new(status: StatusCode, word: &'static str, code: Code, message: impl Into<String>) -> Self {
        Self {
            status,
            word,
            code,
            message: message.into(),
            more: Map::new(),
        }
    }

    /// No token, or a wrong one.
    pub(super) fn unauthorized() -> Self {
        let message = "the token is missing or wrong: send it as `Authorization: Bearer`, \
                       `X-Keeper-Token` or the parameter `token`";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            Code::UNAUTHORIZED,
            message,
        )
    }

    /// A parameter that is missing or malformed.
    pub(super) fn bad_parameter(parameter: &str, problem: impl std::fmt::Display) -> Self {
        let message = format!("parameter `{parameter}` {problem}");
        let code = Code::BAD_PARAMETER;
        let mut failure = Self::new(StatusCode::BAD_REQUEST, "bad_parameter", code, message);
        failure
            .more
            .insert("parameter".to_owned(), parameter.into());
        failure
    }

    /// A body that cannot be read.
    pub(super) fn bad_body(problem: impl std::fmt::Display) -> Self {
        let message = format!("the body cannot be read: {problem}");
        let code = Code::BAD_PARAMETER;
        Self::new(StatusCode::BAD_REQUEST, "bad_body", code, message)
    }

    /// Adds a field to the body, such as one that a published answer promises.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// The body is larger than allowed.
    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes");
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            Code::BODY_TOO_LARGE,
            message,
        )
    }

    /// The node is stopping.
    pub(super) fn stopping() -> Self {
        let message = "the node is shutting down: ask another node, or later";
        let code = Code::SHUTTING_DOWN;
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "shutting_down",
            code,
            message,
        )
    }

    /// Something that should not happen; the cause is in the log under the request's id.
    pub(super) fn internal() -> Self {
        let message = "something went wrong here; the log has it under the request id";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            Code::INTERNAL,
            message,
        )
    }

    /// What a bare status of the router means.
    pub(super) fn of_status(status: StatusCode, what: &str) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::new(
                status,
                "no_such_endpoint",
                Code::NO_SUCH_ENDPOINT,
                format!("there is no endpoint `{what}`"),
            )),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::new(
                status,
                "method_not_allowed",
                Code::METHOD_NOT_ALLOWED,
                format!("endpoint `{what}` does not offer this method; header `Allow` says which"),
            )),
            _ => None,
        }
    }

    /// Writes the body and the headers that go with it.
    pub(super) fn render(&self, face: Face, path: &str, request_id: &str) -> Response {
        let (mut body, kind) = match face {
            Face::Published => (
                json!({
                    "error": self.word,
                    "message": self.message,
                    "code": self.code.to_string(),
                }),
                "application/json; charset=utf-8",
            ),
            Face::Problem => (
                json!({
                    "type": format!("urn:keeper:error:{}", self.code),
                    "title": self.word.replace('_', " "),
                    "status": self.status.as_u16(),
                    "detail": self.message,
                    "instance": path,
                    "code": self.code.to_string(),
                    "retryable": self.status == StatusCode::SERVICE_UNAVAILABLE,
                }),
                "application/problem+json",
            ),
        };
        if let Value::Object(fields) = &mut body {
            fields.insert("request_id".to_owned(), request_id.into());
            fields.extend(self.more.clone());
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Ok(code) = HeaderValue::try_from(self.code.to_string()) {
            headers.insert("x-keeper-error", code);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<ops::Error> for Failure {
    fn from(error: ops::Error) -> Self {
        let (status, word) = status_of(error.kind(), error.code());
        let mut failure = Self::new(status, word, error.code(), error.to_string());
        if error.kind() == Kind::Internal {
            tracing::error!(error.code = %error.code(), error = %error, "request failed");
            failure.message = Self::internal().message;
        }
        if error.kind() == Kind::Rejected {
            let faults = error.faults();
            if let [fault] = faults.as_slice() {
                failure.message = format!("{error}: {}", fault.message);
            }
            let list = diagnostics(&faults);
            failure.more.insert("diagnostics".to_owned(), list);
        }
        failure
    }
}

/// The list of faulty definitions as it stands in bodies.
pub(super) fn diagnostics(faults: &[ops::Fault]) -> Value {
    let line = |fault: &ops::Fault| {
        json!({
            "kind": fault.noun,
            "name": fault.name,
            "code": fault.code.to_string(),
            "message": fault.message,
        })
    };
    faults.iter().map(line).collect()
}

impl IntoResponse for Failure {
    /// Hands the failure to [`super::Service`], which knows path and request id and writes it.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}
