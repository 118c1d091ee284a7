//! Waiting for the outside until it answers or the run is stopped.

use std::future::Future;

use crate::connectors;
use crate::fault::Code;
use crate::pql::Error;
use crate::pql::eval::{Done, Halt, Run};

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
                () = cancel.cancelled() => Err(cancelled()),
                answer = call => Ok(answer.map_err(Error::from)?),
            }
        })
    }

    /// Waits for blocking work on another thread; stopping the run leaves it to end by itself.
    pub(crate) fn wait_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Done<T> {
        let runtime = &self.shared.environment.runtime;
        let task = runtime.spawn_blocking(work);
        let cancel = self.shared.cancel.clone();
        runtime.block_on(async {
            tokio::select! {
                biased;
                () = cancel.cancelled() => Err(cancelled()),
                answer = task => answer.map_err(|error| {
                    Halt::new(Code::PQL_STATEMENT, format!("the work broke off: {error}"))
                }),
            }
        })
    }
}

fn cancelled() -> Halt {
    Halt::new(Code::PQL_CANCELLED, "the run was cancelled")
}
