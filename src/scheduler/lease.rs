//! The keeper of claims: renews the node's own, follows requests to kill, takes over from the dead,
//! and picks up what fell through.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};

use super::execute;
use super::node::Node;
use crate::model::{Action, ActionEnd, ActionId, ActionStatus};
use crate::store::{self, Recovered};

/// How often requests to kill are looked for that arrived at another node.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often the rows are compared with what really runs here.
const COMPARE_EVERY: Duration = Duration::from_secs(5);

/// Renewals in the time that a claim holds.
const RENEWALS_PER_LEASE: u32 = 3;

/// Gives back, or ends and restarts, everything that this node had claimed.
pub(super) async fn recover_own(node: &Node) -> store::Result<()> {
    loop {
        let now = node.now();
        let found = node.parts.store.recover_node(node.parts.node_id, now);
        let found = found.await?;
        if found.ended.is_empty() && found.released.is_empty() {
            return Ok(());
        }
        tell(
            node,
            &found,
            "work of an earlier run of this node was taken back",
        );
    }
}

pub(super) async fn run(node: Arc<Node>) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    // A look that comes late need not be made up for.
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let renew_every = node.parts.lease / RENEWALS_PER_LEASE;
    let mut keeper = Keeper {
        renewed: Instant::now(),
        renew_at: Instant::now(),
        compare_at: Instant::now() + COMPARE_EVERY,
        strays: HashSet::new(),
    };
    loop {
        looks.tick().await;
        if Instant::now() >= keeper.renew_at {
            keeper.renew_at = Instant::now() + renew_every;
            keeper.renew(&node).await;
        }
        if node.parts.signals.busy() > 0 {
            follow_kills(&node).await;
        }
        if Instant::now() >= keeper.compare_at {
            keeper.compare_at = Instant::now() + COMPARE_EVERY;
            keeper.compare(&node).await;
        }
    }
}

/// What the loop remembers.
struct Keeper {
    renewed: Instant,
    renew_at: Instant,
    compare_at: Instant,
    /// Actions that the rows said run here and that did not, when last compared.
    strays: HashSet<ActionId>,
}

impl Keeper {
    async fn renew(&mut self, node: &Node) {
        let until = node.lease_until();
        match node
            .parts
            .store
            .renew_leases(node.parts.node_id, until)
            .await
        {
            Ok(_) => self.renewed = Instant::now(),
            Err(error) => {
                tracing::error!(error.code = %error.code(), error = %error, "claims not renewed");
                // Before the claim ends, so that no other node finds it running here.
                if self.renewed.elapsed() > node.parts.lease * 4 / 5 {
                    node.parts.signals.stop_all(Duration::ZERO);
                }
                return;
            }
        }
        match node.parts.store.expire_leases(node.now()).await {
            Ok(found) if found.ended.is_empty() && found.released.is_empty() => {}
            Ok(found) => {
                tell(node, &found, "work of a node that is gone was taken over");
                node.parts.signals.work_arrived();
            }
            Err(error) => {
                tracing::warn!(error.code = %error.code(), error = %error, "no look at the dead");
            }
        }
    }

    /// Compares the rows with what runs: an action that the rows give to this node and that nobody
    /// here knows, twice in a row, lost its answer on the way. What had not started is taken on
    /// again; what had is ended as lost.
    async fn compare(&mut self, node: &Arc<Node>) {
        let rows = match node
            .parts
            .store
            .running_actions_of(node.parts.node_id)
            .await
        {
            Ok(rows) => rows,
            Err(error) => {
                tracing::warn!(error.code = %error.code(), error = %error, "rows not compared");
                return;
            }
        };
        let unknown = |action: &Action| !node.parts.signals.is_running(action.id);
        let strays: Vec<Action> = rows.into_iter().filter(unknown).collect();
        let now = strays.iter().map(|action| action.id).collect();
        let before = std::mem::replace(&mut self.strays, now);
        if node.closing.is_cancelled() {
            return;
        }
        for action in strays.into_iter().filter(|a| before.contains(&a.id)) {
            if let Err(error) = pick_up(node, action).await {
                tracing::warn!(error.code = %error.code(), error = %error, "a stray stays behind");
            }
        }
    }
}

async fn pick_up(node: &Arc<Node>, action: Action) -> store::Result<()> {
    tracing::warn!(action.id = %action.id, status = %action.status, "a stray action was found");
    let task = node.parts.store.task_of_record(action.record_id).await?;
    let Some(task) = task else { return Ok(()) };
    let task = Arc::new(task);
    if action.status == ActionStatus::Queueing {
        execute::take_on(node, task, action);
        return Ok(());
    }
    let end = ActionEnd {
        status: ActionStatus::Exceptional,
        attempts: action.attempts,
        exit_code: None,
        signal: None,
        error: Some("the node lost sight of it".to_owned()),
        pinned: None,
    };
    execute::report(node, &task, action.id, action.epoch, end).await;
    Ok(())
}

async fn follow_kills(node: &Node) {
    match node.parts.store.asked_kills(node.parts.node_id).await {
        Ok(asked) => {
            node.parts.signals.kill(&asked);
        }
        Err(error) => {
            tracing::warn!(error.code = %error.code(), error = %error, "no look at kills");
        }
    }
}

fn tell(node: &Node, found: &Recovered, what: &str) {
    tracing::warn!(
        released = found.released.len(),
        ended = found.ended.len(),
        restarted = found.restarted.len(),
        "{what}"
    );
    for (_, status) in &found.ended {
        node.parts.metrics.count_task(status.as_str());
    }
}
