//! A private Redis server on a temporary folder and a free port of 127.0.0.1.
#![expect(
    clippy::disallowed_methods,
    reason = "starts a foreign program, which knows nothing of our processes"
)]

use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::guard::{self, Guard};

/// Each test takes one of its own.
const DATABASES: u32 = 1000;

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
        SHARED.get_or_init(|| guard::on_free_port("Redis", Self::start))
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

    fn start(port: u16) -> Result<Self, String> {
        let folder = guard::fresh_folder("redis");
        let mut server = Command::new(guard::program(&["redis-server"], "redis-server"));
        server
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--databases", &DATABASES.to_string()])
            // Nothing is kept: the data of a test ends with it.
            .args(["--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(&folder);
        let guard = Guard::start(&folder, &server, "KILL");
        guard.wait(|said| said.contains("Ready to accept connections"))?;
        Ok(Self {
            port,
            databases: AtomicU32::new(0),
            _guard: guard,
        })
    }
}
