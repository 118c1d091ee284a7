//! Plans against tables, brute force and the changes of the clock.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn civil(text: &str) -> Civil {
    text.parse().expect("a civil time")
}

fn next(plan: &str, after: &str) -> String {
    let plan = Plan::parse(plan).expect(plan);
    plan.next_after(civil(after))
        .map_or_else(|| "never".to_owned(), |at| at.to_string())
}

#[rstest]
#[case("30", "2030-01-01T10:29", "2030-01-01T10:30:00")]
#[case("30", "2030-01-01T10:30", "2030-01-01T11:30:00")]
#[case("0 2", "2030-01-01T02:00", "2030-01-02T02:00:00")]
#[case("0 9 1 1/3", "2030-01-01T09:00", "2030-04-01T09:00:00")]
#[case("0 9 ? * MON", "2030-01-01T00:00", "2030-01-07T09:00:00")]
#[case("0 9 ? * 7", "2030-01-01T00:00", "2030-01-06T09:00:00")]
#[case("*/5 * * * *", "2030-01-01T10:57", "2030-01-01T11:00:00")]
#[case("50/30 * * * *", "2030-01-01T10:50", "2030-01-01T11:50:00")]
#[case("0 9 1 1 ? 2031", "2030-06-01T00:00", "2031-01-01T09:00:00")]
#[case("0 0 9 1 1 ? 2031", "2030-06-01T00:00", "2031-01-01T09:00:00")]
#[case("0 0 29 2 *", "2030-01-01T00:00", "2032-02-29T00:00:00")]
#[case("0 0 31 2 *", "2030-01-01T00:00", "never")]
#[case("0 9 1 1 ? 2029", "2030-01-01T00:00", "never")]
#[case("0 2 * * *; 30 1 * * *;", "2030-01-01T00:00", "2030-01-01T01:30:00")]
#[case("0 9 13 * FRI", "2030-01-01T00:00", "2030-01-13T09:00:00")]
fn the_next_minute(#[case] plan: &str, #[case] after: &str, #[case] expected: &str) {
    assert_eq!(next(plan, after), expected);
}

#[rstest]
#[case("", 1, "nothing")]
#[case("60", 1, "60")]
#[case("0 24", 3, "24")]
#[case("0 0 0", 5, "0")]
#[case("0 0 * * 0", 9, "0")]
#[case("5-1", 1, "5-1")]
#[case("1,,2", 3, "nothing")]
#[case("1,*", 3, "*")]
#[case("0/0", 1, "0/0")]
#[case("1/2/3", 1, "1/2/3")]
#[case("1-2-3", 1, "2-3")]
#[case("? 0", 1, "?")]
#[case("0 0 12 * * ?", 12, "?")]
#[case("0 0 * * * * * *", 15, "*")]
#[case("0 9 L", 5, "L")]
#[case("DAILY 9:30", 1, "DAILY")]
#[case("HOUR=2", 1, "HOUR=2")]
#[case("0 2;;0 3", 5, "nothing")]
fn a_wrong_plan_is_refused_at_its_place(
    #[case] plan: &str,
    #[case] position: usize,
    #[case] found: &str,
) {
    let error = Plan::parse(plan).expect_err(plan);
    assert_eq!(
        (error.position, error.found.as_str()),
        (position, found),
        "{error}"
    );
}

fn ticks(plan: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
    let plan = Plan::parse(plan).expect(plan);
    let zone = Zone::get(zone).expect(zone);
    let mut at: Timestamp = from.parse().expect("a moment");
    let mut found = Vec::new();
    for _ in 0..count {
        at = plan.next_tick(at, &zone).expect("endless");
        found.push(at.to_string());
    }
    found
}

#[test]
fn a_fixed_hour_runs_once_in_spring_and_once_in_autumn() {
    // Berlin springs from 02:00 to 03:00 on 2030-03-31 and falls back on 2030-10-27.
    let spring = ticks("30 2 * * *", "Europe/Berlin", "2030-03-30T12:00:00Z", 2);
    assert_eq!(spring, ["2030-03-31T01:00:00Z", "2030-04-01T00:30:00Z"]);
    let autumn = ticks("30 2 * * *", "Europe/Berlin", "2030-10-26T12:00:00Z", 2);
    assert_eq!(autumn, ["2030-10-27T00:30:00Z", "2030-10-28T01:30:00Z"]);
}

#[test]
fn every_hour_keeps_its_elapsed_time_on_both_hemispheres() {
    for (zone, from) in [
        ("Europe/Berlin", "2030-10-26T23:00:00Z"),
        ("Europe/Berlin", "2030-03-30T23:00:00Z"),
        ("Australia/Sydney", "2030-04-06T13:00:00Z"),
        ("Australia/Sydney", "2030-10-05T13:00:00Z"),
    ] {
        let mut at: Timestamp = from.parse().expect("a moment");
        for tick in ticks("0/30 * * * *", zone, from, 12) {
            let tick: Timestamp = tick.parse().expect("own output");
            assert_eq!(
                tick.duration_since(at),
                SignedDuration::from_mins(30),
                "{zone}"
            );
            at = tick;
        }
    }
}

fn plans() -> impl Strategy<Value = String> {
    let minute = prop_oneof![
        Just("*".to_owned()),
        (0..60_u32).prop_map(|m| m.to_string()),
        (0..59_u32, 1..40_u32).prop_map(|(m, step)| format!("{m}/{step}"))
    ];
    let hour = prop_oneof![
        Just("*".to_owned()),
        (0..12_u32, 12..24_u32).prop_map(|(from, to)| format!("{from}-{to}"))
    ];
    let day = prop_oneof![
        Just("*".to_owned()),
        Just("?".to_owned()),
        (1..32_u32).prop_map(|day| day.to_string())
    ];
    let month = prop_oneof![Just("*".to_owned()), Just("JAN,JUL".to_owned())];
    let week = prop_oneof![
        Just("?".to_owned()),
        (1..8_u32).prop_map(|day| day.to_string())
    ];
    (minute, hour, day, month, week).prop_map(|(minute, hour, day, month, week)| {
        format!("{minute} {hour} {day} {month} {week}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn next_agrees_with_looking_at_every_minute(text in plans(), start in 0..525_600_i64) {
        let plan = Plan::parse(&text).expect("made to be valid");
        let first = civil("2030-01-01T00:00").checked_add(SignedDuration::from_mins(start));
        let first = first.expect("in range");
        let mut at = first;
        let brute = (0..60_000).find_map(|_| {
            at = at.checked_add(SignedDuration::from_mins(1)).expect("in range");
            plan.matches(at).then_some(at)
        });
        if let Some(brute) = brute {
            prop_assert_eq!(plan.next_after(first), Some(brute), "{}", text);
        } else if let Some(next) = plan.next_after(first) {
            prop_assert!(next > at, "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9*,/?#LWFR;= \\-A-Z]{0,40}|.{0,40}") {
        if let Ok(plan) = Plan::parse(&text) {
            let _next = plan.next_after(civil("2030-01-01T00:00"));
        }
    }
}
