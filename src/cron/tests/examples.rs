//! Every table and example of `cron.md`.

use super::support::{civil, next, plan};
use crate::clock::{Civil, Date};
use crate::cron::{Calendar, DayKind, Plan, Warning};
use rstest::rstest;

/// Sections 3, 6, 7.3, 7.4 and 14: each text and its canonical one.
#[rstest]
#[case("30", "0 30 * * * ? *")]
#[case("0 2", "0 0 2 * * ? *")]
#[case("0 9 W", "0 0 9 W * ? *")]
#[case("0 9 1 1/3", "0 0 9 1 1/3 ? *")]
#[case("0 9 ? * MON", "0 0 9 ? * 1 *")]
#[case("0 9 1 1 ? 2027", "0 0 9 1 1 ? 2027")]
#[case("0 0 9 1 1 ? 2027", "0 0 9 1 1 ? 2027")]
#[case("09 09", "0 9 9 * * ? *")]
#[case("*/5", "0 0/5 * * * ? *")]
#[case("0 0 */5", "0 0 0 1/5 * ? *")]
#[case("0 0 ? */3 */2 */4", "0 0 0 ? 1/3 1/2 1970/4")]
#[case("0 0 1,9-15,16-24/2,25-L", "0 0 0 1,9-15,16-24/2,25-L * ? *")]
#[case("0 0 L1,2L,F,fw", "0 0 0 L,L2,F,FW * ? *")]
#[case("0 0 1 mar-JUL", "0 0 0 1 3-7 ? *")]
#[case(
    "0 0 ? * FFRI,LFRI,FRIL,5L,2WED,23,FRI,FR",
    "0 0 0 ? * F5,L5,L5,L5,23,23,5,FR *"
)]
#[case(
    "0 0 ? * MON-WED+FRI-SUN#2,FW+SUN#L,#F",
    "0 0 0 ? * 1-3+5-7#2,FW+7#L,#F *"
)]
#[case("* * * MON", "error")]
#[case("0 0 * * MON", "0 0 0 ? * 1 *")]
#[case("0 0 1 * MON", "0 0 0 1 * ? *")]
#[case("HOUR=2&MINUTE=0", "0 0 2 * * ? *")]
#[case("HOUR=2", "0 * 2 * * ? *")]
#[case(" month = 2 & minute = 0 & hour = 0 ", "0 0 0 * 2 ? *")]
#[case("WEEK=MON&DAY=1&HOUR=0&MINUTE=0", "0 0 0 1 * ? *")]
#[case("MINUTELY", "0 * * * * ? *")]
#[case("HOURLY 15,45", "0 15,45 * * * ? *")]
#[case("HOUR 30", "0 30 * * * ? *")]
#[case("DAILY 0-3,13:00", "0 0 0-3,13 * * ? *")]
#[case("DAILY 7-20:0/5", "0 0/5 7-20 * * ? *")]
#[case("DAILY 9 : 30 ; 10:45", "0 30 9 * * ? *; 0 45 10 * * ? *")]
#[case("daily 09:30; 10:45", "0 30 9 * * ? *; 0 45 10 * * ? *")]
#[case("WEEKLY MON,FRI 12:35; 8:30", "0 35 12 ? * 1,5 *; 0 30 8 ? * 1,5 *")]
#[case("WEEKLY MON , FRI 12:35", "0 35 12 ? * 1,5 *")]
#[case("WEEKLY FIRST-WORKDAY 9:00", "0 0 9 ? * FW *")]
#[case("WEEKLY FIRST-DAY 9:00", "0 0 9 ? * F *")]
#[case("WEEKLY WORKDAY 9:00", "0 0 9 ? * W *")]
#[case("MONTHLY WORK-DAY 9:00", "0 0 9 W * ? *")]
#[case(
    "MONTHLY LAST-DAY 18:10; HOLIDAY 12:00",
    "0 10 18 L * ? *; 0 0 12 R * ? *"
)]
#[case(
    "MONTHLY MONDAY-TO-WEDNESDAY-AND-FRIDAY-OF-SECOND-WEEK 9:00",
    "0 0 9 ? * 1-3+5#2 *"
)]
#[case("MONTHLY THIRD-WED 9:00", "0 0 9 ? * 33 *")]
#[case("MONTHLY FIRST-WORKDAY,LAST-HOLIDAY 9:00", "0 0 9 FW,LR * ? *")]
#[case(
    "MONTHLY LAST-WORKDAY,FIRST-HOLIDAY,FIRST-DAY 9:00",
    "0 0 9 LW,FR,F * ? *"
)]
#[case("MONTHLY FIRST-WEEK,SIX-WEEK,LAST-WEEK 9:00", "0 0 9 ? * #1,#6,#L *")]
#[case("MONTHLY WORKDAY-OF-SIXTH-WEEK,MON 9:00", "0 0 9 ? * W#6,1 *")]
#[case("MONTHLY FIRST-WORK-DAY-OF-LAST-WEEK 9:00", "0 0 9 ? * FW#L *")]
#[case("MONTHLY MONDAY-AND-FRIDAY 9:00", "0 0 9 ? * 1,5 *")]
#[case("MONTHLY 1-AND-15 9:00", "0 0 9 1,15 * ? *")]
#[case("MONTHLY L2,25-L 9:00", "0 0 9 L2,25-L * ? *")]
#[case(
    "MONTHLY FIRST-MONDAY,FIFTH-SUN,LAST-FRIDAY 9:00",
    "0 0 9 ? * F1,57,L5 *"
)]
#[case("MONTHLY WORKDAY,MONDAY 9:00", "0 0 9 ? * W,1 *")]
#[case("YEARLY JULY 1 12:00; 20 9:00", "0 0 12 1 7 ? *; 0 0 9 20 7 ? *")]
#[case(
    "YEARLY JULY 1 12:00; 9:00; AUG 2 8:00",
    "0 0 12 1 7 ? *; 0 0 9 1 7 ? *; 0 0 8 2 8 ? *"
)]
#[case("ANNUAL MARCH-TO-JULY,12 LAST-DAY 12:00", "0 0 12 L 3-7,12 ? *")]
#[case("YEARLY JUNE FIRST-WEEK 9:00; 1 8:00", "0 0 9 ? 6 #1 *; 0 0 8 1 6 ? *")]
#[case("2028 FEB 29 8:00", "0 0 8 29 2 ? 2028")]
#[case("2028 FEB 29 8:00; MAR 1 9:00", "0 0 8 29 2 ? 2028; 0 0 9 1 3 ? 2028")]
#[case("DAILY 9:30; WEEKLY MON 10:00", "0 30 9 * * ? *; 0 0 10 ? * 1 *")]
#[case(
    "0 9; DAILY 9:30; HOUR=2; 10:45；",
    "0 0 9 * * ? *; 0 30 9 * * ? *; 0 * 2 * * ? *; 0 45 10 * * ? *"
)]
fn the_canonical_text(#[case] text: &str, #[case] canonical: &str) {
    let found = Plan::parse(text).map_or_else(|_| "error".to_owned(), |plan| plan.canonical());
    assert_eq!(found, canonical, "{text}");
    assert!(Plan::parse(&text.to_lowercase()).is_ok() || canonical == "error");
}

/// Section 15, and the dates of section 4.2.
#[rstest]
#[case("30", &["07-15 10:30", "07-15 11:30", "07-15 12:30"])]
#[case("0 9 W", &["07-16 09:00", "07-17 09:00", "07-20 09:00"])]
#[case("0 12 L", &["07-31 12:00", "08-31 12:00", "09-30 12:00"])]
#[case("0 0 8 ? * #6 *", &["08-31 08:00", "11-30 08:00", "2027-05-31 08:00"])]
#[case("0 0 7 ? * 2WED *", &["08-12 07:00", "09-09 07:00", "10-14 07:00"])]
#[case("0 0 9 ? * FW *", &["07-20 09:00", "07-27 09:00", "08-03 09:00"])]
#[case("WEEKLY MON,FRI 12:35; 8:30", &["07-17 08:30", "07-17 12:35", "07-20 08:30"])]
#[case("0 0 0 29 2 ? *", &["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"])]
#[case("0 0 0 30 2 ? *", &[])]
#[case("0 0 8 ? * WED#6 *", &[])]
#[case("0 0 8 ? 2 #6 *", &[])]
#[case("0 0 8 ? * R#6 *", &[])]
#[case("0 0 9 1 1 ? 2020", &[])]
#[case("0 0 12 1 1 ? 2027", &["2027-01-01 12:00"])]
#[case("50/30", &["07-15 10:50", "07-15 11:50", "07-15 12:50"])]
#[case("0 0 31", &["07-31 00:00", "08-31 00:00", "10-31 00:00"])]
#[case("0 0 L31", &["08-01 00:00", "10-01 00:00", "12-01 00:00"])]
#[case("30 9; 45 10", &["07-15 10:45", "07-16 09:30", "07-16 10:45"])]
#[case("0 12; 0 12", &["07-15 12:00", "07-16 12:00", "07-17 12:00"])]
fn the_next_ticks(#[case] text: &str, #[case] expected: &[&str]) {
    let found = next(text, "2026-07-15T10:07:20", 3);
    assert_eq!(found, expected, "{text}");
}

#[rstest]
#[case("#1", "2024-06", &[1, 2])]
#[case("#2", "2024-06", &[3, 4, 5, 6, 7, 8, 9])]
#[case("#5", "2024-06", &[24, 25, 26, 27, 28, 29, 30])]
#[case("#1", "2024-09", &[1])]
#[case("#6", "2024-09", &[30])]
#[case("#L", "2024-09", &[30])]
#[case("W#1", "2024-06", &[])]
#[case("#L", "2027-02", &[22, 23, 24, 25, 26, 27, 28])]
#[case("F", "2024-06", &[3, 10, 17, 24])]
#[case("L", "2024-06", &[2, 9, 16, 23, 30])]
#[case("F#1,L#2", "2024-06", &[1, 9])]
#[case("1,3#4", "2024-06", &[3, 10, 17, 19, 24])]
#[case("FW+SUN#2", "2024-06", &[3, 9])]
#[case("1/2#2", "2024-06", &[])]
#[case("FW,LR", "2024-06", &[2, 3, 9, 10, 16, 17, 23, 24, 30])]
fn the_weeks_of_a_month(#[case] week: &str, #[case] month: &str, #[case] days: &[i8]) {
    let Ok(plan) = Plan::parse(&format!("0 0 ? * {week}")) else {
        assert!(days.is_empty(), "{week}");
        return;
    };
    let first: Date = format!("{month}-01").parse().unwrap();
    let span = first.at(0, 0, 0, 0)..=first.last_of_month().at(23, 59, 0, 0);
    let found: Vec<i8> = plan
        .ticks(span, 40, &Calendar::default())
        .iter()
        .map(|tick| tick.day())
        .collect();
    assert_eq!(found, days, "{week}");
}

#[rstest]
#[case("*", "1-7")]
#[case("*", "1,2,3,4,5,6,7")]
#[case("*", "MON,TUE,WED,THU,FRI,SAT,SUN")]
#[case("?", "1-7")]
#[case("F1", "FMON")]
#[case("23", "2WED")]
#[case("#F", "#1")]
#[case("5L", "LFRI")]
fn weeks_of_the_same_days(#[case] one: &str, #[case] other: &str) {
    let ticks = |week: &str| next(&format!("0 0 ? * {week}"), "2026-07-15T10:07:20", 60);
    assert_eq!(ticks(one), ticks(other));
}

#[test]
fn the_two_questions_differ_on_a_tick_only() {
    let (plan, calendar) = (plan("0 13"), Calendar::default());
    let noon = |text: &str| Some(civil(text));
    let ask = |at: &str| {
        (
            plan.next_at_or_after(civil(at), &calendar),
            plan.next_after(civil(at), &calendar),
        )
    };
    let (today, tomorrow) = (noon("2026-07-15T13:00"), noon("2026-07-16T13:00"));
    assert_eq!(ask("2026-07-15T12:59:35"), (today, today));
    assert_eq!(ask("2026-07-15T13:00"), (today, tomorrow));
    assert_eq!(ask("2026-07-15T13:00:00.5"), (tomorrow, tomorrow));
    assert!(plan.matches(civil("2026-07-15T13:00"), &calendar));
    assert!(!plan.matches(civil("2026-07-15T13:00:35"), &calendar));
    assert!(!plan.matches(civil("2026-07-15T13:00:00.000000001"), &calendar));
}

#[test]
fn the_dialect_ends_with_2100() {
    let (plan, calendar) = (plan("*"), Calendar::default());
    let last = civil("2100-12-31T23:59");
    assert_eq!(plan.next_at_or_after(last, &calendar), Some(last));
    assert_eq!(plan.next_after(last, &calendar), None);
    assert_eq!(plan.next_after(Civil::MAX, &calendar), None);
    assert_eq!(
        plan.next_at_or_after(Civil::MIN, &calendar),
        Some(civil("1970-01-01T00:00"))
    );
    assert!(!plan.matches(civil("1969-12-31T23:59"), &calendar));
}

#[test]
fn the_work_calendar_decides_the_letters_and_nothing_else() {
    // A holiday on Monday the 20th, work on Saturday the 25th.
    let calendar = Calendar::new([
        (Date::constant(2026, 7, 20), DayKind::Rest),
        (Date::constant(2026, 7, 25), DayKind::Work),
    ]);
    let days = |text: &str| -> Vec<i8> {
        plan(text)
            .ticks(
                civil("2026-07-18T00:00")..=civil("2026-07-26T23:59"),
                99,
                &calendar,
            )
            .iter()
            .map(|tick| tick.day())
            .collect()
    };
    assert_eq!(days("0 9 W"), [21, 22, 23, 24, 25]);
    assert_eq!(days("0 9 R"), [18, 19, 20, 26]);
    assert_eq!(days("0 9 ? * MON-FRI"), [20, 21, 22, 23, 24]);
    assert_eq!(days("0 9 ? * FW,LW"), [21, 25]);
    assert!(plan("0 9 W").uses_calendar() && plan("0 9 ? * FW#1").uses_calendar());
    assert!(!plan("0 9 ? * F,MON#1,F#2").uses_calendar() && !plan("0 9 1 * W").uses_calendar());
}

#[test]
fn a_month_without_work_has_no_first_work_day() {
    let rest = (1..=28).map(|day| (Date::constant(2026, 2, day), DayKind::Rest));
    let calendar = Calendar::new(rest);
    let tick = plan("0 9 FW").next_after(civil("2026-01-10T00:00"), &calendar);
    assert_eq!(tick, Some(civil("2026-03-02T09:00")));
}

#[test]
fn oddities_are_warned_about() {
    let warnings =
        |text: &str| plan(text).warnings(civil("2026-07-15T00:00"), &Calendar::default());
    assert_eq!(warnings("0 9 W"), []);
    assert_eq!(
        warnings("0 0 9 1 1 ? 2027; 30 0 9 W * ? *"),
        [Warning::SecondIgnored { part: 2 }]
    );
    assert_eq!(warnings("0 9 1 * MON"), [Warning::WeekIgnored { part: 1 }]);
    assert_eq!(warnings("0 9; 0 0 30 2"), [Warning::NeverFires { part: 2 }]);
    assert_eq!(
        warnings("0 9 1 1 ? 2020"),
        [Warning::NeverFires { part: 1 }]
    );
    assert_eq!(
        Warning::NeverFires { part: 1 }.to_string(),
        "part 1: never fires"
    );
}

#[test]
fn a_list_of_ticks_has_a_limit() {
    let span = civil("2026-07-15T00:00")..=civil("2026-07-15T00:09");
    let calendar = Calendar::default();
    assert_eq!(plan("*").ticks(span.clone(), 100, &calendar).len(), 10);
    assert_eq!(plan("*").ticks(span, 4, &calendar).len(), 4);
}
