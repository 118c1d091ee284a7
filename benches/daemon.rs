//! The whole daemon, in its release build: dispatch, HTTP, start and memory.
//!
//! Question: what does a durable task cost beside the bare process, and an answer beside the bare
//! HTTP library? Each pair is measured in turns on one machine, and the medians are compared.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench measures real time, starts real programs and prints what it found"
)]

mod table;

use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use table::{Limit, median};

/// Tasks of one dispatch measurement.
const TASKS: usize = 1_000;
/// Requests of one HTTP measurement.
const REQUESTS: usize = 40_000;
/// Connections at once.
const CONNECTIONS: usize = 8;
/// Turns of each pair.
const TURNS: usize = 3;
/// Starts that are measured.
const STARTS: usize = 7;

/// The argument with which this program is the bare HTTP server.
const BARE: &str = "--bare-hyper";

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(BARE) {
        let port = arguments.next().expect("a port").parse().expect("a port");
        runtime.block_on(serve_bare(port));
        return;
    }
    table::head();
    start_and_memory(&runtime);
    dispatch(&runtime);
    http(&runtime);
}

fn start_and_memory(runtime: &Runtime) {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Daemon::start(runtime, folder.path()));
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let daemon = Daemon::start(runtime, folder.path());
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        drop(daemon);
    }
    let time = median(times);
    let shown = format!("{time:.0} ms");
    table::line(
        "start to first healthy answer, ms",
        &shown,
        "",
        time,
        Limit::AtMost(300.0),
    );
    let daemon = Daemon::start(runtime, folder.path());
    std::thread::sleep(Duration::from_secs(3));
    let memory = daemon.resident_mib();
    let shown = format!("{memory:.1} MiB");
    table::line(
        "resident memory when idle, MiB",
        &shown,
        "",
        memory,
        Limit::AtMost(60.0),
    );
}

fn dispatch(runtime: &Runtime) {
    let folder = tempfile::tempdir().expect("a folder");
    let daemon = Daemon::start(runtime, folder.path());
    let job = json!({
        "title": "No-op", "kind": "manual", "max_parallel": 0,
        "commands": [{ "title": "nothing", "kind": "shell", "text": "true" }],
    });
    let job = runtime.block_on(daemon.send("PUT", "/api/v1/jobs", &job.to_string()));
    let job = job["id"].as_str().expect("an id").to_owned();
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        bare.push(rate(TASKS, runtime.block_on(spawn_bare(TASKS))));
        let total = (turn + 1) * TASKS;
        ours.push(rate(
            TASKS,
            runtime.block_on(run_tasks(&daemon, &job, total)),
        ));
    }
    let (bare, ours) = (median(bare), median(ours));
    table::line(
        "dispatch: durable no-op tasks / bare spawns",
        &format!("{ours:.0}/s"),
        &format!("{bare:.0}/s"),
        ours / bare,
        Limit::AtLeast(0.5),
    );
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// The same command as often, as many at once as the daemon has executors.
async fn spawn_bare(count: usize) -> Duration {
    let executors = 4 * std::thread::available_parallelism().map_or(1, usize::from);
    let left = Arc::new(AtomicUsize::new(count));
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..executors {
        let left = Arc::clone(&left);
        workers.spawn(async move {
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_ok()
            {
                let mut command = tokio::process::Command::new("/bin/sh");
                let output = command
                    .args(["-c", "true"])
                    .stdin(Stdio::null())
                    .output()
                    .await;
                assert!(output.expect("sh runs").status.success());
            }
        });
    }
    while workers.join_next().await.is_some() {}
    begun.elapsed()
}

/// Creates tasks until there are `total` and waits until all have ended in success.
async fn run_tasks(daemon: &Daemon, job: &str, total: usize) -> Duration {
    let begun = Instant::now();
    let path = format!("/task/instant/{job}");
    let left = Arc::new(AtomicUsize::new(TASKS));
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (left, path, peer) = (Arc::clone(&left), path.clone(), daemon.peer());
        clients.spawn(async move {
            let mut connection = peer.connect().await;
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_ok()
            {
                let answer = connection.ask("PUT", &path, "").await;
                assert!(answer.0 == 200, "{answer:?}");
            }
        });
    }
    while clients.join_next().await.is_some() {}
    let path = "/metrics";
    loop {
        let mut connection = daemon.peer().connect().await;
        let (_, page) = connection.ask("GET", path, "").await;
        let count = |status: &str| {
            let name = format!("keeper_tasks_total{{status=\"{status}\"}} ");
            let mut lines = page.lines().filter_map(|line| line.strip_prefix(&name));
            lines
                .next()
                .map_or(0, |n| n.trim().parse::<usize>().expect("a number"))
        };
        assert_eq!(count("failed"), 0);
        if count("success") >= total {
            return begun.elapsed();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn http(runtime: &Runtime) {
    let folder = tempfile::tempdir().expect("a folder");
    let daemon = Daemon::start(runtime, folder.path());
    let bare = Bare::start(runtime);
    for path in ["/", "/health"] {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            theirs.push(rate(REQUESTS, runtime.block_on(load(&bare.peer, path))));
            ours.push(rate(REQUESTS, runtime.block_on(load(&daemon.peer(), path))));
        }
        let (theirs, ours) = (median(theirs), median(ours));
        table::line(
            &format!("GET {path} / bare hyper"),
            &format!("{ours:.0}/s"),
            &format!("{theirs:.0}/s"),
            ours / theirs,
            Limit::AtLeast(0.7),
        );
    }
}

/// Sends all requests over a few connections that stay open.
async fn load(peer: &Peer, path: &'static str) -> Duration {
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let peer = peer.clone();
        clients.spawn(async move {
            let mut connection = peer.connect().await;
            for _ in 0..REQUESTS / CONNECTIONS {
                let (status, _) = connection.ask("GET", path, "").await;
                assert_eq!(status, 200);
            }
        });
    }
    while let Some(done) = clients.join_next().await {
        done.expect("a client");
    }
    begun.elapsed()
}

/// Answers a fixed text with nothing around the library.
async fn serve_bare(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("a free port");
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        connections.spawn(async move {
            let answer = service_fn(|_: hyper::Request<Incoming>| async {
                let body = Full::new(Bytes::from_static(
                    b"{\"status\":\"ok\",\"version\":\"0.1.0\"}",
                ));
                Ok::<_, Infallible>(hyper::Response::new(body))
            });
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

/// The bare HTTP server in a process of its own, as the daemon is.
struct Bare {
    child: Child,
    peer: Peer,
}

impl Bare {
    fn start(runtime: &Runtime) -> Self {
        let port = free_port();
        let program = std::env::current_exe().expect("this program");
        let child = Command::new(program)
            .args([BARE, &port.to_string()])
            .spawn()
            .expect("this program starts");
        let peer = Peer {
            port,
            token: String::new(),
        };
        runtime.block_on(peer.until_healthy());
        Self { child, peer }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who speaks HTTP.
#[derive(Clone)]
struct Peer {
    port: u16,
    token: String,
}

impl Peer {
    async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(("127.0.0.1", self.port))
            .await
            .expect("a connection");
        stream.set_nodelay(true).expect("an option");
        Connection {
            stream,
            token: self.token.clone(),
            buffer: Vec::new(),
        }
    }

    async fn until_healthy(&self) {
        for _ in 0..60_000 {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)).await {
                let mut connection = Connection {
                    stream,
                    token: self.token.clone(),
                    buffer: Vec::new(),
                };
                if connection.ask("GET", "/health", "").await.0 == 200 {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("nobody answers on port {}", self.port);
    }
}

/// One open connection; reads only what the measured servers send.
struct Connection {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

impl Connection {
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> (u16, String) {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: keeper\r\nX-Keeper-Token: {}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await.expect("sent");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("read");
            assert_ne!(read, 0, "closed in the middle of an answer");
            let Some(end) = find(&self.buffer, b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&self.buffer[..end]).expect("text");
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length: ")
                        .map(str::to_owned)
                })
                .map_or(0, |length| length.parse::<usize>().expect("a number"));
            if self.buffer.len() >= end + 4 + length {
                let status = head[9..12].parse().expect("a status");
                let body = String::from_utf8_lossy(&self.buffer[end + 4..]).into_owned();
                return (status, body);
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// The daemon under measurement.
struct Daemon {
    child: Child,
    port: u16,
    home: PathBuf,
}

impl Daemon {
    /// Starts it and waits for its first healthy answer.
    fn start(runtime: &Runtime, home: &Path) -> Self {
        let port = free_port();
        let child = Command::new(env!("CARGO_BIN_EXE_keeper"))
            .args(["serve", "--port", &port.to_string(), "--home"])
            .arg(home)
            .env("KEEPER_LOG_LEVEL", "warn")
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        let daemon = Self {
            child,
            port,
            home: home.to_owned(),
        };
        let peer = Peer {
            port,
            token: String::new(),
        };
        runtime.block_on(peer.until_healthy());
        daemon
    }

    fn peer(&self) -> Peer {
        let token = fs::read_to_string(self.home.join("token")).expect("a token");
        Peer {
            port: self.port,
            token: token.trim().to_owned(),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, text) = self.peer().connect().await.ask(method, path, body).await;
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }

    fn resident_mib(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).expect("the process lives");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("a size");
        let kib: f64 = line
            .split_whitespace()
            .nth(1)
            .expect("a number")
            .parse()
            .expect("a number");
        kib / 1024.0
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("an address").port()
}
