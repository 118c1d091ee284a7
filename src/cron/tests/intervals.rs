//! The interval list of endless jobs.

use super::support::civil;
use crate::cron::{Calendar, Intervals};
use rstest::rstest;

#[rstest]
#[case("60", "2026-07-15T10:07:20", Some(60))]
#[case("60; 2@* 9-18; 8@* 19-23", "2026-07-15T09:00:00", Some(2))]
#[case("60; 2@* 9-18; 8@* 19-23", "2026-07-15T18:59:59", Some(2))]
#[case("60; 2@* 9-18; 8@* 19-23", "2026-07-15T19:00:00", Some(8))]
#[case("60; 2@* 9-18; 8@* 19-23", "2026-07-15T23:59:59", Some(8))]
#[case("60; 2@* 9-18; 8@* 19-23", "2026-07-15T00:00:00", Some(60))]
#[case("2@* 9-18; 60;", "2026-07-15T08:00:00", Some(60))]
#[case("2@* 9-18", "2026-07-15T08:59:59", None)]
#[case("2@* 9-18； 3@* 9", "2026-07-15T09:30:00", Some(2))]
#[case("3 @ HOUR = 9; 5", "2026-07-15T09:30:00", Some(3))]
#[case("007", "2026-07-15T09:30:00", Some(7))]
#[case("2@* * W; 9", "2026-07-18T09:30:00", Some(9))]
fn the_first_match_in_written_order_counts(
    #[case] text: &str,
    #[case] at: &str,
    #[case] seconds: Option<u32>,
) {
    let list = Intervals::parse(text).expect(text);
    assert_eq!(list.at(civil(at), &Calendar::default()), seconds);
}

#[rstest]
#[case(
    "",
    "schedule is not valid in part 1 at character 1: found nothing, expected an interval such as `60` or `2@* 9-18`"
)]
#[case(
    "60;;",
    "schedule is not valid in part 2 at character 4: found nothing, expected an interval such as `60` or `2@* 9-18`"
)]
#[case(
    "0",
    "schedule is not valid in part 1 at character 1: found `0`, expected whole seconds from 1"
)]
#[case(
    "-5",
    "schedule is not valid in part 1 at character 1: found `-5`, expected whole seconds from 1"
)]
#[case(
    "five",
    "schedule is not valid in part 1 at character 1: found `five`, expected whole seconds from 1"
)]
#[case(
    "60; 30",
    "schedule is not valid in part 2 at character 5: found `30`, expected one interval without `@` at most"
)]
#[case(
    "2@",
    "schedule is not valid in part 1 at character 3: found nothing, expected fields or KEY=value after `@`"
)]
#[case(
    "@* 9",
    "schedule is not valid in part 1 at character 1: found nothing, expected whole seconds from 1"
)]
#[case(
    "2@DAILY 9:30",
    "schedule is not valid in part 1 at character 3: found `DAILY 9:30`, expected fields or KEY=value after `@`"
)]
#[case(
    "60; 2@* 9-24",
    "schedule is not valid in part 2 at character 11: found `24`, expected hour 0-23; midnight is hour 0"
)]
fn a_wrong_list_is_refused(#[case] text: &str, #[case] message: &str) {
    assert_eq!(Intervals::parse(text).expect_err(text).to_string(), message);
}

#[test]
fn a_list_is_no_plan() {
    assert!(crate::cron::Plan::parse("60").is_err());
    let error = crate::cron::Plan::parse("2@* 9-18").unwrap_err();
    assert_eq!(
        error.suggestion.as_deref(),
        Some("seconds before `@` belong to endless jobs")
    );
    assert!(Intervals::parse("2@* * W").unwrap().uses_calendar());
    assert!(!Intervals::parse("2@* 9").unwrap().uses_calendar());
}
