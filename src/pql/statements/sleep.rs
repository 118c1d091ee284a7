//! SLEEP (4.29).

use crate::clock::{SignedDuration, Timestamp};
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::syntax::tree::{SleepTime, SleepUnit};
use crate::value::Value;

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// Waits on the clock, or until the run is stopped.
pub(crate) fn run(run: &mut Run, time: &SleepTime) -> Done<()> {
    let now = run.shared.environment.clock.now();
    let wait_ms = match time {
        SleepTime::Amount { amount, unit } => {
            let (value, unit) = (run.evaluate_defined(amount)?, milliseconds(*unit));
            let length = match value {
                Value::Decimal(_) => value.multiply(&Value::Integer(unit)),
                _ => value
                    .to_integer(run.shared.frame())
                    .map(|amount| Value::Integer(amount.saturating_mul(unit))),
            };
            let length = length.and_then(|length| length.to_integer(run.shared.frame()));
            let length = length.map_err(|error| Halt::from(Error::from(error)).at(amount.span))?;
            length.max(0)
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
