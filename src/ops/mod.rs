//! One function per thing a person may ask for: the single path behind HTTP, console, CLI and
//! signals.
//!
//! An operation checks, changes, counts and answers in words of `model`; the doors above it only
//! read requests and write answers.

mod definitions;
mod difference;
mod error;
mod functions;
mod jobs;
mod kill;
mod schedules;
mod tasks;
#[cfg(test)]
pub mod twin;

use std::sync::Arc;

pub use definitions::{Change, ReloadMode};
pub use error::{Error, Fault, Kind};
pub use functions::{
    CALL_TIME_MAX, Called, Compatibility, Deployment, FunctionChange, FunctionDetails,
    FunctionLine, FunctionPage, FunctionVersion, Material, Parameter, Refusal, Signature,
    SystemFunction, Volatility,
};
pub use jobs::{Applied, Apply, ApplyOutcome, Switch};
pub use kill::{KillScope, KilledActions};
pub use schedules::{Explained, PlannedTick, Window};
pub use tasks::{Instant, LogPage, LogQuery, LogTarget, TaskQuery};

pub use crate::cron::Explanation;
pub use crate::logs::LogLine;
use crate::logs::TaskLogs;
use crate::registry::Registry;
use crate::runner::PqlHost;
use crate::scheduler::{Plans, Signals};
pub use crate::store::CalendarDay;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::wasm;

/// What operations work on.
#[derive(Clone)]
pub struct Ops {
    /// The published definitions.
    pub registry: Arc<Registry>,
    /// Where they are counted.
    pub metrics: Arc<Metrics>,
    /// The durable rows.
    pub store: Store,
    /// How PQL runs in this daemon.
    pub pql: PqlHost,
    /// Reads what an uploaded module offers.
    pub wasm: Arc<wasm::Host>,
    /// The logs of tasks.
    pub logs: Arc<TaskLogs>,
    /// Wakes the scheduler and stops what it runs.
    pub signals: Signals,
    /// Reads time expressions.
    pub plans: Plans,
}
