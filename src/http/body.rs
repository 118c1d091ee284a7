//! Bodies of requests: how large one may be, and reading one.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request, State as Extract};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Frame, SizeHint};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::State;
use super::failure::Failure;

/// The largest body of most routes, in bytes (`keeper.md` 2.1).
pub(super) const BODY_MAX_BYTES: usize = 1 << 20;

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

/// Refuses a body that is announced as too long, and cuts off one that turns out to be. What a
/// handler leaves unread, because it refuses the request for another reason, is read and forgotten:
/// a client that is still sending would lose the answer with the connection.
pub(super) async fn limit(
    Extract(bytes): Extract<usize>,
    mut request: Request,
    next: Next,
) -> Response {
    let announced = announced_bytes(request.headers());
    // Such a client sends only after it was asked to, which reading would do.
    let is_waiting = request.headers().contains_key(header::EXPECT);
    request.extensions_mut().insert(Limit(bytes));
    let (lender, mut given_back) = oneshot::channel();
    let request = request.map(|body| {
        let lent = Lent {
            body,
            lender: Some(lender),
        };
        Body::new(Limited::new(lent, bytes))
    });
    let response = if announced > bytes {
        drop(request);
        Failure::too_large(bytes).into_response()
    } else {
        next.run(request).await
    };
    if let (Ok(body), false) = (given_back.try_recv(), is_waiting) {
        forget(body, bytes.saturating_mul(2)).await;
    }
    response
}

/// Reads the rest of a body, but not more than this.
async fn forget(mut body: Body, mut bytes: usize) {
    while let Some(Ok(frame)) = body.frame().await {
        let read = frame.data_ref().map_or(0, Bytes::len);
        match bytes.checked_sub(read) {
            Some(left) => bytes = left,
            None => return,
        }
    }
}

/// A body that goes back to its lender when it is not needed any more.
struct Lent {
    body: Body,
    lender: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(lender) = self.lender.take() {
            // A lender that is gone wants nothing back.
            let _gone = lender.send(std::mem::take(&mut self.body));
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
