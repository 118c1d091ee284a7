//! Keeper: a task scheduler whose functions can be changed while it runs.
//!
//! The rooms, lowest first; ARCHITECTURE.md has the picture and `tests/tidy.rs` the rules.

pub mod clock;
pub mod fault;
pub mod telemetry;

pub mod cron;
pub mod model;
pub mod value;

pub mod config;
pub mod connectors;
pub mod logs;
pub mod process;
pub mod sql;

pub mod store;

pub mod registry;

pub mod pql;
pub mod wasm;

pub mod cluster;
pub mod runner;

pub mod scheduler;

pub mod ops;

pub mod http;

pub mod console;

pub mod app;

/// What keeps the servers of the tests.
#[cfg(test)]
#[path = "../tests/support/guard.rs"]
pub mod guard;

/// The private MariaDB server of the tests; `crate::mariadb` in any room's tests.
#[cfg(test)]
#[path = "../tests/support/mariadb.rs"]
pub mod mariadb;

/// The private PostgreSQL server of the tests.
#[cfg(test)]
#[path = "../tests/support/postgres.rs"]
pub mod postgres;

/// The private Redis server of the tests.
#[cfg(test)]
#[path = "../tests/support/redis.rs"]
pub mod redis_server;
