//! Bodies of requests.

use axum::extract::{FromRequest, Request};
use http_body_util::{BodyExt, LengthLimitError};
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::service::BODY_MAX_BYTES;

/// A JSON body, whatever the content type says.
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let bytes = match request.into_body().collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if is_too_long(&error) => return Err(Failure::too_large(BODY_MAX_BYTES)),
            Err(error) => return Err(Failure::bad_body(error)),
        };
        let body = serde_json::from_slice(&bytes);
        body.map(Self).map_err(Failure::bad_body)
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
