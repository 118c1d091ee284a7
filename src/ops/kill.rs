//! Killing tasks and actions.

use std::time::Duration;

use super::{Error, Ops};
use crate::clock::Timestamp;
use crate::model::{ActionId, JobId, RecordStatus, TaskId};
use crate::store::{Killed, TaskFilter};

/// How long an answer waits for processes to end (`keeper.md` E5).
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Live tasks of one job that are looked at in one go.
const TASKS_PER_PAGE: usize = 500;

/// Which tasks of a job are killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KillScope {
    /// Those that execute.
    Executing,
    /// Those that wait as well.
    All,
}

/// What a kill came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KilledActions {
    /// Actions that were stopped or will never start.
    pub actions: Vec<ActionId>,
    /// Why nothing happened, when nothing did.
    pub warning: Option<String>,
}

impl Ops {
    /// Kills the record of a task: its running actions are stopped, on whatever node they run, the
    /// others never start. Waits for the ends a little; repeating it is harmless.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn kill_task(
        &self,
        id: TaskId,
        record_time: Option<Timestamp>,
        killer: u32,
    ) -> Result<KilledActions, Error> {
        let task = self.get_task(id, record_time).await?;
        if !task.record.status.is_live() {
            let warning = format!("task {id} has ended: it is `{}`", task.record.status);
            return Ok(KilledActions {
                actions: Vec::new(),
                warning: Some(warning),
            });
        }
        let now = self.pql.clock.now();
        let killed = self.store.kill_record(task.record.id, killer, now).await?;
        tracing::info!(task.id = %id, killer, running = killed.running.len(), "task killed");
        Ok(self.stop(vec![killed]).await)
    }

    /// Kills the tasks of a job.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn kill_job(
        &self,
        id: JobId,
        scope: KillScope,
        killer: u32,
    ) -> Result<KilledActions, Error> {
        self.get_job_by_id(id).await?;
        let statuses: &[RecordStatus] = match scope {
            KillScope::Executing => &[RecordStatus::Executing],
            KillScope::All => &[
                RecordStatus::New,
                RecordStatus::Initialized,
                RecordStatus::Ready,
                RecordStatus::Executing,
            ],
        };
        let mut killed = Vec::new();
        for status in statuses {
            let mut after = None;
            loop {
                let filter = TaskFilter {
                    job_id: Some(id),
                    status: Some(*status),
                    ..TaskFilter::default()
                };
                let page = self.store.list_tasks(filter, TASKS_PER_PAGE, after).await?;
                after = page.last().map(|task| task.id);
                for task in page {
                    let now = self.pql.clock.now();
                    killed.push(self.store.kill_record(task.record.id, killer, now).await?);
                }
                if after.is_none() {
                    break;
                }
            }
        }
        tracing::info!(job.id = %id, killer, tasks = killed.len(), "job killed");
        Ok(self.stop(killed).await)
    }

    /// Kills one action; its task ends as interrupted when nothing of it runs any more.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn kill_action(&self, id: ActionId, killer: u32) -> Result<KilledActions, Error> {
        let now = self.pql.clock.now();
        let killed = self.store.kill_action(id, killer, now).await?;
        let is_named = killed.running.iter().any(|(action, _)| *action == id)
            || killed.cancelled.contains(&id);
        tracing::info!(action.id = %id, killer, was_active = is_named, "action killed");
        self.stop(vec![killed]).await;
        Ok(KilledActions {
            actions: if is_named { vec![id] } else { Vec::new() },
            warning: None,
        })
    }

    /// Stops the processes that a kill named, and waits for them a little.
    async fn stop(&self, killed: Vec<Killed>) -> KilledActions {
        let running: Vec<ActionId> = killed
            .iter()
            .flat_map(|one| one.running.iter().map(|(id, _)| *id))
            .collect();
        let cancelled = killed.iter().flat_map(|one| one.cancelled.iter().copied());
        let mut actions: Vec<ActionId> = running.iter().copied().chain(cancelled).collect();
        actions.sort_unstable();
        // What runs on other nodes is marked in its row, and they look every second.
        let here = self.signals.kill(&running);
        self.signals.wait_until_ended(&here, ANSWER_WITHIN).await;
        KilledActions {
            actions,
            warning: None,
        }
    }
}
