//! A private Redis server on a temporary folder and a free port of 127.0.0.1.
//!
//! As with the other servers, a small shell owns it and kills it when the test process ends,
//! however it ends.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take until it answers, on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Another program may take the free port before the server does; then the next one is tried.
const START_ATTEMPTS: usize = 5;

/// Each test takes one of its own.
const DATABASES: u32 = 1000;

/// Starts the server, says so, kills it and removes its folder when the input ends.
const GUARD: &str = r#"
folder=$1; shift
"$@" </dev/null >"$folder/stdout" 2>&1 &
pid=$!
echo started
while read -r _; do :; done
kill -KILL "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
rm -rf "$folder"
"#;

/// A running server; it is killed and its folder removed when the process ends.
pub struct Server {
    port: u16,
    databases: AtomicU32,
    _guard: Child,
}

impl Server {
    /// Returns the server shared by all tests of this process, started on first use.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// The port of 127.0.0.1 that the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The number of an empty database that no other test uses.
    pub fn fresh_database(&self) -> u32 {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        assert!(number < DATABASES, "there are no more databases");
        number
    }

    fn start() -> Self {
        let mut said = String::new();
        for _ in 0..START_ATTEMPTS {
            match Self::attempt() {
                Ok(server) => return server,
                Err(log) if log.contains("Address already in use") => said = log,
                Err(log) => panic!("Redis does not start:\n{log}"),
            }
        }
        panic!("Redis found no free port in {START_ATTEMPTS} attempts:\n{said}");
    }

    fn attempt() -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("keeper-redis-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "keeper-redis"])
            .arg(&folder)
            .arg(program())
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--databases", &DATABASES.to_string()])
            // Nothing is kept: the data of a test ends with it.
            .args(["--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C goes to the whole group; the guard must survive it to clean up.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let mut line = String::new();
        let stdout = guard.stdout.take().expect("the output is a pipe");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the guard answers");
        let limit = Instant::now() + START_LIMIT;
        let log = || fs::read_to_string(folder.join("stdout")).unwrap_or_default();
        while Instant::now() < limit {
            let said = log();
            if said.contains("Ready to accept connections") {
                return Ok(Self {
                    port,
                    databases: AtomicU32::new(0),
                    _guard: guard,
                });
            }
            if said.contains("Failed listening") || said.contains("FATAL") {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let said = log();
        drop(guard.stdin.take());
        drop(guard.wait());
        Err(said)
    }
}

fn program() -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut folders = path.split(':').chain(["/usr/bin", "/usr/local/bin"]);
    folders
        .find_map(|folder| {
            let candidate = PathBuf::from(folder).join("redis-server");
            candidate.is_file().then_some(candidate)
        })
        .unwrap_or_else(|| {
            panic!(
                "no `redis-server` on this machine; these tests need a real server: run `make \
                 setup`, or `apt-get install redis-server`"
            )
        })
}
