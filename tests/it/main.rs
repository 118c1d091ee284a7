//! Tests of the whole: one program, so that the daemon's library is linked once.
#![cfg(test)]

#[path = "../support/daemon.rs"]
pub mod daemon;
#[path = "../support/mariadb.rs"]
pub mod mariadb;

mod serve;
mod support;
