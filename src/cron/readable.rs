//! The readable form, such as `WEEKLY MON,FRI 12:35; 8:30` (`cron.md` 7).

use super::error::Fault;
use super::field::Field;
use super::fields::Fields;
use super::keyword::Keyword;
use super::numbers::{HOUR, MINUTE, MONTH, YEAR};
use super::suggest;
use super::text::{Glyph, Piece};
use super::week::WEEKDAYS;
use super::{day, week, words};

/// How often, which fixes what the body of a part says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    /// Also a given year.
    Yearly,
}

const MODES: &[(&str, Mode)] = &[
    ("MINUTELY", Mode::Minutely),
    ("HOURLY", Mode::Hourly),
    ("HOUR", Mode::Hourly),
    ("DAILY", Mode::Daily),
    ("WEEKLY", Mode::Weekly),
    ("MONTHLY", Mode::Monthly),
    ("YEARLY", Mode::Yearly),
    ("ANNUAL", Mode::Yearly),
];

/// What may be a year at the head of a part; the year field then decides.
const YEAR_WORDS: std::ops::RangeInclusive<u32> = 1_000..=2_999;
const YEAR_DIGITS: usize = 4;

impl Mode {
    /// The body of a complete part, for messages.
    const fn body(self) -> &'static str {
        match self {
            Self::Minutely => "nothing after MINUTELY",
            Self::Hourly => "minutes after HOURLY, such as `HOURLY 15,45`",
            Self::Daily => "a time after DAILY, such as `DAILY 9:30`",
            Self::Weekly => "days and a time after WEEKLY, such as `WEEKLY MON,FRI 9:30`",
            Self::Monthly => "days and a time after MONTHLY, such as `MONTHLY LAST-DAY 9:30`",
            Self::Yearly => {
                "months, days and a time after YEARLY or a year, such as `YEARLY JUL 1 9:30`"
            }
        }
    }

    /// Words in the body of a complete part.
    const fn words(self) -> usize {
        match self {
            Self::Minutely => 0,
            Self::Hourly | Self::Daily => 1,
            Self::Weekly | Self::Monthly => 2,
            Self::Yearly => 3,
        }
    }
}

/// The words that open this form.
pub(super) fn mode_words() -> impl Iterator<Item = &'static str> {
    MODES.iter().map(|(word, _)| *word)
}

/// A readable part, which the next part may continue.
#[derive(Debug, Clone)]
pub(super) struct Readable {
    mode: Mode,
    pub fields: Fields,
}

impl Readable {
    /// Reads a part that begins with a mode word or a year; `None` when it does not.
    pub(super) fn open(part: Piece<'_>) -> Result<Option<Self>, Fault> {
        let glyphs = without_inner_blanks(part);
        let words = Piece::new(&glyphs, part.end()).words();
        let Some((head, body)) = words.split_first() else {
            return Ok(None);
        };
        let mut fields = Fields::default();
        let named = MODES.iter().find(|(word, _)| head.is(word));
        let mode = if let Some((_, mode)) = named {
            *mode
        } else if !body.is_empty() && is_year(*head) {
            fields.year = YEAR.parse(*head)?;
            Mode::Yearly
        } else {
            return Ok(None);
        };
        if body.len() < mode.words() {
            return Err(Piece::new(&[], part.end()).fault(mode.body()));
        }
        read(mode, fields, body).map(Some)
    }

    /// Reads a part without mode word; what it leaves out from the left is that of this part.
    pub(super) fn follow(&self, part: Piece<'_>) -> Result<Self, Fault> {
        let glyphs = without_inner_blanks(part);
        let words = Piece::new(&glyphs, part.end()).words();
        if self.mode == Mode::Minutely {
            return Err(part.fault("a mode word, as MINUTELY has nothing to continue"));
        }
        read(self.mode, self.fields.clone(), &words)
            .map_err(|fault| fault.hint(words.first().and_then(|word| suggest::mode(*word))))
    }
}

fn is_year(word: Piece<'_>) -> bool {
    word.len() == YEAR_DIGITS && word.number().is_some_and(|year| YEAR_WORDS.contains(&year))
}

/// Reads months, days and time from the right into `fields`.
fn read(mode: Mode, mut fields: Fields, words: &[Piece<'_>]) -> Result<Readable, Fault> {
    if let Some(extra) = words.get(mode.words()) {
        return Err(extra.fault(mode.body()));
    }
    let mut rest = words.iter().rev();
    if let Some(time) = rest.next() {
        read_time(mode, *time, &mut fields)?;
    }
    if let Some(days) = rest.next() {
        read_days(mode, *days, &mut fields)?;
    }
    if let Some(months) = rest.next() {
        let field = words::months(*months)?;
        fields.month = MONTH.parse(Piece::new(&field, months.end()))?;
    }
    Ok(Readable { mode, fields })
}

fn read_time(mode: Mode, time: Piece<'_>, fields: &mut Fields) -> Result<(), Fault> {
    if mode == Mode::Hourly {
        if time.contains(':') {
            return Err(time
                .fault("minutes without an hour")
                .hint(format!("a time of day is written `DAILY {}`", time.upper())));
        }
        fields.minute = MINUTE.parse(time)?;
        return Ok(());
    }
    let Some((hour, minute)) = time.split_once(':') else {
        return Err(time.fault("a time such as 9:30"));
    };
    if minute.contains(':') {
        return Err(time
            .fault("hour and minute")
            .hint("seconds are never written".to_owned()));
    }
    fields.hour = HOUR.parse(hour)?;
    fields.minute = MINUTE.parse(minute)?;
    Ok(())
}

/// Fills the field that the words belong to (`cron.md` 7.2).
fn read_days(mode: Mode, days: Piece<'_>, fields: &mut Fields) -> Result<(), Fault> {
    if days.is("*") || days.is("?") {
        return Err(days
            .fault("days by name or number")
            .hint("every day is `DAILY`".to_owned()));
    }
    let glyphs = words::days(days)?;
    let list = Piece::new(&glyphs, days.end());
    let items = list.split(',');
    let fills_week = mode == Mode::Weekly || items.iter().any(|item| names_weekday(*item));
    if !fills_week {
        fields.day = day::parse(list)?;
        fields.week = Field::Any;
        return Ok(());
    }
    let is_foreign = |item: &&Piece<'_>| {
        let fits_both = matches!(Keyword::parse(**item), Some(Keyword::Work | Keyword::Rest));
        mode != Mode::Weekly && !item.is_empty() && !fits_both && !names_weekday(**item)
    };
    if let Some(foreign) = items.iter().find(is_foreign) {
        return Err(foreign
            .fault("weekdays only, as another word of the list is one")
            .hint("write days of the month in a part of their own".to_owned()));
    }
    fields.week = week::parse(list)?;
    fields.day = Field::Any;
    Ok(())
}

/// Whether an item can only stand in the week field.
fn names_weekday(item: Piece<'_>) -> bool {
    item.contains('#')
        || item
            .split_by_kind(|glyph| glyph.ch.is_alphanumeric())
            .into_iter()
            .any(has_weekday_name)
}

/// Whether a run of letters and digits is a weekday's name, alone or with the sign of its place.
fn has_weekday_name(run: Piece<'_>) -> bool {
    let text = run.upper();
    let name = text
        .strip_suffix('L')
        .unwrap_or(&text)
        .trim_start_matches(|ch: char| ch.is_ascii_digit());
    let unsigned = name.strip_prefix(['F', 'L']).unwrap_or(name);
    WEEKDAYS.contains(&name) || WEEKDAYS.contains(&unsigned)
}

/// Drops the blanks around the marks that join (`cron.md` 7).
fn without_inner_blanks(part: Piece<'_>) -> Vec<Glyph> {
    const MARKS: &str = ",/:-";
    let mut out: Vec<Glyph> = Vec::new();
    for word in part.words() {
        let joins = |glyph: Option<&Glyph>| glyph.is_some_and(|glyph| MARKS.contains(glyph.ch));
        let glued = joins(out.last()) || joins(word.glyphs().first());
        if let Some(last) = out.last().filter(|_| !glued) {
            out.push(Glyph {
                ch: ' ',
                from: last.to,
                to: last.to,
            });
        }
        out.extend(word.glyphs());
    }
    out
}
