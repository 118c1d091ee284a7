//! Plans in Chinese.

use super::explanation::{by_step, named, times_of_day};
use crate::cron::day::{DayItem, Point};
use crate::cron::field::Range;
use crate::cron::fields::{Days, Fields};
use crate::cron::keyword::Keyword;
use crate::cron::numbers::Numbers;
use crate::cron::week::{Choice, Ordinal, SUNDAY, WeekItem};

const WEEKDAYS: &[&str] = &["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

const NTH: &[&str] = &["一", "二", "三", "四", "五", "六"];

/// A number with the words around it: `第` 5 `分钟`, counted in `分钟`.
#[derive(Clone, Copy)]
struct Unit {
    before: &'static str,
    after: &'static str,
    counter: &'static str,
}

const MINUTE: Unit = unit("第", "分钟", "分钟");
const HOUR: Unit = unit("", "点", "小时");
const MONTH: Unit = unit("", "月", "个月");
const YEAR: Unit = unit("", "年", "年");

const fn unit(before: &'static str, after: &'static str, counter: &'static str) -> Unit {
    Unit {
        before,
        after,
        counter,
    }
}

/// The sentence of a part.
pub(super) fn sentence(fields: &Fields) -> String {
    let year = restricted(&fields.year, YEAR);
    let month = restricted(&fields.month, MONTH);
    let days = days(fields.days(), month.is_none());
    let date = match (year, month) {
        (None, None) => days,
        (Some(year), None) => format!("{year}，{days}"),
        (year, Some(month)) => {
            let year = year.unwrap_or_default();
            format!("{year}{}", of(&month, &days))
        }
    };
    let text = match times_of_day(fields) {
        Some(times) => format!("{date}{}。", times.join("、")),
        None => format!("{date}，{}。", time(fields)),
    };
    spaced(&text)
}

fn time(fields: &Fields) -> String {
    let hours = restricted(&fields.hour, HOUR);
    let minutes = restricted(&fields.minute, MINUTE);
    match (hours, minutes) {
        (None, None) => "每分钟".to_owned(),
        (None, Some(minutes)) => of("每小时", &minutes),
        (Some(hours), None) => format!("{hours}的每分钟"),
        (Some(hours), Some(minutes)) => of(&hours, &minutes),
    }
}

/// `第 5、10 至 20 分钟`, with steps `从第 0 分钟起每 5 分钟`; `None` when unrestricted.
fn restricted(field: &Numbers, unit: Unit) -> Option<String> {
    let (plain, stepped) = by_step(field.items());
    let spans: Vec<String> = plain
        .iter()
        .map(|item| span(item, |n| n.to_string()))
        .collect();
    let plain =
        (!spans.is_empty()).then(|| format!("{}{}{}", unit.before, spans.join("、"), unit.after));
    let name = |number: u32| format!("{}{number}{}", unit.before, unit.after);
    let steps = stepped.iter().map(|item| every(item, unit.counter, name));
    let phrases: Vec<String> = plain.into_iter().chain(steps).collect();
    (!phrases.is_empty()).then(|| phrases.join("以及"))
}

/// The days; `says_month` when no month is named before them.
fn days(days: Days<'_>, says_month: bool) -> String {
    match days {
        Days::Every => "每天".to_owned(),
        Days::OfMonth(items) => {
            let phrases: Vec<String> = items.iter().map(day_item).collect();
            let are_all_sets = items
                .iter()
                .all(|item| matches!(item, DayItem::Keyword(Keyword::Work | Keyword::Rest)));
            let days = phrases.join("、");
            if says_month && !are_all_sets {
                of("每月", &days)
            } else {
                days
            }
        }
        Days::OfWeek(items) => {
            let phrases: Vec<String> = items
                .iter()
                .map(|item| week_item(item, if says_month { "每月的" } else { "" }))
                .collect();
            phrases.join("、")
        }
    }
}

fn day_item(item: &DayItem) -> String {
    match item {
        DayItem::Keyword(keyword) => keyword_days(*keyword).to_owned(),
        DayItem::Range(range) if range.step.is_some() => every(range, "天", point),
        DayItem::Range(range) => span(range, point),
    }
}

fn point(point: Point) -> String {
    match point {
        Point::First => "第一天".to_owned(),
        Point::Day(day) => format!("{day}日"),
        Point::FromEnd(1) => "最后一天".to_owned(),
        Point::FromEnd(place) => format!("倒数第{place}天"),
    }
}

fn week_item(item: &WeekItem, month: &str) -> String {
    match item {
        WeekItem::Days(range) if range.step.is_none() => {
            format!("每{}", weekdays(range))
        }
        WeekItem::Days(range) => format!("每周{}", weekdays(range)),
        WeekItem::EveryWeek(keyword @ (Keyword::Work | Keyword::Rest)) => {
            keyword_days(*keyword).to_owned()
        }
        WeekItem::EveryWeek(keyword) => format!("每个自然周的{}", keyword_days(*keyword)),
        WeekItem::Nth(Ordinal::Last, weekday) => {
            format!("{month}最后一个{}", named(WEEKDAYS, *weekday))
        }
        WeekItem::Nth(nth, weekday) => {
            format!("{month}第{}个{}", ordinal(*nth), named(WEEKDAYS, *weekday))
        }
        WeekItem::InWeek(choices, week) => {
            let week = match week {
                Ordinal::Last => "最后一周".to_owned(),
                week => format!("第{}周", ordinal(*week)),
            };
            let days: Vec<String> = choices.iter().map(choice).collect();
            let days = if days.is_empty() {
                "每天".to_owned()
            } else {
                days.join("及")
            };
            format!("{month}{week}的{days}")
        }
    }
}

fn choice(choice: &Choice) -> String {
    match choice {
        Choice::Days(range) => weekdays(range),
        Choice::Keyword(keyword) => keyword_days(*keyword).to_owned(),
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
    every(&ended, "天", name)
}

const fn keyword_days(keyword: Keyword) -> &'static str {
    match keyword {
        Keyword::First => "第一天",
        Keyword::Last => "最后一天",
        Keyword::Work => "每个工作日",
        Keyword::Rest => "每个休息日",
        Keyword::FirstWork => "第一个工作日",
        Keyword::LastWork => "最后一个工作日",
        Keyword::FirstRest => "第一个休息日",
        Keyword::LastRest => "最后一个休息日",
    }
}

fn ordinal(ordinal: Ordinal) -> &'static str {
    match ordinal {
        Ordinal::First => named(NTH, 1),
        Ordinal::Nth(number) => named(NTH, number),
        Ordinal::Last => "最后",
    }
}

/// Joins a whole and its part with `的`, except where a date such as `7 月 1 日` reads better.
fn of(whole: &str, part: &str) -> String {
    let is_date = whole.ends_with('月')
        && !whole.ends_with("个月")
        && part.starts_with(|ch: char| ch.is_ascii_digit());
    if is_date || part.starts_with('从') {
        format!("{whole}{part}")
    } else {
        format!("{whole}的{part}")
    }
}

fn span<T: Copy>(range: &Range<T>, name: impl Fn(T) -> String) -> String {
    match range.to {
        Some(to) => format!("{}至{}", name(range.from), name(to)),
        None => name(range.from),
    }
}

fn every<T: Copy>(range: &Range<T>, counter: &str, name: impl Fn(T) -> String) -> String {
    let step = range.step.unwrap_or(1);
    match range.to {
        Some(to) => format!("从{}到{}每{step}{counter}", name(range.from), name(to)),
        None => format!("从{}起每{step}{counter}", name(range.from)),
    }
}

/// Sets a blank between a Chinese character and a figure, as is customary in print.
fn spaced(text: &str) -> String {
    let is_han = |ch: char| ('\u{4e00}'..='\u{9fff}').contains(&ch);
    let mut out = String::new();
    let mut before = None;
    for ch in text.chars() {
        let meets = |a: char, b: char| is_han(a) && b.is_ascii_digit();
        if before.is_some_and(|last| meets(last, ch) || meets(ch, last)) {
            out.push(' ');
        }
        out.push(ch);
        before = Some(ch);
    }
    out
}
