//! The table of actions: rows, and the reports that change one of them.

use super::cells::{Cells, Query, cells, change};
use super::{Error, Prepared, ProcessMark, Result, Store, records};
use crate::clock::Timestamp;
use crate::model::{Action, ActionId, CommandId, NodeId, Record, RecordId, RecordStatus};
use crate::sql::Session;

/// Every action query starts with these columns.
macro_rules! select_actions {
    ($rest:literal) => {
        concat!(
            "SELECT id, record_id, command_id, title, kind, source_text, source_args, final_text,
                final_args, pinned_json, timeout_ms, retry_limit, retry_delay_ms, position, status,
                pending_upstreams, node_id, epoch, pid, queued_at, started_at, finished_at,
                attempts, exit_code, signal_number, error
             FROM actions ",
            $rest
        )
    };
}
pub(super) use select_actions;

/// A statement made by [`select_actions`].
pub(super) const fn actions(sql: &'static str) -> Query<Action> {
    Query {
        table: "actions",
        sql,
        read,
    }
}

const ONE: Query<Action> = actions(select_actions!("WHERE id = ?"));
const OF_RECORD: Query<Action> =
    actions(select_actions!("WHERE record_id = ? ORDER BY position, id"));

fn read(row: &mut Cells) -> Result<Action> {
    let text = |text: std::sync::Arc<str>| text.to_string();
    Ok(Action {
        id: ActionId(row.number("id")?),
        record_id: RecordId(row.number("record_id")?),
        command_id: CommandId(row.number("command_id")?),
        title: row.string("title")?,
        kind: row.word("kind")?,
        source_text: row.string("source_text")?,
        source_args: row.string("source_args")?,
        final_text: row.opt_text("final_text")?.map(text),
        final_args: row.opt_text("final_args")?.map(text),
        pinned: row.opt_text("pinned_json")?.map(text),
        timeout: row.duration("timeout_ms")?,
        retry_limit: row.number("retry_limit")?,
        retry_delay: row.duration("retry_delay_ms")?,
        position: row.number("position")?,
        status: row.word("status")?,
        pending_upstreams: row.number("pending_upstreams")?,
        node_id: row.opt("node_id")?.map(NodeId),
        epoch: row.number("epoch")?,
        pid: row.opt("pid")?,
        queued_at: row.opt_time("queued_at")?,
        started_at: row.opt_time("started_at")?,
        finished_at: row.opt_time("finished_at")?,
        attempts: row.number("attempts")?,
        exit_code: row.opt("exit_code")?,
        signal: row.opt("signal_number")?,
        error: row.opt_text("error")?.map(text),
    })
}

/// The action of an id.
pub(super) fn one(session: &mut dyn Session, id: ActionId) -> Result<Option<Action>> {
    ONE.first(session, &cells![id])
}

/// The actions of a record by position.
pub(super) fn of_record(session: &mut dyn Session, id: RecordId) -> Result<Vec<Action>> {
    OF_RECORD.all(session, &cells![id])
}

/// Locks the record of an action for a report of `epoch`.
///
/// # Errors
/// [`Error::Fenced`] when the record is no longer executing under that claim.
pub(super) fn fence(session: &mut dyn Session, id: ActionId, epoch: u64) -> Result<Record> {
    const RECORD: Query<RecordId> = Query {
        table: "actions",
        sql: "SELECT record_id FROM actions WHERE id = ?",
        read: |row| Ok(RecordId(row.number("record_id")?)),
    };
    let record = RECORD.first(session, &cells![id])?;
    let record = record.ok_or_else(|| Error::missing("action", id))?;
    let record = records::lock(session, record)?;
    if record.epoch == epoch && record.status == RecordStatus::Executing {
        return Ok(record);
    }
    Err(fenced(id, epoch))
}

/// The refusal of a report.
pub(super) fn fenced(id: ActionId, epoch: u64) -> Error {
    let action = id.0;
    Error::Fenced { action, epoch }
}

fn start(
    session: &mut dyn Session,
    id: ActionId,
    epoch: u64,
    prepared: &Prepared,
    now: Timestamp,
) -> Result<()> {
    const START: &str = "UPDATE actions
        SET status = 'running', started_at = ?, final_text = ?, final_args = ?, pinned_json = ?
        WHERE id = ? AND epoch = ? AND status = 'queueing'";
    let record = fence(session, id, epoch)?;
    let pinned = prepared.pinned.as_deref();
    let with = cells![
        now,
        &prepared.final_text,
        &prepared.final_args,
        pinned,
        id,
        epoch
    ];
    if record.end_reason.is_none() && change(session, START, &with)? == 1 {
        return Ok(());
    }
    Err(fenced(id, epoch))
}

impl Store {
    /// Writes that an action is about to run, before its process exists.
    ///
    /// # Errors
    /// [`Error::Fenced`] when the epoch is old, the record is ending or the action is not queueing:
    /// then nothing may be started.
    pub async fn start_action(
        &self,
        id: ActionId,
        epoch: u64,
        prepared: Prepared,
        now: Timestamp,
    ) -> Result<()> {
        self.write(move |tx| start(tx, id, epoch, &prepared, now))
            .await
    }

    /// Notes the process of a running action, for finding it again after a crash.
    ///
    /// # Errors
    /// [`Error::Fenced`] when the action does not run under that epoch.
    pub async fn note_process(&self, id: ActionId, epoch: u64, process: ProcessMark) -> Result<()> {
        const NOTE: &str = "UPDATE actions
            SET pid = ?, pgid = ?, proc_start = ?, attempts = attempts + 1
            WHERE id = ? AND epoch = ? AND status = 'running'";
        self.write(move |tx| {
            let ProcessMark {
                pid,
                pgid,
                proc_start,
            } = process;
            match change(tx, NOTE, &cells![pid, pgid, proc_start, id, epoch])? {
                1 => Ok(()),
                _ => Err(fenced(id, epoch)),
            }
        })
        .await
    }

    /// The process of an action, as it was noted.
    ///
    /// # Errors
    /// The database's.
    pub async fn process_of(&self, id: ActionId) -> Result<Option<ProcessMark>> {
        const PROCESS: Query<Option<ProcessMark>> = Query {
            table: "actions",
            sql: "SELECT pid, pgid, proc_start FROM actions WHERE id = ?",
            read: |row| {
                let (pid, pgid) = (row.opt("pid")?, row.opt("pgid")?);
                let start = row.opt("proc_start")?;
                let mark = pid.zip(pgid).zip(start);
                Ok(mark.map(|((pid, pgid), proc_start)| ProcessMark {
                    pid,
                    pgid,
                    proc_start,
                }))
            },
        };
        self.read(move |db| Ok(PROCESS.first(db, &cells![id])?.flatten()))
            .await
    }

    /// The action of an id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_action(&self, id: ActionId) -> Result<Option<Action>> {
        self.read(move |db| one(db, id)).await
    }

    /// Actions that the rows say run, or are about to run, on a node.
    ///
    /// # Errors
    /// The database's.
    pub async fn running_actions_of(&self, node: NodeId) -> Result<Vec<Action>> {
        const RUNNING: Query<Action> = actions(select_actions!(
            "WHERE node_id = ? AND status IN ('queueing', 'running') ORDER BY id"
        ));
        self.read(move |db| RUNNING.all(db, &cells![node])).await
    }
}
