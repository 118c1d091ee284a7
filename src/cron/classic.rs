//! The classic form: one to seven fields separated by blanks (`cron.md` 3).

use super::error::Fault;
use super::fields::Fields;
use super::numbers::{HOUR, MINUTE, MONTH, SECOND, YEAR};
use super::suggest;
use super::text::{Glyph, Piece};
use super::{day, week};

/// Only a part with all its fields begins with the second.
const FIELDS_MAX: usize = 7;

/// A field of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Week,
    Year,
}

impl Place {
    /// All fields with their names in the written order.
    pub(super) const ALL: [(Self, &'static str); FIELDS_MAX] = [
        (Self::Second, "SECOND"),
        (Self::Minute, "MINUTE"),
        (Self::Hour, "HOUR"),
        (Self::Day, "DAY"),
        (Self::Month, "MONTH"),
        (Self::Week, "WEEK"),
        (Self::Year, "YEAR"),
    ];

    /// Reads the text of this field into its place.
    pub(super) fn read(self, text: Piece<'_>, fields: &mut Fields) -> Result<(), Fault> {
        match self {
            Self::Second => fields.second = SECOND.parse(text)?,
            Self::Minute => fields.minute = MINUTE.parse(text)?,
            Self::Hour => fields.hour = HOUR.parse(text)?,
            Self::Day => fields.day = day::parse(text)?,
            Self::Month => fields.month = MONTH.parse(text)?,
            Self::Week => fields.week = week::parse(text)?,
            Self::Year => fields.year = YEAR.parse(text)?,
        }
        Ok(())
    }
}

/// Reads a classic part.
pub(super) fn parse(part: Piece<'_>) -> Result<Fields, Fault> {
    let words = part.words();
    if let Some(extra) = words.get(FIELDS_MAX) {
        return Err(extra.fault("at most seven fields: second minute hour day month week year"));
    }
    read(&words).map_err(|fault| {
        fault
            .hint(with_second(&words))
            .hint(suggest::part(part, &words))
    })
}

fn read(words: &[Piece<'_>]) -> Result<Fields, Fault> {
    let dropped = usize::from(words.len() < FIELDS_MAX);
    let places = Place::ALL.iter().skip(dropped);
    let mut fields = Fields::default();
    for ((place, _), word) in places.zip(words) {
        place.read(*word, &mut fields)?;
    }
    Ok(fields)
}

/// Other programs begin six fields with the second: such a text is good with a year behind it.
fn with_second(words: &[Piece<'_>]) -> Option<String> {
    if words.len() + 1 != FIELDS_MAX {
        return None;
    }
    let star = [Glyph {
        ch: '*',
        from: 0,
        to: 0,
    }];
    let mut seven = words.to_vec();
    seven.push(Piece::new(&star, 0));
    read(&seven).ok()?;
    let texts: Vec<String> = seven.into_iter().map(Piece::upper).collect();
    Some(format!(
        "a text that begins with the second has seven fields: `{}`",
        texts.join(" ")
    ))
}
