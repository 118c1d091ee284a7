//! The letters `F L W R` and their pairs, which pick days out of a span of days.

use super::text::Piece;
use std::fmt;

/// A choice among the days of a month, of a calendar week or of a week of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    First,
    Last,
    Work,
    Rest,
    FirstWork,
    LastWork,
    FirstRest,
    LastRest,
}

impl Keyword {
    pub(super) const ALL: [Self; 8] = [
        Self::First,
        Self::Last,
        Self::Work,
        Self::Rest,
        Self::FirstWork,
        Self::LastWork,
        Self::FirstRest,
        Self::LastRest,
    ];

    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::First => "F",
            Self::Last => "L",
            Self::Work => "W",
            Self::Rest => "R",
            Self::FirstWork => "FW",
            Self::LastWork => "LW",
            Self::FirstRest => "FR",
            Self::LastRest => "LR",
        }
    }

    pub(super) fn parse(text: Piece<'_>) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|keyword| text.is(keyword.text()))
    }

    /// Whether the work calendar has a say.
    pub(super) const fn uses_calendar(self) -> bool {
        !matches!(self, Self::First | Self::Last)
    }

    /// Picks days, as bits, out of `span`; `work` has the bits of all work days.
    pub(super) const fn pick(self, span: u64, work: u64) -> u64 {
        match self {
            Self::First => lowest(span),
            Self::Last => highest(span),
            Self::Work => span & work,
            Self::Rest => span & !work,
            Self::FirstWork => lowest(span & work),
            Self::LastWork => highest(span & work),
            Self::FirstRest => lowest(span & !work),
            Self::LastRest => highest(span & !work),
        }
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

const fn lowest(bits: u64) -> u64 {
    bits & bits.wrapping_neg()
}

const fn highest(bits: u64) -> u64 {
    match bits.checked_ilog2() {
        Some(bit) => 1 << bit,
        None => 0,
    }
}
