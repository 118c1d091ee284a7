//! The interval list of endless jobs: another language with the same letters (`cron.md` 10).

use super::calendar::Calendar;
use super::error::{Fault, ParseError};
use super::forms::{pieces, read_plain};
use super::part::Part;
use super::text::{Piece, glyphs};
use crate::clock::Civil;

/// How long an endless job rests between two runs, by the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intervals {
    /// In written order: the first that matches counts.
    timed: Vec<(u32, Part)>,
    otherwise: Option<u32>,
}

impl Intervals {
    /// Reads a list such as `60; 2@* 9-18`. Texts of more than 1,000 characters are refused.
    ///
    /// # Errors
    /// The first fault, as [`Plan::parse`](super::Plan::parse) has it; a part is an item here.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::read(text).map_err(|fault| ParseError::locate(fault, text))
    }

    /// Seconds to rest at `moment`; `None` while the job is suspended.
    pub fn at(&self, moment: Civil, calendar: &Calendar) -> Option<u32> {
        self.timed
            .iter()
            .find(|(_, part)| part.contains(moment, calendar))
            .map(|(seconds, _)| *seconds)
            .or(self.otherwise)
    }

    /// Whether a change of the work calendar can change the intervals.
    pub fn uses_calendar(&self) -> bool {
        self.timed.iter().any(|(_, part)| part.uses_calendar())
    }

    fn read(text: &str) -> Result<Self, Fault> {
        let glyphs = glyphs(text)?;
        let whole = Piece::new(&glyphs, glyphs.len() + 1);
        let mut list = Self {
            timed: Vec::new(),
            otherwise: None,
        };
        for item in pieces(whole, "an interval such as `60` or `2@* 9-18`")? {
            if let Some((seconds, part)) = item.split_once('@') {
                let seconds = read_seconds(seconds.trim())?;
                let part = part.trim();
                if part.is_empty() {
                    return Err(part.fault("fields or KEY=value after `@`"));
                }
                list.timed.push((seconds, Part::new(read_plain(part)?)));
            } else if list.otherwise.is_some() {
                return Err(item.fault("one interval without `@` at most"));
            } else {
                list.otherwise = Some(read_seconds(item)?);
            }
        }
        Ok(list)
    }
}

fn read_seconds(text: Piece<'_>) -> Result<u32, Fault> {
    text.number()
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| text.fault("whole seconds from 1"))
}
