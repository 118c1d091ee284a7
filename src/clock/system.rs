//! The machine's own clock.

use std::time::Duration;

use super::{Clock, Sleep, Timestamp, to_millisecond};

/// The longest nap taken before the wall clock is looked at again, so that a clock that was set
/// forward is noticed.
const NAP_MAX: Duration = Duration::from_secs(1);

/// Reads the machine's clock and sleeps on tokio's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that may ask the machine"
    )]
    fn now(&self) -> Timestamp {
        to_millisecond(Timestamp::now())
    }

    fn sleep_until(&self, moment: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            loop {
                let left = Duration::try_from(moment.duration_since(self.now()));
                match left {
                    Ok(left) if !left.is_zero() => tokio::time::sleep(left.min(NAP_MAX)).await,
                    _ => return,
                }
            }
        })
    }
}
