//! Tests of the whole: one program, so that the daemon's library is linked once.
#![cfg(test)]

#[path = "../support/crash.rs"]
pub mod crash;
#[path = "../support/daemon.rs"]
pub mod daemon;
#[path = "../support/mariadb.rs"]
pub mod mariadb;

mod crashes;
mod jobs;
mod serve;
mod support;
