//! A node: what its loops work with, and their start and stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Plans, Signals, beat, claim, janitor, lease};
use crate::clock::{Chance, Clock, SignedDuration, Timestamp};
use crate::logs::{LogKey, TaskLogs};
use crate::model::{NodeId, Task};
use crate::runner::{Journal, Runner};
use crate::store::{self, Store};
use crate::telemetry::Metrics;

/// What a scheduler is made of.
pub struct Parts {
    /// The node's row.
    pub node_id: NodeId,
    /// The durable rows.
    pub store: Store,
    /// Runs actions.
    pub runner: Arc<Runner>,
    /// The logs of tasks.
    pub logs: Arc<TaskLogs>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Spreads the looks of several nodes.
    pub chance: Arc<dyn Chance>,
    /// Reads time expressions.
    pub plans: Plans,
    /// Actions that may run at once.
    pub executors: usize,
    /// How long claims hold without renewal.
    pub lease: Duration,
    /// Shared with those who wake and kill.
    pub signals: Signals,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// A node and what runs on it.
pub struct Node {
    pub(super) parts: Parts,
    /// One permit for each executor.
    pub(super) slots: Arc<Semaphore>,
    pub(super) actions: TaskTracker,
    /// Nothing new is started once this is cancelled.
    pub(super) closing: CancellationToken,
}

impl Node {
    pub(super) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(super) fn lease_until(&self) -> Timestamp {
        let lease = SignedDuration::try_from(self.parts.lease).unwrap_or(SignedDuration::MAX);
        self.now().saturating_add(lease).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn log_key(task: &Task) -> LogKey {
        LogKey {
            job_id: task.job_id,
            task_id: task.id,
            record_time: task.record.record_time,
        }
    }

    /// Opens the log of a task for what is said about it; `None`, told in the daemon's log, when
    /// the disk refuses.
    pub(super) fn journal(&self, task: &Task) -> Option<Journal> {
        match self.parts.logs.record(Self::log_key(task)) {
            Ok(log) => {
                let (clock, zone) = (Arc::clone(&self.parts.clock), self.parts.plans.zone.clone());
                Some(Journal::of_task(log, clock, zone))
            }
            Err(error) => {
                tracing::error!(task.id = %task.id, error = %error, "a task has no log");
                None
            }
        }
    }
}

/// The running scheduler of a node.
pub struct Scheduler {
    node: Arc<Node>,
    loops: JoinSet<()>,
}

impl Scheduler {
    /// Takes back what the node had claimed before it stopped, then starts the loops.
    ///
    /// # Errors
    /// The store's.
    pub async fn start(parts: Parts) -> store::Result<Self> {
        let node = Arc::new(Node {
            slots: Arc::new(Semaphore::new(parts.executors)),
            actions: TaskTracker::new(),
            closing: CancellationToken::new(),
            parts,
        });
        lease::recover_own(&node).await?;
        let mut loops = JoinSet::new();
        loops.spawn(beat::run(Arc::clone(&node)));
        loops.spawn(claim::run(Arc::clone(&node)));
        loops.spawn(lease::run(Arc::clone(&node)));
        loops.spawn(janitor::run(Arc::clone(&node)));
        Ok(Self { node, loops })
    }

    /// Starts nothing new, lets running actions end until `grace` is over or `force` is cancelled,
    /// then stops them; what was not done goes back to the store. Must be awaited to its end.
    pub async fn stop(mut self, grace: Duration, force: &CancellationToken) {
        self.node.closing.cancel();
        self.node.actions.close();
        let count = self.node.parts.signals.busy();
        if count > 0 {
            tracing::info!(actions = count, "waiting for running actions");
        }
        let ended = tokio::select! {
            biased;
            () = self.node.actions.wait() => true,
            () = force.cancelled() => false,
            () = tokio::time::sleep(grace) => false,
        };
        if !ended {
            let count = self.node.parts.signals.busy();
            tracing::warn!(actions = count, "running actions are stopped");
            self.node
                .parts
                .signals
                .stop_all(crate::process::Running::GRACE);
            tokio::select! {
                biased;
                () = self.node.actions.wait() => {}
                () = force.cancelled() => {
                    self.node.parts.signals.stop_all(Duration::ZERO);
                    self.node.actions.wait().await;
                }
            }
        }
        self.loops.shutdown().await;
        if let Err(error) = lease::recover_own(&self.node).await {
            // The next start does the same.
            tracing::warn!(error = %error, "the node's claims were not given back");
        }
    }
}
