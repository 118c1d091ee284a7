//! A private PostgreSQL server on a temporary folder and a free port of 127.0.0.1.
//!
//! As with the MariaDB server, a small shell owns it and kills it when the test process ends,
//! however it ends.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a server may take until it answers, on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Starts the server, says so, kills it and removes its folder when the input ends.
const GUARD: &str = r#"
folder=$1; shift
"$@" </dev/null >"$folder/stdout" 2>&1 &
pid=$!
echo started
while read -r _; do :; done
kill -QUIT "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
rm -rf "$folder"
"#;

/// A running server; it is killed and its folder removed when the process ends.
pub struct Server {
    folder: PathBuf,
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

    /// Makes an empty database and returns its address.
    pub fn fresh_database(&self) -> String {
        let name = format!("db{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let output = Command::new(program("psql"))
            .args(["-X", "-h", "127.0.0.1", "-U", "keeper", "-d", "postgres"])
            .args(["-p", &self.port.to_string()])
            .args(["-c", &format!("CREATE DATABASE {name}")])
            .output()
            .expect("the client starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        format!("postgresql://keeper@127.0.0.1:{}/{name}", self.port)
    }

    fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("keeper-postgres-")
            .tempdir()
            .expect("a temporary folder can be made")
            .keep();
        let data = folder.join("data");
        hand_over(&folder);
        let made = as_owner(&program("initdb"))
            .args([
                "--auth=trust",
                "--username=keeper",
                "--encoding=UTF8",
                "--no-sync",
            ])
            .arg("--no-locale")
            .arg("-D")
            .arg(&data)
            .current_dir(&folder)
            .output()
            .expect("initdb starts");
        let errors = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{errors}");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port")
            .port();
        let guard = guard(&folder, &data, port);
        let server = Self {
            folder,
            port,
            databases: AtomicU32::new(0),
            _guard: guard,
        };
        server.wait();
        server
    }

    fn wait(&self) {
        let limit = Instant::now() + START_LIMIT;
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let log = || fs::read_to_string(self.folder.join("stdout")).unwrap_or_default();
        while TcpStream::connect(address).is_err() || !log().contains("ready to accept") {
            assert!(
                Instant::now() < limit,
                "PostgreSQL does not start:\n{}",
                log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn guard(folder: &Path, data: &Path, port: u16) -> Child {
    let server = as_owner(&program("postgres"));
    let mut guard = Command::new("sh")
        .args(["-c", GUARD, "keeper-postgres"])
        .arg(folder)
        .arg(server.get_program())
        .args(server.get_args())
        .arg("-D")
        .arg(data)
        .args(["-p", &port.to_string(), "-h", "127.0.0.1"])
        .args([
            "-c",
            &format!("unix_socket_directories={}", folder.display()),
        ])
        .args(["-c", "fsync=off", "-c", "max_connections=200"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Ctrl-C goes to the whole group; the guard must survive it to clean up.
        .process_group(0)
        .current_dir(folder)
        .spawn()
        .expect("sh starts");
    let mut line = String::new();
    let stdout = guard.stdout.take().expect("the output is a pipe");
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the guard answers");
    guard
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|facts| facts.uid() == 0)
}

/// The server refuses to run as root: then it runs as the user of its package.
fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        .arg(program);
    command
}

fn hand_over(folder: &Path) {
    if is_root() {
        let status = Command::new("chown")
            .arg("postgres:postgres")
            .arg(folder)
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "no user `postgres`"
        );
    }
}

/// Debian keeps the programs of a server beside each other, outside of the search path.
fn program(name: &str) -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.exists())
        .collect();
    versions.sort();
    versions.pop().unwrap_or_else(|| name.into())
}
