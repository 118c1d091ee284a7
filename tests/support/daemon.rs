//! The real daemon: the built program, a home folder of its own, a free port, real requests.
//!
//! The daemon carries a mark in its environment, and what it starts carries the mark of its home.
//! So a test can count what the daemon left behind, and a small shell that waits for the end of the
//! test process can end all of it, whatever happened.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::runtime::Runtime;

/// How long the daemon may take until it answers, on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How long an orderly stop may take.
const STOP_LIMIT: Duration = Duration::from_mins(1);

/// How long one request may take.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

const MARK: &str = "KEEPER_TEST_MARK";

/// Kills every process that carries the mark and removes the home when the input ends.
const REAPER: &str = r#"
while read -r _; do :; done
id=$(cat "$2/id" 2>/dev/null || echo none)
for entry in $(grep -ls -e "KEEPER_TEST_MARK=$1" -e "KEEPER_HOME_ID=$id" /proc/[0-9]*/environ); do
    pid=${entry#/proc/}
    kill -KILL "${pid%/environ}" 2>/dev/null
done
rm -rf "$2"
"#;

/// A daemon under test; everything it started is killed when this value is dropped.
pub struct Daemon {
    home: PathBuf,
    port: u16,
    mark: String,
    settings: Vec<(String, String)>,
    child: Child,
    reaper: Child,
    runtime: Runtime,
    client: reqwest::Client,
}

/// What the daemon answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// Returns the body as JSON; a body that is not JSON fails the test.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Returns the body as JSON after checking that the request succeeded.
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.json()
    }
}

impl Daemon {
    /// Starts a daemon with the default settings.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a daemon with settings given as environment variables (`docs/settings.md`).
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let home = tempfile::Builder::new()
            .prefix("keeper-home-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        let mark = fresh_mark();
        let settings: Vec<_> = settings
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect();
        let reaper = Command::new("sh")
            .args(["-c", REAPER, "keeper-reaper", &mark])
            .arg(&home)
            .stdin(Stdio::piped())
            // Ctrl-C goes to the whole group; the reaper must survive it to clean up.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let port = free_port();
        let child = launch(&home, port, &mark, &settings);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built");
        let mut daemon = Self {
            home,
            port,
            mark,
            settings,
            child,
            reaper,
            runtime,
            client: client(),
        };
        daemon.wait_until_ready();
        daemon
    }

    /// Kills the daemon at once, as a power failure would; its children are left as they are.
    pub fn kill_9(&mut self) {
        self.child.kill().expect("the daemon can be killed");
        self.child.wait().expect("the daemon can be waited for");
    }

    /// Starts the daemon again on the same home and port, killing it first if it still runs.
    pub fn restart(&mut self) {
        self.kill_9();
        self.child = launch(&self.home, self.port, &self.mark, &self.settings);
        self.wait_until_ready();
    }

    /// Asks for an orderly stop, waits for it and checks that nothing stays behind.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal("-TERM");
        let limit = Instant::now() + STOP_LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the daemon can be waited for") {
                break status;
            }
            assert!(
                Instant::now() < limit,
                "the daemon does not stop:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        };
        self.assert_no_children();
        status
    }

    /// Sends a signal such as `-TERM` to the daemon.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let output = Command::new("kill")
            .args([name, &pid])
            .output()
            .expect("kill starts");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Returns the processes that the daemon started and that still live.
    pub fn children(&self) -> Vec<u32> {
        let mark = format!("{MARK}={}", self.mark);
        let id = fs::read_to_string(self.home.join("id")).unwrap_or_default();
        let id = format!("KEEPER_HOME_ID={}", id.trim());
        let entries = fs::read_dir("/proc").expect("/proc is readable").flatten();
        entries
            .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
            .filter(|pid| *pid != self.child.id())
            .filter(|pid| {
                // A process that ended meanwhile has no environment, and so does a zombie.
                let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environment
                    .split(|byte| *byte == 0)
                    .any(|entry| entry == mark.as_bytes() || entry == id.as_bytes())
            })
            .collect()
    }

    /// Fails the test when a process that the daemon started still lives.
    pub fn assert_no_children(&self) {
        let left: Vec<String> = self
            .children()
            .iter()
            .map(|pid| {
                let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                format!("{pid} {}", line.replace('\0', " "))
            })
            .collect();
        assert!(
            left.is_empty(),
            "left behind:\n{}\n{}",
            left.join("\n"),
            self.log()
        );
    }

    /// Sends `GET path` with the token.
    pub fn get(&self, path: &str) -> Answer {
        self.send(reqwest::Method::GET, path, None)
    }

    /// Sends `PUT path` with the token and no body.
    pub fn put(&self, path: &str) -> Answer {
        self.send(reqwest::Method::PUT, path, None)
    }

    /// Sends any request with the token and perhaps a JSON body.
    pub fn send(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .client
            .request(method, self.url(path))
            .bearer_auth(self.token());
        if let Some(body) = body {
            request = request.json(body);
        }
        self.finish(request)
    }

    /// Makes the daemon's job match a definition and returns its id.
    pub fn apply(&self, job: &Value) -> String {
        let answer = self.send(reqwest::Method::PUT, "/api/v1/jobs", Some(job));
        answer.ok()["id"].as_str().expect("an id").to_owned()
    }

    /// Starts a task of a job and returns its id.
    pub fn run(&self, job: &str) -> String {
        let answer = self.put(&format!("/api/v1/jobs/{job}/run"));
        answer.ok()["id"].as_str().expect("an id").to_owned()
    }

    /// Waits until a task stands so and returns it with its actions.
    pub fn wait_for_status(&self, task: &str, status: &str) -> Value {
        self.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
            task["status"] == status
        })
    }

    /// All lines of the log of a task.
    pub fn log_of(&self, task: &str) -> Vec<String> {
        let mut cursor = 0;
        let mut lines = Vec::new();
        loop {
            let path = format!("/api/v1/tasks/{task}/logs?cursor={cursor}");
            let page = self.get(&path).ok();
            let texts = page["logs"].as_array().expect("a list").iter();
            lines.extend(texts.map(|line| line["logText"].as_str().expect("text").to_owned()));
            if page["cursor"] == cursor {
                return lines;
            }
            cursor = page["cursor"].as_i64().expect("a number");
        }
    }

    /// Sends bytes, such as a module to deploy, with the token.
    pub fn send_bytes(&self, method: reqwest::Method, path: &str, body: Vec<u8>) -> Answer {
        self.finish(
            self.client
                .request(method, self.url(path))
                .bearer_auth(self.token())
                .body(body),
        )
    }

    /// Sends a request without a token.
    pub fn send_open(&self, method: reqwest::Method, path: &str) -> Answer {
        self.finish(self.client.request(method, self.url(path)))
    }

    /// Asks again until the answer to `GET path` satisfies `is_there`; a deadline fails the test.
    pub fn wait_for(&self, path: &str, is_there: impl Fn(&Value) -> bool) -> Value {
        let limit = Instant::now() + START_LIMIT;
        loop {
            let answer = self.get(path);
            if answer.status == 200 && is_there(&answer.json()) {
                return answer.json();
            }
            assert!(
                Instant::now() < limit,
                "{path} never came to be: {answer:?}\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The address of a path on this daemon.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The token that the daemon made on its first start.
    pub fn token(&self) -> String {
        let path = self.home.join("token");
        let text = fs::read_to_string(&path);
        text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .trim()
            .to_owned()
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The port that the daemon listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What the daemon wrote to its outputs so far, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(log_file(&self.home)).unwrap_or_default()
    }

    fn wait_until_ready(&mut self) {
        let limit = Instant::now() + START_LIMIT;
        loop {
            let request = self.client.get(self.url("/health"));
            let answer = self.runtime.block_on(async { request.send().await });
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            let ended = self.child.try_wait().expect("the daemon can be waited for");
            assert!(
                ended.is_none(),
                "the daemon ended with {ended:?}:\n{}",
                self.log()
            );
            assert!(
                Instant::now() < limit,
                "the daemon does not answer:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn finish(&self, request: reqwest::RequestBuilder) -> Answer {
        let outcome = self.runtime.block_on(async {
            let answer = request.send().await?;
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Ok::<_, reqwest::Error>(Answer {
                status,
                headers,
                body: answer.text().await?,
            })
        });
        outcome.unwrap_or_else(|error| panic!("no answer: {error:?}\n{}", self.log()))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        drop(self.reaper.stdin.take());
        let _ = self.reaper.wait();
    }
}

fn launch(home: &Path, port: u16, mark: &str, settings: &[(String, String)]) -> Child {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log_file(home))
        .expect("the log file can be made");
    let errors = log.try_clone().expect("a file can be opened twice");
    let mut command = Command::new(env!("CARGO_BIN_EXE_keeper"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| is_setting(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
        .arg("serve")
        .env("KEEPER_HOME", home)
        .env("KEEPER_HTTP_PORT", port.to_string())
        .env(MARK, mark)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .spawn()
        .expect("the daemon starts")
}

fn is_setting(name: &str) -> bool {
    name.starts_with("KEEPER_")
}

fn log_file(home: &Path) -> PathBuf {
    home.join("daemon.log")
}

fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Another test tool may have been first; the provider is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .no_proxy()
        .timeout(REQUEST_LIMIT)
        .build()
        .expect("a client can be built")
}

fn fresh_mark() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{}-{}-end",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port exists");
    probe
        .local_addr()
        .expect("a bound listener has an address")
        .port()
}
