//! The daemon's own log and its metrics.
//!
//! Log lines go to stderr for a person or as JSON, each through [`redact`], so that no token and no
//! password of a URL ever leaves the process. Metrics are declared here and nowhere else. The log
//! of a task is user data and not of this room.

mod log;
mod metrics;
mod redact;

pub use log::{Error, Form, start_log};
pub use metrics::{Metrics, Outcome, RequestLabels};
pub use redact::redact;
