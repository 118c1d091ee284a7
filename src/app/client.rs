//! Talks to a running daemon: finds it, carries the token, turns problems into failures.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use reqwest::{Method, Response};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::exit::{Exit, Failure};
use crate::config::{Environment, Overrides, Settings};

/// How long a daemon may take to answer.
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// Where the daemon is and how to be let in.
#[derive(Debug, Clone, Args)]
pub struct Target {
    /// Address of the daemon.
    #[arg(
        long,
        env = "KEEPER_URL",
        default_value = Self::DEFAULT_URL,
        global = true
    )]
    pub url: String,
    /// Home folder, where the token is looked for.
    #[arg(long, env = "KEEPER_HOME", global = true)]
    pub home: Option<PathBuf>,
}

impl Target {
    /// Where a daemon listens that was told nothing else.
    pub const DEFAULT_URL: &str = "http://127.0.0.1:7700";

    /// The settings of the home folder.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn settings(&self) -> Result<Settings, Failure> {
        let overrides = Overrides::default().with("home", self.home.as_ref().map(|h| h.display()));
        Settings::load(&overrides, &Environment::of_process()).map_err(|error| {
            Failure::new(Exit::Usage, "the settings cannot be read")
                .why(error.to_string())
                .code(error.code())
        })
    }
}

/// A connection to a daemon.
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    /// Prepares a client; nothing is sent yet.
    ///
    /// # Errors
    /// When no token can be found.
    pub fn new(target: &Target) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_MAX)
            .no_proxy()
            .build();
        let http = http.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
        let base = target.url.trim_end_matches('/').to_owned();
        Ok(Self {
            http,
            base,
            token: find_token(target)?,
        })
    }

    /// Sends a request and reads the answer as JSON.
    ///
    /// # Errors
    /// The daemon cannot be reached, or it answered with a problem.
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Json>,
    ) -> Result<T, Failure> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(self.exchange(request).await?).await
    }

    /// Sends a module and reads the answer as JSON.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_bytes<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<T, Failure> {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = request
            .header(reqwest::header::CONTENT_TYPE, "application/wasm")
            .body(bytes);
        read(self.exchange(request).await?).await
    }

    async fn exchange(&self, request: reqwest::RequestBuilder) -> Result<Response, Failure> {
        let answer = request
            .bearer_auth(&self.token)
            .send()
            .await
            .map_err(|error| {
                Failure::new(
                    Exit::Unreachable,
                    format!("no daemon answers at {}", self.base),
                )
                .why(error.without_url().to_string())
                .next("keeper serve, or name another one by --url or KEEPER_URL")
            })?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        Err(problem(answer).await)
    }
}

/// Writes one path segment so that it stays one.
pub fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Failure> {
    answer.json().await.map_err(|error| {
        Failure::new(Exit::Failed, "the daemon's answer cannot be read")
            .why(error.without_url().to_string())
            .next("use a `keeper` of the daemon's version")
    })
}

async fn problem(answer: Response) -> Failure {
    let status = answer.status().as_u16();
    let body: Json = answer.json().await.unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(Json::as_str).map(str::to_owned);
    let what = text("title").or_else(|| text("message"));
    let what = what.unwrap_or_else(|| format!("the daemon answered with status {status}"));
    let mut failure = Failure::new(Exit::of_status(status), what);
    failure.why = text("detail");
    failure.code = text("code");
    if failure.code.as_deref().is_some_and(Exit::is_of_a_call) {
        failure.exit = Exit::Failed;
    }
    failure.next = text("help");
    if status == 401 {
        failure.next = Some("set KEEPER_HTTP_TOKEN, or name the daemon's --home".to_owned());
    }
    failure
}

fn find_token(target: &Target) -> Result<String, Failure> {
    let settings = target.settings()?;
    settings
        .token
        .map(|token| token.expose().to_owned())
        .ok_or_else(|| {
            Failure::new(Exit::Denied, "no token to show to the daemon")
                .why(format!("there is none in {}", settings.home.display()))
                .next("set KEEPER_HTTP_TOKEN, or name the daemon's --home")
        })
}
