//! The tables of records and alerts: rows, locks and ends.

use super::cells::{Cells, Query, cells, change};
use super::{Error, Result, reasons};
use crate::clock::Timestamp;
use crate::model::{EndReason, JobId, NodeId, Record, RecordId, RecordStatus, TaskId};
use crate::sql::Session;

/// The columns that [`read`] reads, of an alias `r`.
macro_rules! record_columns {
    () => {
        "r.id, r.task_id, r.job_id, r.record_time, r.seq, r.restart_kind, r.start_mode, r.starter,
         r.killer, r.status, r.end_reason, r.node_id, r.epoch, r.start_after, r.ready_at,
         r.started_at, r.finished_at, r.reason_json, r.next_check_at"
    };
}
pub(super) use record_columns;

/// Reads the cells of [`record_columns`].
pub(super) fn read(row: &mut Cells) -> Result<Record> {
    Ok(Record {
        id: RecordId(row.number("id")?),
        task_id: TaskId(row.number("task_id")?),
        job_id: JobId(row.number("job_id")?),
        record_time: row.time("record_time")?,
        seq: row.number("seq")?,
        restart_kind: row.word("restart_kind")?,
        start_mode: row.word("start_mode")?,
        starter: row.number("starter")?,
        killer: row.opt("killer")?,
        status: row.word("status")?,
        end_reason: row.opt_word("end_reason")?,
        node_id: row.opt("node_id")?.map(NodeId),
        epoch: row.number("epoch")?,
        start_after: row.opt_time("start_after")?,
        ready_at: row.opt_time("ready_at")?,
        started_at: row.opt_time("started_at")?,
        finished_at: row.opt_time("finished_at")?,
        reason: match row.opt_text("reason_json")? {
            None => None,
            Some(text) => match reasons::read(&text) {
                None => return Err(row.wrong("reason_json", text)),
                reason => reason,
            },
        },
        next_check_at: row.opt_time("next_check_at")?,
        actions: Vec::new(),
    })
}

/// A statement that reads whole records.
pub(super) const fn records(sql: &'static str) -> Query<Record> {
    Query {
        table: "task_records",
        sql,
        read,
    }
}

/// Takes a record's row lock and reads it; until the commit nobody else changes it.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn lock(session: &mut dyn Session, id: RecordId) -> Result<Record> {
    const LOCK: &str = "UPDATE task_records SET version = version + 1 WHERE id = ?";
    const ONE: Query<Record> = records(concat!(
        "SELECT ",
        record_columns!(),
        " FROM task_records r WHERE r.id = ?"
    ));
    change(session, LOCK, &cells![id])?;
    let record = ONE.first(session, &cells![id])?;
    record.ok_or_else(|| Error::missing("record", id))
}

/// Notes how a record will end; a reason of higher rank replaces a lower one.
pub(super) fn spoil(
    session: &mut dyn Session,
    record: &mut Record,
    reason: EndReason,
) -> Result<()> {
    const SPOIL: &str = "UPDATE task_records SET end_reason = ? WHERE id = ?";
    if record
        .end_reason
        .is_some_and(|old| old.rank() >= reason.rank())
    {
        return Ok(());
    }
    record.end_reason = Some(reason);
    change(session, SPOIL, &cells![reason.as_str(), record.id])?;
    Ok(())
}

/// Ends a locked record: writes its status, and raises an alert or checks the task's alerts off.
///
/// # Errors
/// [`Error::Model`] when the status may not follow, [`Error::Conflict`] when it changed meanwhile.
pub(super) fn end(
    session: &mut dyn Session,
    record: &Record,
    status: RecordStatus,
    now: Timestamp,
) -> Result<()> {
    const END: &str = "UPDATE task_records
        SET status = ?, finished_at = ?, lease_until = NULL, reason_json = NULL,
            next_check_at = NULL
        WHERE id = ? AND status = ?";
    const CHECK_OFF: &str = "UPDATE task_alerts
        SET checked = 1, mender = 0, checked_at = ?
        WHERE task_id = ? AND checked = 0";
    // Success passes through `finished`, which nothing holds up while no dependency is checked.
    let from = match (record.status, status) {
        (RecordStatus::Executing, RecordStatus::Success) => RecordStatus::Finished,
        (from, _) => from,
    };
    from.become_status(record.id, status)?;
    let with = cells![status.as_str(), now, record.id, record.status.as_str()];
    if change(session, END, &with)? != 1 {
        let text = format!("record {} is no longer `{}`", record.id, record.status);
        return Err(Error::Conflict(text));
    }
    if status == RecordStatus::Success {
        change(session, CHECK_OFF, &cells![now, record.task_id])?;
    } else if status.is_abnormal() {
        alert(session, record, status, now)?;
    }
    Ok(())
}

fn alert(
    session: &mut dyn Session,
    record: &Record,
    status: RecordStatus,
    now: Timestamp,
) -> Result<()> {
    const ALERT: &str = "INSERT INTO task_alerts (job_id, task_id, record_id, status, checked,
            created_at)
        VALUES (?, ?, ?, ?, 0, ?)";
    let with = cells![
        record.job_id,
        record.task_id,
        record.id,
        status.as_str(),
        now
    ];
    change(session, ALERT, &with)?;
    Ok(())
}
