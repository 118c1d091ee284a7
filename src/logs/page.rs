//! Reading a log page by page (`keeper.md` 10.3).

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use super::{Error, LogLine, LogType};

/// Matching lines of one page at most.
const LINES_MAX: usize = 100;

/// Bytes that are looked at for one page at most, so that a filter that matches nothing in a large
/// log answers in time; the cursor goes on from there.
const BYTES_MAX: u64 = 16 << 20;

/// Which lines are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// All of them.
    #[default]
    All,
    /// Everything but what the commands wrote to standard output.
    Debug,
    /// Errors only.
    Error,
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "all" => Ok(Self::All),
            "debug" => Ok(Self::Debug),
            "error" => Ok(Self::Error),
            _ => Err(format!("is `{text}`, expected `all`, `debug` or `error`")),
        }
    }
}

impl Mode {
    fn wants(self, log_type: LogType) -> bool {
        match self {
            Self::All => true,
            Self::Debug => log_type != LogType::Info,
            Self::Error => log_type == LogType::Error,
        }
    }
}

/// What is asked of a log.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogQuery {
    /// Where to go on: what the page before answered, 0 for the start, negative for the end.
    pub cursor: i64,
    /// Only lines of this action; 0 for all.
    pub action_id: u64,
    /// Which lines.
    pub mode: Mode,
    /// Whether more may be written: then a line without its end is left for later.
    pub is_live: bool,
}

/// A part of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPage {
    /// The matching lines.
    pub lines: Vec<LogLine>,
    /// Where the next page begins.
    pub cursor: u64,
    /// Whether nothing is left and nothing will follow.
    pub end: bool,
}

pub(super) fn read(path: &Path, query: LogQuery) -> Result<LogPage, Error> {
    let fault = |source: std::io::Error| Error::File {
        path: path.to_owned(),
        source: Arc::new(source),
    };
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(LogPage {
                lines: Vec::new(),
                cursor: u64::try_from(query.cursor).unwrap_or(0),
                end: !query.is_live,
            });
        }
        file => file.map_err(fault)?,
    };
    let size = file.metadata().map_err(fault)?.len();
    let start = u64::try_from(query.cursor).unwrap_or(size);
    if start > size {
        return Err(Error::Cursor {
            cursor: start,
            size,
        });
    }
    let mut reader = BufReader::new(file);
    let mut page = LogPage {
        cursor: line_start(&mut reader, start).map_err(fault)?,
        ..LogPage::default()
    };
    let mut bytes = Vec::new();
    while page.lines.len() < LINES_MAX && page.cursor.saturating_sub(start) < BYTES_MAX {
        bytes.clear();
        let count = reader.read_until(b'\n', &mut bytes).map_err(fault)?;
        let is_whole = bytes.last() == Some(&b'\n');
        if count == 0 || (!is_whole && query.is_live) {
            page.end = !query.is_live;
            break;
        }
        page.cursor = page.cursor.saturating_add(count as u64);
        // What a crash left unreadable is passed over.
        let Ok(line) = serde_json::from_slice::<LogLine>(&bytes) else {
            continue;
        };
        let is_asked = query.action_id == 0 || query.action_id == line.action_id;
        if is_asked && query.mode.wants(line.log_type) {
            page.lines.push(line);
        }
    }
    Ok(page)
}

/// The beginning of the first whole line at or after `cursor`; leaves the reader there.
fn line_start(reader: &mut BufReader<File>, cursor: u64) -> std::io::Result<u64> {
    let Some(before) = cursor.checked_sub(1) else {
        return Ok(0);
    };
    // The byte before the cursor tells whether it stands at the start of a line.
    reader.seek(SeekFrom::Start(before))?;
    let mut rest = Vec::new();
    let count = reader.read_until(b'\n', &mut rest)?;
    Ok(before.saturating_add(count as u64))
}
