//! `/api/v1/schedule` and `/api/v1/calendar`, and the published preview of a time expression.

use axum::extract::{Path, State as Extract};
use axum::routing::MethodFilter;
use axum::routing::on;

use super::{Answer, Route, answer, ask, limit};
use crate::clock::{Date, Timestamp};
use crate::http::State;
use crate::http::bodies::{CalendarDayBody, ExplanationBody, JobRow, Page, ProblemBody, TickBody};
use crate::http::body::Carries;
use crate::http::caller::Caller;
use crate::http::failure::Failure;
use crate::http::parameters::{Parameters, parse_id};
use crate::ops::{CalendarDay, Window};

const EXPRESSION: &[&str] = &["expression", "exp"];

pub(super) fn routes() -> Vec<Route> {
    vec![
        ask("/schedule/preview", preview),
        ask("/api/v1/schedule/explain", explain),
        ask("/api/v1/schedule/preview", preview),
        ask("/api/v1/jobs/{id}/ticks", ticks_of_job),
        super::put("/api/v1/jobs/{id}/next_tick", next_tick),
        ask("/api/v1/calendar", calendar),
        Route {
            path: "/api/v1/calendar/{day}",
            #[cfg(test)]
            offers: &["PUT", "POST", "DELETE"],
            carries: Carries::Document,
            methods: on(MethodFilter::PUT.or(MethodFilter::POST), set_day).delete(remove_day),
        },
    ]
}

/// `GET /api/v1/schedule/explain?expression=&time_zone=`: what it means, in words.
#[utoipa::path(
    get,
    path = "/api/v1/schedule/explain",
    tag = "schedules",
    params(
        ("expression" = String, Query, description = "The time expression"),
        ("time_zone" = Option<String>, Query, description = "IANA name; the daemon's when absent"),
    ),
    responses(
        (status = 200, body = ExplanationBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn explain(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let expression = parameters.required(EXPRESSION)?;
    let zone = parameters.optional(&["time_zone"])?;
    let explained = state.ops.explain(expression, zone)?;
    Ok(answer(&ExplanationBody::from(&explained)))
}

/// `GET /api/v1/schedule/preview?expression=&time_zone=&from=&until=&limit=`: when it ticks.
#[utoipa::path(
    get,
    path = "/api/v1/schedule/preview",
    tag = "schedules",
    params(
        ("expression" = String, Query, description = "The time expression"),
        ("time_zone" = Option<String>, Query, description = "IANA name; the daemon's when absent"),
        ("from" = Option<String>, Query, description = "From when, RFC 3339; now when absent"),
        ("until" = Option<String>, Query, description = "Until when, RFC 3339"),
        ("limit" = Option<u16>, Query, description = "How many, 1 to 500; 50 when absent"),
    ),
    responses(
        (status = 200, body = Page<TickBody>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn preview(
    _: Caller,
    Extract(state): Extract<State>,
    parameters: Parameters,
) -> Answer {
    let expression = parameters.required(EXPRESSION)?;
    let zone = parameters.optional(&["time_zone"])?;
    let window = window(&state, &parameters)?;
    let ticks = state.ops.ticks(expression, zone, window)?;
    let items: Vec<TickBody> = ticks.iter().map(TickBody::from).collect();
    Ok(answer(&Page { items, next: None }))
}

/// `GET /api/v1/jobs/{id or title}/ticks?expression=&from=&until=&limit=`: the ticks of a job, or
/// of another expression for it, with the tasks that exist already.
#[utoipa::path(
    get,
    path = "/api/v1/jobs/{id}/ticks",
    tag = "schedules",
    params(
        ("id" = String, Path, description = "Id or title"),
        ("expression" = Option<String>, Query, description = "Instead of the job's own"),
        ("from" = Option<String>, Query, description = "From when, RFC 3339; now when absent"),
        ("until" = Option<String>, Query, description = "Until when, RFC 3339"),
        ("limit" = Option<u16>, Query, description = "How many, 1 to 500; 50 when absent"),
    ),
    responses(
        (status = 200, body = Page<TickBody>),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn ticks_of_job(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
    parameters: Parameters,
) -> Answer {
    let expression = parameters.optional(EXPRESSION)?;
    let window = window(&state, &parameters)?;
    let ticks = state.ops.ticks_of_job(&key, expression, window).await?;
    let items: Vec<TickBody> = ticks.iter().map(TickBody::from).collect();
    Ok(answer(&Page { items, next: None }))
}

/// `PUT /api/v1/jobs/{id or title}/next_tick?at=`
#[utoipa::path(
    put,
    path = "/api/v1/jobs/{id}/next_tick",
    tag = "schedules",
    params(
        ("id" = String, Path, description = "Id or title"),
        ("at" = Option<String>, Query, description = "RFC 3339; computed anew when absent"),
    ),
    responses(
        (status = 200, body = JobRow),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
        (status = 404, body = ProblemBody),
    )
)]
pub(in crate::http) async fn next_tick(
    _: Caller,
    Extract(state): Extract<State>,
    Path(key): Path<String>,
    parameters: Parameters,
) -> Answer {
    let at = parameters.number::<Timestamp>(&["at"])?;
    let job = state.ops.set_next_tick(&key, at).await?;
    Ok(answer(&JobRow::from(&job)))
}

/// `GET /api/v1/calendar`: the special days.
#[utoipa::path(
    get,
    path = "/api/v1/calendar",
    tag = "schedules",
    responses(
        (status = 200, body = Page<CalendarDayBody>),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn calendar(_: Caller, Extract(state): Extract<State>) -> Answer {
    let days = state.ops.list_calendar().await?;
    let items: Vec<CalendarDayBody> = days.iter().map(CalendarDayBody::from).collect();
    Ok(answer(&Page { items, next: None }))
}

/// `PUT /api/v1/calendar/{day}?kind=&note=`
#[utoipa::path(
    put,
    path = "/api/v1/calendar/{day}",
    tag = "schedules",
    params(
        ("day" = String, Path, description = "`yyyy-MM-dd`"),
        ("kind" = String, Query, description = "`work` or `rest`"),
        ("note" = Option<String>, Query, description = "Its name, for people"),
    ),
    responses(
        (status = 200, body = CalendarDayBody),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn set_day(
    _: Caller,
    Extract(state): Extract<State>,
    Path(day): Path<String>,
    parameters: Parameters,
) -> Answer {
    let is_workday = match parameters.required(&["kind"])? {
        "work" => true,
        "rest" => false,
        other => {
            let problem = format!("is `{other}`, expected `work` or `rest`");
            return Err(Failure::bad_parameter("kind", problem));
        }
    };
    let day = CalendarDay {
        day: parse_id("day", &day)?,
        is_workday,
        note: parameters.optional(&["note"])?.unwrap_or("").to_owned(),
    };
    state.ops.set_calendar_day(day.clone()).await?;
    Ok(answer(&CalendarDayBody::from(&day)))
}

/// `DELETE /api/v1/calendar/{day}`: the rule of the week counts again.
#[utoipa::path(
    delete,
    path = "/api/v1/calendar/{day}",
    tag = "schedules",
    params(("day" = String, Path, description = "`yyyy-MM-dd`")),
    responses(
        (status = 200, body = bool, description = "Whether the day was a special one"),
        (status = 400, body = ProblemBody),
        (status = 401, body = ProblemBody),
    )
)]
pub(in crate::http) async fn remove_day(
    _: Caller,
    Extract(state): Extract<State>,
    Path(day): Path<String>,
) -> Answer {
    let day: Date = parse_id("day", &day)?;
    Ok(answer(&state.ops.remove_calendar_day(day).await?))
}

fn window(state: &State, parameters: &Parameters) -> Result<Window, Failure> {
    let limit = match parameters.number(&["count"])? {
        Some(count @ 1..=500) => count,
        _ => limit(parameters)?,
    };
    Ok(Window {
        from: parameters
            .number::<Timestamp>(&["from"])?
            .unwrap_or_else(|| state.ops.now()),
        until: parameters
            .number::<Timestamp>(&["until"])?
            .unwrap_or(Timestamp::MAX),
        limit,
    })
}
