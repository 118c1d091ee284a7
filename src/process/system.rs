//! The launcher that starts real children.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Signal, getsid, kill_process_group, test_kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::lines::pump;
use super::orphans::{ACTION_MARK, HOME_MARK, kill_marked, pid_of};
use super::script::{self, Prepared, ScriptFile};
use super::{Error, Exit, Identity, Launch, Launcher, Launching, Line, Program};
use super::{Reins, Running, Stream, stat};

/// What a child inherits from the daemon. No `KEEPER_*`: the daemon's own settings, with token and
/// database password, have such names; the runner sets the harmless ones.
const INHERITED: &[&str] = &["PATH", "HOME", "LANG", "TZ"];

/// How long an output may stay open after its child ended before stragglers are looked for.
const STRAGGLERS_AFTER: Duration = Duration::from_millis(50);

/// What the launcher of a daemon needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Marks the children of this home; unique on the machine.
    pub home_id: String,
    /// The folder of scripts: made with mode 0700, and refused when it is open to others.
    pub script_folder: PathBuf,
    /// The interpreter of Python text: a path, or a name looked up in `PATH`.
    pub python: PathBuf,
    /// Folders put before those of the daemon's `PATH`.
    pub program_folders: Vec<PathBuf>,
    /// Names of further variables that children inherit.
    pub inherited: Vec<String>,
}

/// Starts real children, each in a process group of its own.
#[derive(Debug)]
pub struct SystemLauncher {
    settings: Arc<Settings>,
    environment: Vec<(OsString, OsString)>,
    tracker: TaskTracker,
}

impl SystemLauncher {
    /// Prepares the folder of scripts and takes a copy of the inherited variables.
    ///
    /// # Errors
    /// [`Error::Folder`] when the folder of scripts cannot be used.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        script::open_folder(&settings.script_folder)?;
        Ok(Self {
            environment: inherited(&settings),
            settings: Arc::new(settings),
            tracker: TaskTracker::new(),
        })
    }

    /// Starts nothing more and waits until every child has ended; stopping them is up to the
    /// holders of [`Running`]. May be dropped and called again.
    pub async fn close(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that starts children"
    )]
    async fn start(&self, launch: Launch) -> Result<Running, Error> {
        if self.tracker.is_closed() {
            return Err(Error::Closed);
        }
        let mut prepared = self.prepare(launch.program).await?;
        let mut command = Command::new(&prepared.program);
        command
            .args(&prepared.arguments)
            .current_dir(&launch.folder)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(launch.environment)
            .env(HOME_MARK, &self.settings.home_id)
            .env(ACTION_MARK, launch.action_id.to_string())
            // Lines of Python arrive when they are printed, not when its buffer is full.
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let child = spawn(&mut command, &prepared, &launch.folder)?;
        // Nothing is awaited from here on, so a started child always has its supervisor.
        let pid = child
            .id()
            .expect("a child that nobody waited for has a number");
        let started = stat::of(pid).map_or(0, |stat| stat.started);
        let identity = Identity {
            pid,
            group: pid,
            started,
        };
        let (running, reins) = Running::new(identity);
        let supervisor = Supervisor {
            settings: Arc::clone(&self.settings),
            action_id: launch.action_id,
            group: pid,
            stop: reins.stop.clone(),
            _script: prepared.take_script(),
        };
        self.tracker.spawn(supervisor.run(child, reins));
        Ok(running)
    }

    async fn prepare(&self, program: Program) -> Result<Prepared, Error> {
        let settings = Arc::clone(&self.settings);
        let needs_file = script::needs_file(&program);
        let prepare = move || script::prepare(program, &settings.script_folder, &settings.python);
        if !needs_file {
            return prepare();
        }
        let done = tokio::task::spawn_blocking(prepare).await;
        done.unwrap_or(Err(Error::Closed))
    }
}

impl Launcher for SystemLauncher {
    fn launch(&self, launch: Launch) -> Launching<'_> {
        Box::pin(self.start(launch))
    }
}

fn inherited(settings: &Settings) -> Vec<(OsString, OsString)> {
    let extra = settings.inherited.iter().map(String::as_str);
    let names = INHERITED.iter().copied().chain(extra);
    let mut environment: Vec<(OsString, OsString)> = names
        .filter_map(|name| Some((name.into(), env::var_os(name)?)))
        .collect();
    let path = env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let folders = settings.program_folders.iter().cloned();
    // A folder with a colon in its name cannot stand in `PATH`; it is left out as a shell would.
    if let Ok(path) = env::join_paths(folders.chain(env::split_paths(&path))) {
        environment.retain(|(name, _)| name != "PATH");
        environment.push(("PATH".into(), path));
    }
    environment
}

fn spawn(command: &mut Command, prepared: &Prepared, folder: &Path) -> Result<Child, Error> {
    let mut result = command.spawn();
    let is_missing = |result: &io::Result<Child>| {
        let kind = result.as_ref().err().map(io::Error::kind);
        kind == Some(io::ErrorKind::NotFound)
    };
    if is_missing(&result) {
        // Both a missing program and a missing folder are "not found": the first run of a job makes
        // its folder, unless another one was faster, and then it is tried once more all the same.
        std::fs::create_dir_all(folder).map_err(|source| Error::Folder {
            path: folder.to_owned(),
            fault: "could not be made as a working folder",
            source: Some(source.into()),
        })?;
        result = command.spawn();
    }
    let program = || prepared.program.to_string_lossy().into_owned();
    result.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::Missing { program: program() },
        _ => Error::Start {
            program: program(),
            source: source.into(),
        },
    })
}

/// Looks after one child until nothing is left of it.
struct Supervisor {
    settings: Arc<Settings>,
    action_id: u64,
    group: u32,
    stop: watch::Receiver<Option<Duration>>,
    /// Deleted with the supervisor.
    _script: Option<ScriptFile>,
}

impl Supervisor {
    async fn run(self, mut child: Child, reins: Reins) {
        let Reins { lines, exit, .. } = reins;
        let ended = CancellationToken::new();
        let output = output(&mut child, lines, ended.clone());
        let end = async {
            let status = self.wait(&mut child).await;
            let leftovers = self.kill_group().await;
            ended.cancel();
            (status, leftovers)
        };
        let mut output = std::pin::pin!(output);
        let mut end = std::pin::pin!(end);
        let mut is_drained = false;
        let (status, mut leftovers) = loop {
            tokio::select! {
                biased;
                answer = &mut end => break answer,
                () = &mut output, if !is_drained => is_drained = true,
            }
        };
        if !is_drained {
            let drained = tokio::time::timeout(STRAGGLERS_AFTER, &mut output).await;
            if drained.is_err() {
                leftovers += self.kill_stragglers().await;
                output.await;
            }
        }
        // Nobody may be waiting any more.
        let _ = exit.send(exit_of(status, leftovers));
    }

    /// Waits for the end of the child and passes requests to stop on to its group.
    async fn wait(&self, child: &mut Child) -> io::Result<ExitStatus> {
        let mut stop = self.stop.clone();
        let mut kill_at: Option<Instant> = None;
        let mut is_held = true;
        loop {
            let deadline = kill_at.unwrap_or_else(Instant::now);
            tokio::select! {
                biased;
                status = child.wait() => return status,
                request = next_stop(&mut stop), if is_held => {
                    is_held = request.is_some();
                    let grace = request.unwrap_or(Running::GRACE);
                    let asked = Instant::now() + grace;
                    if kill_at.is_none() && !grace.is_zero() {
                        self.signal(Signal::TERM);
                    }
                    kill_at = Some(kill_at.map_or(asked, |earlier| earlier.min(asked)));
                }
                () = tokio::time::sleep_until(deadline), if kill_at.is_some() => {
                    self.signal(Signal::KILL);
                    return child.wait().await;
                }
            }
        }
    }

    /// Signals the group while its leader has not been waited for, so that its number is its own.
    fn signal(&self, signal: Signal) {
        if let Some(group) = pid_of(self.group) {
            let _ = kill_process_group(group, signal);
        }
    }

    /// Kills what is left of the group after its leader ended, and counts it.
    async fn kill_group(&self) -> usize {
        let id = self.group;
        let group = pid_of(id).filter(|group| test_kill_process_group(*group).is_ok());
        // Nearly always nobody is left: one system call and no look at the process table.
        let Some(group) = group else {
            return 0;
        };
        let kill = move || {
            // Children stay in our session unless they leave the group too; a group of another
            // session is a stranger that was given the number.
            let session = getsid(None).map_or(0, |id| id.as_raw_nonzero().get().unsigned_abs());
            let members = stat::members(id, session);
            if !members.is_empty() {
                let _ = kill_process_group(group, Signal::KILL);
            }
            members.len()
        };
        tokio::task::spawn_blocking(kill).await.unwrap_or(0)
    }

    /// Kills what left the group and kept the output open, and counts it.
    async fn kill_stragglers(&self) -> usize {
        let home_id = self.settings.home_id.clone();
        let action_id = self.action_id;
        let kill = move || kill_marked(&home_id, Some(action_id)).unwrap_or(0);
        tokio::task::spawn_blocking(kill).await.unwrap_or(0)
    }
}

/// Moves both outputs to their reader.
fn output(
    child: &mut Child,
    lines: mpsc::Sender<Line>,
    ended: CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (out_lines, out_ended) = (lines.clone(), ended.clone());
    async move {
        let out = async {
            if let Some(pipe) = out {
                pump(Stream::Out, pipe, out_lines, out_ended).await;
            }
        };
        let err = async {
            if let Some(pipe) = err {
                pump(Stream::Err, pipe, lines, ended).await;
            }
        };
        tokio::join!(out, err);
    }
}

/// The grace of the next request to stop; `None` when the holder let go of the child.
async fn next_stop(stop: &mut watch::Receiver<Option<Duration>>) -> Option<Duration> {
    loop {
        stop.changed().await.ok()?;
        if let Some(grace) = *stop.borrow_and_update() {
            return Some(grace);
        }
    }
}

fn exit_of(status: io::Result<ExitStatus>, leftovers: usize) -> Exit {
    use std::os::unix::process::ExitStatusExt;
    // Waiting for one's own child fails only when something else took its status: neither code
    // nor signal is known then.
    let (code, signal) = status.map_or((None, None), |status| (status.code(), status.signal()));
    Exit {
        code,
        signal,
        leftovers,
    }
}

#[cfg(test)]
mod tests;
