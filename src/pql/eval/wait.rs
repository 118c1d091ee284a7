//! Waiting for the outside until it answers or the run is stopped.

use std::future::Future;

use crate::connectors;
use crate::pql::Error;
use crate::pql::eval::shared::cancelled;
use crate::pql::eval::{Done, Run};

impl Run {
    /// Waits for a call; stopping the run drops it.
    pub(crate) fn wait<T>(
        &self,
        call: impl Future<Output = Result<T, connectors::Error>>,
    ) -> Done<T> {
        let cancel = self.shared.cancel.clone();
        self.shared.environment.runtime.block_on(async {
            tokio::select! {
                biased;
                () = cancel.cancelled() => Err(cancelled().into()),
                answer = call => Ok(answer.map_err(Error::from)?),
            }
        })
    }
}
