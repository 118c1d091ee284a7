//! The order of start and stop of the daemon.

use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::demo;
use super::exit::{Exit, Failure};
use super::house::{House, build, refuse};
use super::terminal;
use crate::config::{Environment, LogFormat, Overrides, Settings};
use crate::http::Service;
use crate::registry::{Catalogue, Registry};
use crate::telemetry::{Form, start_log};

/// How often the definitions are compared with the store's, so that a missed message heals itself.
const CONVERGE_EVERY: Duration = Duration::from_secs(5);

/// The two stages of a stop.
#[derive(Debug, Clone)]
struct Stop {
    /// Nothing new is taken on; what runs may end.
    soft: CancellationToken,
    /// What runs is ended.
    hard: CancellationToken,
}

/// What a daemon brings along besides what its store has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extras {
    /// Nothing.
    None,
    /// A database, a function and jobs to play with.
    Demo,
}

/// Starts the daemon and serves until a signal stops it.
///
/// # Errors
/// Why it cannot start, with what to do about it.
pub(super) async fn serve(overrides: &Overrides, extras: Extras) -> Result<Exit, Failure> {
    let settings = Settings::load(overrides, &Environment::of_process())
        .map_err(|error| refuse(error.code(), "the settings cannot be used", &error))?;
    start_logging(&settings)?;
    let (drain, home) = (settings.drain, settings.home.clone());
    let house = build(settings).await?;
    let stop = Stop {
        soft: house.state.stopping.clone(),
        hard: CancellationToken::new(),
    };
    let mut chores = JoinSet::new();
    chores.spawn(until_signalled(stop.clone()));
    chores.spawn(converge(
        Arc::clone(&house.state.ops.registry),
        Arc::clone(&house.rows),
        stop.soft.clone(),
    ));
    let url = format!("http://{}", house.server.address());
    terminal::notice(format!("keeper serves on {url}"));
    if extras == Extras::Demo {
        demo::prepare(&house.state.ops, &home, &url).await?;
    }
    run(house, drain, &stop).await;
    chores.shutdown().await;
    tracing::info!("stopped");
    Ok(Exit::Success)
}

/// Serves, and stops in order: no new work, running actions, the listener, logs, the store. Looks
/// and kills are answered until the last action has ended.
async fn run(house: House, drain: Duration, stop: &Stop) {
    let logs = Arc::clone(&house.state.ops.logs);
    let http_stop = CancellationToken::new();
    let mut serving = JoinSet::new();
    let service = Service::new(house.state);
    serving.spawn(house.server.serve(service, http_stop.clone()));
    stop.soft.cancelled().await;
    house.scheduler.stop(drain, &stop.hard).await;
    house.launcher.close().await;
    http_stop.cancel();
    while serving.join_next().await.is_some() {}
    // The closure does not panic, and nobody aborts it.
    let _closed = tokio::task::spawn_blocking(move || logs.close()).await;
    house.store.close().await;
    drop(house.lock);
}

fn start_logging(settings: &Settings) -> Result<(), Failure> {
    let form = match settings.log.format {
        LogFormat::Json => Form::Json,
        LogFormat::Human if terminal::notices_are_coloured() => Form::Coloured,
        LogFormat::Human => Form::Plain,
    };
    start_log(form, &settings.log.filter, std::io::stderr())
        .map_err(|error| refuse(error.code(), "the log cannot be started", &error))
}

/// The first signal asks for an orderly stop, the second ends running actions, the third ends the
/// wait for that.
async fn until_signalled(stop: Stop) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be heard; stop the daemon by kill -9");
        return;
    };
    let stages = [
        "stopping: running actions may end; a second signal ends them",
        "ending running actions; a third signal ends at once",
        "ending at once",
    ];
    for stage in stages {
        tokio::select! {
            _signal = terminate.recv() => {}
            _signal = interrupt.recv() => {}
        }
        tracing::info!("{stage}");
        if stop.hard.is_cancelled() {
            super::exit::at_once(Exit::Terminated);
        }
        if stop.soft.is_cancelled() {
            stop.hard.cancel();
        }
        stop.soft.cancel();
    }
}

/// Follows changes that other nodes made to the store.
async fn converge(registry: Arc<Registry>, rows: Arc<dyn Catalogue>, stop: CancellationToken) {
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(CONVERGE_EVERY) => {}
        }
        let outcome = match rows.generations().await {
            Ok(stored) => registry.converge(stored).await.map(|_| ()),
            Err(error) => {
                tracing::warn!(error = %error, "the store's generations cannot be read");
                continue;
            }
        };
        if let Err(error) = outcome {
            tracing::warn!(error.code = %error.code(), error = %error, "definitions are behind");
        }
    }
}
