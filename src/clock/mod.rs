//! Time and chance: the only room that asks the machine what time it is or rolls a die.
//!
//! Everything above takes a [`Clock`] or a [`Chance`], so that a test can hold time still and a
//! simulation can replay a run from its seed. The time types of the house are named here once;
//! no other room but `sql` names the library behind them.

mod chance;
mod manual;
mod system;

use std::future::Future;
use std::pin::Pin;

pub use chance::{Chance, SeededChance, SystemChance};
pub use jiff::civil::{Date, DateTime as Civil, Time, Weekday};
pub use jiff::tz::TimeZone as Zone;
pub use jiff::{SignedDuration, Span, Timestamp, Unit};
pub use manual::ManualClock;
pub use system::SystemClock;

/// A future that ends when a [`Clock`] reaches the asked moment.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Where the present moment comes from.
pub trait Clock: Send + Sync + 'static {
    /// The present moment, in whole milliseconds: the precision the store keeps.
    fn now(&self) -> Timestamp;

    /// Waits until `moment`, or not at all when it has passed. Safe to drop at any await.
    fn sleep_until(&self, moment: Timestamp) -> Sleep<'_>;
}

/// Cuts a moment to whole milliseconds, downwards.
pub fn to_millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
}
