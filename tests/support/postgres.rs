//! A private PostgreSQL server on a temporary folder and a free port of 127.0.0.1.
#![expect(
    clippy::disallowed_methods,
    reason = "starts foreign programs, which know nothing of our processes"
)]

use std::fs;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::guard::{self, Guard, is_root};

/// A running server; it is killed and its folder removed when the process ends.
pub struct Server {
    port: u16,
    databases: AtomicU32,
    _guard: Guard,
}

impl Server {
    /// Returns the server shared by all tests of this process, started on first use.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Server> = OnceLock::new();
        SHARED.get_or_init(|| guard::on_free_port("PostgreSQL", Self::start))
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

    fn start(port: u16) -> Result<Self, String> {
        let folder = guard::fresh_folder("postgres");
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
        let sockets = format!("unix_socket_directories={}", folder.display());
        let mut server = as_owner(&program("postgres"));
        server
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1"])
            .args(["-c", &sockets, "-c", "fsync=off"])
            .args(["-c", "max_connections=200"]);
        let guard = Guard::start(&folder, &server, "QUIT");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        guard
            .wait(|said| said.contains("ready to accept") && TcpStream::connect(address).is_ok())?;
        Ok(Self {
            port,
            databases: AtomicU32::new(0),
            _guard: guard,
        })
    }
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
