//! The nouns of the scheduler and the changes of state they allow. Pure: no store, no clock.
//!
//! A [`Job`] is the plan; a task is one run of it for one task time; a record is one attempt at a
//! task; a [`Command`] is a node of the job's DAG and an action one run of a command in one record
//! (glossary: `keeper.md` 1).

#[macro_use]
mod words;

mod action;
mod dag;
mod definition;
mod error;
mod id;
mod job;
mod reason;
mod record;

pub use action::{Action, ActionEnd, ActionStatus};
pub use dag::{Dag, Edge};
pub use definition::{
    ConnectionDefinition, FunctionBody, FunctionDefinition, FunctionLimits, Grant, Secret,
    VariableDefinition,
};
pub use error::Error;
pub use id::{
    ActionId, CommandId, ConnectionId, ConnectionName, FunctionName, JobId, NodeAddress, NodeId,
    RecordId, TaskId, VariableName,
};
pub use job::{CatchUp, Command, CommandKind, Job, JobKind, ScheduleState};
pub use reason::{Reason, Wait};
pub use record::{
    CreateMode, EndReason, Record, RecordStatus, RestartKind, StartMode, Task, TickOutcome,
};
