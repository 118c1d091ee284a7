//! The work calendar (`cron.md` 11).

use crate::clock::{Date, Weekday};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether people work on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// A day of work.
    Work,
    /// A day of rest.
    Rest,
}

/// The days that differ from the rule "Monday to Friday work, Saturday and Sunday rest".
///
/// The default has none. Cloning is cheap: the days are shared and never change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    special: Arc<BTreeMap<Date, DayKind>>,
}

impl Calendar {
    /// Makes a calendar of special days; of a date named twice the last kind counts.
    pub fn new(special: impl IntoIterator<Item = (Date, DayKind)>) -> Self {
        Self {
            special: Arc::new(special.into_iter().collect()),
        }
    }

    /// The kind of a day: as listed, else by its weekday.
    pub fn kind(&self, date: Date) -> DayKind {
        let by_weekday = match date.weekday() {
            Weekday::Saturday | Weekday::Sunday => DayKind::Rest,
            _ => DayKind::Work,
        };
        self.special.get(&date).copied().unwrap_or(by_weekday)
    }

    /// The special days between two dates, both included, in order.
    pub(super) fn special(
        &self,
        from: Date,
        to: Date,
    ) -> impl Iterator<Item = (Date, DayKind)> + '_ {
        self.special
            .range(from..=to)
            .map(|(date, kind)| (*date, *kind))
    }

    pub(super) fn is_plain(&self) -> bool {
        self.special.is_empty()
    }
}
