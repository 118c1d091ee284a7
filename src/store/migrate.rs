//! Schema migrations: forward only, numbered, check-summed, one table per step.
//!
//! A row is written before a step starts and completed after it. On SQLite everything is one
//! transaction. On MySQL a step makes one change, which commits by itself; a step that was started
//! and not completed is therefore run again, and looks whether the change was made. Nodes that
//! start together take turns.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::cells::{Query, cells, change};
use super::{Error, Result};
use crate::clock::Timestamp;
use crate::sql::{Dialect, Session};

/// One step of the schema, in both dialects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) version: u32,
    pub(super) name: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) mysql: &'static str,
}

macro_rules! steps {
    ($($version:literal $digits:literal $name:literal),+ $(,)?) => {
        /// Every step in order; append only.
        pub(super) const STEPS: &[Step] = &[$(Step {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $digits, "_", $name, ".sql")),
            mysql: include_str!(concat!("../../migrations/mysql/", $digits, "_", $name, ".sql")),
        },)+];
    };
}

steps! {
    1 "0001" "jobs",
    2 "0002" "job_commands",
    3 "0003" "job_edges",
    4 "0004" "job_variables",
    5 "0005" "ticks",
    6 "0006" "tasks",
    7 "0007" "task_records",
    8 "0008" "actions",
    9 "0009" "action_edges",
    10 "0010" "task_alerts",
    11 "0011" "delayed_starts",
    12 "0012" "nodes",
    13 "0013" "leases",
    14 "0014" "settings",
    15 "0015" "registry_versions",
    16 "0016" "connections",
    17 "0017" "functions",
    18 "0018" "function_versions",
    19 "0019" "wasm_modules",
    20 "0020" "variables",
    21 "0021" "calendar_days",
    22 "0022" "connection_patience",
}

const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    checksum CHAR(64) NOT NULL,
    started_at VARCHAR(23) NOT NULL,
    applied_at VARCHAR(23)
)";

/// What the ledger knows of a step.
struct Applied {
    version: u32,
    name: String,
    checksum: String,
    done: bool,
}

impl Applied {
    fn broken(&self, fault: &'static str) -> Error {
        let (version, name) = (self.version, self.name.clone());
        Error::Migration {
            version,
            name,
            fault,
        }
    }
}

const LEDGER: Query<Applied> = Query {
    table: "schema_migrations",
    sql: "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version",
    read: |row| {
        Ok(Applied {
            version: row.number("version")?,
            name: row.string("name")?,
            checksum: row.string("checksum")?,
            done: row.opt_text("applied_at")?.is_some(),
        })
    },
};

/// Brings the schema up to date.
///
/// # Errors
/// [`Error::TooNew`], [`Error::Migration`], or the database's own refusal.
pub(super) fn apply(session: &mut dyn Session, steps: &[Step], now: Timestamp) -> Result<()> {
    match session.dialect() {
        Dialect::Sqlite => {
            session.begin()?;
            match run(session, steps, now) {
                Ok(()) => Ok(session.commit()?),
                Err(error) => {
                    session.rollback()?;
                    Err(error)
                }
            }
        }
        Dialect::MySql | Dialect::Postgres => {
            session.query("SELECT GET_LOCK('keeper.migrate', 60)", &[])?;
            let result = run(session, steps, now);
            session.query("SELECT RELEASE_LOCK('keeper.migrate')", &[])?;
            result
        }
    }
}

fn run(session: &mut dyn Session, steps: &[Step], now: Timestamp) -> Result<()> {
    session.script(CREATE_LEDGER)?;
    let applied = LEDGER.all(session, &[])?;
    let known = steps.last().map_or(0, |step| step.version);
    let found = applied.last().map_or(0, |row| row.version);
    if found > known {
        return Err(Error::TooNew { found, known });
    }
    for step in steps {
        let row = applied.iter().find(|row| row.version == step.version);
        match row {
            Some(row) if row.checksum != checksum(step, session.dialect()) => {
                let fault = "was changed after it was applied: start the Keeper that wrote this \
                             store, or restore a copy";
                return Err(row.broken(fault));
            }
            Some(row) if row.done => {}
            // On SQLite a step cannot be half done, so a row without its end was made by hand.
            Some(row) if session.dialect() == Dialect::Sqlite => {
                let fault = "was started and never completed: restore a copy of the store";
                return Err(row.broken(fault));
            }
            row => {
                if row.is_none() {
                    start(session, step, now)?;
                }
                perform(session, step, now)?;
            }
        }
    }
    Ok(())
}

/// The check-sum of what a step does in one dialect.
pub(super) fn checksum(step: &Step, dialect: Dialect) -> String {
    let text = match dialect {
        Dialect::Sqlite => step.sqlite,
        Dialect::MySql | Dialect::Postgres => step.mysql,
    };
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _always_ok = write!(text, "{byte:02x}");
        text
    })
}

fn start(session: &mut dyn Session, step: &Step, now: Timestamp) -> Result<()> {
    const START: &str = "INSERT INTO schema_migrations (version, name, checksum, started_at)
        VALUES (?, ?, ?, ?)";
    let sum = checksum(step, session.dialect());
    change(session, START, &cells![step.version, step.name, sum, now])?;
    Ok(())
}

fn perform(session: &mut dyn Session, step: &Step, now: Timestamp) -> Result<()> {
    const END: &str = "UPDATE schema_migrations SET applied_at = ? WHERE version = ?";
    session.script(match session.dialect() {
        Dialect::Sqlite => step.sqlite,
        Dialect::MySql | Dialect::Postgres => step.mysql,
    })?;
    change(session, END, &cells![now, step.version])?;
    Ok(())
}
