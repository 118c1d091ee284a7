//! The order of start and stop of the daemon.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::connect::Connector;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::clock::{Clock, SystemChance, SystemClock};
use crate::config::{
    Environment, HomeLock, LogFormat, Overrides, Settings, TokenState, ensure_token, prepare_home,
};
use crate::fault::Code;
use crate::http::{self, Server, Service, State};
use crate::model::Secret;
use crate::ops::Ops;
use crate::pql::{Limits, PqlCompile};
use crate::registry::{Catalogue, Compile, Parts, Registry, StoredRows};
use crate::runner::PqlHost;
use crate::sql;
use crate::store::{Options, Store};
use crate::telemetry::{Form, Metrics, start_log};
use crate::wasm::{Ceilings, Host};

/// How often the definitions are compared with the store's, so that a missed message heals itself.
const CONVERGE_EVERY: Duration = Duration::from_secs(5);

/// What the daemon is made of, and what must outlive it.
struct House {
    store: Store,
    rows: Arc<dyn Catalogue>,
    registry: Arc<Registry>,
    server: Server,
    state: State,
    _lock: HomeLock,
}

/// Starts the daemon and serves until a signal stops it.
///
/// # Errors
/// Why it cannot start, with what to do about it.
pub(super) async fn serve(overrides: &Overrides) -> Result<Exit, Failure> {
    let settings = Settings::load(overrides, &Environment::of_process())
        .map_err(|error| refuse(error.code(), "the settings cannot be used", &error))?;
    start_logging(&settings)?;
    // Another part of the process may have been first; the provider is the same.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let house = build(settings).await?;
    let stop = house.state.stopping.clone();
    let mut chores = JoinSet::new();
    chores.spawn(until_signalled(stop.clone()));
    chores.spawn(converge(
        Arc::clone(&house.registry),
        Arc::clone(&house.rows),
        stop.clone(),
    ));
    house
        .server
        .serve(Service::new(house.state), stop.clone())
        .await;
    stop.cancel();
    chores.shutdown().await;
    house.store.close().await;
    tracing::info!("stopped");
    Ok(Exit::Success)
}

async fn build(mut settings: Settings) -> Result<House, Failure> {
    prepare_home(&settings.home)
        .map_err(|error| refuse(error.code(), "the home folder cannot be used", &error))?;
    let lock = HomeLock::acquire(&settings.home)
        .map_err(|error| refuse(error.code(), "the home folder cannot be used", &error))?;
    let (token, state) = ensure_token(&mut settings)
        .map_err(|error| refuse(error.code(), "the token cannot be kept", &error))?;
    if let TokenState::Created(file) = state {
        terminal::notice(format!(
            "a token was made and is kept in {}",
            file.display()
        ));
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open_store(&settings.store, clock.as_ref()).await?;
    let rows: Arc<dyn Catalogue> = Arc::new(StoredRows::new(store.clone(), Arc::clone(&clock)));
    let wasm = Arc::new(engine(&settings)?);
    let registry = Arc::new(Registry::new(Parts {
        catalogue: Arc::clone(&rows),
        compilers: compilers(&settings, &wasm),
        connect: Arc::new(Connector {
            runtime: Handle::current(),
        }),
        fixed_connections: settings.connections.clone(),
        runtime: Handle::current(),
    }));
    let report = registry
        .load()
        .await
        .map_err(|error| refuse(error.code(), "the definitions cannot be loaded", &error))?;
    for problem in &report.problems {
        tracing::warn!(?problem, "a definition cannot be used");
    }
    let address = SocketAddr::new(settings.bind, settings.port);
    let limits = http::Limits {
        drain: settings.drain,
        ..http::Limits::default()
    };
    let server = Server::bind(address, limits)
        .await
        .map_err(|error| refuse(error.code(), "the address cannot be used", &error))?;
    let address = server.address();
    terminal::notice(format!("keeper serves on http://{address}"));
    let state = State {
        ops: Ops {
            registry: Arc::clone(&registry),
            metrics: Arc::new(Metrics::new()),
            store: store.clone(),
            pql: PqlHost {
                registry: Arc::clone(&registry),
                store: store.clone(),
                clock,
                chance: Arc::new(SystemChance),
                zone: settings.zone.clone(),
                home: settings.home.clone(),
                runtime: Handle::current(),
                limits: Limits::default(),
            },
            wasm,
        },
        token: Secret::new(token.expose()),
        module_max_bytes: usize::try_from(settings.wasm.module_bytes).unwrap_or(usize::MAX),
        address: settings.node_address(address.port()),
        stopping: CancellationToken::new(),
    };
    Ok(House {
        store,
        rows,
        registry,
        server,
        state,
        _lock: lock,
    })
}

fn engine(settings: &Settings) -> Result<Host, Failure> {
    let ceilings = Ceilings {
        memory_bytes: settings.wasm.memory_bytes,
        call_time: settings.wasm.call_time,
        value_bytes: settings.wasm.value_bytes,
        module_bytes: settings.wasm.module_bytes,
    };
    let cache = settings.home.join("cache").join("wasm");
    Host::new(ceilings, Some(&cache)).map_err(|error| refuse(error.code, "WebAssembly cannot be run", &error))
}

fn compilers(settings: &Settings, wasm: &Arc<Host>) -> Vec<Arc<dyn Compile>> {
    let procedures = PqlCompile {
        clock: Arc::new(SystemClock),
        zone: settings.zone.clone(),
        chance: Arc::new(SystemChance),
        home: settings.home.clone(),
        runtime: Handle::current(),
        limits: Limits::default(),
    };
    let wasm: Arc<dyn Compile> = Arc::clone(wasm) as _;
    vec![wasm, Arc::new(procedures)]
}

async fn open_store(url: &Secret, clock: &dyn Clock) -> Result<Store, Failure> {
    let unusable = "the store cannot be opened";
    let source = sql::source(url.expose(), sql::Options::default(), &Handle::current())
        .map_err(|error| refuse(Code::SETTING_INVALID, unusable, &error))?;
    Store::open(source, Options::default(), clock.now())
        .await
        .map_err(|error| refuse(error.code(), unusable, &error))
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

/// The first signal asks for an orderly stop, the second ends the wait for it.
async fn until_signalled(stop: CancellationToken) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be heard; stop the daemon by kill -9");
        return;
    };
    for stage in ["stopping; a second signal ends at once", "ending at once"] {
        tokio::select! {
            _signal = terminate.recv() => {}
            _signal = interrupt.recv() => {}
        }
        tracing::info!("{stage}");
        if stop.is_cancelled() {
            super::exit::at_once(Exit::Terminated);
        }
        stop.cancel();
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

fn refuse(code: Code, what: &str, error: &dyn std::error::Error) -> Failure {
    let exit = match code {
        Code::STORE_UNAVAILABLE => Exit::Unreachable,
        Code::HOME_IN_USE | Code::ADDRESS_UNAVAILABLE => Exit::Conflict,
        Code::SETTING_INVALID | Code::HOME_UNUSABLE => Exit::Usage,
        _ => Exit::Failed,
    };
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        why.push_str(": ");
        why.push_str(&error.to_string());
        cause = error.source();
    }
    Failure::new(exit, what).why(why).code(code)
}
