//! The words of the readable form, translated into classic fields (`cron.md` 7.1).
//!
//! A translation keeps the place of the word that it stands for, so that a fault found later in
//! the field points at the author's own words.

use super::error::Fault;
use super::numbers::MONTHS;
use super::suggest;
use super::text::{Glyph, Piece};
use super::week::WEEKDAYS;

const WEEKDAY_WORDS: &[&str] = &[
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];

const MONTH_WORDS: &[&str] = &[
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
];

/// Ordinals with the sign of a weekday of the month and of a week of the month.
const ORDINALS: &[(&str, Option<&str>, &str)] = &[
    ("FIRST", Some("F"), "#1"),
    ("SECOND", Some("2"), "#2"),
    ("THIRD", Some("3"), "#3"),
    ("FOURTH", Some("4"), "#4"),
    ("FIFTH", Some("5"), "#5"),
    ("SIXTH", None, "#6"),
    ("SIX", None, "#6"),
    ("LAST", Some("L"), "#L"),
];

const DAY_WORDS: &[&str] = &[
    "DAY", "WEEK", "WORKDAY", "HOLIDAY", "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH",
    "LAST", "TO", "AND", "OF",
];

/// All words that may stand in a list of days, for suggestions.
pub(super) fn day_vocabulary() -> impl Iterator<Item = &'static str> {
    WEEKDAY_WORDS.iter().chain(DAY_WORDS).copied()
}

/// All words that may stand in a list of months, for suggestions.
pub(super) fn month_vocabulary() -> impl Iterator<Item = &'static str> {
    MONTH_WORDS.iter().copied()
}

/// The three-letter name of a weekday or month, of its full name.
pub(super) fn short_name(full: &str) -> Option<&'static str> {
    let named = |full_names: &[&str], short: &[&'static str]| {
        let place = full_names.iter().position(|name| *name == full)?;
        short.get(place).copied()
    };
    named(WEEKDAY_WORDS, WEEKDAYS).or_else(|| named(MONTH_WORDS, MONTHS))
}

/// Translates a list of days.
pub(super) fn days(list: Piece<'_>) -> Result<Vec<Glyph>, Fault> {
    let mut items = Vec::new();
    for item in list.split(',') {
        let mut phrase = Phrase::of(item);
        items.push(phrase.days()?);
    }
    Ok(joined(list, items))
}

/// Translates a list of months.
pub(super) fn months(list: Piece<'_>) -> Result<Vec<Glyph>, Fault> {
    let mut out = Vec::new();
    let mut phrase = Phrase::of(list);
    while let Some(word) = phrase.next() {
        if word.is("TO") {
            return Err(word.fault("`-TO-` between two months"));
        }
        if phrase.take_joint("TO").is_some() {
            write_month(word, &mut out);
            write("-", word, &mut out);
        } else {
            write_month(word, &mut out);
        }
    }
    Ok(out)
}

fn write_month(word: Piece<'_>, out: &mut Vec<Glyph>) {
    match short_name(&word.upper()) {
        Some(short) if month_vocabulary().any(|name| word.is(name)) => write(short, word, out),
        _ => out.extend(word.glyphs()),
    }
}

/// An item as words and marks.
struct Phrase<'a> {
    tokens: Vec<Piece<'a>>,
    place: usize,
    end: Piece<'a>,
}

impl<'a> Phrase<'a> {
    fn of(item: Piece<'a>) -> Self {
        let tokens = item
            .split_by_kind(|glyph| glyph.ch.is_alphanumeric())
            .into_iter()
            .flat_map(split_marks)
            .collect();
        Self {
            tokens,
            place: 0,
            end: Piece::new(&[], item.end()),
        }
    }

    fn peek(&self, ahead: usize) -> Option<Piece<'a>> {
        self.tokens.get(self.place.checked_add(ahead)?).copied()
    }

    fn next(&mut self) -> Option<Piece<'a>> {
        let token = self.peek(0);
        self.place += usize::from(token.is_some());
        token
    }

    /// Takes `-word-` when it comes next, and gives the word.
    fn take_joint(&mut self, word: &str) -> Option<Piece<'a>> {
        let is_dash = |piece: Option<Piece<'_>>| piece.is_some_and(|piece| piece.is("-"));
        let joint = self.peek(1).filter(|piece| piece.is(word))?;
        if !is_dash(self.peek(0)) || !is_dash(self.peek(2)) {
            return None;
        }
        self.place += 3;
        Some(joint)
    }

    /// Takes `-word` when it comes next.
    fn take_dashed(&mut self, is_wanted: impl Fn(Piece<'_>) -> bool) -> Option<Piece<'a>> {
        let word = self.peek(1).filter(|word| is_wanted(*word))?;
        self.peek(0).filter(|dash| dash.is("-"))?;
        self.place += 2;
        Some(word)
    }

    /// `-AND-` joins days of one week before `-OF-..-WEEK`, else items of the list.
    fn days(&mut self) -> Result<Vec<Glyph>, Fault> {
        let names_week = self.tokens.iter().any(|token| token.is("OF"));
        let mut out = Vec::new();
        while let Some(word) = self.next() {
            self.day_word(word, &mut out)?;
            if let Some(joint) = self.take_joint("TO") {
                write("-", joint, &mut out);
            } else if let Some(joint) = self.take_joint("AND") {
                write(if names_week { "+" } else { "," }, joint, &mut out);
            } else if let Some(joint) = self.take_joint("OF") {
                self.week_of_month(joint, &mut out)?;
            } else {
                continue;
            }
            if self.peek(0).is_none() && out.last().is_none_or(|glyph| "-+,".contains(glyph.ch)) {
                return Err(self.end.fault("a day after the joining word"));
            }
        }
        Ok(out)
    }

    fn day_word(&mut self, word: Piece<'a>, out: &mut Vec<Glyph>) -> Result<(), Fault> {
        if word.is("TO") || word.is("AND") || word.is("OF") {
            return Err(word.fault(format!("`-{}-` between two days", word.upper())));
        }
        if let Some((_, nth, week)) = ordinal(word) {
            return self.after_ordinal(word, *nth, week, out);
        }
        match self.day_sign(word) {
            Some(sign) => write(sign, word, out),
            None => out.extend(word.glyphs()),
        }
        Ok(())
    }

    /// The sign of a weekday or of the words that the work calendar decides.
    fn day_sign(&mut self, word: Piece<'_>) -> Option<&'static str> {
        let is_work_day = word.is("WORK") && self.take_dashed(|next| next.is("DAY")).is_some();
        if word.is("WORKDAY") || is_work_day {
            Some("W")
        } else if word.is("HOLIDAY") {
            Some("R")
        } else {
            weekday(word)
        }
    }

    fn after_ordinal(
        &mut self,
        word: Piece<'a>,
        nth: Option<&str>,
        week: &str,
        out: &mut Vec<Glyph>,
    ) -> Result<(), Fault> {
        let is_end = word.is("FIRST") || word.is("LAST");
        let Some(next) = self.take_dashed(|_| true) else {
            return Err(word
                .fault("a word after the ordinal, such as FIRST-DAY, FIRST-WEEK or FIRST-MONDAY"));
        };
        if next.is("WEEK") {
            write(week, word, out);
            return Ok(());
        }
        if next.is("DAY") && is_end {
            write(nth.unwrap_or_default(), word, out);
            return Ok(());
        }
        let sign = self.day_sign(next);
        match (nth, sign) {
            (Some(nth), Some("W" | "R")) if is_end => write(nth, word, out),
            (Some(nth), Some(sign)) if !matches!(sign, "W" | "R") => write(nth, word, out),
            _ => {
                let hint = suggest::nearest(&next.upper(), day_vocabulary());
                return Err(next.fault(after(word)).hint(hint));
            }
        }
        write(sign.unwrap_or_default(), next, out);
        Ok(())
    }

    fn week_of_month(&mut self, joint: Piece<'a>, out: &mut Vec<Glyph>) -> Result<(), Fault> {
        let word = self.next().unwrap_or(self.end);
        let week = ordinal(word).filter(|_| self.take_dashed(|next| next.is("WEEK")).is_some());
        let Some((_, _, week)) = week else {
            let names = ORDINALS.iter().map(|(name, ..)| *name);
            return Err(word
                .fault("FIRST-WEEK to SIXTH-WEEK or LAST-WEEK after `-OF-`")
                .hint(suggest::nearest(&word.upper(), names)));
        };
        write(week, joint, out);
        match self.peek(0) {
            Some(rest) => Err(rest.fault("nothing after the week of the month")),
            None => Ok(()),
        }
    }
}

fn after(ordinal: Piece<'_>) -> String {
    let name = ordinal.upper();
    match name.as_str() {
        "FIRST" | "LAST" => {
            format!("DAY, WORKDAY, HOLIDAY, WEEK or a weekday after `{name}-`")
        }
        "SIXTH" | "SIX" => format!("WEEK after `{name}-`"),
        _ => format!("WEEK or a weekday after `{name}-`"),
    }
}

fn ordinal(word: Piece<'_>) -> Option<&'static (&'static str, Option<&'static str>, &'static str)> {
    ORDINALS.iter().find(|(name, ..)| word.is(name))
}

fn weekday(word: Piece<'_>) -> Option<&'static str> {
    let full = WEEKDAY_WORDS.iter().any(|name| word.is(name));
    let short = WEEKDAYS.iter().copied().find(|name| word.is(name));
    short.or_else(|| short_name(&word.upper()).filter(|_| full))
}

/// Marks stand alone, so that a dash can be told from the words around it.
fn split_marks(token: Piece<'_>) -> Vec<Piece<'_>> {
    if token.chars().all(char::is_alphanumeric) {
        return vec![token];
    }
    let mut marks = Vec::new();
    let mut rest = token;
    while let Some((mark, tail)) = rest.split_at(1).filter(|(mark, _)| !mark.is_empty()) {
        marks.push(mark);
        rest = tail;
    }
    marks
}

/// Writes `text` in the place of `word`.
fn write(text: &str, word: Piece<'_>, out: &mut Vec<Glyph>) {
    let place = word.fault("");
    out.extend(text.chars().map(|ch| Glyph {
        ch,
        from: place.from,
        to: place.to,
    }));
}

/// Puts the author's commas back between the items.
fn joined(list: Piece<'_>, items: Vec<Vec<Glyph>>) -> Vec<Glyph> {
    let mut commas = list.glyphs().iter().filter(|glyph| glyph.ch == ',');
    let mut out = Vec::new();
    for item in items {
        out.extend(item);
        out.extend(commas.next());
    }
    out
}
