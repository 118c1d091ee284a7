//! Time plans: text to a fixed set of local minutes. Pure: no clock, no store.
//!
//! A plan has parts separated by `;`. A part is written as fields (`classic`), as `KEY=value`
//! (`query`) or in words (`readable`, `words`); `forms` tells which. Data flows one way: the text
//! is cut into pieces that know their place (`text`), read into seven fields as written
//! (`fields`, from `numbers`, `day` and `week`), and compiled to bit sets (`part`, with `month` for
//! the days). Ticks are then a matter of finding the next bit, in local time (`plan`) or as moments
//! in a zone (`moments`). The fields as written also give the canonical text and the explanation.
//!
//! It does not know what time it is, and keeps no cache: the days of all 28 shapes of months are
//! computed when a plan is read, and only months with special days of the work calendar again.
//!
//! Start reading at [`Plan::parse`]. The list of intervals of endless jobs is [`Intervals`].

mod calendar;
mod classic;
mod day;
mod error;
mod explain;
mod field;
mod fields;
mod forms;
mod intervals;
mod keyword;
mod moments;
mod month;
mod numbers;
mod part;
mod plan;
mod query;
mod readable;
mod set;
mod suggest;
mod text;
mod warning;
mod week;
mod words;

pub use calendar::{Calendar, DayKind};
pub use error::ParseError;
pub use explain::{Explanation, Language, PartExplanation};
pub use intervals::Intervals;
pub use moments::Tick;
pub use plan::Plan;
pub use warning::Warning;

#[cfg(test)]
mod tests;
