//! Tests that take minutes; `make slow` runs them.
#![cfg(test)]

#[path = "../support/daemon.rs"]
pub mod daemon;

mod reload;
