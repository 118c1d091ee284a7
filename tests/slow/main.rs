//! Tests that take minutes; `make slow` runs them.
#![cfg(test)]

#[path = "../support/crash.rs"]
pub mod crash;
#[path = "../support/daemon.rs"]
pub mod daemon;
#[path = "../support/mariadb.rs"]
pub mod mariadb;

mod crashes;
mod reload;
