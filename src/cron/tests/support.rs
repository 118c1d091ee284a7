//! What the tests share.

use crate::clock::{Civil, Timestamp, Zone};
use crate::cron::{Calendar, Plan};

pub(super) fn plan(text: &str) -> Plan {
    Plan::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn civil(text: &str) -> Civil {
    text.parse().expect(text)
}

pub(super) fn moment(text: &str) -> Timestamp {
    text.parse().expect(text)
}

pub(super) fn zone(name: &str) -> Zone {
    Zone::get(name).expect(name)
}

/// The next ticks as `MM-dd HH:mm`, with the year when it is not 2026.
pub(super) fn next(text: &str, after: &str, count: usize) -> Vec<String> {
    let plan = plan(text);
    let calendar = Calendar::default();
    let first = plan.next_after(civil(after), &calendar);
    std::iter::successors(first, |tick| plan.next_after(*tick, &calendar))
        .take(count)
        .map(|tick| {
            let text = tick.to_string().replace('T', " ");
            let text = text.strip_suffix(":00").expect("a full minute");
            text.trim_start_matches("2026-").to_owned()
        })
        .collect()
}
