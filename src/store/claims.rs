//! Claiming ready records.

use super::actions;
use super::cells::{Query, cells, change};
use super::records::{self, record_columns};
use super::{
    CHECK_EVERY, Claim, ClaimScope, Claimed, RecordWork, Result, Store, jobs, progress, queries,
    reasons,
};
use crate::clock::Timestamp;
use crate::model::{JobId, NodeId, Reason, Record, RecordId, RecordStatus, Wait};
use crate::sql::Session;

/// Waiting records that are explained in one claim; the rest have their turn in the next.
const EXPLAIN_MAX: usize = 200;

/// A ready record with the limits that decide about it.
struct Candidate {
    record_id: RecordId,
    job_id: JobId,
    max_parallel: u64,
}

/// A ready record whose job executes as many as it may.
struct Blocked {
    record: Record,
    max_parallel: u64,
    max_wait: std::time::Duration,
}

/// Oldest ready first, of jobs that seem to have room; room is checked again under the job's lock.
const READY: Query<Candidate> = Query {
    table: "task_records",
    sql: "SELECT r.id, r.job_id, j.max_parallel
          FROM task_records r JOIN jobs j ON j.id = r.job_id
          WHERE r.live = 1 AND r.status = 'ready'
              AND (r.start_after IS NULL OR r.start_after <= ?)
              AND (j.max_parallel = 0 OR j.max_parallel > (
                  SELECT COUNT(*) FROM task_records e
                  WHERE e.job_id = r.job_id AND e.live = 1 AND e.status = 'executing'
              ))
          ORDER BY r.ready_at, r.id
          LIMIT ?",
    read: |row| {
        Ok(Candidate {
            record_id: RecordId(row.number("id")?),
            job_id: JobId(row.number("job_id")?),
            max_parallel: row.number("max_parallel")?,
        })
    },
};

const BLOCKED: Query<Blocked> = Query {
    table: "task_records",
    sql: concat!(
        "SELECT ",
        record_columns!(),
        ", j.max_parallel, j.max_wait_ms
          FROM task_records r JOIN jobs j ON j.id = r.job_id
          WHERE r.live = 1 AND r.status = 'ready'
              AND (r.start_after IS NULL OR r.start_after <= ?)
              AND (r.next_check_at IS NULL OR r.next_check_at <= ?)
              AND j.max_parallel > 0 AND j.max_parallel <= (
                  SELECT COUNT(*) FROM task_records e
                  WHERE e.job_id = r.job_id AND e.live = 1 AND e.status = 'executing'
              )
          ORDER BY r.ready_at, r.id
          LIMIT ?"
    ),
    read: |row| {
        Ok(Blocked {
            record: records::read(row)?,
            max_parallel: row.number("max_parallel")?,
            max_wait: row.duration("max_wait_ms")?,
        })
    },
};

const WAIT: &str = "UPDATE task_records
    SET reason_json = ?, next_check_at = ?
    WHERE id = ? AND status = 'ready'";

fn claim(session: &mut dyn Session, wish: Claim) -> Result<Claimed> {
    let mut claimed = Claimed::default();
    // A job may fill up while its records are claimed, so the first look may be too narrow.
    while claimed.work.len() < wish.slots {
        let missing = wish.slots - claimed.work.len();
        let ready = READY.all(session, &cells![wish.now, missing])?;
        let before = claimed.work.len();
        for candidate in &ready {
            if let Some(work) = take(session, candidate, wish)? {
                claimed.work.push(work);
            }
        }
        if claimed.work.len() == before || ready.len() < missing {
            break;
        }
    }
    if wish.scope == ClaimScope::Waiting {
        explain(session, wish.now, &mut claimed)?;
    }
    Ok(claimed)
}

/// Claims one record, or answers `None` when another node was faster or its job has no room.
fn take(session: &mut dyn Session, of: &Candidate, wish: Claim) -> Result<Option<RecordWork>> {
    const EXECUTING: Query<u64> = Query {
        table: "task_records",
        sql: "SELECT COUNT(*) FROM task_records
              WHERE job_id = ? AND live = 1 AND status = 'executing'",
        read: |row| row.number("count"),
    };
    const TAKE: &str = "UPDATE task_records
        SET status = 'executing', node_id = ?, epoch = epoch + 1, lease_until = ?, started_at = ?,
            reason_json = NULL, next_check_at = NULL
        WHERE id = ? AND status = 'ready'";
    if of.max_parallel > 0 {
        jobs::lock(session, of.job_id)?;
        let executing = EXECUTING.first(session, &cells![of.job_id])?;
        if executing.unwrap_or(0) >= of.max_parallel {
            return Ok(None);
        }
    }
    let row = cells![wish.node_id, wish.lease_until, wish.now, of.record_id];
    if change(session, TAKE, &row)? == 0 {
        return Ok(None);
    }
    let mut record = records::lock(session, of.record_id)?;
    let stepped = progress::step(session, &mut record, wish.now)?;
    let Some(mut task) = queries::task_of(session, of.record_id)? else {
        return Ok(None);
    };
    task.record.actions = actions::of_record(session, of.record_id)?;
    Ok(stepped.ended.is_none().then_some(RecordWork {
        task,
        runnable: stepped.next,
    }))
}

/// Writes why records of full jobs wait, and ends those that waited too long.
fn explain(session: &mut dyn Session, now: Timestamp, claimed: &mut Claimed) -> Result<()> {
    for blocked in BLOCKED.all(session, &cells![now, now, EXPLAIN_MAX])? {
        let record = blocked.record;
        let waited = record
            .ready_at
            .and_then(|ready| now.duration_since(ready).try_into().ok());
        if !blocked.max_wait.is_zero()
            && waited.is_some_and(|w: std::time::Duration| w >= blocked.max_wait)
        {
            let record = records::lock(session, record.id)?;
            if record.status == RecordStatus::Ready {
                progress::cancel(session, &record, now)?;
                records::end(session, &record, RecordStatus::WaitingLimit, now)?;
                claimed.gave_up.push(record.id);
            }
            continue;
        }
        let limit = blocked.max_parallel;
        let next_check_at = now.checked_add(CHECK_EVERY).ok();
        let reason = Reason {
            wait: Wait::JobParallel,
            text: format!(
                "{limit} tasks of job {} execute, which is its limit",
                record.job_id
            ),
            because: Vec::new(),
            decided_at: now,
            next_check_at,
        };
        let text = reasons::write(&reason);
        if change(session, WAIT, &cells![text, next_check_at, record.id])? == 1 {
            claimed.waiting.push((record.id, reason));
        }
    }
    Ok(())
}

/// Writes why ready records without a reason wait although their jobs have room.
fn explain_full(
    session: &mut dyn Session,
    executors: usize,
    now: Timestamp,
) -> Result<Vec<RecordId>> {
    const UNEXPLAINED: Query<RecordId> = Query {
        table: "task_records",
        sql: "SELECT id
              FROM task_records
              WHERE live = 1 AND status = 'ready' AND reason_json IS NULL
                  AND (start_after IS NULL OR start_after <= ?)
              ORDER BY ready_at, id
              LIMIT ?",
        read: |row| Ok(RecordId(row.number("id")?)),
    };
    let next_check_at = now.checked_add(CHECK_EVERY).ok();
    let reason = Reason {
        wait: Wait::NoExecutor,
        text: format!("all {executors} executors of the node are busy"),
        because: Vec::new(),
        decided_at: now,
        next_check_at,
    };
    let text = reasons::write(&reason);
    let waiting = UNEXPLAINED.all(session, &cells![now, EXPLAIN_MAX])?;
    for id in &waiting {
        change(session, WAIT, &cells![&text, next_check_at, *id])?;
    }
    Ok(waiting)
}

impl Store {
    /// Notes that ready records wait because no executor of the node is free; answers which ones
    /// were told so.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_full(&self, executors: usize, now: Timestamp) -> Result<Vec<RecordId>> {
        self.write(move |tx| explain_full(tx, executors, now)).await
    }

    /// Claims up to `slots` ready records for a node, the oldest first, none beyond its job's
    /// limit. What stays behind because of that limit carries its reason; what waited longer than
    /// its job allows ends as `waiting_limit` with an alert.
    ///
    /// # Errors
    /// The database's.
    pub async fn claim_records(&self, claim: Claim) -> Result<Claimed> {
        self.write(move |tx| self::claim(tx, claim)).await
    }

    /// Puts off the end of every claim of a node; answers how many it holds.
    ///
    /// # Errors
    /// The database's.
    pub async fn renew_leases(&self, node: NodeId, until: Timestamp) -> Result<u64> {
        const NODE: &str = "UPDATE nodes SET lease_until = ? WHERE id = ?";
        const RECORDS: &str = "UPDATE task_records
            SET lease_until = ?, version = version + 1
            WHERE node_id = ? AND live = 1 AND status = 'executing'";
        self.write(move |tx| {
            change(tx, NODE, &cells![until, node])?;
            change(tx, RECORDS, &cells![until, node])
        })
        .await
    }
}
