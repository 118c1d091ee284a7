//! A program text with its name, its lines, and the way back to the file the user wrote.

use std::fmt;
use std::sync::Arc;

use crate::pql::syntax::{NESTING_MAX, Name, Span};

/// A position for people: both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

/// A named text. Spans are offsets into [`Source::text`]; places are those of the original.
#[derive(Clone)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    original: Arc<str>,
    /// Offsets at which the lines of the original begin, the first one 0.
    line_starts: Vec<u32>,
    /// Pieces of the text in order; empty when text and original are the same.
    pieces: Vec<Piece>,
    pub(crate) passed: Vec<Name>,
    pub(crate) used: Vec<Name>,
    /// Where the values of quoted parameters begin in the text, in order.
    quoted: Vec<u32>,
    nesting_max: usize,
}

/// A stretch of the text and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where the piece begins in the text.
    pub start: u32,
    /// Where the piece begins in the original.
    pub original: u32,
    /// Copied pieces run in step with the original; an inserted value is one point of it.
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Copied,
    /// The value of a parameter; the number is the length of its `#{name}`.
    Inserted(u32),
}

/// A text after replacement, with the map back.
pub(super) struct Replaced {
    pub text: String,
    pub pieces: Vec<Piece>,
    pub passed: Vec<Name>,
    pub used: Vec<Name>,
    pub quoted: Vec<u32>,
}

impl Source {
    /// Names a text: a file path, or what else tells a person where the text comes from.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self::with_arguments::<&str, &str>(name, text, &[])
    }

    /// Names a text and replaces the parameters `#{name}`, `#{'name'}` and `#{"name"}` that
    /// have a value among the arguments (4.41). Names ignore case; the first of equal names
    /// wins. A parameter without a value stays as it is.
    pub fn with_arguments<N: AsRef<str>, V: AsRef<str>>(
        name: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        arguments: &[(N, V)],
    ) -> Self {
        let original: Arc<str> = text.into();
        let replaced = super::parameters::replace(&original, arguments);
        let text = if replaced.pieces.is_empty() {
            Arc::clone(&original)
        } else {
            replaced.text.into()
        };
        Self {
            name: name.into(),
            text,
            line_starts: line_starts(&original),
            original,
            pieces: replaced.pieces,
            passed: replaced.passed,
            used: replaced.used,
            quoted: replaced.quoted,
            nesting_max: NESTING_MAX,
        }
    }

    /// Lowers the limit of brackets and blocks inside each other. It cannot be raised: the stack
    /// of whoever parses is made for [`NESTING_MAX`].
    #[must_use]
    pub fn with_nesting_max(mut self, levels: usize) -> Self {
        self.nesting_max = levels.min(NESTING_MAX);
        self
    }

    /// How many brackets or blocks may be inside each other.
    pub(crate) fn nesting_max(&self) -> usize {
        self.nesting_max
    }

    /// Where the values of quoted parameters begin in the text, in order.
    pub(crate) fn quoted(&self) -> &[u32] {
        &self.quoted
    }

    /// Gives the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the text that is parsed: parameters are replaced.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives the text as the user wrote it.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Gives the text of a span; empty when the span is not of this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Gives line and column of an offset of the text, in the original.
    pub fn place(&self, offset: u32) -> Place {
        self.original_place(self.to_original(Span::at(offset)).start)
    }

    /// Gives the line of an offset of the text, in the original.
    pub fn line(&self, offset: u32) -> u32 {
        self.place(offset).line
    }

    /// Translates a span of the text into one of the original. A span inside a replaced value
    /// becomes the span of its `#{name}`.
    pub fn to_original(&self, span: Span) -> Span {
        let start = self.original_range(span.start).start;
        let end = if span.is_empty() {
            start
        } else {
            // The last byte decides, so that a span ending where a value begins excludes it.
            let last = self.original_range(span.end.saturating_sub(1));
            last.end.max(start)
        };
        Span::new(start, end)
    }

    /// Gives the text of a line of the original, from 1, without its line end.
    pub fn line_text(&self, line: u32) -> &str {
        let index = line.saturating_sub(1) as usize;
        let Some(&start) = self.line_starts.get(index) else {
            return "";
        };
        let end = self
            .line_starts
            .get(index + 1)
            .map_or(self.original.len(), |&end| end as usize);
        let text = self.original.get(start as usize..end).unwrap_or_default();
        text.trim_end_matches(['\n', '\r'])
            .trim_start_matches('\u{feff}')
    }

    /// Gives line and column of an offset of the original.
    pub fn original_place(&self, offset: u32) -> Place {
        let offset = offset.min(u32::try_from(self.original.len()).unwrap_or(u32::MAX));
        let line = self
            .line_starts
            .partition_point(|&start| start <= offset)
            .max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let before = self
            .original
            .as_bytes()
            .get(start as usize..offset as usize);
        // Counting the bytes that begin a character, so that an offset inside one is harmless.
        let begins = |byte: &&u8| (**byte & 0xC0) != 0x80;
        let mut column = before.unwrap_or_default().iter().filter(begins).count();
        if line == 1 && self.original.starts_with('\u{feff}') {
            column = column.saturating_sub(1);
        }
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX).saturating_add(1),
        }
    }

    /// The range of the original that one byte of the text came from.
    fn original_range(&self, offset: u32) -> Span {
        let index = self.pieces.partition_point(|piece| piece.start <= offset);
        let Some(piece) = index
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        else {
            return Span::new(offset, offset.saturating_add(1));
        };
        match piece.origin {
            Origin::Inserted(length) => Span::new(piece.original, piece.original + length),
            Origin::Copied => {
                let start = piece.original.saturating_add(offset - piece.start);
                Span::new(start, start.saturating_add(1))
            }
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts = ends.map(|(index, _)| u32::try_from(index + 1).unwrap_or(u32::MAX));
    std::iter::once(0).chain(starts).collect()
}
