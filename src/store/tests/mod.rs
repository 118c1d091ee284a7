//! One suite, run against SQLite and against a real MariaDB.

mod definitions;
mod keeping;
mod migrations;
mod running;
mod support;
mod writing;
