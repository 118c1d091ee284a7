//! Asking a running action to end.

use std::time::Duration;

use tokio::sync::watch;

/// Why an action is to end before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody killed it.
    Killed,
    /// The node stops, or may no longer run it.
    NodeStops,
}

/// The end that asks.
#[derive(Debug, Clone)]
pub struct Stopper(watch::Sender<Option<(Why, Duration)>>);

/// The end that is asked.
#[derive(Debug, Clone)]
pub struct StopSignal(watch::Receiver<Option<(Why, Duration)>>);

impl Stopper {
    /// Makes both ends.
    pub fn new() -> (Self, StopSignal) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), StopSignal(receiver))
    }

    /// Asks the action to end; processes get SIGTERM, and SIGKILL after `grace`. The first reason
    /// stays; asking again with a shorter grace counts.
    pub fn stop(&self, why: Why, grace: Duration) {
        self.0.send_modify(|asked| {
            let first = asked.map_or(why, |(why, _)| why);
            let shortest = asked.map_or(grace, |(_, before)| before.min(grace));
            *asked = Some((first, shortest));
        });
    }
}

impl StopSignal {
    /// Whether the action is to end, and why.
    pub fn asked(&self) -> Option<Why> {
        self.0.borrow().map(|(why, _)| why)
    }

    /// Waits until the action is to end, or until a shorter grace is asked for; for ever when it
    /// never is. May be dropped at any await.
    pub(super) async fn next(&mut self) -> (Why, Duration) {
        loop {
            if self.0.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            if let Some(asked) = *self.0.borrow_and_update() {
                return asked;
            }
        }
    }

    /// Makes a request that was made before this count as news.
    pub(super) fn rearm(&mut self) {
        self.0.mark_changed();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_reason_and_the_shortest_grace_count() {
        let (stopper, mut signal) = Stopper::new();
        assert_eq!(signal.asked(), None);
        stopper.stop(Why::Killed, Duration::from_secs(5));
        assert_eq!(signal.next().await, (Why::Killed, Duration::from_secs(5)));
        stopper.stop(Why::NodeStops, Duration::ZERO);
        assert_eq!(signal.next().await, (Why::Killed, Duration::ZERO));
        signal.rearm();
        assert_eq!(signal.next().await, (Why::Killed, Duration::ZERO));
    }
}
