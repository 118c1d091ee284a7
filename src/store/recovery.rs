//! What a dead node left behind, and running a task once more.

use std::collections::HashSet;

use super::cells::{Query, cells, change};
use super::tasks::{Opening, Snapshot, Step};
use super::{Error, Recovered, Restart, Result, Store, TaskRef};
use super::{actions, kill, progress, queries, records, tasks};
use crate::clock::Timestamp;
use crate::model::{
    Action, ActionId, ActionStatus, Command, EndReason, NodeId, RecordId, RecordStatus,
    RestartKind, StartMode, Task, TaskId,
};
use crate::sql::Session;

/// Records that are recovered in one transaction; the next call takes the rest.
const RECOVER_MAX: usize = 500;

const fn ids(sql: &'static str) -> Query<RecordId> {
    Query {
        table: "task_records",
        sql,
        read: |row| Ok(RecordId(row.number("id")?)),
    }
}

const OF_NODE: Query<RecordId> = ids("SELECT id
    FROM task_records
    WHERE node_id = ? AND live = 1 AND status = 'executing'
    ORDER BY id
    LIMIT ?");

const EXPIRED: Query<RecordId> = ids("SELECT id
    FROM task_records
    WHERE live = 1 AND status = 'executing' AND lease_until < ?
    ORDER BY id
    LIMIT ?");

/// Who is dead.
#[derive(Clone, Copy)]
enum Dead {
    Node(NodeId),
    Expired,
}

fn recover(session: &mut dyn Session, dead: Dead, now: Timestamp) -> Result<Recovered> {
    let found = match dead {
        Dead::Node(node) => OF_NODE.all(session, &cells![node, RECOVER_MAX])?,
        Dead::Expired => EXPIRED.all(session, &cells![now, RECOVER_MAX])?,
    };
    let mut recovered = Recovered::default();
    for id in found {
        recover_one(session, id, dead, now, &mut recovered)?;
    }
    Ok(recovered)
}

fn recover_one(
    session: &mut dyn Session,
    id: RecordId,
    dead: Dead,
    now: Timestamp,
    recovered: &mut Recovered,
) -> Result<()> {
    let mut record = records::lock(session, id)?;
    let still = record.status == RecordStatus::Executing
        && match dead {
            Dead::Node(node) => record.node_id == Some(node),
            // The lease may have been renewed before the lock was ours.
            Dead::Expired => is_expired(session, id, now)?,
        };
    if !still {
        return Ok(());
    }
    let running = actions::of_record(session, id)?;
    let running: Vec<_> = running
        .iter()
        .filter(|action| action.status == ActionStatus::Running)
        .collect();
    if running.is_empty() && record.end_reason.is_none() {
        release(session, id, now)?;
        recovered.released.push(id);
        return Ok(());
    }
    for action in running {
        let end = kill::node_stopped(action.attempts);
        progress::end_action(session, action.id, action.epoch, &end, now)?;
    }
    records::spoil(session, &mut record, EndReason::Failed)?;
    let ended = progress::step(session, &mut record, now)?.ended;
    let Some(status) = ended else {
        return Ok(());
    };
    recovered.ended.push((id, status));
    // What somebody killed stays down.
    if status == RecordStatus::Failed || status == RecordStatus::Timeout {
        let restart = Restart {
            task_id: record.task_id,
            kind: RestartKind::Exceptional,
            commands: Vec::new(),
            start_mode: StartMode::AutoRestart,
            starter: 0,
            now,
        };
        recovered.restarted.push(self::restart(session, &restart)?);
    }
    Ok(())
}

/// Gives a record back of which nothing has started: its next claim goes on where it stands.
fn release(session: &mut dyn Session, id: RecordId, now: Timestamp) -> Result<()> {
    const ACTIONS: &str = "UPDATE actions
        SET status = 'waiting', queued_at = NULL, node_id = NULL
        WHERE record_id = ? AND status = 'queueing'";
    const RECORD: &str = "UPDATE task_records
        SET status = 'ready', ready_at = ?, node_id = NULL, lease_until = NULL
        WHERE id = ?";
    change(session, ACTIONS, &cells![id])?;
    change(session, RECORD, &cells![now, id])?;
    Ok(())
}

fn is_expired(session: &mut dyn Session, id: RecordId, now: Timestamp) -> Result<bool> {
    const STILL: Query<RecordId> =
        ids("SELECT id FROM task_records WHERE id = ? AND lease_until < ?");
    Ok(STILL.first(session, &cells![id, now])?.is_some())
}

fn restart(session: &mut dyn Session, wish: &Restart) -> Result<TaskRef> {
    let task = wish.task_id;
    let missing = || Error::missing("task", task);
    let newest = queries::current(session, task)?.ok_or_else(missing)?;
    records::lock(session, newest.record.id)?;
    let newest = queries::current(session, task)?.ok_or_else(missing)?;
    if newest.record.status.is_live() {
        let status = newest.record.status;
        let text = format!("task {task} is `{status}`: kill it before restarting it");
        return Err(Error::Conflict(text));
    }
    let shape = shape(session, &newest, wish)?;
    if !shape.steps.iter().any(|step| !step.skipped) {
        let text = format!("task {task} has nothing to run again");
        return Err(Error::Conflict(text));
    }
    let opening = Opening {
        task_id: task,
        job_id: newest.job_id,
        task_time: newest.task_time,
        seq: newest.record.seq.saturating_add(1),
        parent: Some(newest.record.id),
        previous: Some(newest.record.record_time),
        kind: wish.kind,
        start_mode: wish.start_mode,
        starter: wish.starter,
        start_after: None,
        now: wish.now,
    };
    tasks::open(session, &opening, &shape)
}

/// What the new record will run: the job as it is now, or a part of the snapshot before.
fn shape(session: &mut dyn Session, newest: &Task, wish: &Restart) -> Result<Snapshot> {
    match wish.kind {
        RestartKind::Exceptional => {
            let old = actions::of_record(session, newest.record.id)?;
            let edges = edges(session, newest.record.id)?;
            let again = |action: &Action| action.status != ActionStatus::Done;
            Ok(part(&old, &edges, again))
        }
        RestartKind::Partial => {
            let whole = tasks::snapshot(session, newest.job_id)?;
            Ok(chosen(whole, wish))
        }
        RestartKind::First | RestartKind::Whole | RestartKind::Recheck => {
            tasks::snapshot(session, newest.job_id)
        }
    }
}

fn edges(session: &mut dyn Session, record: RecordId) -> Result<Vec<(ActionId, ActionId)>> {
    const EDGES: Query<(ActionId, ActionId)> = Query {
        table: "action_edges",
        sql: "SELECT upstream_action_id, downstream_action_id
              FROM action_edges
              WHERE record_id = ?",
        read: |row| {
            let upstream = ActionId(row.number("upstream_action_id")?);
            Ok((upstream, ActionId(row.number("downstream_action_id")?)))
        },
    };
    EDGES.all(session, &cells![record])
}

fn part(
    old: &[Action],
    edges: &[(ActionId, ActionId)],
    again: impl Fn(&Action) -> bool,
) -> Snapshot {
    let place = |id: ActionId| old.iter().position(|action| action.id == id);
    let edges = edges
        .iter()
        .filter_map(|edge| Some((place(edge.0)?, place(edge.1)?)));
    let edges: Vec<_> = edges.collect();
    let steps = old.iter().map(|action| Step {
        command: action.command_id,
        source: command(action),
        skipped: action.status == ActionStatus::Skipped,
    });
    let whole = Snapshot {
        steps: steps.collect(),
        edges,
    };
    let kept: Vec<bool> = old.iter().map(again).collect();
    contract(whole, &kept)
}

fn chosen(whole: Snapshot, wish: &Restart) -> Snapshot {
    let listed = |step: &Step| wish.commands.contains(&step.command) && !step.skipped;
    let kept: Vec<bool> = whole.steps.iter().map(listed).collect();
    contract(whole, &kept)
}

/// Leaves out what is not kept; a kept step that waited for an omitted one waits for whatever that
/// one waited for.
fn contract(whole: Snapshot, kept: &[bool]) -> Snapshot {
    let is_kept = |node: usize| kept.get(node).copied().unwrap_or(false);
    let nodes: Vec<usize> = (0..whole.steps.len())
        .filter(|&node| is_kept(node))
        .collect();
    let place = |node: usize| nodes.iter().position(|&kept| kept == node);
    let mut edges = Vec::new();
    for (downstream, &node) in nodes.iter().enumerate() {
        let mut seen = HashSet::new();
        let mut open = vec![node];
        while let Some(here) = open.pop() {
            for &(upstream, _) in whole.edges.iter().filter(|edge| edge.1 == here) {
                if !seen.insert(upstream) {
                    continue;
                }
                match place(upstream) {
                    Some(upstream) => edges.push((upstream, downstream)),
                    None => open.push(upstream),
                }
            }
        }
    }
    let steps = whole.steps.into_iter().enumerate();
    let steps = steps
        .filter(|(node, _)| is_kept(*node))
        .map(|(_, step)| step)
        .collect();
    Snapshot { steps, edges }
}

fn command(action: &Action) -> Command {
    Command {
        id: Some(action.command_id),
        title: action.title.clone(),
        kind: action.kind,
        text: action.source_text.clone(),
        args: action.source_args.clone(),
        timeout: action.timeout,
        retry_limit: action.retry_limit,
        retry_delay: action.retry_delay,
        enabled: action.status != ActionStatus::Skipped,
        after: Vec::new(),
    }
}

impl Store {
    /// Takes its work from a node that no longer runs it. A record of which nothing was running
    /// becomes `ready` again; one with running actions ends, and a record in its place runs only
    /// what was not done. Call it when that node starts, before it claims anything, and when it has
    /// stopped. Repeating it finds nothing more; at most 500 records are taken per call, so call it
    /// until it is empty.
    ///
    /// # Errors
    /// The database's.
    pub async fn recover_node(&self, node: NodeId, now: Timestamp) -> Result<Recovered> {
        self.write(move |tx| recover(tx, Dead::Node(node), now))
            .await
    }

    /// The same for every claim, of whatever node, whose lease has run out.
    ///
    /// # Errors
    /// The database's.
    pub async fn expire_leases(&self, now: Timestamp) -> Result<Recovered> {
        self.write(move |tx| recover(tx, Dead::Expired, now)).await
    }

    /// Opens a new record of a task that has ended.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the task is live or nothing is left to run.
    pub async fn restart_task(&self, wish: Restart) -> Result<TaskRef> {
        self.write(move |tx| restart(tx, &wish)).await
    }

    /// Sets the newest record of an ended task aside as `ignore`, and checks its alerts off.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] when the task is live.
    pub async fn ignore_task(&self, id: TaskId, mender: u32, now: Timestamp) -> Result<()> {
        self.write(move |tx| ignore(tx, id, mender, now)).await
    }
}

fn ignore(session: &mut dyn Session, id: TaskId, mender: u32, now: Timestamp) -> Result<()> {
    const IGNORE: &str = "UPDATE task_records
        SET status = 'ignore', version = version + 1
        WHERE id = ? AND live IS NULL";
    const CHECK_OFF: &str = "UPDATE task_alerts
        SET checked = 1, mender = ?, checked_at = ?
        WHERE task_id = ? AND checked = 0";
    let newest = queries::current(session, id)?.ok_or_else(|| Error::missing("task", id))?;
    if change(session, IGNORE, &cells![newest.record.id])? == 0 {
        let text = format!("task {id} is live: kill it before setting it aside");
        return Err(Error::Conflict(text));
    }
    change(session, CHECK_OFF, &cells![mender, now, id])?;
    Ok(())
}
