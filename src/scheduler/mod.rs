//! The beat: settles due ticks, claims ready work and hands it to the runner.

mod settle;

pub use settle::{Policy, Settlement, TICKS_PER_ROUND, settle};
