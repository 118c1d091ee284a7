//! What an explanation holds, and the structure that both languages share.

use super::{chinese, english};
use crate::cron::field::{Field, Range};
use crate::cron::fields::Fields;
use crate::cron::numbers::Numbers;
use std::fmt;

/// More times of day than this are told by hours and minutes, not one by one.
const TIMES_MAX: usize = 8;

/// The language of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// A plan in words, part by part; a minute is a tick when one of the parts names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The parts in written order.
    pub parts: Vec<PartExplanation>,
}

/// A part in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartExplanation {
    /// One sentence that says when the part fires.
    pub sentence: String,
    /// The canonical text, which names the same ticks.
    pub canonical: String,
    /// What was read otherwise than it may look: `*/n`, a second, a week beside a day.
    pub notes: Vec<String>,
}

impl Explanation {
    pub(in crate::cron) fn of<'a>(
        parts: impl Iterator<Item = &'a Fields>,
        language: Language,
    ) -> Self {
        let explain = |fields: &Fields| PartExplanation {
            sentence: match language {
                Language::English => english::sentence(fields),
                Language::Chinese => chinese::sentence(fields),
            },
            canonical: fields.to_string(),
            notes: notes(fields, language),
        };
        Self {
            parts: parts.map(explain).collect(),
        }
    }
}

/// One line for each part: the sentence, the canonical text, the notes.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{} [{}]", part.sentence, part.canonical)?;
            for note in &part.notes {
                write!(f, " {note}")?;
            }
        }
        Ok(())
    }
}

fn notes(fields: &Fields, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    for (english, chinese, starred) in starred(fields) {
        let step = starred.split('/').next_back().unwrap_or_default();
        notes.push(match language {
            Language::English => format!("The {english} `*/{step}` is read as `{starred}`."),
            Language::Chinese => format!("{chinese}字段的 `*/{step}` 按 `{starred}` 理解。"),
        });
    }
    if fields.ignores_second() {
        notes.push(match language {
            Language::English => "The second is ignored: ticks lie at second 0.".to_owned(),
            Language::Chinese => "秒字段被忽略：总在第 0 秒触发。".to_owned(),
        });
    }
    if fields.ignores_week() {
        notes.push(match language {
            Language::English => "The week is ignored because the day is given.".to_owned(),
            Language::Chinese => "已指定日，周字段被忽略。".to_owned(),
        });
    }
    notes
}

/// Fields written `*/n`, with their names and what they are read as.
fn starred(fields: &Fields) -> Vec<(&'static str, &'static str, String)> {
    fn text<I: fmt::Display>(field: &Field<I>) -> Option<String> {
        field.is_starred().then(|| field.to_string())
    }
    [
        ("minute", "分钟", text(&fields.minute)),
        ("hour", "小时", text(&fields.hour)),
        ("day", "日", text(&fields.day)),
        ("month", "月", text(&fields.month)),
        ("week", "周", text(&fields.week)),
        ("year", "年", text(&fields.year)),
    ]
    .into_iter()
    .filter_map(|(english, chinese, text)| Some((english, chinese, text?)))
    .collect()
}

/// Times of day such as `09:30`, when hours and minutes are few single numbers.
pub(super) fn times_of_day(fields: &Fields) -> Option<Vec<String>> {
    let hours = singles(&fields.hour)?;
    let minutes = singles(&fields.minute)?;
    if hours.len() * minutes.len() > TIMES_MAX {
        return None;
    }
    let times = hours.iter().flat_map(|hour| {
        minutes
            .iter()
            .map(move |minute| format!("{hour:02}:{minute:02}"))
    });
    Some(times.collect())
}

fn singles(field: &Numbers) -> Option<Vec<u32>> {
    let single = |item: &Range<u32>| match (item.to, item.step) {
        (None, None) => Some(item.from),
        _ => None,
    };
    field
        .is_restricted()
        .then(|| field.items().iter().map(single).collect())
        .flatten()
}

/// Parts ranges into those without and those with a step.
pub(super) fn by_step<T: Copy>(items: &[Range<T>]) -> (Vec<Range<T>>, Vec<Range<T>>) {
    items.iter().partition(|item| item.step.is_none())
}

/// The name of a weekday or month, counted from 1.
pub(super) fn named(names: &[&'static str], number: u32) -> &'static str {
    (1..)
        .zip(names)
        .find(|(own, _)| *own == number)
        .map_or("", |(_, name)| name)
}
