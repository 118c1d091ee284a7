//! Who is asking: whoever presents the token.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::State;
use super::failure::Failure;

/// Proof that the request presented the token. A handler without it is open to everybody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller(());

impl FromRequestParts<State> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Failure> {
        let right = Sha256::digest(state.token.expose());
        // Hashing makes the lengths equal, so the time says nothing about the token.
        let matches = |text: &str| bool::from(Sha256::digest(text).ct_eq(&right));
        if presented(parts).iter().any(|text| matches(text)) {
            Ok(Self(()))
        } else {
            Err(Failure::unauthorized())
        }
    }
}

/// Every token that the request carries, wherever a caller may put it.
fn presented(parts: &Parts) -> Vec<String> {
    let header = |name: &str| Some(parts.headers.get(name)?.to_str().ok()?.trim());
    let bearer = header(AUTHORIZATION.as_str()).and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let in_query = url::form_urlencoded::parse(query)
        .filter(|(name, _)| name == "token")
        .map(|(_, token)| token.into_owned());
    let in_headers = bearer.into_iter().chain(header("x-keeper-token"));
    in_headers.map(str::to_owned).chain(in_query).collect()
}
