//! Feeds texts to the schedule dialect: nothing panics, errors point into the text, ticks belong
//! to their plan, and the canonical text names the same ticks.

#![no_main]

use clock::{Civil, Timestamp, Zone};
use cron::{Calendar, Intervals, Language, Plan};
use libfuzzer_sys::fuzz_target;

// The rooms that the dialect needs, without the rest of the daemon.
#[expect(dead_code, unused_imports, reason = "only a part of the room is used here")]
#[path = "../../../src/clock/mod.rs"]
mod clock;
#[expect(dead_code, unused_imports, reason = "only a part of the room is used here")]
#[path = "../../../src/cron/mod.rs"]
mod cron;
#[expect(dead_code, reason = "only a part of the room is used here")]
#[path = "../../../src/fault/mod.rs"]
mod fault;

const START: Civil = Civil::constant(2026, 7, 15, 10, 7, 20, 0);

fuzz_target!(|text: &str| {
    let calendar = Calendar::default();
    if let Ok(intervals) = Intervals::parse(text) {
        assert_ne!(intervals.at(START, &calendar), Some(0));
    }
    match Plan::parse(text) {
        Ok(plan) => check(&plan, &calendar),
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            assert!(error.position <= text.chars().count() + 1);
        }
    }
});

fn check(plan: &Plan, calendar: &Calendar) {
    let canonical = plan.canonical();
    let end = Civil::constant(2060, 1, 1, 0, 0, 0, 0);
    let ticks = plan.ticks(START..=end, 20, calendar);
    assert!(ticks.iter().all(|tick| plan.matches(*tick, calendar)));
    assert!(ticks.is_sorted());
    let _words = plan.explain(Language::English);
    let _words = plan.explain(Language::Chinese);
    // The canonical text may be longer than what its author wrote.
    if let Ok(again) = Plan::parse(&canonical) {
        assert_eq!(again.canonical(), canonical);
        assert_eq!(again.ticks(START..=end, 20, calendar), ticks);
    } else {
        assert!(canonical.chars().count() > 1_000, "{canonical}");
    }
    let zone = Zone::get("Europe/Berlin").expect("the zone is known");
    let moment = Timestamp::constant(1_774_700_000, 0);
    if let Some(tick) = plan.next_tick(moment, &zone, calendar) {
        assert!(tick.at > moment);
        assert!(plan.matches(tick.local, calendar));
    }
}
