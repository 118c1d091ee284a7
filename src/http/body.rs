//! Bodies of requests: how large one may be, and reading one.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State as Extract};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::State;
use super::failure::Failure;

/// The largest body of most routes, in bytes (`keeper.md` 2.1).
pub(super) const BODY_MAX_BYTES: usize = 1 << 20;

/// How much of a body that is too long is read to be thrown away.
const DISCARD_MAX_BYTES: usize = 64 << 20;

/// What the body of a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    /// Nothing or a document.
    Document,
    /// A WebAssembly module.
    Module,
}

impl Carries {
    /// How many bytes it may have.
    pub(super) fn limit(self, state: &State) -> usize {
        match self {
            Self::Document => BODY_MAX_BYTES,
            Self::Module => state.module_max_bytes,
        }
    }
}

/// The limit of the route, for who reads the body.
#[derive(Debug, Clone, Copy)]
struct Limit(usize);

/// Refuses a body that is announced as too long, and cuts off one that turns out to be.
pub(super) async fn limit(
    Extract(bytes): Extract<usize>,
    mut request: Request,
    next: Next,
) -> Response {
    if announced_bytes(request.headers()) > bytes {
        discard(request.into_body()).await;
        return Failure::too_large(bytes).into_response();
    }
    request.extensions_mut().insert(Limit(bytes));
    let request = request.map(|body| Body::new(Limited::new(body, bytes)));
    next.run(request).await
}

/// Reads on without keeping anything, so that a client that is still sending gets to see the answer
/// and not a broken connection; gives up on one that does not come to an end.
async fn discard(mut body: Body) {
    let mut left = DISCARD_MAX_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        let size = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(size) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn announced_bytes(headers: &HeaderMap) -> usize {
    let length = headers.get(header::CONTENT_LENGTH);
    let text = length.and_then(|length| length.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Reads the whole body. An extractor of it stands last among the parameters of a handler, so that
/// it is read only after the token was checked.
async fn read(request: Request) -> Result<Bytes, Failure> {
    let limit = request.extensions().get::<Limit>();
    let limit = limit.map_or(BODY_MAX_BYTES, |limit| limit.0);
    match request.into_body().collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if is_too_long(&error) => Err(Failure::too_large(limit)),
        Err(error) => Err(Failure::bad_body(error)),
    }
}

/// A JSON body, whatever the content type says.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        parse(&read(request).await?).map(Self)
    }
}

/// A body of either kind.
pub(super) enum Payload<T> {
    /// What says of itself that it is JSON.
    Json(T),
    /// Everything else.
    Bytes(Bytes),
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Payload<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let is_json = is_json(request.headers());
        let bytes = read(request).await?;
        if is_json {
            parse(&bytes).map(Self::Json)
        } else {
            Ok(Self::Bytes(bytes))
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(Failure::bad_body)
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
