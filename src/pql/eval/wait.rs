//! Waiting for the outside until it answers or the run is stopped.

use std::future::Future;

use crate::connectors;
use crate::pql::Error;
use crate::pql::eval::{Done, Run};

impl Run {
    /// Waits for a call; stopping the run drops it.
    pub(crate) fn wait<T>(
        &self,
        call: impl Future<Output = Result<T, connectors::Error>>,
    ) -> Done<T> {
        let shared = &self.shared;
        let runtime = &shared.environment.runtime;
        let answer = runtime.block_on(shared.cancel.or_stopped(call))?;
        Ok(answer.map_err(Error::from)?)
    }
}
