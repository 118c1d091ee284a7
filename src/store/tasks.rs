//! The table of tasks: making one, and opening a record with its snapshot of the workflow.

use std::time::Duration;

use super::cells::{Query, cells, change, insert};
use super::{Error, NewTask, Result, Store, TaskRef, jobs, reasons};
use crate::clock::Timestamp;
use crate::model::{
    ActionId, ActionStatus, Command, CommandId, Dag, JobId, Reason, RecordId, RecordStatus,
    RestartKind, StartMode, TaskId, Wait,
};
use crate::sql::Session;

/// How many milliseconds a task time is moved at most to become unique.
const BUMPS_MAX: u32 = 10_000;

/// One command as a record will run it.
pub(super) struct Step {
    pub(super) command: CommandId,
    pub(super) source: Command,
    pub(super) skipped: bool,
}

/// The workflow of a new record; edges are positions in `steps`.
pub(super) struct Snapshot {
    pub(super) steps: Vec<Step>,
    pub(super) edges: Vec<(usize, usize)>,
}

/// Everything about a record that is to be opened, except its actions.
pub(super) struct Opening {
    pub(super) task_id: TaskId,
    pub(super) job_id: JobId,
    pub(super) task_time: Timestamp,
    pub(super) seq: u32,
    pub(super) parent: Option<RecordId>,
    /// The record time of the record before, which the new one must exceed by a second.
    pub(super) previous: Option<Timestamp>,
    pub(super) kind: RestartKind,
    pub(super) start_mode: StartMode,
    pub(super) starter: u32,
    pub(super) start_after: Option<Timestamp>,
    pub(super) now: Timestamp,
}

/// The workflow of a job as it is defined now.
///
/// # Errors
/// [`Error::NotFound`] for an unknown job.
pub(super) fn snapshot(session: &mut dyn Session, job: JobId) -> Result<Snapshot> {
    let found = jobs::load(session, job)?;
    let commands = found.ok_or_else(|| Error::missing("job", job))?.commands;
    let dag = Dag::of(&commands)?;
    let step = |(position, source): (usize, Command)| {
        let command = source.id?;
        let skipped = dag.skipped.contains(&position);
        Some(Step {
            command,
            source,
            skipped,
        })
    };
    Ok(Snapshot {
        steps: commands.into_iter().enumerate().filter_map(step).collect(),
        edges: dag
            .edges
            .iter()
            .map(|edge| (edge.upstream, edge.downstream))
            .collect(),
    })
}

/// The task of a job at a time, if there is one.
pub(super) fn at(session: &mut dyn Session, job: JobId, time: Timestamp) -> Result<Option<TaskId>> {
    const AT: Query<TaskId> = Query {
        table: "tasks",
        sql: "SELECT id FROM tasks WHERE job_id = ? AND task_time = ?",
        read: |row| Ok(TaskId(row.number("id")?)),
    };
    AT.first(session, &cells![job, time])
}

/// Makes a task at exactly `task.task_time`, which must be free, with its first record.
pub(super) fn create(session: &mut dyn Session, task: &NewTask, now: Timestamp) -> Result<TaskRef> {
    const INSERT: &str = "INSERT INTO tasks (job_id, task_time, creator, create_mode, created_at)
        VALUES (?, ?, ?, ?, ?)";
    let mode = task.create_mode.as_str();
    let with = cells![task.job_id, task.task_time, task.creator, mode, now];
    let shape = snapshot(session, task.job_id)?;
    let task_id = insert(session, INSERT, &with).map(TaskId)?;
    let opening = Opening {
        task_id,
        job_id: task.job_id,
        task_time: task.task_time,
        seq: 1,
        parent: None,
        previous: None,
        kind: RestartKind::First,
        start_mode: task.start_mode,
        starter: task.creator,
        start_after: task.start_after,
        now,
    };
    open(session, &opening, &shape)
}

/// Opens a record with its actions and makes it the one that counts.
pub(super) fn open(
    session: &mut dyn Session,
    opening: &Opening,
    shape: &Snapshot,
) -> Result<TaskRef> {
    const INSERT: &str = "INSERT INTO task_records (task_id, job_id, record_time, seq,
            restart_kind, parent_record_id, start_mode, starter, status, start_after, ready_at,
            finished_at, reason_json, next_check_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const CURRENT: &str = "UPDATE tasks SET current_record_id = ? WHERE id = ?";
    let now = opening.now;
    let something = shape.steps.iter().any(|step| !step.skipped);
    let (status, ready, finished) = if something {
        (RecordStatus::Ready, Some(now), None)
    } else {
        (RecordStatus::NoCommands, None, Some(now))
    };
    let record_time = record_time(now, opening.previous);
    let with = cells![
        opening.task_id,
        opening.job_id,
        record_time,
        opening.seq,
        opening.kind.as_str(),
        opening.parent,
        opening.start_mode.as_str(),
        opening.starter,
        status.as_str(),
        opening.start_after,
        ready,
        finished,
        opening.start_after.map(|after| delayed(after, now)),
        opening.start_after,
    ];
    let record_id = insert(session, INSERT, &with).map(RecordId)?;
    change(session, CURRENT, &cells![record_id, opening.task_id])?;
    actions(session, record_id, shape)?;
    Ok(TaskRef {
        task_id: opening.task_id,
        task_time: opening.task_time,
        record_id,
        record_time,
        status,
    })
}

fn delayed(after: Timestamp, now: Timestamp) -> String {
    reasons::write(&Reason {
        wait: Wait::StartAfter,
        text: format!("its start was put off until {after}"),
        because: Vec::new(),
        decided_at: now,
        next_check_at: Some(after),
    })
}

/// Now, in whole seconds, and later than the record before.
fn record_time(now: Timestamp, previous: Option<Timestamp>) -> Timestamp {
    let second = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let after = previous.and_then(|time| time.checked_add(Duration::from_secs(1)).ok());
    after.map_or(second, |after| second.max(after))
}

fn actions(session: &mut dyn Session, record: RecordId, shape: &Snapshot) -> Result<()> {
    const INSERT: &str = "INSERT INTO actions (record_id, command_id, title, kind, source_text,
            source_args, timeout_ms, retry_limit, retry_delay_ms, position, status,
            pending_upstreams)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const LINK: &str = "INSERT INTO action_edges (record_id, upstream_action_id,
            downstream_action_id)
        VALUES (?, ?, ?)";
    let mut ids: Vec<ActionId> = Vec::with_capacity(shape.steps.len());
    for (position, step) in shape.steps.iter().enumerate() {
        let status = if step.skipped {
            ActionStatus::Skipped
        } else {
            ActionStatus::Waiting
        };
        // What follows a skipped command is skipped too, so every upstream of a waiting one counts.
        let upstreams = shape.edges.iter().filter(|edge| edge.1 == position).count();
        let source = &step.source;
        let with = cells![
            record,
            step.command,
            &source.title,
            source.kind.as_str(),
            &source.text,
            &source.args,
            source.timeout,
            source.retry_limit,
            source.retry_delay,
            position,
            status.as_str(),
            upstreams,
        ];
        ids.push(insert(session, INSERT, &with).map(ActionId)?);
    }
    let edges = shape.edges.iter().filter_map(|&(upstream, downstream)| {
        let (upstream, downstream) = (ids.get(upstream)?, ids.get(downstream)?);
        Some(cells![record, *upstream, *downstream].to_vec())
    });
    let edges: Vec<_> = edges.collect();
    if !edges.is_empty() {
        session.batch(LINK, &edges)?;
    }
    Ok(())
}

fn create_unique(session: &mut dyn Session, task: &NewTask, now: Timestamp) -> Result<TaskRef> {
    let mut task = task.clone();
    for _ in 0..BUMPS_MAX {
        if at(session, task.job_id, task.task_time)?.is_none() {
            return create(session, &task, now);
        }
        let next = task.task_time.checked_add(Duration::from_millis(1));
        task.task_time = next.map_err(|_| Error::Conflict("the task time is too late".into()))?;
    }
    let text = format!(
        "job {} has no free task time near the wanted one",
        task.job_id
    );
    Err(Error::Conflict(text))
}

impl Store {
    /// Makes a task now, whatever the job's plan says. The task time is moved by milliseconds until
    /// it is unique. The job's commands are copied into actions; disabled ones and their followers
    /// as `skipped`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job.
    pub async fn create_task(&self, task: NewTask, now: Timestamp) -> Result<TaskRef> {
        self.write(move |tx| create_unique(tx, &task, now)).await
    }
}
