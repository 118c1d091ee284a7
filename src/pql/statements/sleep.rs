//! SLEEP (4.29).

use crate::clock::{SignedDuration, Timestamp};
use crate::pql::eval::{Done, Run};
use crate::pql::syntax::tree::{SleepTime, SleepUnit};

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// Waits on the clock, or until the run is stopped.
pub(crate) fn run(run: &mut Run, time: &SleepTime) -> Done<()> {
    let now = run.shared.environment.clock.now();
    let wait_ms = match time {
        SleepTime::Amount { amount, unit } => {
            let amount = run.evaluate_integer(amount)?;
            amount.max(0).saturating_mul(milliseconds(*unit))
        }
        SleepTime::ToNext(unit) => {
            let unit = milliseconds(*unit);
            unit.saturating_sub(now.as_millisecond().rem_euclid(unit))
        }
    };
    let wait = SignedDuration::from_millis(wait_ms);
    let due = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
    Ok(run.shared.wait_until(due)?)
}

fn milliseconds(unit: SleepUnit) -> i64 {
    match unit {
        SleepUnit::Milliseconds => 1,
        SleepUnit::Seconds => SECOND_MS,
        SleepUnit::Minutes => MINUTE_MS,
    }
}
