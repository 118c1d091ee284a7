//! The daylight-saving rule against a walk over every minute of real time.

use super::support::{civil, moment, plan, zone};
use crate::clock::{Civil, SignedDuration, Timestamp, Zone};
use crate::cron::{Calendar, Tick};
use rstest::rstest;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Section 13, read literally: `is_fixed` says whether the hour is restricted.
fn walk(text: &str, is_fixed: bool, zone: &Zone, from: Timestamp, minutes: i64) -> Vec<Tick> {
    let (plan, calendar) = (plan(text), Calendar::default());
    let local = |at: Timestamp| zone.to_datetime(at);
    let mut ticks = Vec::new();
    let mut latest: Option<Civil> = None;
    for step in -2_000..=minutes {
        let at = from
            .checked_add(MINUTE * i32::try_from(step).unwrap())
            .unwrap();
        let now = local(at);
        let before = local(at.checked_sub(MINUTE).unwrap());
        let is_repeated = latest.is_some_and(|latest| now <= latest);
        let mut label = (plan.matches(now, &calendar) && !(is_fixed && is_repeated)).then_some(now);
        if is_fixed && !is_repeated {
            // Local minutes between the one before and this one were skipped.
            let mut skipped = before.checked_add(MINUTE).unwrap();
            while skipped < now {
                if plan.matches(skipped, &calendar) {
                    label = Some(skipped);
                    break;
                }
                skipped = skipped.checked_add(MINUTE).unwrap();
            }
        }
        latest = latest.max(Some(now));
        if let Some(local) = label.filter(|_| step >= 0) {
            ticks.push(Tick { at, local });
        }
    }
    ticks
}

#[rstest]
#[case("Europe/Berlin", "2030-03-30T12:00:00Z")]
#[case("Europe/Berlin", "2030-10-26T12:00:00Z")]
#[case("America/New_York", "2026-03-07T12:00:00Z")]
#[case("America/New_York", "2026-10-31T12:00:00Z")]
#[case("Australia/Lord_Howe", "2026-04-04T00:00:00Z")]
#[case("Australia/Lord_Howe", "2026-10-03T00:00:00Z")]
#[case("America/Santiago", "2026-04-04T12:00:00Z")]
#[case("America/Santiago", "2026-09-05T12:00:00Z")]
#[case("Asia/Kolkata", "2026-03-07T12:00:00Z")]
#[case("Asia/Shanghai", "2026-03-07T12:00:00Z")]
#[case("Pacific/Apia", "2011-12-29T00:00:00Z")]
#[case("America/Sao_Paulo", "2018-11-03T12:00:00Z")]
#[case("Europe/Dublin", "2030-10-26T12:00:00Z")]
fn ticks_agree_with_a_walk_over_real_time(#[case] name: &str, #[case] from: &str) {
    let (zone, from) = (zone(name), moment(from));
    for (text, is_fixed) in [
        ("*", false),
        ("0/5", false),
        ("30", false),
        ("7,59", false),
        ("0 2", true),
        ("30 2", true),
        ("15,45 0-3", true),
        ("0/10 */1", true),
        ("0 3", true),
        ("0 0", true),
        ("30 23", true),
    ] {
        let minutes = 3_000;
        let expected = walk(text, is_fixed, &zone, from, minutes);
        let to = from.checked_add(MINUTE * 3_000).unwrap();
        let calendar = Calendar::default();
        let found = plan(text).ticks_in_zone(from..=to, usize::MAX, &zone, &calendar);
        assert_eq!(found, expected, "{text} in {name}");
    }
}

#[test]
fn a_fixed_hour_runs_once_in_spring_with_the_skipped_label() {
    let (zone, calendar) = (zone("Europe/Berlin"), Calendar::default());
    let tick = plan("0,30 2").next_tick(moment("2030-03-30T12:00:00Z"), &zone, &calendar);
    let expected = Tick {
        at: moment("2030-03-31T01:00:00Z"),
        local: civil("2030-03-31T02:00"),
    };
    assert_eq!(tick, Some(expected));
    let again = plan("0,30 2")
        .next_tick(expected.at, &zone, &calendar)
        .unwrap();
    assert_eq!(again.at, moment("2030-04-01T00:00:00Z"));
    let same = plan("0,30 2").next_tick_at_or_after(expected.at, &zone, &calendar);
    assert_eq!(same, Some(expected));
}

#[test]
fn parts_keep_their_own_rule() {
    // At 03:00 the part with the fixed hour makes up for 02:30; the other part is due anyway.
    let (zone, calendar) = (zone("Europe/Berlin"), Calendar::default());
    let from = moment("2030-03-31T00:31:00Z");
    let ticks = plan("30 2; 0/30").ticks_in_zone(
        from..=moment("2030-03-31T02:00:00Z"),
        9,
        &zone,
        &calendar,
    );
    let moments: Vec<String> = ticks.iter().map(|tick| tick.at.to_string()).collect();
    assert_eq!(
        moments,
        [
            "2030-03-31T01:00:00Z",
            "2030-03-31T01:30:00Z",
            "2030-03-31T02:00:00Z"
        ]
    );
}

#[test]
fn the_last_tick_of_a_plan_may_lie_in_a_repeated_hour() {
    let (zone, calendar) = (zone("Europe/Berlin"), Calendar::default());
    let plan = plan("0 59 * 27 10 ? 2030");
    let first = moment("2030-10-27T00:59:00Z");
    let second = plan.next_tick(first, &zone, &calendar).unwrap();
    assert_eq!(second.at, moment("2030-10-27T01:59:00Z"));
    assert_eq!(second.local, civil("2030-10-27T02:59"));
}

#[test]
fn rare_plans_are_found_far_away() {
    let calendar = Calendar::default();
    for (text, expected) in [
        ("0 0 29 2 ? 2096", Some("2096-02-28T23:00:00Z")),
        ("0 0 30 2", None),
        ("0 9 1 1 ? 2020", None),
        ("59 23 31 12 ? 2100", Some("2100-12-31T22:59:00Z")),
    ] {
        let tick = plan(text).next_tick(
            moment("2026-01-01T00:00:00Z"),
            &zone("Europe/Berlin"),
            &calendar,
        );
        assert_eq!(tick.map(|tick| tick.at), expected.map(moment), "{text}");
    }
}
