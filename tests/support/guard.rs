//! A foreign server that lives no longer than the tests.
//!
//! Every server is owned by a small shell that waits for the end of its input, a pipe held by
//! the test process. However the tests end (kill -9 included) the pipe closes, the shell kills
//! the server and removes its folder.
#![expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock or our processes"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take until it answers, on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Another program may take the free port before the server does; then the next one is tried.
const START_ATTEMPTS: usize = 5;

/// Starts the server, tells its pid, kills it and removes its folder when the input ends.
const SHELL: &str = r#"
folder=$1; signal=$2; shift 2
"$@" </dev/null >"$folder/stdout" 2>&1 &
pid=$!
echo "$pid"
while read -r _; do :; done
kill "-$signal" "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
rm -rf "$folder"
"#;

/// A server with its shell; it is killed and its folder removed when this is dropped.
pub struct Guard {
    /// Where the server keeps what it keeps.
    pub folder: PathBuf,
    /// Of the server.
    pub pid: u32,
    shell: Child,
}

impl Guard {
    /// Starts a server, which ends with the signal of this name.
    pub fn start(folder: &Path, server: &Command, signal: &str) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", SHELL, "keeper-guard"])
            .arg(folder)
            .arg(signal)
            .arg(server.get_program())
            .args(server.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C goes to the whole group; the shell must survive it to clean up.
            .process_group(0)
            .current_dir(folder)
            .spawn()
            .expect("sh starts");
        let mut pid = String::new();
        let stdout = shell.stdout.take().expect("the output is a pipe");
        BufReader::new(stdout)
            .read_line(&mut pid)
            .expect("the shell answers");
        Self {
            folder: folder.to_path_buf(),
            pid: pid.trim().parse().expect("the shell tells the pid"),
            shell,
        }
    }

    /// Waits until the server is ready, which `is_ready` may tell by what it said.
    ///
    /// # Errors
    /// What the server said before it ended, or until it had taken too long.
    pub fn wait(&self, is_ready: impl Fn(&str) -> bool) -> Result<(), String> {
        let limit = Instant::now() + START_LIMIT;
        let mut is_over = false;
        loop {
            let said = fs::read_to_string(self.folder.join("stdout")).unwrap_or_default();
            if is_ready(&said) {
                return Ok(());
            }
            if is_over {
                return Err(said);
            }
            // What it says last may come between the two looks.
            is_over = !self.is_alive() || Instant::now() > limit;
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Tells whether the server exists and is more than an entry that nobody has waited for yet.
    pub fn is_alive(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(" Z"))
    }

    /// Leaves the server and its folder to themselves.
    pub fn release(mut self) {
        self.shell.kill().expect("the shell can be killed");
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Starts a server on a free port, which another program may take before it does.
pub fn on_free_port<T>(name: &str, mut start: impl FnMut(u16) -> Result<T, String>) -> T {
    for _ in 0..START_ATTEMPTS {
        match start(free_port()) {
            Ok(server) => return server,
            Err(said) if said.contains("Address already in use") => {}
            Err(said) => panic!("{name} does not start:\n{said}"),
        }
    }
    panic!("{name} found no free port in {START_ATTEMPTS} attempts");
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port exists");
    let address = probe.local_addr();
    address.expect("a bound listener has an address").port()
}

/// Makes a folder for the server of this name, which its guard removes.
pub fn fresh_folder(name: &str) -> PathBuf {
    tempfile::Builder::new()
        .prefix(&format!("keeper-{name}-"))
        .tempdir()
        .expect("a temporary folder can be made")
        .keep()
}

/// Tells whether the tests run as root, as which some servers refuse to run.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Finds a program in PATH or in the system folders that PATH of plain users lacks.
pub fn program(names: &[&str], packages: &str) -> PathBuf {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut folders =
        path.split(':')
            .chain(["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"]);
    let in_folder = |folder: &str| {
        let mut candidates = names.iter().map(|name| Path::new(folder).join(name));
        candidates.find(|candidate| candidate.is_file())
    };
    folders.find_map(in_folder).unwrap_or_else(|| {
        panic!(
            "no `{}` on this machine; these tests need a real server: run `make setup`, or \
             `apt-get install {packages}`",
            names.join("` or `")
        )
    })
}
