//! What the loops of a node and those who wake them share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::model::ActionId;
use crate::process::Running;
use crate::runner::{Stopper, Why};

/// Wakes the loops and stops running actions; clones share everything. A signal that gets lost
/// costs time only, because every loop also looks by itself.
#[derive(Debug, Clone, Default)]
pub struct Signals(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    beat: Notify,
    claim: Notify,
    ended: Notify,
    running: Mutex<HashMap<ActionId, Stopper>>,
}

impl Signals {
    /// Tells that a job has another next tick.
    pub fn plan_changed(&self) {
        self.0.beat.notify_one();
    }

    /// Tells that a record may be ready, or an executor free.
    pub fn work_arrived(&self) {
        self.0.claim.notify_one();
    }

    /// Asks actions to end, of those that run on this node; answers which do.
    pub fn kill(&self, actions: &[ActionId]) -> Vec<ActionId> {
        let running = self.running();
        let mut here = Vec::new();
        for id in actions {
            if let Some(stopper) = running.get(id) {
                stopper.stop(Why::Killed, Running::GRACE);
                here.push(*id);
            }
        }
        here
    }

    /// Waits until none of the actions runs on this node any more, at most `limit`. May be dropped
    /// at any await.
    pub async fn wait_until_ended(&self, actions: &[ActionId], limit: Duration) {
        let all_ended = async {
            loop {
                let next_end = self.0.ended.notified();
                tokio::pin!(next_end);
                // Registered before the look, so that an end in between is not missed.
                next_end.as_mut().enable();
                if !actions.iter().any(|id| self.running().contains_key(id)) {
                    return;
                }
                next_end.await;
            }
        };
        let _too_long = tokio::time::timeout(limit, all_ended).await;
    }

    /// How many actions this node has taken on and not ended.
    pub fn busy(&self) -> usize {
        self.running().len()
    }

    pub(super) async fn beat_woken(&self) {
        self.0.beat.notified().await;
    }

    pub(super) async fn claim_woken(&self) {
        self.0.claim.notified().await;
    }

    /// Asks everything that runs here to end.
    pub(super) fn stop_all(&self, grace: Duration) {
        for stopper in self.running().values() {
            stopper.stop(Why::NodeStops, grace);
        }
    }

    pub(super) fn is_running(&self, id: ActionId) -> bool {
        self.running().contains_key(&id)
    }

    /// Takes note of an action that is taken on; false when it was already.
    pub(super) fn took_on(&self, id: ActionId, stopper: Stopper) -> bool {
        self.running().insert(id, stopper).is_none()
    }

    pub(super) fn let_go(&self, id: ActionId) {
        self.running().remove(&id);
        self.0.ended.notify_waiters();
    }

    fn running(&self) -> MutexGuard<'_, HashMap<ActionId, Stopper>> {
        self.0
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
