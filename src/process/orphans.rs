//! Finds and kills what earlier runs left behind, by the marker in its environment.

use std::fs;
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, getpgrp, kill_process, kill_process_group, pidfd_open,
    pidfd_send_signal,
};

use super::{Error, stat};

/// The variable that names the home folder's daemon.
pub(super) const HOME_MARK: &str = "KEEPER_HOME_ID";
/// The variable that names the action.
pub(super) const ACTION_MARK: &str = "KEEPER_ACTION_ID";

/// Searches before giving up: each one kills all it sees, so only a process that forks faster than
/// it is killed needs the second.
const ROUNDS: u32 = 100;

/// Time given to the kernel between two searches.
const PAUSE: Duration = Duration::from_millis(20);

/// A process that carries the marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Orphan {
    /// Its number.
    pub pid: u32,
    /// Its process group.
    pub group: u32,
    /// The action it was started for, 0 when its marker does not say.
    pub action_id: u64,
    /// When it started, in clock ticks since the machine did.
    pub started: u64,
}

/// Lists the living processes that some daemon of this home started, the caller left out.
///
/// Only those of the caller's own user can be seen. Reads the whole process table: milliseconds of
/// blocking work, not for asynchronous threads.
///
/// # Errors
/// [`Error::ProcessTable`] without `/proc`.
pub fn find_orphans(home_id: &str) -> Result<Vec<Orphan>, Error> {
    let own = std::process::id();
    let mut orphans = Vec::new();
    for pid in stat::all_pids()? {
        // The start time is read first: should the number change hands, the marker that is read
        // after it belongs to a process that a kill will refuse.
        let Some(stat) = stat::of(pid).filter(|stat| pid != own && !stat.is_zombie) else {
            continue;
        };
        let Ok(environment) = fs::read(format!("/proc/{pid}/environ")) else {
            continue;
        };
        if mark(&environment, HOME_MARK) == Some(home_id.as_bytes()) {
            orphans.push(Orphan {
                pid,
                group: stat.group,
                action_id: action_id(&environment),
                started: stat.started,
            });
        }
    }
    Ok(orphans)
}

/// Kills every process that some daemon of this home started, with their groups, and answers how
/// many there were. For the start of a daemon, before it starts children of its own.
///
/// Blocks until all are gone, at most some seconds.
///
/// # Errors
/// [`Error::Unkillable`] when some are still there after that; [`Error::ProcessTable`].
pub fn kill_orphans(home_id: &str) -> Result<usize, Error> {
    kill_marked(home_id, None)
}

/// As [`kill_orphans`], for the stragglers of one action when one is named.
#[expect(
    clippy::disallowed_methods,
    reason = "blocking by contract, and the kernel tells nobody when a stranger's child is gone"
)]
pub(super) fn kill_marked(home_id: &str, action_id: Option<u64>) -> Result<usize, Error> {
    let mut killed = Vec::new();
    let mut left = 0;
    for _ in 0..ROUNDS {
        let mut orphans = find_orphans(home_id)?;
        orphans.retain(|orphan| action_id.is_none_or(|id| orphan.action_id == id));
        if orphans.is_empty() {
            return Ok(killed.len());
        }
        left = orphans.len();
        for orphan in orphans {
            kill(orphan);
            if !killed.contains(&(orphan.pid, orphan.started)) {
                killed.push((orphan.pid, orphan.started));
            }
        }
        thread::sleep(PAUSE);
    }
    Err(Error::Unkillable { left })
}

/// Kills one process, and the group it is in unless that is the caller's own, if it is still the
/// one that was found.
fn kill(orphan: Orphan) {
    let Some(pid) = pid_of(orphan.pid) else {
        return;
    };
    // The handle is taken before the comparison, so that both speak of one process.
    let handle = pidfd_open(pid, PidfdFlags::empty());
    let found = stat::of(orphan.pid).filter(|stat| stat.started == orphan.started);
    let Some(stat) = found else {
        return;
    };
    if stat.group != getpgrp().as_raw_nonzero().get().unsigned_abs() {
        // The group exists as long as this member does, so its number is not used again.
        if let Some(group) = pid_of(stat.group) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    // Errors are not looked at: the next search tells whether it is gone.
    let _ = match handle {
        Ok(handle) => pidfd_send_signal(handle, Signal::KILL),
        // Before Linux 5.3 there are no handles; the window is a few microseconds.
        Err(Errno::NOSYS) => kill_process(pid, Signal::KILL),
        Err(gone) => Err(gone),
    };
}

/// A number as the system wants it; `None` for 0 and for what is no process number.
pub(super) fn pid_of(pid: u32) -> Option<Pid> {
    // 0 and 1 would mean "my group" and "everybody" where a group is asked for.
    i32::try_from(pid)
        .ok()
        .filter(|pid| *pid > 1)
        .and_then(Pid::from_raw)
}

fn action_id(environment: &[u8]) -> u64 {
    mark(environment, ACTION_MARK)
        .and_then(|value| std::str::from_utf8(value).ok())
        .and_then(|value| value.parse().ok())
        .unwrap_or(0)
}

fn mark<'a>(environment: &'a [u8], name: &str) -> Option<&'a [u8]> {
    environment
        .split(|byte| *byte == 0)
        .find_map(|entry| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_whole_names() {
        let environment = b"XKEEPER_HOME_ID=no\0KEEPER_HOME_IDX=no\0KEEPER_HOME_ID=a\0";
        assert_eq!(mark(environment, HOME_MARK), Some(b"a".as_slice()));
        assert_eq!(action_id(b"KEEPER_ACTION_ID=12\0"), 12);
        assert_eq!(action_id(b"KEEPER_ACTION_ID=x\0"), 0);
    }

    #[test]
    fn numbers_that_mean_many_processes_are_refused() {
        assert!(pid_of(0).is_none() && pid_of(1).is_none() && pid_of(u32::MAX).is_none());
    }
}
