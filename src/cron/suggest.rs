//! What an author probably meant: known mistakes and misspelt words.

use super::day::Point;
use super::field::Range;
use super::numbers::{MONTHS, Shape};
use super::readable;
use super::text::Piece;
use super::week::{WEEKDAYS, weekday as read_weekday};
use super::words;

/// Longer words are not compared, as no known word is that long.
const WORD_CHARS_MAX: usize = 16;
/// Words up to this length may differ in one place only.
const SHORT_WORD_CHARS: usize = 4;

/// What other programs write with `@`.
const MACROS: &[(&str, &str)] = &[
    ("@HOURLY", "0"),
    ("@DAILY", "0 0"),
    ("@MIDNIGHT", "0 0"),
    ("@WEEKLY", "0 0 ? * SUN"),
    ("@MONTHLY", "0 0 1"),
    ("@YEARLY", "0 0 1 1"),
    ("@ANNUALLY", "0 0 1 1"),
];

/// For a number that does not fit its field.
pub(super) fn number(text: Piece<'_>, shape: &Shape) -> Option<String> {
    let hint = match (shape.name, text.number()) {
        ("minute", Some(60)) => "the full hour is minute 0".to_owned(),
        ("hour", Some(24)) => "midnight is hour 0".to_owned(),
        ("month", Some(0)) => "January is month 1".to_owned(),
        ("year", Some(0..=99)) => "write the year with four digits".to_owned(),
        ("month", None) => return name(&text.upper(), MONTHS, words::month_vocabulary()),
        _ if text.contains(':') => format!("a time of day is written `DAILY {}`", text.upper()),
        _ => return None,
    };
    Some(hint)
}

/// For a day of the month that is none.
pub(super) fn day(text: Piece<'_>) -> Option<String> {
    let upper = text.upper();
    if text.number() == Some(0) {
        return Some("days count from 1".to_owned());
    }
    if read_weekday(text).is_some() {
        return Some(format!("the fifth field has weekdays: `0 9 ? * {upper}`"));
    }
    let nearest_work_day = text.strip_suffix("W").and_then(Piece::number);
    if nearest_work_day.is_some() {
        return Some("there is no work day nearest to a date".to_owned());
    }
    name(&upper, WEEKDAYS, words::day_vocabulary())
}

/// For a weekday that is none.
pub(super) fn weekday(text: Piece<'_>) -> Option<String> {
    match text.number() {
        Some(0) => Some("Sunday is 7 or SUN".to_owned()),
        _ => name(&text.upper(), WEEKDAYS, words::day_vocabulary()),
    }
}

/// For a bad week of the month; other programs write the n-th weekday with `#`.
pub(super) fn week_number(choices: Piece<'_>, week: Piece<'_>) -> Option<String> {
    let number = week.number()?;
    read_weekday(choices)?;
    (number == 0).then(|| format!("weeks count from 1, as in `{}#1`", choices.upper()))
}

/// For a range of days that runs backwards.
pub(super) fn backward_days(range: Range<Point>) -> Option<String> {
    match (range.from, range.to?, range.step) {
        (Point::FromEnd(1), Point::Day(before), None) => {
            Some(format!("`L{}` is day {before} before the last", before + 1))
        }
        (from @ Point::Day(_), to @ Point::Day(_), None) => {
            Some(format!("write `{from}-L,F-{to}`"))
        }
        _ => None,
    }
}

/// For a classic part whose first word belongs to another form or another program.
pub(super) fn part(part: Piece<'_>, words: &[Piece<'_>]) -> Option<String> {
    let first = words.first()?.upper();
    if let Some((_, own)) = MACROS.iter().find(|(name, _)| *name == first) {
        return Some(format!("write `{own}`"));
    }
    if part.contains('@') {
        return Some("seconds before `@` belong to endless jobs".to_owned());
    }
    mode(*words.first()?)
}

/// For a first word that may be a misspelt mode.
pub(super) fn mode(word: Piece<'_>) -> Option<String> {
    nearest(&word.upper(), readable::mode_words())
}

/// The nearest of the known words, when it is near enough.
pub(super) fn nearest<'a>(word: &str, vocabulary: impl Iterator<Item = &'a str>) -> Option<String> {
    near(word, vocabulary).map(|known| format!("did you mean `{known}`?"))
}

/// A weekday or month by its full name, or a word near to a known one.
fn name(
    upper: &str,
    short: &[&'static str],
    vocabulary: impl Iterator<Item = &'static str>,
) -> Option<String> {
    if let Some(short) = words::short_name(upper) {
        return Some(format!(
            "in fields write `{short}`, full names belong to the readable form"
        ));
    }
    let known = near(upper, short.iter().copied().chain(vocabulary))?;
    let known = words::short_name(known).unwrap_or(known);
    Some(format!("did you mean `{known}`?"))
}

fn near<'a>(word: &str, vocabulary: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if !(3..=WORD_CHARS_MAX).contains(&length) {
        return None;
    }
    let allowed = if length <= SHORT_WORD_CHARS { 1 } else { 2 };
    let (distance, _, known) = vocabulary
        .map(|known| (distance(word, known), length.abs_diff(known.len()), known))
        .min()?;
    (1..=allowed).contains(&distance).then_some(known)
}

/// Characters to add, remove or replace to turn one word into the other; two in the wrong order
/// count as one.
fn distance(a: &str, b: &str) -> usize {
    match edits(a, b) {
        2 if are_anagrams(a, b) => 1,
        edits => edits,
    }
}

fn are_anagrams(a: &str, b: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    sorted(a) == sorted(b)
}

fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (above, own) in a.chars().enumerate() {
        let mut corner = above;
        let mut left = above + 1;
        let mut next = vec![left];
        for (other, up) in b.chars().zip(row.iter().skip(1)) {
            let replaced = corner + usize::from(own != other);
            left = replaced.min(left + 1).min(up + 1);
            corner = *up;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
