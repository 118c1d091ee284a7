//! The units of time, by their words.

use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::fail;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnitOfTime {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Milli,
    Micro,
    Nano,
}

const WORDS: [(&str, UnitOfTime); 9] = [
    ("YEAR", UnitOfTime::Year),
    ("MONTH", UnitOfTime::Month),
    ("DAY", UnitOfTime::Day),
    ("HOUR", UnitOfTime::Hour),
    ("MINUTE", UnitOfTime::Minute),
    ("SECOND", UnitOfTime::Second),
    ("MILLI", UnitOfTime::Milli),
    ("MICRO", UnitOfTime::Micro),
    ("NANO", UnitOfTime::Nano),
];

impl UnitOfTime {
    /// Its word in upper case, singular.
    pub(crate) fn word(self) -> &'static str {
        let found = WORDS.iter().find(|(_, unit)| *unit == self);
        found.map_or("", |(word, _)| word)
    }

    /// Reads a word in any case, singular or plural.
    ///
    /// # Errors
    /// The word is no unit.
    pub(crate) fn parse(word: &str) -> Done<Self> {
        Self::find(word).ok_or_else(|| unknown(word))
    }

    /// Reads a word in any case, singular or plural.
    pub(crate) fn find(word: &str) -> Option<Self> {
        let upper = word.trim().to_ascii_uppercase();
        let singular = upper.strip_suffix('S').unwrap_or(&upper);
        let found = WORDS.iter().find(|(word, _)| *word == singular);
        found.map(|(_, unit)| *unit)
    }

    /// How many nanoseconds it has; none for months and years, whose length varies.
    pub(crate) fn nanoseconds(self) -> Option<i128> {
        Some(match self {
            Self::Nano => 1,
            Self::Micro => 1_000,
            Self::Milli => 1_000_000,
            Self::Second => 1_000_000_000,
            Self::Minute => 60_000_000_000,
            Self::Hour => 3_600_000_000_000,
            Self::Day => 86_400_000_000_000,
            Self::Month | Self::Year => return None,
        })
    }
}

pub(crate) fn unknown(word: &str) -> Halt {
    fail(&format!("`{word}` is no unit of time; `DAY` would be one"))
}
