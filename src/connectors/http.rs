//! Calls of HTTP interfaces that answer with JSON.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url};

use crate::connectors::Error;
use crate::value::Value;

/// The largest answer that is read.
const ANSWER_MAX_BYTES: usize = 256 << 20;
/// How much of a refused answer is repeated in the message, in characters.
const EXCERPT_MAX: usize = 300;

/// One call.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// GET, POST and so on; GET when empty.
    pub method: String,
    /// Where; blanks are written as `%20`.
    pub url: String,
    /// The body; a query string that is no JSON is appended to the address.
    pub data: Option<String>,
    /// Header lines.
    pub headers: Vec<(String, String)>,
    /// How long it may take.
    pub timeout: Duration,
}

/// Performs a call and gives the JSON that came back. Dropping the future ends the call.
///
/// # Errors
/// [`Error::Http`] for a wrong address, an unreachable server, a status of 400 or more, or an
/// answer that is not JSON.
pub async fn call(call: &Call) -> Result<Value, Error> {
    let name = if call.method.is_empty() {
        "GET".to_owned()
    } else {
        call.method.to_uppercase()
    };
    let mut url = Url::parse(&call.url.trim().replace(' ', "%20"))
        .map_err(|error| fault(&name, &call.url, &error.to_string()))?;
    let is_body = |text: &str| text.trim_start().starts_with(['{', '[']);
    if let Some(query) = call.data.as_deref().filter(|text| !is_body(text)) {
        append_query(&mut url, query);
    }
    let shown = without_secrets(&url);
    let refuse = |message: &str| fault(&name, &shown, message);
    let method = Method::from_bytes(name.as_bytes()).map_err(|_| refuse("no such method"))?;
    let client = Client::builder()
        .timeout(call.timeout)
        .build()
        .map_err(|error| refuse(&error.to_string()))?;
    let mut request = client.request(method, url).headers(headers(call, &refuse)?);
    if let Some(body) = call.data.as_ref().filter(|text| is_body(text)) {
        request = request.body(body.clone());
    }
    let answer = request
        .send()
        .await
        .map_err(|error| refuse(&cause(error)))?;
    let status = answer.status();
    let body = read_body(answer)
        .await
        .map_err(|message| refuse(&message))?;
    if status.is_client_error() || status.is_server_error() {
        let message = format!("status {}: {}", status.as_u16(), excerpt(&body));
        return Err(refuse(&message));
    }
    // A large answer takes its time, and the run may be stopped meanwhile.
    let read = move || Value::from_json(&body).map_err(|error| (error, excerpt(&body)));
    let read = tokio::task::spawn_blocking(read).await;
    let read = read.map_err(|error| refuse(&error.to_string()))?;
    read.map_err(|(error, start)| refuse(&format!("the answer is not JSON ({error}): {start}")))
}

async fn read_body(mut answer: reqwest::Response) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(cause)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_MAX_BYTES {
            return Err(format!(
                "the answer is larger than {ANSWER_MAX_BYTES} bytes"
            ));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn headers(call: &Call, refuse: &dyn Fn(&str) -> Error) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(CONTENT_TYPE, json);
    for (name, value) in &call.headers {
        let wrong = || refuse(&format!("`{name}` is not a usable header"));
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        headers.insert(key, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(headers)
}

fn append_query(url: &mut Url, query: &str) {
    let query = query.trim_start_matches(['?', '&']).replace(' ', "%20");
    let joined = match url.query() {
        Some(old) if !old.is_empty() => format!("{old}&{query}"),
        _ => query,
    };
    url.set_query(Some(&joined));
}

/// The address as it may be shown: without login and query.
fn without_secrets(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Addresses that cannot have a login have none to remove.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.to_string()
}

fn fault(method: &str, url: &str, message: &str) -> Error {
    Error::Http {
        message: format!("{method} {url}: {message}"),
    }
}

/// The innermost cause says what happened; the address is repeated by the caller.
fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn excerpt(body: &str) -> String {
    let short: String = body.chars().take(EXCERPT_MAX).collect();
    short.replace(['\n', '\r'], " ")
}
