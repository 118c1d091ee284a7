//! The bodies of `/api/v1`: what travels as JSON, and as YAML in job files.
//!
//! Wire forms stop here: the rooms below see `model` types only.

mod duration;
mod function;
mod job;
mod page;
mod problem;
mod schedule;
mod task;

pub use duration::Span;
pub use function::{
    CallBody, FunctionOutcome, FunctionRow, FunctionSheet, LimitsBody, ParameterBody, ProgramBody,
    SignatureBody, VersionBody,
};
pub use job::{AppliedBody, CommandBody, JobBody, JobRow, RetryBody};
pub use page::Page;
pub use problem::ProblemBody;
pub use schedule::{CalendarDayBody, ExplanationBody, PartBody, TickBody};
pub use task::{
    ActionBody, CreatedTaskBody, KilledBody, LogLineBody, LogPageBody, ReasonBody, RecordBody,
    TaskBody,
};
