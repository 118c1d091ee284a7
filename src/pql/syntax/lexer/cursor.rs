//! A position in a text that cannot leave it.

use crate::pql::syntax::Span;

/// Looks at a text byte by byte; every position it gives is the border of a character.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) text: &'a str,
    pub(crate) position: usize,
    pub(crate) end: usize,
}

impl<'a> Cursor<'a> {
    /// The text from the position to the end.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.position..self.end).unwrap_or_default()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.position >= self.end
    }

    /// The byte at a distance from the position; 0 behind the end.
    pub(crate) fn byte(&self, distance: usize) -> u8 {
        let at = self.position.saturating_add(distance);
        if at < self.end {
            self.text.as_bytes().get(at).copied().unwrap_or_default()
        } else {
            0
        }
    }

    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.rest().as_bytes().starts_with(prefix.as_bytes())
    }

    pub(crate) fn character(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves behind the next character.
    pub(crate) fn advance_character(&mut self) {
        self.position += self.character().map_or(0, char::len_utf8);
    }

    pub(crate) fn advance(&mut self, bytes: usize) {
        self.position = self.position.saturating_add(bytes).min(self.end);
    }

    /// How many bytes from a distance on are letters, digits or `_`, when the first of them is
    /// no digit; otherwise 0.
    pub(crate) fn name_length(&self, distance: usize) -> usize {
        let first = self.byte(distance);
        if !(first.is_ascii_alphabetic() || first == b'_') {
            return 0;
        }
        let bytes = self.text.as_bytes();
        let start = self.position.saturating_add(distance);
        let inside = bytes.get(start..self.end).unwrap_or_default();
        inside
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count()
    }

    /// The text at a distance.
    pub(crate) fn part(&self, distance: usize, length: usize) -> &'a str {
        let start = self.position.saturating_add(distance);
        self.text
            .get(start..start.saturating_add(length))
            .unwrap_or_default()
    }

    /// The span from an earlier position to here.
    pub(crate) fn span_from(&self, start: usize) -> Span {
        span(start, self.position)
    }
}

/// A span of two positions. Texts are shorter than 4 GiB: longer ones are refused before.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(
        u32::try_from(start).unwrap_or(u32::MAX),
        u32::try_from(end).unwrap_or(u32::MAX),
    )
}
