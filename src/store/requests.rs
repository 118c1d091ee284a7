//! What callers hand in at run time and what they get back.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{
    Action, ActionId, CatchUp, CommandId, CreateMode, JobId, NodeId, Reason, RecordId,
    RecordStatus, RestartKind, ScheduleState, StartMode, Task, TaskId, TickOutcome,
};

/// A task to be made, with its first record.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// Whose run it is.
    pub job_id: JobId,
    /// The logical time.
    pub task_time: Timestamp,
    /// Who makes it; 0 is the scheduler.
    pub creator: u32,
    /// What makes it.
    pub create_mode: CreateMode,
    /// What starts its record.
    pub start_mode: StartMode,
    /// Not to be started before.
    pub start_after: Option<Timestamp>,
}

/// A task that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskRef {
    /// The task.
    pub task_id: TaskId,
    /// Its logical time, after any bump that made it unique.
    pub task_time: Timestamp,
    /// Its newest record.
    pub record_id: RecordId,
    /// When that record was opened, in whole seconds.
    pub record_time: Timestamp,
    /// `ready`, or `no_commands` when there is nothing to run.
    pub status: RecordStatus,
}

/// A due tick and what becomes of it.
#[derive(Debug, Clone)]
pub struct SettleTick {
    /// Whose tick it is.
    pub job_id: JobId,
    /// The tick; must be the job's `next_tick_at`.
    pub tick: Timestamp,
    /// How it ends.
    pub outcome: TickOutcome,
    /// The policy that decided, for people.
    pub reason: String,
    /// The tick after it; `None` when there is none.
    pub next: Option<Timestamp>,
    /// Whether there is one.
    pub state: ScheduleState,
    /// The fence of the lease under which it is settled.
    pub epoch: u64,
    /// The task to make, for the outcomes that make one.
    pub create: Option<NewTask>,
    /// The present moment.
    pub now: Timestamp,
}

/// What settling a tick came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The tick has its row and made this task.
    Created(TaskRef),
    /// The tick has its row and made no task.
    Recorded(TickOutcome),
    /// Somebody else settled it, or the job was changed or disabled meanwhile; nothing was written.
    Lost,
}

/// A job with a tick to settle, and what decides about it.
#[derive(Debug, Clone)]
pub struct DueJob {
    /// The job.
    pub job_id: JobId,
    /// Its oldest tick that is not settled.
    pub tick: Timestamp,
    /// Its time expression.
    pub schedule: String,
    /// The zone it is read in; `None` is the daemon's.
    pub time_zone: Option<String>,
    /// What happens to old ticks.
    pub catch_up: CatchUp,
    /// How many of them are made up in one round.
    pub catch_up_limit: u32,
}

/// A node's wish for work.
#[derive(Debug, Clone, Copy)]
pub struct Claim {
    /// Who asks.
    pub node_id: NodeId,
    /// Records it can start now.
    pub slots: usize,
    /// The present moment.
    pub now: Timestamp,
    /// Until when its claim holds unless renewed.
    pub lease_until: Timestamp,
    /// Whether what stays behind is looked at too.
    pub scope: ClaimScope,
}

/// How far a [`Claim`] looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimScope {
    /// Only at what can start: for the moment in which speed counts.
    Startable,
    /// Also at what waits for its job's limit, to write down why or to end it.
    Waiting,
}

/// The answer to a [`Claim`].
#[derive(Debug, Clone, Default)]
pub struct Claimed {
    /// What the node is to run.
    pub work: Vec<RecordWork>,
    /// Records that wait although they are ready, with the reason that was stored.
    pub waiting: Vec<(RecordId, Reason)>,
    /// Records that ended because they waited longer than their job allows.
    pub gave_up: Vec<RecordId>,
}

/// One claimed record.
#[derive(Debug, Clone)]
pub struct RecordWork {
    /// The task with the claimed record and all its actions.
    pub task: Task,
    /// Its actions that may run now, all `queueing`.
    pub runnable: Vec<Action>,
}

/// What a process is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessMark {
    /// Process id.
    pub pid: u32,
    /// Process group id.
    pub pgid: u32,
    /// Start time as the kernel counts it, which tells a reused pid apart.
    pub proc_start: u64,
}

/// What an action is started with.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// The text to be run, after embedding.
    pub final_text: String,
    /// The arguments, as a JSON object.
    pub final_args: String,
    /// Definition generation and function versions, as a JSON object.
    pub pinned: Option<String>,
}

/// What the end of an action came to.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Whose record it is.
    pub job_id: JobId,
    /// Which task.
    pub task_id: TaskId,
    /// Which record.
    pub record_id: RecordId,
    /// Actions that may run now, all `queueing`.
    pub next: Vec<Action>,
    /// The status the record ended with, when this was its last action.
    pub ended: Option<RecordStatus>,
}

/// What a kill came to.
#[derive(Debug, Clone, Default)]
pub struct Killed {
    /// Running actions, whose processes the caller must stop.
    pub running: Vec<(ActionId, Option<NodeId>)>,
    /// Actions that will never start.
    pub cancelled: Vec<ActionId>,
    /// Whether the record has ended by this call; otherwise it ends with its last running action.
    pub ended: bool,
}

/// A wish to run a task once more.
#[derive(Debug, Clone)]
pub struct Restart {
    /// Which task; its newest record must have ended.
    pub task_id: TaskId,
    /// What is run again: whole, exceptional or partial.
    pub kind: RestartKind,
    /// Commands to run, for [`RestartKind::Partial`].
    pub commands: Vec<CommandId>,
    /// What starts it.
    pub start_mode: StartMode,
    /// Who starts it.
    pub starter: u32,
    /// The present moment.
    pub now: Timestamp,
}

/// What was found of a node that no longer runs its work.
#[derive(Debug, Clone, Default)]
pub struct Recovered {
    /// Records of which nothing was running: they wait for their turn again.
    pub released: Vec<RecordId>,
    /// Records that ended, with the status they ended with.
    pub ended: Vec<(RecordId, RecordStatus)>,
    /// Records opened in their place.
    pub restarted: Vec<TaskRef>,
}

/// Which tasks are wanted; empty fields do not filter.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// Of one job.
    pub job_id: Option<JobId>,
    /// Whose newest record has this status.
    pub status: Option<RecordStatus>,
    /// With a task time at or after this.
    pub from: Option<Timestamp>,
    /// With a task time before this.
    pub until: Option<Timestamp>,
}

/// How long a waiting record keeps its reason before it is looked at again.
pub const CHECK_EVERY: Duration = Duration::from_secs(15);
