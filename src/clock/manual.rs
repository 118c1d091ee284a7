//! A clock that moves only when told, for tests and simulation.

use tokio::sync::watch;

use super::{Clock, SignedDuration, Sleep, Timestamp, to_millisecond};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock {
    moment: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// Starts a clock that stands at `moment`.
    pub fn new(moment: Timestamp) -> Self {
        Self {
            moment: watch::Sender::new(to_millisecond(moment)),
        }
    }

    /// Moves the clock forward by `step` and wakes every sleeper whose moment has come.
    pub fn advance(&self, step: SignedDuration) {
        self.moment.send_modify(|moment| {
            *moment = to_millisecond(moment.saturating_add(step).unwrap_or(*moment));
        });
    }

    /// Sets the clock, backwards too.
    pub fn set(&self, moment: Timestamp) {
        self.moment.send_replace(to_millisecond(moment));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.moment.borrow()
    }

    fn sleep_until(&self, moment: Timestamp) -> Sleep<'_> {
        let mut watcher = self.moment.subscribe();
        Box::pin(async move {
            // The sender lives as long as `self`, so waiting can only end by reaching the moment.
            let _reached = watcher.wait_for(|now| *now >= moment).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_its_moment_is_reached_and_not_before() {
        let clock = ManualClock::new(Timestamp::UNIX_EPOCH);
        let due = Timestamp::from_second(60).expect("in range");
        let mut sleep = clock.sleep_until(due);
        clock.advance(SignedDuration::from_secs(59));
        assert!(futures_util::poll!(&mut sleep).is_pending());
        clock.advance(SignedDuration::from_secs(1));
        sleep.await;
        assert_eq!(clock.now(), due);
    }
}
