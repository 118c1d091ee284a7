//! Links on date-times: local times of the configured zone, weeks from Monday to Sunday.

mod compare;
mod convert;
mod cron;
mod express;
mod get;
mod language;
mod names;
mod pattern;
mod read;
mod set;
mod shift;
mod unit;
mod week;

pub(crate) use convert::epoch_seconds;
pub(crate) use get::{nanosecond, quarter};
pub(crate) use language::Language;
pub(crate) use names::{NameForm, month_name, quarter_name, weekday_name};
pub(crate) use pattern::format;
pub(crate) use shift::move_by;
pub(crate) use unit::UnitOfTime;
pub(crate) use week::{parse_weekday, week_of_year};

use crate::pql::sharp::Entry;

pub(crate) const FAMILIES: &[&[Entry]] = &[
    get::LINKS,
    names::LINKS,
    week::LINKS,
    set::LINKS,
    shift::LINKS,
    express::LINKS,
    compare::LINKS,
    convert::LINKS,
    cron::LINKS,
];
