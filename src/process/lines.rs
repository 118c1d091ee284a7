//! Bytes to lines.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The longest line; a longer one comes in pieces.
pub const LINE_MAX_BYTES: usize = 64 * 1024;

/// Bytes asked for at once.
const CHUNK: usize = 8 * 1024;

/// How long an output may be silent after the child ended before it is given up: only a process
/// that hides both from its group and from its marker can still hold it open.
const SILENCE: Duration = Duration::from_millis(500);

/// Where a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// One line of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it was written.
    pub stream: Stream,
    /// Its text without the line feed; what is not UTF-8 is replaced.
    pub text: String,
    /// Whether it goes on from the line before of the same stream, which was too long.
    pub cont: bool,
}

/// Moves lines from a pipe to their reader until the pipe ends; when the reader is gone, what comes
/// is thrown away, so that the child does not stand still.
pub(super) async fn pump(
    stream: Stream,
    mut pipe: impl AsyncRead + Unpin,
    lines: mpsc::Sender<Line>,
    ended: CancellationToken,
) {
    let mut splitter = Splitter::default();
    loop {
        let space = splitter.space();
        let read = tokio::select! {
            biased;
            read = pipe.read_buf(space) => read,
            () = silence(&ended) => return drain(stream, splitter, &lines).await,
        };
        let more = read.is_ok_and(|count| count > 0);
        while let Some((text, cont)) = splitter.next() {
            // A closed channel is no fault: see above.
            let _ = lines.send(Line { stream, text, cont }).await;
        }
        if !more {
            return drain(stream, splitter, &lines).await;
        }
    }
}

async fn silence(ended: &CancellationToken) {
    ended.cancelled().await;
    tokio::time::sleep(SILENCE).await;
}

async fn drain(stream: Stream, mut splitter: Splitter, lines: &mpsc::Sender<Line>) {
    if let Some((text, cont)) = splitter.rest() {
        let _ = lines.send(Line { stream, text, cont }).await;
    }
}

/// Cuts bytes into lines of at most [`LINE_MAX_BYTES`].
#[derive(Debug, Default)]
struct Splitter {
    bytes: Vec<u8>,
    /// Where the present line starts.
    start: usize,
    /// How far it was searched for its end.
    searched: usize,
    cont: bool,
}

impl Splitter {
    /// The buffer to append to.
    fn space(&mut self) -> &mut Vec<u8> {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.bytes.reserve(CHUNK);
        &mut self.bytes
    }

    /// The next whole line or full piece, and whether it continues the one before.
    fn next(&mut self) -> Option<(String, bool)> {
        let limit = self.bytes.len().min(self.start + LINE_MAX_BYTES + 1);
        let unseen = self.bytes.get(self.searched..limit)?;
        if let Some(at) = unseen.iter().position(|byte| *byte == b'\n') {
            let end = self.searched + at;
            let piece = self.take(end);
            self.start = end + 1;
            self.searched = self.start;
            return Some((piece, std::mem::take(&mut self.cont)));
        }
        self.searched = limit;
        if limit - self.start <= LINE_MAX_BYTES {
            return None;
        }
        let end = self.cut();
        let piece = self.take(end);
        self.start = end;
        self.searched = end;
        Some((piece, std::mem::replace(&mut self.cont, true)))
    }

    /// What stands after the last line feed, once the pipe has ended.
    fn rest(&mut self) -> Option<(String, bool)> {
        let end = self.bytes.len();
        if self.start == end {
            return None;
        }
        let piece = self.take(end);
        self.start = end;
        self.searched = end;
        Some((piece, self.cont))
    }

    /// Where a full piece ends: not inside a character.
    fn cut(&self) -> usize {
        let full = self.start + LINE_MAX_BYTES;
        let is_inside = |at: usize| {
            let byte = self.bytes.get(at).copied().unwrap_or_default();
            byte & 0b1100_0000 == 0b1000_0000
        };
        (full - 3..=full)
            .rev()
            .find(|at| !is_inside(*at))
            .unwrap_or(full)
    }

    fn take(&self, end: usize) -> String {
        let bytes = self.bytes.get(self.start..end).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<(String, bool)> {
        let mut splitter = Splitter::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.space().extend_from_slice(chunk);
            while let Some(line) = splitter.next() {
                lines.push(line);
            }
        }
        lines.extend(splitter.rest());
        lines
    }

    #[test]
    fn lines_do_not_depend_on_chunks() {
        let text = "one\n\ntwo \u{e9}\u{4e2d}\r\nlast".as_bytes();
        let expected: Vec<(String, bool)> = ["one", "", "two \u{e9}\u{4e2d}\r", "last"]
            .map(|line| (line.to_owned(), false))
            .to_vec();
        for size in 1..=text.len() {
            let chunks: Vec<&[u8]> = text.chunks(size).collect();
            assert_eq!(split(&chunks), expected, "chunks of {size}");
        }
    }

    #[test]
    fn invalid_utf8_is_replaced() {
        assert_eq!(split(&[b"a\xffb\n"]), [("a\u{fffd}b".to_owned(), false)]);
    }

    #[test]
    fn long_lines_are_split_between_characters() {
        let line = "\u{4e2d}".repeat(LINE_MAX_BYTES);
        let lines = split(&[line.as_bytes(), b"\nnext\n"]);
        let (last, long) = lines.split_last().expect("lines");
        assert_eq!(last, &("next".to_owned(), false));
        assert!(long.iter().all(|(text, _)| text.len() <= LINE_MAX_BYTES));
        let marks: Vec<bool> = long.iter().map(|(_, cont)| *cont).collect();
        assert!(!marks[0] && marks[1..].iter().all(|cont| *cont));
        let joined: String = long.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(joined, line);
    }

    #[test]
    fn a_line_of_the_full_length_is_one_line() {
        let line = "x".repeat(LINE_MAX_BYTES);
        let lines = split(&[line.as_bytes(), b"\n"]);
        assert_eq!(lines, [(line, false)]);
    }
}
