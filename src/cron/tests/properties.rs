//! Plans against the literal definition, for random expressions, calendars and texts.

use super::naive::{Choice, Day, Expression, Numbers, Point, Week};
use super::support::{civil, plan};
use crate::clock::{Date, SignedDuration};
use crate::cron::{Calendar, DayKind, Language, Plan};
use proptest::prelude::*;
use proptest::sample::select;

const WORDS: &[&str] = &["F", "L", "W", "R", "FW", "LW", "FR", "LR"];

type Span = (i64, Option<i64>, Option<i64>);

fn spans(min: i64, max: i64) -> impl Strategy<Value = Span> {
    (min..=max, min..=max, 1..=max, 0..4).prop_map(|(a, b, step, form)| match form {
        0 => (a, None, None),
        1 => (a.min(b), Some(a.max(b)), None),
        2 => (a, None, Some(step)),
        _ => (a.min(b), Some(a.max(b)), Some(step)),
    })
}

fn numbers(min: i64, max: i64) -> impl Strategy<Value = Numbers> {
    prop_oneof![
        Just(Numbers(Vec::new())),
        prop::collection::vec(spans(min, max), 1..4).prop_map(Numbers),
    ]
}

fn points() -> impl Strategy<Value = Point> {
    prop_oneof![
        (1..=31_i64).prop_map(Point::Day),
        (1..=31_i64).prop_map(Point::FromEnd)
    ]
}

fn days() -> impl Strategy<Value = Day> {
    prop_oneof![
        select(&WORDS[2..]).prop_map(Day::Word),
        points().prop_map(|point| Day::Range(point, None, None)),
        (1..=31_i64, 1..=9_i64).prop_map(|(day, n)| Day::Range(Point::Day(day), None, Some(n))),
        (points(), points(), prop::option::of(1..=9_i64)).prop_filter_map(
            "runs upwards in some month",
            |(from, to, step)| {
                let day = |point| match point {
                    Point::Day(day) => day,
                    Point::FromEnd(n) => 29 - n,
                };
                (day(from) <= day(to)).then_some(Day::Range(from, Some(to), step))
            }
        ),
    ]
}

fn choices() -> impl Strategy<Value = Choice> {
    prop_oneof![
        select(WORDS).prop_map(Choice::Word),
        (1..=7_i64, 1..=7_i64).prop_map(|(a, b)| Choice::Days(a.min(b), Some(a.max(b)))),
        (1..=7_i64).prop_map(|day| Choice::Days(day, None)),
    ]
}

fn weeks() -> impl Strategy<Value = Week> {
    prop_oneof![
        spans(1, 7).prop_map(|(a, b, n)| Week::Range(a, b, n)),
        select(WORDS).prop_map(Week::Word),
        (select(&[0, 1, 2, 3, 4, 5, 9][..]), 1..=7_i64).prop_map(|(n, day)| Week::Nth(n, day)),
        (
            prop::collection::vec(choices(), 0..4),
            select(&[0, 1, 2, 3, 4, 5, 6, 9][..])
        )
            .prop_map(|(choices, week)| Week::Inside(choices, week)),
    ]
}

pub(super) fn expressions() -> impl Strategy<Value = Expression> {
    let day = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec(days(), 1..4)
    ];
    let week = prop_oneof![
        1 => Just(Vec::new()),
        4 => prop::collection::vec(weeks(), 1..4)
    ];
    let year = prop_oneof![
        3 => Just(Numbers(Vec::new())),
        1 => prop::collection::vec(spans(2024, 2032), 1..3).prop_map(Numbers)
    ];
    (
        numbers(0, 59),
        numbers(0, 23),
        day,
        numbers(1, 12),
        week,
        year,
    )
        .prop_map(|(minute, hour, day, month, week, year)| Expression {
            minute,
            hour,
            day,
            month,
            week,
            year,
        })
}

/// Special days around 2026 and 2027, so that most months have some.
fn calendars() -> impl Strategy<Value = Calendar> {
    let day = (0..1_200_i64, any::<bool>()).prop_map(|(offset, works)| {
        let date = Date::constant(2025, 6, 1)
            .checked_add(SignedDuration::from_hours(offset * 24))
            .unwrap();
        (date, if works { DayKind::Work } else { DayKind::Rest })
    });
    prop::collection::vec(day, 0..150).prop_map(Calendar::new)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_days_are_those_of_the_definition(expression in expressions(), calendar in calendars()) {
        let plan = plan(&expression.to_string());
        let mut date = Date::constant(2025, 1, 1);
        while date.year() < 2029 {
            let day = date.at(0, 0, 0, 0)..=date.at(23, 59, 0, 0);
            let fires = !plan.ticks(day, 1, &calendar).is_empty();
            prop_assert_eq!(
                fires, expression.has_day(date, &calendar), "{} on {}", expression, date
            );
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn next_is_the_first_matching_minute(
        expression in expressions(),
        calendar in calendars(),
        offset in 0..1_000_000_i64,
    ) {
        let plan = plan(&expression.to_string());
        let start = civil("2025-06-01T00:00").checked_add(SignedDuration::from_mins(offset));
        let start = start.unwrap();
        let mut at = start;
        let minute = SignedDuration::from_mins(1);
        let limit = start.checked_add(SignedDuration::from_hours(24 * 500)).unwrap();
        let mut found = None;
        while found.is_none() && at < limit {
            if !expression.has_day(at.date(), &calendar) {
                at = at.date().tomorrow().unwrap().at(0, 0, 0, 0);
                continue;
            }
            prop_assert_eq!(plan.matches(at, &calendar), expression.matches(at, &calendar));
            found = expression.matches(at, &calendar).then_some(at);
            at = at.checked_add(minute).unwrap();
        }
        let next = plan.next_at_or_after(start, &calendar);
        match found {
            Some(found) => prop_assert_eq!(next, Some(found), "{}", expression),
            None => prop_assert!(next.is_none_or(|next| next >= limit), "{}", expression),
        }
        if let Some(found) = found {
            let before = found.checked_sub(SignedDuration::from_nanos(1)).unwrap();
            prop_assert_eq!(plan.next_after(before, &calendar), Some(found));
            prop_assert!(plan.next_after(found, &calendar).is_none_or(|next| next > found));
        }
    }

    #[test]
    fn the_explained_plan_is_the_plan(
        first in expressions(),
        second in expressions(),
        calendar in calendars(),
    ) {
        let written = plan(&format!("{first};{second}"));
        let explained = written.explain(Language::English);
        let texts: Vec<String> = explained.parts.into_iter().map(|part| part.canonical).collect();
        let read = plan(&texts.join(";"));
        let span = civil("2025-01-01T00:00")..=civil("2030-01-01T00:00");
        prop_assert_eq!(
            written.ticks(span.clone(), 200, &calendar),
            read.ticks(span, 200, &calendar)
        );
        prop_assert_eq!(read.canonical(), written.canonical());
    }

    #[test]
    fn a_calendar_matters_only_to_plans_that_use_it(
        expression in expressions(),
        calendar in calendars(),
    ) {
        let plan = plan(&expression.to_string());
        let span = civil("2025-06-01T00:00")..=civil("2028-06-01T00:00");
        if !plan.uses_calendar() {
            prop_assert_eq!(
                plan.ticks(span.clone(), 100, &calendar),
                plan.ticks(span, 100, &Calendar::default())
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_text_makes_it_panic(
        text in prop_oneof![
            "[0-9*,/?#LWFR;=& :@+\\-A-Z]{0,40}",
            "(DAILY|WEEKLY|MONTHLY|YEARLY|2027|HOUR=|[1-5]@)? ?\
             ((FIRST|LAST|SIX|SECOND|MON|DAY|WEEK|WORK|OF|TO|AND|JUL|HOLIDAY|W|L|F|[0-9]{1,2})\
             [-, :/;#+&=]){0,12}",
            ".{0,60}",
        ],
    ) {
        match Plan::parse(&text) {
            Ok(plan) => {
                let calendar = Calendar::default();
                let first = plan.next_after(civil("2030-01-01T00:00"), &calendar);
                prop_assert!(first.is_none_or(|tick| plan.matches(tick, &calendar)));
                prop_assert_eq!(Plan::parse(&plan.canonical()).unwrap().canonical(), plan.canonical());
                let _words = plan.explain(Language::Chinese).to_string();
            }
            Err(error) => {
                let line = error.to_string();
                prop_assert!(!line.contains('\n'), "{}", line);
                prop_assert!((1..=text.chars().count() + 1).contains(&error.position), "{}", line);
            }
        }
        let _intervals = crate::cron::Intervals::parse(&text);
    }
}

#[test]
fn the_length_of_a_text_bounds_the_work() {
    let long = "0,".repeat(499) + "0";
    assert!(Plan::parse(&long).is_ok());
    let error = Plan::parse(&"0,".repeat(100_000)).unwrap_err();
    assert_eq!((error.position, error.part), (1_001, 1));
    assert_eq!(error.expected, "at most 1000 characters");
}
