//! Runs a PQL script for an action: on a thread of its own, within its limits.

use std::sync::Arc;
use std::time::Duration;

use super::stop::{StopSignal, Why};
use crate::pql::{Environment, Error, Outcome, Runner, Script};
use crate::value::Value;

/// How a PQL run came to its end.
pub(super) enum Ended {
    /// It ran to its end, and left this behind.
    Done(Outcome, String),
    /// It stopped with an error.
    Failed(Error),
    /// The interpreter itself broke down; the log has more.
    Broken(String),
    /// It took too long and was cancelled.
    TimedOut,
    /// It was asked to stop.
    Stopped(Why),
}

/// Runs `script` with `arguments`; a `limit` of zero is none. Returns when the run has ended, also
/// after it was cancelled, and must not be dropped before.
pub(super) async fn run(
    script: Script,
    environment: Environment,
    arguments: Vec<(Arc<str>, Value)>,
    limit: Duration,
    stop: &mut StopSignal,
) -> Ended {
    if let Some(why) = stop.asked() {
        return Ended::Stopped(why);
    }
    let mut runner = Runner::new(script, environment);
    for (name, value) in arguments {
        runner = runner.place(name, value);
    }
    let cancel = runner.cancel();
    let watched = cancel.clone();
    let mut running = tokio::task::spawn_blocking(move || {
        let outcome = runner.run()?;
        let written = outcome.written(&watched);
        Ok((outcome, written))
    });
    let early = tokio::select! {
        biased;
        ended = &mut running => return of_thread(ended),
        (why, _grace) = stop.next() => Ended::Stopped(why),
        () = expire(limit) => Ended::TimedOut,
    };
    cancel.cancel();
    // What it came to no longer matters, only that it is over.
    let _ended = running.await;
    early
}

/// Ends after `limit`, or never when it is zero.
pub(super) async fn expire(limit: Duration) {
    if limit.is_zero() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(limit).await;
}

fn of_thread(ended: Result<Result<(Outcome, String), Error>, tokio::task::JoinError>) -> Ended {
    match ended {
        Ok(Ok((outcome, written))) => Ended::Done(outcome, written),
        Ok(Err(error)) => Ended::Failed(error),
        Err(error) => {
            tracing::error!(error = %error, "a PQL run broke down");
            Ended::Broken("the interpreter broke down; the daemon's log has more".to_owned())
        }
    }
}
