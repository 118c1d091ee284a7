//! Random numbers, as a trait, so that a seed can replay a run.

use std::sync::atomic::{AtomicU64, Ordering};

/// Where random numbers come from. Not for secrets: tokens are made by `uuid` in `config`.
pub trait Chance: Send + Sync + 'static {
    /// The next 64 random bits.
    fn next(&self) -> u64;

    /// A number in `0..bound`, or 0 when `bound` is 0.
    fn below(&self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }
}

/// Chance that nobody can foresee.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn next(&self) -> u64 {
        uuid::Uuid::new_v4().as_u64_pair().0
    }
}

/// Chance that repeats itself for the same seed (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Debug)]
pub struct SeededChance {
    state: AtomicU64,
}

impl SeededChance {
    /// Starts the sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }
}

impl Chance for SeededChance {
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut bits = self
            .state
            .fetch_add(STEP, Ordering::Relaxed)
            .wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }
}
