//! The open log of one record.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Error, LogLine, LogType};
use crate::clock::{Clock, Zone};

/// How large a log may grow before only errors are kept (`keeper.md` 10.1).
const SIZE_MAX: u64 = 256 << 20;

/// What is to be written; the time is added.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The command; 0 for the task as a whole.
    pub command_id: u32,
    /// The action; 0 for the task as a whole.
    pub action_id: u64,
    /// Which attempt of the action, from 1; 0 outside an attempt.
    pub attempt: u32,
    /// What it is.
    pub log_type: LogType,
    /// Its text; line ends inside it make several lines.
    pub text: &'a str,
    /// Whether it goes on from the line before.
    pub cont: bool,
}

/// Takes the lines of one record; many may write at once. Writing never fails for the writer: a
/// full disk must not fail a task, so the first loss is told in the daemon's log.
pub struct RecordLog {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    zone: Zone,
    state: Mutex<State>,
}

struct State {
    file: BufWriter<File>,
    size: u64,
    is_full: bool,
    is_broken: bool,
}

impl std::fmt::Debug for RecordLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RecordLog").field(&self.path).finish()
    }
}

impl RecordLog {
    pub(super) fn open(path: &Path, clock: Arc<dyn Clock>, zone: Zone) -> Result<Self, Error> {
        let fault = |source: std::io::Error| Error::File {
            path: path.to_owned(),
            source: Arc::new(source),
        };
        let open = || OpenOptions::new().create(true).append(true).open(path);
        let file = match open() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(path);
                std::fs::create_dir_all(folder).map_err(fault)?;
                open()
            }
            file => file,
        };
        let file = file.map_err(fault)?;
        let size = file.metadata().map_err(fault)?.len();
        let mut file = BufWriter::new(file);
        if ends_inside_a_line(path, size) {
            // What a crash cut off stays a line of its own.
            file.write_all(b"\n").map_err(fault)?;
        }
        Ok(Self {
            path: path.to_owned(),
            clock,
            zone,
            state: Mutex::new(State {
                file,
                size,
                is_full: false,
                is_broken: false,
            }),
        })
    }

    /// Appends a line, or several when the text has line ends.
    pub fn write(&self, entry: Entry<'_>) {
        let now = self.clock.now().to_zoned(self.zone.clone());
        let log_time = now.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
        let mut state = self.state();
        if state.is_full && entry.log_type != LogType::Error {
            return;
        }
        for (index, text) in entry.text.split('\n').enumerate() {
            let line = LogLine {
                log_time: log_time.clone(),
                command_id: entry.command_id,
                action_id: entry.action_id,
                attempt: entry.attempt,
                log_type: entry.log_type,
                log_text: text.to_owned(),
                cont: entry.cont && index == 0,
            };
            self.put(&mut state, &line);
        }
        if state.size > SIZE_MAX && !state.is_full {
            state.is_full = true;
            let line = LogLine {
                log_time,
                command_id: entry.command_id,
                action_id: entry.action_id,
                attempt: entry.attempt,
                log_type: LogType::Warn,
                log_text: format!(
                    "the log has reached {} MiB: only errors are kept from here on",
                    SIZE_MAX >> 20
                ),
                cont: false,
            };
            self.put(&mut state, &line);
        }
    }

    fn put(&self, state: &mut State, line: &LogLine) {
        // Plain data always has a JSON form.
        let Ok(mut text) = serde_json::to_string(line) else {
            return;
        };
        text.push('\n');
        match state.file.write_all(text.as_bytes()) {
            Ok(()) => state.size = state.size.saturating_add(text.len() as u64),
            Err(error) => self.tell(state, &error),
        }
    }

    /// Hands what was written to the system, so that readers see it.
    pub(super) fn flush(&self) {
        let mut state = self.state();
        if let Err(error) = state.file.flush() {
            self.tell(&mut state, &error);
        }
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) {
        let file = {
            let mut state = self.state();
            let flushed = state.file.flush();
            flushed.and_then(|()| state.file.get_ref().try_clone())
        };
        if let Err(error) = file.and_then(|file| file.sync_data()) {
            self.tell(&mut self.state(), &error);
        }
    }

    fn tell(&self, state: &mut State, error: &std::io::Error) {
        if !std::mem::replace(&mut state.is_broken, true) {
            tracing::error!(
                path = %self.path.display(), error = %error,
                "lines of a task log are lost; is the disk full?"
            );
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ends_inside_a_line(path: &Path, size: u64) -> bool {
    use std::os::unix::fs::FileExt;
    let mut last = [b'\n'];
    size > 0
        && File::open(path)
            .and_then(|file| file.read_exact_at(&mut last, size.saturating_sub(1)))
            .is_ok()
        && last != *b"\n"
}
