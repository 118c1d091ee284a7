//! The seven fields of a part as written: what all forms are read into.

use super::day::{DayField, DayItem};
use super::field::Field;
use super::numbers::Numbers;
use super::week::{Choice, WeekField, WeekItem};
use std::fmt;

/// A part as written. Its text is the canonical one (`cron.md` 14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    pub second: Numbers,
    pub minute: Numbers,
    pub hour: Numbers,
    pub day: DayField,
    pub month: Numbers,
    pub week: WeekField,
    pub year: Numbers,
}

/// Which field decides about the day (`cron.md` 4.3).
#[derive(Debug, Clone, Copy)]
pub(super) enum Days<'a> {
    Every,
    OfMonth(&'a [DayItem]),
    OfWeek(&'a [WeekItem]),
}

impl Default for Fields {
    /// Every minute.
    fn default() -> Self {
        Self {
            second: Field::Any,
            minute: Field::Any,
            hour: Field::Any,
            day: Field::Any,
            month: Field::Any,
            week: Field::Any,
            year: Field::Any,
        }
    }
}

impl Fields {
    /// The days, from the field that decides.
    pub(super) fn days(&self) -> Days<'_> {
        if self.day.is_restricted() {
            Days::OfMonth(self.day.items())
        } else if self.week.is_restricted() {
            Days::OfWeek(self.week.items())
        } else {
            Days::Every
        }
    }

    /// Whether the week is given in vain.
    pub(super) const fn ignores_week(&self) -> bool {
        self.day.is_restricted() && self.week.is_restricted()
    }

    /// Whether the second is given and is not 0.
    pub(super) fn ignores_second(&self) -> bool {
        let is_zero = |field: &Numbers| field.to_string() == "0";
        self.second.is_restricted() && !is_zero(&self.second)
    }
}

impl Days<'_> {
    /// Whether a change of the work calendar can change them.
    pub(super) fn use_calendar(self) -> bool {
        match self {
            Self::Every => false,
            Self::OfMonth(items) => items.iter().any(|item| matches!(item, DayItem::Keyword(_))),
            Self::OfWeek(items) => items.iter().any(|item| match item {
                WeekItem::Days(_) | WeekItem::Nth(..) => false,
                WeekItem::EveryWeek(keyword) => keyword.uses_calendar(),
                WeekItem::InWeek(choices, _) => choices.iter().any(|choice| match choice {
                    Choice::Days(_) => false,
                    Choice::Keyword(keyword) => keyword.uses_calendar(),
                }),
            }),
        }
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0 {} {} ", self.minute, self.hour)?;
        match self.days() {
            Days::Every => write!(f, "* {} ? ", self.month),
            Days::OfMonth(_) => write!(f, "{} {} ? ", self.day, self.month),
            Days::OfWeek(_) => write!(f, "? {} {} ", self.month, self.week),
        }?;
        self.year.fmt(f)
    }
}
