//! The language of names.

use crate::pql::eval::Run;

/// The language that months, weekdays and halves of the day are named in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    /// The one that the setting `language` asks for; English unless it says `chinese`.
    pub(crate) fn of(run: &Run) -> Self {
        match run.setting("LANGUAGE") {
            Some(language) if language.trim().eq_ignore_ascii_case("chinese") => Self::Chinese,
            _ => Self::English,
        }
    }
}
