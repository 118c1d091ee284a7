//! The author's text, cut into pieces that remember where they stood.

use super::error::Fault;

/// Longer texts are refused, which bounds all work that follows.
pub(super) const CHARS_MAX: usize = 1_000;

/// One character and the place it comes from, `from..to` in characters from 1. A translated word
/// keeps the place of the word it was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub ch: char,
    pub from: usize,
    pub to: usize,
}

impl Glyph {
    pub(super) fn is_blank(self) -> bool {
        self.ch.is_whitespace()
    }
}

/// Upper-cases a text and folds the full-width separator.
pub(super) fn glyphs(text: &str) -> Result<Vec<Glyph>, Fault> {
    if let Some((at, _)) = text.char_indices().nth(CHARS_MAX) {
        return Err(Fault {
            from: CHARS_MAX + 1,
            to: CHARS_MAX + 1 + text.get(at..).map_or(0, |rest| rest.chars().count()),
            expected: format!("at most {CHARS_MAX} characters"),
            suggestion: None,
        });
    }
    let glyph = |(place, ch): (usize, char)| Glyph {
        ch: match ch {
            '\u{ff1b}' => ';',
            _ => ch.to_ascii_uppercase(),
        },
        from: place,
        to: place + 1,
    };
    Ok((1..).zip(text.chars()).map(glyph).collect())
}

/// A piece of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    glyphs: &'a [Glyph],
    /// The place just behind it.
    end: usize,
}

impl<'a> Piece<'a> {
    /// The whole of `glyphs`, which end just before the place `end`.
    pub(super) const fn new(glyphs: &'a [Glyph], end: usize) -> Self {
        Self { glyphs, end }
    }

    pub(super) const fn glyphs(self) -> &'a [Glyph] {
        self.glyphs
    }

    pub(super) const fn end(self) -> usize {
        self.end
    }

    pub(super) const fn is_empty(self) -> bool {
        self.glyphs.is_empty()
    }

    pub(super) const fn len(self) -> usize {
        self.glyphs.len()
    }

    /// Its characters in upper case.
    pub(super) fn chars(self) -> impl DoubleEndedIterator<Item = char> + Clone + 'a {
        self.glyphs.iter().map(|glyph| glyph.ch)
    }

    /// Its text in upper case.
    pub(super) fn upper(self) -> String {
        self.chars().collect()
    }

    /// Whether it is `text`, which is in upper case.
    pub(super) fn is(self, text: &str) -> bool {
        self.chars().eq(text.chars())
    }

    pub(super) fn contains(self, ch: char) -> bool {
        self.chars().any(|own| own == ch)
    }

    pub(super) fn is_digits(self) -> bool {
        !self.is_empty() && self.chars().all(|ch| ch.is_ascii_digit())
    }

    /// Its value when it consists of digits; a number too large for the type is its maximum.
    pub(super) fn number(self) -> Option<u32> {
        self.is_digits().then(|| {
            self.chars()
                .filter_map(|ch| ch.to_digit(10))
                .fold(0_u32, |sum, digit| {
                    sum.saturating_mul(10).saturating_add(digit)
                })
        })
    }

    /// Parts it after `count` glyphs.
    pub(super) fn split_at(self, count: usize) -> Option<(Self, Self)> {
        let (head, tail) = self.glyphs.split_at_checked(count)?;
        let middle = tail.first().map_or(self.end, |glyph| glyph.from);
        Some((Self::new(head, middle), Self::new(tail, self.end)))
    }

    /// What follows `prefix`.
    pub(super) fn strip_prefix(self, prefix: &str) -> Option<Self> {
        let (head, tail) = self.split_at(prefix.chars().count())?;
        head.is(prefix).then_some(tail)
    }

    /// What comes before `suffix`.
    pub(super) fn strip_suffix(self, suffix: &str) -> Option<Self> {
        let count = self.len().checked_sub(suffix.chars().count())?;
        let (head, tail) = self.split_at(count)?;
        tail.is(suffix).then_some(head)
    }

    /// What comes before and after the first `separator`.
    pub(super) fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let count = self.chars().position(|ch| ch == separator)?;
        let (head, rest) = self.split_at(count)?;
        let (_, tail) = rest.split_at(1)?;
        Some((head, tail))
    }

    /// The pieces between separators, at least one.
    pub(super) fn split(self, separator: char) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut rest = self;
        while let Some((head, tail)) = rest.split_once(separator) {
            pieces.push(head);
            rest = tail;
        }
        pieces.push(rest);
        pieces
    }

    /// Cuts it wherever the kind of its glyphs changes, such as letters and marks.
    pub(super) fn split_by_kind<K: PartialEq>(self, kind: impl Fn(Glyph) -> K) -> Vec<Self> {
        let mut runs = Vec::new();
        let mut rest = self;
        for run in self.glyphs.chunk_by(|a, b| kind(*a) == kind(*b)) {
            if let Some((head, tail)) = rest.split_at(run.len()) {
                runs.push(head);
                rest = tail;
            }
        }
        runs
    }

    /// The pieces between blanks.
    pub(super) fn words(self) -> Vec<Self> {
        let runs = self.split_by_kind(Glyph::is_blank);
        let is_word = |run: &Self| run.glyphs.first().is_some_and(|glyph| !glyph.is_blank());
        runs.into_iter()
            .filter(is_word)
            .map(|run| Self::new(run.glyphs, run.last_place()))
            .collect()
    }

    /// Without the blanks around it.
    pub(super) fn trim(self) -> Self {
        let is_ink = |glyph: &Glyph| !glyph.is_blank();
        let Some(first) = self.glyphs.iter().position(is_ink) else {
            return Self::new(&[], self.end);
        };
        let last = self.glyphs.iter().rposition(is_ink).unwrap_or(first);
        let glyphs = self.glyphs.get(first..=last).unwrap_or_default();
        Self::new(glyphs, glyphs.last().map_or(self.end, |glyph| glyph.to))
    }

    /// A fault that is the whole piece.
    pub(super) fn fault(self, expected: impl Into<String>) -> Fault {
        Fault {
            from: self.glyphs.first().map_or(self.end, |glyph| glyph.from),
            to: self.last_place(),
            expected: expected.into(),
            suggestion: None,
        }
    }

    fn last_place(self) -> usize {
        self.glyphs.last().map_or(self.end, |glyph| glyph.to)
    }
}
