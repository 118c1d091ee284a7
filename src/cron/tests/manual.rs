//! The manual of the dialect: its examples are run.

use super::support::{civil, next, plan};
use crate::cron::{Calendar, Intervals};

const MANUAL: &str = include_str!("../../../docs/schedules.md");

/// The rows of the table whose first heading is `heading`, as the text of their cells.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let head = format!("| {heading} |");
    let rows: Vec<Vec<String>> = MANUAL
        .lines()
        .skip_while(|line| !line.starts_with(&head))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .map(|cell| cell.trim().trim_matches('`').to_owned())
                .collect()
        })
        .collect();
    assert!(!rows.is_empty(), "no table `{heading}`");
    rows
}

#[test]
fn the_forms_mean_what_the_manual_says() {
    for heading in ["Written", "In words"] {
        for row in rows(heading) {
            assert_eq!(plan(&row[0]).canonical(), row[1], "{}", row[0]);
        }
    }
}

#[test]
fn the_next_times_of_the_manual_are_right() {
    for row in rows("Schedule") {
        let expected: Vec<&str> = row[1].split(", ").filter(|text| *text != "never").collect();
        assert_eq!(
            next(&row[0], "2026-07-15T10:07:20", 2),
            expected,
            "{}",
            row[0]
        );
    }
}

#[test]
fn the_intervals_of_the_manual_are_right() {
    for row in rows("Time of day") {
        let list = Intervals::parse("60; 2@* 9-18; 8@* 19-23").unwrap();
        let at = civil(&format!("2026-07-15T{}", row[0]));
        assert_eq!(
            list.at(at, &Calendar::default()).unwrap().to_string(),
            row[1]
        );
    }
}
