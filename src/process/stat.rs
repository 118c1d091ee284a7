//! What `/proc` tells about a process.

use std::fs;
use std::io;

use super::Error;

/// The lines of `/proc/PID/stat` that Keeper reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub pid: u32,
    pub group: u32,
    pub session: u32,
    /// Clock ticks since the machine started.
    pub started: u64,
    /// Whether it has ended and only waits for its parent to notice.
    pub is_zombie: bool,
}

/// Reads about one process; `None` when it is gone.
pub(super) fn of(pid: u32) -> Option<Stat> {
    parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads the numbers of all processes.
pub(super) fn all_pids() -> Result<Vec<u32>, Error> {
    let fault = |source: io::Error| Error::ProcessTable(source.into());
    let mut pids = Vec::new();
    for entry in fs::read_dir("/proc").map_err(fault)? {
        let name = entry.map_err(fault)?.file_name();
        pids.extend(name.to_str().and_then(|name| name.parse::<u32>().ok()));
    }
    Ok(pids)
}

/// The living members of a group, as long as it belongs to `session`.
pub(super) fn members(group: u32, session: u32) -> Vec<Stat> {
    let pids = all_pids().unwrap_or_default();
    pids.into_iter()
        .filter_map(of)
        .filter(|stat| stat.group == group && stat.session == session && !stat.is_zombie)
        .collect()
}

/// The program's name stands in brackets and may hold anything, so fields are counted after the
/// last closing bracket: state is the third of all.
fn parse(pid: u32, text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    let started = fields.nth(15)?.parse().ok()?;
    Some(Stat {
        pid,
        group,
        session,
        started,
        is_zombie: matches!(state, "Z" | "X"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_after_a_wicked_name() {
        let text = "7 (a) b) c) S 1 42 43 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 9876 1 2";
        let stat = parse(7, text).expect("a legal line");
        let expected = Stat {
            pid: 7,
            group: 42,
            session: 43,
            started: 9876,
            is_zombie: false,
        };
        assert_eq!(stat, expected);
    }

    #[test]
    fn this_process_is_there() {
        let pid = std::process::id();
        assert!(all_pids().expect("proc").contains(&pid));
        assert!(of(pid).is_some_and(|stat| stat.started > 0 && !stat.is_zombie));
    }
}
