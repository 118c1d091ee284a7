//! How a store is opened.

use std::time::Duration;

/// Limits of an open store.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Threads that serve reads.
    pub readers: usize,
    /// How long opening a session may take.
    pub connect_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            connect_timeout: Duration::from_secs(10),
        }
    }
}

/// What the store has counted since it was opened, for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Transactions that were committed.
    pub commits: u64,
    /// Units of work in them.
    pub units: u64,
    /// Batches that were run again after a deadlock or a lost connection.
    pub reruns: u64,
    /// Reports refused because their epoch was old.
    pub fenced: u64,
    /// Ticks that were settled already.
    pub duplicates: u64,
}
