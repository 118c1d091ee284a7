//! Schedules and the work calendar as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ops::{CalendarDay, Explained, PlannedTick};

/// A time expression in words.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ExplanationBody {
    /// The canonical text, which names the same ticks.
    pub canonical: String,
    /// The parts in English.
    pub english: Vec<PartBody>,
    /// The parts in Chinese.
    pub chinese: Vec<PartBody>,
    /// What is odd about it.
    pub warnings: Vec<String>,
    /// The next ticks.
    pub next: Vec<TickBody>,
}

/// One part of a time expression in words.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PartBody {
    /// When it fires.
    pub sentence: String,
    /// Its canonical text.
    pub canonical: String,
    /// What was read otherwise than it may look.
    pub notes: Vec<String>,
}

/// A tick of a plan.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TickBody {
    /// When it is, RFC 3339.
    pub at: String,
    /// The local minute that it stands for, `yyyy-MM-dd HH:mm:ss`.
    pub local: String,
    /// The task of this job and time; absent when there is none, or no job was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
}

/// A special day of the work calendar.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CalendarDayBody {
    /// The day, `yyyy-MM-dd`.
    pub day: String,
    /// `work` or `rest`.
    pub kind: String,
    /// Its name, for people.
    #[serde(default)]
    pub note: String,
}

impl From<&Explained> for ExplanationBody {
    fn from(explained: &Explained) -> Self {
        let parts = |explanation: &crate::ops::Explanation| {
            let parts = explanation.parts.iter();
            let part = parts.map(|part| PartBody {
                sentence: part.sentence.clone(),
                canonical: part.canonical.clone(),
                notes: part.notes.clone(),
            });
            part.collect()
        };
        Self {
            canonical: explained.canonical.clone(),
            english: parts(&explained.english),
            chinese: parts(&explained.chinese),
            warnings: explained.warnings.clone(),
            next: explained.next.iter().map(TickBody::from).collect(),
        }
    }
}

impl From<&PlannedTick> for TickBody {
    fn from(tick: &PlannedTick) -> Self {
        Self {
            at: tick.at.to_string(),
            local: tick.local.clone(),
            task_id: tick.task.map(|id| id.to_string()),
        }
    }
}

impl From<&CalendarDay> for CalendarDayBody {
    fn from(day: &CalendarDay) -> Self {
        Self {
            day: day.day.to_string(),
            kind: if day.is_workday { "work" } else { "rest" }.to_owned(),
            note: day.note.clone(),
        }
    }
}
