//! Plans in English.

use super::explanation::{by_step, named, times_of_day};
use crate::cron::day::{DayItem, Point};
use crate::cron::field::Range;
use crate::cron::fields::{Days, Fields};
use crate::cron::keyword::Keyword;
use crate::cron::numbers::Numbers;
use crate::cron::week::{Choice, Ordinal, SUNDAY, WeekItem};

const WEEKDAYS: &[&str] = &[
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const NTH: &[&str] = &["first", "second", "third", "fourth", "fifth", "sixth"];

/// The sentence of a part.
pub(super) fn sentence(fields: &Fields) -> String {
    let mut clauses = vec![time(fields), days(fields.days())];
    if fields.month.is_restricted() {
        clauses.push(period(&fields.month, "month", |month| {
            named(MONTHS, month).to_owned()
        }));
    }
    if fields.year.is_restricted() {
        clauses.push(period(&fields.year, "year", |year| year.to_string()));
    }
    let text = clauses.join(", ");
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

fn time(fields: &Fields) -> String {
    if let Some(times) = times_of_day(fields) {
        return format!("at {}", list(&times));
    }
    let minutes = if fields.minute.is_restricted() {
        let (plain, stepped) = counted(&fields.minute, "minute");
        let plain = plain.map(|plain| format!("at {plain}"));
        list(&plain.into_iter().chain(stepped).collect::<Vec<_>>())
    } else {
        "every minute".to_owned()
    };
    match (fields.minute.is_restricted(), fields.hour.is_restricted()) {
        (false, false) => minutes,
        (true, false) => format!("{minutes} of every hour"),
        (_, true) => {
            let (plain, stepped) = counted(&fields.hour, "hour");
            let hours = list(&plain.into_iter().chain(stepped).collect::<Vec<_>>());
            format!("{minutes} of {hours}")
        }
    }
}

/// `minutes 5 and 10 to 20`, and one phrase for each step.
fn counted(field: &Numbers, unit: &str) -> (Option<String>, Vec<String>) {
    let (plain, stepped) = by_step(field.items());
    let is_one = matches!(plain.as_slice(), [Range { to: None, .. }]);
    let ending = if is_one { "" } else { "s" };
    let spans: Vec<String> = plain
        .iter()
        .map(|item| span(item, |n| n.to_string()))
        .collect();
    let steps = stepped
        .iter()
        .map(|item| every(item, unit, |n| format!("{unit} {n}")))
        .collect();
    let plain = (!spans.is_empty()).then(|| format!("{unit}{ending} {}", list(&spans)));
    (plain, steps)
}

/// `in March to July`, or with steps `every 3 months from January`.
fn period(field: &Numbers, unit: &str, name: impl Fn(u32) -> String) -> String {
    let (plain, stepped) = by_step(field.items());
    let spans: Vec<String> = plain.iter().map(|item| span(item, &name)).collect();
    let plain = (!spans.is_empty()).then(|| format!("in {}", list(&spans)));
    let steps = stepped.iter().map(|item| every(item, unit, &name));
    list(&plain.into_iter().chain(steps).collect::<Vec<_>>())
}

fn days(days: Days<'_>) -> String {
    match days {
        Days::Every => "every day".to_owned(),
        Days::OfMonth(items) => {
            let are_all_sets = items
                .iter()
                .all(|item| matches!(item, DayItem::Keyword(Keyword::Work | Keyword::Rest)));
            let phrases: Vec<String> = items.iter().map(day_item).collect();
            let month = if are_all_sets { "" } else { " of the month" };
            format!("on {}{month}", list(&phrases))
        }
        Days::OfWeek(items) => {
            let (plain, others): (Vec<_>, Vec<_>) = items
                .iter()
                .partition(|item| matches!(item, WeekItem::Days(range) if range.step.is_none()));
            let plain: Vec<String> = plain.into_iter().map(week_item).collect();
            let every = (!plain.is_empty()).then(|| format!("every {}", list(&plain)));
            let groups: Vec<String> = every
                .into_iter()
                .chain(others.into_iter().map(week_item))
                .collect();
            format!("on {}", groups.join(" and also on "))
        }
    }
}

fn day_item(item: &DayItem) -> String {
    match item {
        DayItem::Keyword(keyword) => keyword_days(*keyword).to_owned(),
        DayItem::Range(range) if range.step.is_some() => every_nth(range, point),
        DayItem::Range(range) => span(range, point),
    }
}

fn point(point: Point) -> String {
    match point {
        Point::First => "the first day".to_owned(),
        Point::Day(day) => format!("day {day}"),
        Point::FromEnd(1) => "the last day".to_owned(),
        Point::FromEnd(place) => format!("day {place} from the end"),
    }
}

fn week_item(item: &WeekItem) -> String {
    match item {
        WeekItem::Days(range) => weekdays(range),
        WeekItem::EveryWeek(keyword @ (Keyword::Work | Keyword::Rest)) => {
            keyword_days(*keyword).to_owned()
        }
        WeekItem::EveryWeek(keyword) => {
            format!("{} of every calendar week", keyword_days(*keyword))
        }
        WeekItem::Nth(nth, weekday) => {
            format!(
                "the {} {} of the month",
                ordinal(*nth),
                named(WEEKDAYS, *weekday)
            )
        }
        WeekItem::InWeek(choices, week) => {
            let days: Vec<String> = choices
                .iter()
                .map(|choice| match choice {
                    Choice::Days(range) => weekdays(range),
                    Choice::Keyword(keyword) => keyword_days(*keyword).to_owned(),
                })
                .collect();
            let days = if days.is_empty() {
                "every day".to_owned()
            } else {
                days.join(" plus ")
            };
            format!("{days} of the {} week of the month", ordinal(*week))
        }
    }
}

fn weekdays(range: &Range<u32>) -> String {
    let name = |weekday: u32| named(WEEKDAYS, weekday).to_owned();
    if range.step.is_none() {
        return span(range, name);
    }
    let ended = Range {
        to: range.to.or(Some(SUNDAY)),
        ..*range
    };
    every_nth(&ended, name)
}

const fn keyword_days(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::First => "the first day",
        Keyword::Last => "the last day",
        Keyword::Work => "every work day",
        Keyword::Rest => "every rest day",
        Keyword::FirstWork => "the first work day",
        Keyword::LastWork => "the last work day",
        Keyword::FirstRest => "the first rest day",
        Keyword::LastRest => "the last rest day",
    }
}

fn ordinal(ordinal: Ordinal) -> &'static str {
    match ordinal {
        Ordinal::First => "first",
        Ordinal::Nth(number) => named(NTH, number),
        Ordinal::Last => "last",
    }
}

/// `a` or `a to b`.
fn span<T: Copy>(range: &Range<T>, name: impl Fn(T) -> String) -> String {
    match range.to {
        Some(to) => format!("{} to {}", name(range.from), name(to)),
        None => name(range.from),
    }
}

/// `every 5 minutes from minute 0`, and the end when there is one.
fn every<T: Copy>(range: &Range<T>, unit: &str, name: impl Fn(T) -> String) -> String {
    let pace = match range.step.unwrap_or(1) {
        1 => format!("every {unit}"),
        step => format!("every {step} {unit}s"),
    };
    format!("{pace} from {}", span(range, name))
}

/// `every 3rd day from day 1`, and the end when there is one.
fn every_nth<T: Copy>(range: &Range<T>, name: impl Fn(T) -> String) -> String {
    let step = range.step.unwrap_or(1);
    let ending = match (step % 10, step % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    let pace = if step == 1 {
        "every day".to_owned()
    } else {
        format!("every {step}{ending} day")
    };
    format!("{pace} from {}", span(range, name))
}

fn list(phrases: &[String]) -> String {
    match phrases {
        [head @ .., before, last] => {
            let mut text: String = head
                .iter()
                .flat_map(|phrase| [phrase.as_str(), ", "])
                .collect();
            text.extend([before.as_str(), " and ", last.as_str()]);
            text
        }
        [only] => only.clone(),
        [] => String::new(),
    }
}
