//! A private MariaDB server on a temporary folder and a free port of 127.0.0.1.
//!
//! An empty data folder is made once per server version, kept under the target folder and copied
//! for each server.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::guard::{self, Guard, is_root};

/// How long a killed server may take until it is gone, on a busy machine.
const DEATH_LIMIT: Duration = Duration::from_mins(1);

/// A running server; it is killed and its folder removed when this value is dropped.
pub struct Server {
    folder: PathBuf,
    port: u16,
    guard: Option<Guard>,
    databases: AtomicU32,
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
        guard::on_free_port("MariaDB", |port| {
            let folder = guard::fresh_folder("mariadb");
            copy(&template, &folder.join("data"));
            let mut server = Self {
                folder,
                port,
                guard: None,
                databases: AtomicU32::new(0),
            };
            server.launch()?;
            Ok(server)
        })
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
        let Some(guard) = &self.guard else { return };
        signal(guard.pid, "-KILL");
        let limit = Instant::now() + DEATH_LIMIT;
        // The first thread may be gone while others still hold the port.
        while guard.is_alive() || TcpStream::connect(self.address()).is_ok() {
            assert!(Instant::now() < limit, "MariaDB does not die");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again on the same data folder and port after [`Self::crash`].
    pub fn restart(&mut self) {
        self.crash();
        if let Some(guard) = self.guard.take() {
            // It would remove the folder that the next server needs.
            guard.release();
        }
        self.launch().expect("MariaDB starts again");
    }

    fn launch(&mut self) -> Result<(), String> {
        let mut server = Command::new(server_program());
        server.args(self.arguments());
        let guard = self
            .guard
            .insert(Guard::start(&self.folder, &server, "KILL"));
        // The server that listens must be the one that was started here.
        let own = guard.pid.to_string();
        let (address, socket) = (
            SocketAddr::from(([127, 0, 0, 1], self.port)),
            self.folder.join("socket"),
        );
        let pid_file = self.folder.join("pid");
        guard.wait(|_| {
            let pid = fs::read_to_string(&pid_file).unwrap_or_default();
            pid.trim() == own && socket.exists() && TcpStream::connect(address).is_ok()
        })
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "--no-defaults".to_owned(),
            format!("--datadir={}", self.folder.join("data").display()),
            format!("--tmpdir={}", self.folder.display()),
            format!("--socket={}", self.folder.join("socket").display()),
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
    is_root().then_some("--user=root")
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

fn program(names: &[&str]) -> PathBuf {
    guard::program(names, "mariadb-server-core mariadb-client-core")
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
