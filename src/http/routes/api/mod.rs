//! `/api/v1`: the resources behind the command line and the console.

pub(in crate::http) mod functions;
pub(in crate::http) mod jobs;
pub(in crate::http) mod schedules;
pub(in crate::http) mod tasks;

use axum::response::Response;
use serde::Serialize;

use super::{Route, ask, put, take_away};
use crate::http::failure::Failure;
use crate::http::parameters::Parameters;
use crate::http::service::json_response;

/// Rows of a page when the caller names no number.
const LIMIT: usize = 50;

/// Rows of a page at most (`experience.md` 3.2).
const LIMIT_MAX: usize = 500;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = functions::routes();
    routes.extend(jobs::routes());
    routes.extend(schedules::routes());
    routes.extend(tasks::routes());
    routes
}

type Answer = Result<Response, Failure>;

fn answer(body: &impl Serialize) -> Response {
    // Bodies are plain data and always have a JSON form.
    let text = serde_json::to_string(body).unwrap_or_default();
    json_response(axum::http::StatusCode::OK, text)
}

/// How many rows the caller wants on a page.
fn limit(parameters: &Parameters) -> Result<usize, Failure> {
    match parameters.number::<usize>(&["limit"])? {
        None => Ok(LIMIT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(limit) => {
            let problem = format!("is {limit}, expected 1 to {LIMIT_MAX}");
            Err(Failure::bad_parameter("limit", problem))
        }
    }
}
