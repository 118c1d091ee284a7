//! Tests that take minutes; `make slow` runs them.
#![cfg(test)]

#[path = "../support/clients.rs"]
pub mod clients;
#[path = "../support/crash.rs"]
pub mod crash;
#[path = "../support/daemon.rs"]
pub mod daemon;
#[path = "../support/guard.rs"]
pub mod guard;
#[path = "../support/guests.rs"]
pub mod guests;
#[path = "../support/mariadb.rs"]
pub mod mariadb;
#[path = "../support/renewals.rs"]
pub mod renewals;

mod crashes;
mod functions;
mod reload;
