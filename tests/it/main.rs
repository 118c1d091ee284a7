//! Tests of the whole: one program, so that the daemon's library is linked once.
#![cfg(test)]

#[path = "../support/clients.rs"]
pub mod clients;
#[path = "../support/command.rs"]
pub mod command;
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
#[path = "../support/peers.rs"]
pub mod peers;
#[path = "../support/renewals.rs"]
pub mod renewals;

mod check_command;
mod crashes;
mod databases;
mod examples;
mod function_command;
mod functions;
mod jobs;
mod limits;
mod procedures;
mod run_command;
mod schedules;
mod serve;
mod support;
