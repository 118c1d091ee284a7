//! The definition of a tick, read literally from `cron.md` 9.1 and 4: day by day, without masks.
//!
//! It has its own picture of an expression and writes its own text, and shares nothing with the
//! code under test but the work calendar.

use crate::clock::{Civil, Date};
use crate::cron::{Calendar, DayKind};
use std::fmt;

/// An item of a number field: first, last, step.
#[derive(Debug, Clone)]
pub(super) struct Numbers(pub Vec<(i64, Option<i64>, Option<i64>)>);

#[derive(Debug, Clone, Copy)]
pub(super) enum Point {
    Day(i64),
    FromEnd(i64),
}

#[derive(Debug, Clone)]
pub(super) enum Day {
    Word(&'static str),
    Range(Point, Option<Point>, Option<i64>),
}

#[derive(Debug, Clone)]
pub(super) enum Week {
    Range(i64, Option<i64>, Option<i64>),
    Word(&'static str),
    /// 0 for `F`, 9 for `L`.
    Nth(i64, i64),
    Inside(Vec<Choice>, i64),
}

#[derive(Debug, Clone)]
pub(super) enum Choice {
    Word(&'static str),
    Days(i64, Option<i64>),
}

#[derive(Debug, Clone)]
pub(super) struct Expression {
    pub minute: Numbers,
    pub hour: Numbers,
    pub day: Vec<Day>,
    pub month: Numbers,
    pub week: Vec<Week>,
    pub year: Numbers,
}

impl Expression {
    pub(super) fn matches(&self, at: Civil, calendar: &Calendar) -> bool {
        self.has_day(at.date(), calendar)
            && self.hour.has(at.hour().into(), 23)
            && self.minute.has(at.minute().into(), 59)
    }

    pub(super) fn has_day(&self, date: Date, calendar: &Calendar) -> bool {
        let is_open =
            self.year.has(date.year().into(), 2100) && self.month.has(date.month().into(), 12);
        if !is_open {
            return false;
        }
        if !self.day.is_empty() {
            return self.day.iter().any(|item| day_has(item, date, calendar));
        }
        self.week.is_empty() || self.week.iter().any(|item| week_has(item, date, calendar))
    }
}

impl Numbers {
    fn has(&self, number: i64, max: i64) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|(from, to, step)| {
                let last = to.unwrap_or(if step.is_some() { max } else { *from });
                (*from..=last).contains(&number) && (number - from) % step.unwrap_or(1) == 0
            })
    }
}

fn day_has(item: &Day, date: Date, calendar: &Calendar) -> bool {
    let length = i64::from(date.days_in_month());
    let place = |point: Point| match point {
        Point::Day(day) => day,
        Point::FromEnd(n) => length - n + 1,
    };
    match item {
        Day::Word(word) => picks(word, date, &month_of(date), calendar),
        Day::Range(from, to, step) => {
            let from = place(*from);
            let last = match (to, step) {
                (Some(to), _) => place(*to),
                (None, Some(_)) => length,
                (None, None) => from,
            };
            let day = i64::from(date.day());
            (from..=last).contains(&day) && (day - from) % step.unwrap_or(1) == 0
        }
    }
}

fn week_has(item: &Week, date: Date, calendar: &Calendar) -> bool {
    let weekday = i64::from(date.weekday().to_monday_one_offset());
    let in_range = |from: i64, to: Option<i64>, step: Option<i64>| {
        let last = to.unwrap_or(if step.is_some() { 7 } else { from });
        (from..=last).contains(&weekday) && (weekday - from) % step.unwrap_or(1) == 0
    };
    match item {
        Week::Range(from, to, step) => in_range(*from, *to, *step),
        Week::Word(word) => {
            let mut monday = date;
            while monday.weekday().to_monday_one_offset() != 1 {
                monday = monday.yesterday().unwrap();
            }
            let mut week = vec![monday];
            while week.len() < 7 {
                week.push(week.last().unwrap().tomorrow().unwrap());
            }
            picks(word, date, &week, calendar)
        }
        Week::Nth(nth, wanted) => {
            let all: Vec<Date> = month_of(date)
                .into_iter()
                .filter(|day| i64::from(day.weekday().to_monday_one_offset()) == *wanted)
                .collect();
            let found = match nth {
                0 => all.first(),
                9 => all.last(),
                n => all.get(usize::try_from(*n).unwrap() - 1),
            };
            found == Some(&date)
        }
        Week::Inside(choices, number) => {
            let month = month_of(date);
            let last = week_number(*month.last().unwrap());
            let wanted = match number {
                0 => 1,
                9 => last,
                n => *n,
            };
            let week: Vec<Date> = month
                .into_iter()
                .filter(|day| week_number(*day) == wanted)
                .collect();
            week_number(date) == wanted
                && (choices.is_empty()
                    || choices.iter().any(|choice| match choice {
                        Choice::Word(word) => picks(word, date, &week, calendar),
                        Choice::Days(from, to) => in_range(*from, *to, None),
                    }))
        }
    }
}

/// `(d + f - 2) div 7 + 1`, with f the weekday of the 1st (`cron.md` 4.2).
fn week_number(date: Date) -> i64 {
    let first = i64::from(date.first_of_month().weekday().to_monday_one_offset());
    (i64::from(date.day()) + first - 2) / 7 + 1
}

fn month_of(date: Date) -> Vec<Date> {
    (1..=date.days_in_month())
        .map(|day| Date::new(date.year(), date.month(), day).unwrap())
        .collect()
}

fn picks(word: &str, date: Date, span: &[Date], calendar: &Calendar) -> bool {
    let kind = match word {
        "W" | "FW" | "LW" => Some(DayKind::Work),
        "R" | "FR" | "LR" => Some(DayKind::Rest),
        _ => None,
    };
    let mut days = span
        .iter()
        .filter(|day| kind.is_none_or(|kind| calendar.kind(**day) == kind));
    match word {
        "F" | "FW" | "FR" => days.next() == Some(&date),
        "L" | "LW" | "LR" => days.next_back() == Some(&date),
        _ => days.any(|day| *day == date),
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0 {} {} ", self.minute, self.hour)?;
        f.write_str(&list(&self.day))?;
        write!(f, " {} ", self.month)?;
        f.write_str(&list(&self.week))?;
        write!(f, " {}", self.year)
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    if items.is_empty() {
        return "*".to_owned();
    }
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

fn range<T: fmt::Display>(from: T, to: Option<T>, step: Option<i64>) -> String {
    let to = to.map_or_else(String::new, |to| format!("-{to}"));
    let step = step.map_or_else(String::new, |step| format!("/{step}"));
    format!("{from}{to}{step}")
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items: Vec<String> = self.0.iter().map(|(a, b, n)| range(*a, *b, *n)).collect();
        f.write_str(&list(&items))
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::FromEnd(n) => write!(f, "L{n}"),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Range(from, to, step) => f.write_str(&range(*from, *to, *step)),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Days(from, to) => f.write_str(&range(*from, *to, None)),
        }
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |n: i64| match n {
            0 => "F".to_owned(),
            9 => "L".to_owned(),
            n => n.to_string(),
        };
        match self {
            Self::Range(from, to, step) => f.write_str(&range(*from, *to, *step)),
            Self::Word(word) => f.write_str(word),
            Self::Nth(nth, weekday) => write!(f, "{}{weekday}", place(*nth)),
            Self::Inside(choices, week) => {
                let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
                write!(f, "{}#{}", choices.join("+"), place(*week))
            }
        }
    }
}
