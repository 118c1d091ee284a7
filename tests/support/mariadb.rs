//! A private MariaDB server on a temporary folder and a free port of 127.0.0.1.
//!
//! Every server is owned by a small shell that waits for the end of its input, a pipe held by
//! the test process. However the tests end (kill -9 included) the pipe closes, the shell kills
//! the server and removes its folder. An empty data folder is made once per server version, kept
//! under the target folder and copied for each server.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs::{self, File};
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

/// Another program may take the free port before the server does; then the next one is tried.
const START_ATTEMPTS: usize = 5;

/// Starts the server, tells its pid, kills it and removes its folder when the input ends.
const GUARD: &str = r#"
folder=$1; shift
"$@" </dev/null >"$folder/stdout" 2>&1 &
pid=$!
echo "$pid"
while read -r _; do :; done
kill -KILL "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
rm -rf "$folder"
"#;

/// A running server; it is killed and its folder removed when this value is dropped.
pub struct Server {
    folder: PathBuf,
    port: u16,
    running: Option<Running>,
    databases: AtomicU32,
}

struct Running {
    guard: Child,
    pid: u32,
}

impl Server {
    /// Returns the server shared by all tests of this process, started on first use.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server of its own, for tests that crash or stop it.
    pub fn start() -> Self {
        let template = template();
        for _ in 0..START_ATTEMPTS {
            let folder = tempfile::Builder::new()
                .prefix("keeper-mariadb-")
                .tempdir()
                .expect("a temporary folder can be made")
                .keep();
            copy(&template, &folder.join("data"));
            let mut server = Self {
                folder,
                port: free_port(),
                running: None,
                databases: AtomicU32::new(0),
            };
            match server.launch() {
                Ok(()) => return server,
                Err(reason) if reason.contains("Address already in use") => {}
                Err(reason) => panic!("MariaDB does not start:\n{reason}"),
            }
        }
        panic!("MariaDB found no free port in {START_ATTEMPTS} attempts");
    }

    /// Makes an empty database and returns its address, `mysql://root@127.0.0.1:PORT/NAME`.
    pub fn fresh_database(&self) -> String {
        let name = format!("db{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.execute(&format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
        format!("mysql://root@{}/{name}", self.address())
    }

    /// The address the server listens on; it stays the same over crashes.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Runs statements with the server's own client and returns its tab-separated output.
    pub fn execute(&self, sql: &str) -> String {
        let output = Command::new(client())
            .args([
                "--no-defaults",
                "--user=root",
                "--batch",
                "--skip-column-names",
            ])
            .args(["--protocol=tcp", "--host=127.0.0.1"])
            .arg(format!("--port={}", self.port))
            .arg(format!("--execute={sql}"))
            .output()
            .expect("the client starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sql}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Kills the server as a power failure would; the data folder stays.
    pub fn crash(&mut self) {
        let Some(running) = &self.running else { return };
        signal(running.pid, "-KILL");
        let limit = Instant::now() + START_LIMIT;
        // The first thread may be gone while others still hold the port.
        while is_alive(running.pid) || TcpStream::connect(self.address()).is_ok() {
            assert!(Instant::now() < limit, "MariaDB does not die");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again on the same data folder and port after [`Self::crash`].
    pub fn restart(&mut self) {
        self.crash();
        if let Some(mut running) = self.running.take() {
            // The guard would remove the folder that the next server needs.
            running.guard.kill().expect("the guard can be killed");
            running.guard.wait().expect("the guard can be waited for");
        }
        self.launch().expect("MariaDB starts again");
    }

    fn launch(&mut self) -> Result<(), String> {
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "keeper-mariadb"])
            .arg(&self.folder)
            .arg(server_program())
            .args(self.arguments())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C goes to the whole group; the guard must survive it to clean up.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        let mut pid = String::new();
        let stdout = guard.stdout.take().expect("the output is a pipe");
        BufReader::new(stdout)
            .read_line(&mut pid)
            .expect("the guard answers");
        let pid = pid.trim().parse().expect("the guard tells the pid");
        self.running = Some(Running { guard, pid });
        let limit = Instant::now() + START_LIMIT;
        while Instant::now() < limit {
            if TcpStream::connect(self.address()).is_ok()
                && self.socket().exists()
                && self.is_mine()
            {
                return Ok(());
            }
            if !is_alive(pid) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(fs::read_to_string(self.folder.join("stdout")).unwrap_or_default())
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            format!("--datadir={}", self.folder.join("data").display()),
            format!("--tmpdir={}", self.folder.display()),
            format!("--socket={}", self.socket().display()),
            format!("--pid-file={}", self.folder.join("pid").display()),
            format!("--port={}", self.port),
        ];
        arguments.extend(
            [
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--skip-log-bin",
                "--character-set-server=utf8mb4",
                "--max-connections=300",
                "--performance-schema=0",
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=8M",
                "--innodb-lock-wait-timeout=10",
                "--key-buffer-size=1M",
            ]
            .map(str::to_owned),
        );
        arguments.extend(as_root().map(str::to_owned));
        arguments
    }

    /// Tells whether the server that listens is the one that was started here.
    fn is_mine(&self) -> bool {
        let pid = fs::read_to_string(self.folder.join("pid")).unwrap_or_default();
        self.running
            .as_ref()
            .is_some_and(|running| pid.trim() == running.pid.to_string())
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("socket")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(running.guard.stdin.take());
            let _ = running.guard.wait();
        }
    }
}

/// Returns an initialised data folder, made by whoever comes first and cached for later runs.
fn template() -> PathBuf {
    let folder = target_folder().join("mariadb");
    fs::create_dir_all(&folder).expect("the cache folder can be made");
    let version = Command::new(server_program())
        .args(["--no-defaults", "--version"])
        .output()
        .expect("the server tells its version");
    let version: String = String::from_utf8_lossy(&version.stdout)
        .split_whitespace()
        .nth(2)
        .unwrap_or("unknown")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let ready = folder.join(&version);

    let lock = File::create(folder.join("lock")).expect("the lock file can be made");
    lock.lock().expect("the cache can be locked");
    if ready.exists() {
        return ready;
    }
    let unfinished = folder.join(format!("{version}.unfinished"));
    let _ = fs::remove_dir_all(&unfinished);
    let output = Command::new(program(&["mariadb-install-db", "mysql_install_db"]))
        .arg("--no-defaults")
        .arg(format!("--datadir={}", unfinished.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
        .arg("--innodb-log-file-size=8M")
        .args(as_root())
        .output()
        .expect("the installer starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the data folder cannot be made:\n{text}\n{errors}"
    );
    fs::rename(&unfinished, &ready).expect("the finished folder can be renamed");
    ready
}

/// The server refuses to run as root unless it is told so by name.
fn as_root() -> Option<&'static str> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    is_root.then_some("--user=root")
}

/// The build folder that holds the running test program.
fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("the test program knows its path");
    let deps = program.parent().expect("a program lies in a folder");
    deps.parent().unwrap_or(deps).to_path_buf()
}

fn server_program() -> PathBuf {
    program(&["mariadbd", "mysqld"])
}

fn client() -> PathBuf {
    program(&["mariadb", "mysql"])
}

/// Finds a program in PATH or in the system folders that PATH of plain users lacks.
fn program(names: &[&str]) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    for folder in path
        .split(':')
        .chain(["/usr/sbin", "/usr/local/sbin", "/usr/bin"])
    {
        for name in names {
            let candidate = Path::new(folder).join(name);
            if candidate.is_file() {
                return candidate;
            }
        }
    }
    panic!(
        "no `{}` on this machine; these tests need a real server: run `make setup`, \
         or `apt-get install mariadb-server-core mariadb-client-core`",
        names.join("` or `")
    );
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port exists");
    probe
        .local_addr()
        .expect("a bound listener has an address")
        .port()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the template is readable") {
        let entry = entry.expect("the template is readable");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an entry has a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the template can be copied");
        }
    }
}

fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill").args([name, &pid.to_string()]).output();
}

/// Tells whether a process exists and is more than an entry that nobody has waited for yet.
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
}
