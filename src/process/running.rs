//! A started child, seen from the one who waits for it.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::Line;

/// Lines that may wait for their reader: enough for a burst, and small beside the 64 KiB pipe in
/// which the child itself waits when they are not read.
const LINES: usize = 256;

/// Tells a process from a later one with the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Its number.
    pub pid: u32,
    /// Its process group, the same number for a child that Keeper started.
    pub group: u32,
    /// When it started, in clock ticks since the machine did (`/proc/PID/stat`, field 22).
    pub started: u64,
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exit {
    /// The exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Processes it left running, which were killed.
    pub leftovers: usize,
}

impl Exit {
    /// Whether it ended by itself with code 0.
    pub const fn is_success(&self) -> bool {
        matches!(self.code, Some(0))
    }
}

/// A started child. Dropping it stops the child and its group with the usual grace.
#[derive(Debug)]
pub struct Running {
    /// Who it is.
    pub identity: Identity,
    /// Its output; ends before [`Running::wait`] answers. A child whose lines are not read stands
    /// still when its pipe is full: read them, or `close` this.
    pub lines: mpsc::Receiver<Line>,
    stop: watch::Sender<Option<Duration>>,
    exit: oneshot::Receiver<Exit>,
    ended: Option<Exit>,
}

/// The other end of a [`Running`], for the one who plays the child.
#[derive(Debug)]
pub struct Reins {
    /// Takes the output; drop it when there is no more.
    pub lines: mpsc::Sender<Line>,
    /// Becomes the grace when a stop is asked for; closed when nobody waits any more.
    pub stop: watch::Receiver<Option<Duration>>,
    /// Takes the end, after the output.
    pub exit: oneshot::Sender<Exit>,
}

impl Running {
    /// The time between SIGTERM and SIGKILL where nobody says otherwise.
    pub const GRACE: Duration = Duration::from_secs(5);

    /// Makes both ends.
    pub fn new(identity: Identity) -> (Self, Reins) {
        let (line_sender, lines) = mpsc::channel(LINES);
        let (stop, stop_receiver) = watch::channel(None);
        let (exit_sender, exit) = oneshot::channel();
        let running = Self {
            identity,
            lines,
            stop,
            exit,
            ended: None,
        };
        let reins = Reins {
            lines: line_sender,
            stop: stop_receiver,
            exit: exit_sender,
        };
        (running, reins)
    }

    /// Asks the child and its group to end: SIGTERM, and SIGKILL after `grace`. Asking again with a
    /// shorter grace counts from then, so zero kills at once.
    pub fn stop(&self, grace: Duration) {
        self.stop.send_replace(Some(grace));
    }

    /// Waits for the end, which comes after the last line. May be dropped and called again.
    pub async fn wait(&mut self) -> Exit {
        if let Some(exit) = self.ended {
            return exit;
        }
        // A sender that is gone means the runtime is shutting down: neither code nor signal.
        let exit = (&mut self.exit).await.unwrap_or_default();
        self.ended = Some(exit);
        exit
    }
}
