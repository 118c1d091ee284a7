//! Builds every room of the daemon, in the order in which they depend on each other.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::connect::Connector;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::clock::{Clock, SystemChance, SystemClock};
use crate::config::{HomeLock, Settings, TokenState, ensure_token, home_id, prepare_home};
use crate::fault::Code;
use crate::http::{self, Server, State};
use crate::logs::TaskLogs;
use crate::model::Secret;
use crate::ops::Ops;
use crate::pql::{Limits, PqlCompile};
use crate::process::{self, SystemLauncher};
use crate::registry::{Catalogue, Compile, Parts, Registry, StoredRows};
use crate::runner::{PqlHost, Runner};
use crate::scheduler::{self, Plans, Scheduler, Signals};
use crate::sql;
use crate::store::{Options, Store};
use crate::telemetry::Metrics;
use crate::wasm::{Ceilings, Host};

/// What the daemon is made of, and what must outlive it.
pub(super) struct House {
    /// The durable rows.
    pub store: Store,
    /// The rows behind the registry.
    pub rows: Arc<dyn Catalogue>,
    /// Starts processes.
    pub launcher: Arc<SystemLauncher>,
    /// Decides what runs.
    pub scheduler: Scheduler,
    /// Listens, and does not serve yet.
    pub server: Server,
    /// What handlers work with.
    pub state: State,
    /// Held until the daemon ends.
    pub lock: HomeLock,
}

/// Builds it. The listener is bound before the node takes its work back, so that of two daemons
/// with one address only one does.
///
/// # Errors
/// What cannot be used, with what to do about it.
pub(super) async fn build(mut settings: Settings) -> Result<House, Failure> {
    let lock = occupy(&settings.home)?;
    let token = own_token(&mut settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = open_store(&settings.store, clock.as_ref()).await?;
    let rows: Arc<dyn Catalogue> = Arc::new(StoredRows::new(store.clone(), Arc::clone(&clock)));
    let wasm = Arc::new(engine(&settings)?);
    let registry = publish(&settings, &rows, &wasm).await?;
    let launcher = Arc::new(launcher(&settings.home).await?);
    let server = bind(&settings).await?;
    let pql = PqlHost {
        registry: Arc::clone(&registry),
        store: store.clone(),
        clock: Arc::clone(&clock),
        chance: Arc::new(SystemChance),
        zone: settings.zone.clone(),
        home: settings.home.clone(),
        runtime: Handle::current(),
        limits: pql_limits(&settings),
    };
    let folder = settings.home.join("tasks");
    let logs = TaskLogs::start(folder, settings.zone.clone(), Arc::clone(&clock))
        .map_err(|error| refuse(error.code(), "task logs cannot be written", &error))?;
    let plans = Plans {
        zone: settings.zone.clone(),
        registry: Arc::clone(&registry),
    };
    let ops = Ops {
        registry,
        metrics: Arc::new(Metrics::new()),
        store: store.clone(),
        pql,
        wasm,
        logs: Arc::new(logs),
        signals: Signals::default(),
        plans,
    };
    let state = Arc::new(http::Parts {
        ops,
        token,
        module_max_bytes: usize::try_from(settings.wasm.module_bytes).unwrap_or(usize::MAX),
        address: settings.node_address(server.address().port()),
        stopping: CancellationToken::new(),
    });
    let scheduler = schedule(&settings, &state, &launcher).await?;
    Ok(House {
        store,
        rows,
        launcher,
        scheduler,
        server,
        state,
        lock,
    })
}

fn occupy(home: &Path) -> Result<HomeLock, Failure> {
    let unusable = "the home folder cannot be used";
    prepare_home(home).map_err(|error| refuse(error.code(), unusable, &error))?;
    HomeLock::acquire(home).map_err(|error| refuse(error.code(), unusable, &error))
}

fn own_token(settings: &mut Settings) -> Result<Secret, Failure> {
    let (token, state) = ensure_token(settings)
        .map_err(|error| refuse(error.code(), "the token cannot be kept", &error))?;
    if let TokenState::Created(file) = state {
        terminal::notice(format!(
            "a token was made and is kept in {}",
            file.display()
        ));
    }
    Ok(Secret::new(token.expose()))
}

/// Opens the store that the settings name.
pub(super) async fn open_store(url: &Secret, clock: &dyn Clock) -> Result<Store, Failure> {
    let unusable = "the store cannot be opened";
    let source = sql::source(url.expose(), sql::Options::default(), &Handle::current())
        .map_err(|error| refuse(Code::SETTING_INVALID, unusable, &error))?;
    Store::open(source, Options::default(), clock.now())
        .await
        .map_err(|error| refuse(error.code(), unusable, &error))
}

/// The engine of the functions that are WebAssembly.
pub(super) fn engine(settings: &Settings) -> Result<Host, Failure> {
    let ceilings = Ceilings {
        memory_bytes: settings.wasm.memory_bytes,
        call_time: settings.wasm.call_time,
        value_bytes: settings.wasm.value_bytes,
        module_bytes: settings.wasm.module_bytes,
    };
    let cache = settings.home.join("cache").join("wasm");
    Host::new(ceilings, Some(&cache))
        .map_err(|error| refuse(error.code, "WebAssembly cannot be run", &error))
}

/// Loads the definitions of the store; those that cannot be used are told in the log.
pub(super) async fn publish(
    settings: &Settings,
    rows: &Arc<dyn Catalogue>,
    wasm: &Arc<Host>,
) -> Result<Arc<Registry>, Failure> {
    let registry = Arc::new(Registry::new(Parts {
        catalogue: Arc::clone(rows),
        compilers: compilers(settings, wasm),
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
    Ok(registry)
}

fn compilers(settings: &Settings, wasm: &Arc<Host>) -> Vec<Arc<dyn Compile>> {
    let procedures = PqlCompile {
        clock: Arc::new(SystemClock),
        zone: settings.zone.clone(),
        chance: Arc::new(SystemChance),
        home: settings.home.clone(),
        runtime: Handle::current(),
        limits: pql_limits(settings),
    };
    let wasm: Arc<dyn Compile> = Arc::clone(wasm) as _;
    vec![wasm, Arc::new(procedures)]
}

/// What the settings allow a run of PQL.
pub(super) fn pql_limits(settings: &Settings) -> Limits {
    let pql = settings.pql;
    Limits {
        call_depth: pql.call_depth,
        nesting: pql.nesting,
        rows: pql.rows,
        steps: pql.steps,
        cancel_steps: pql.cancel_steps,
        text_bytes: pql.text_bytes,
        connect_retries: pql.connect_retries,
    }
}

/// Ends what an earlier daemon of this home left running, then starts processes of its own.
async fn launcher(home: &Path) -> Result<SystemLauncher, Failure> {
    let unusable = "processes cannot be started";
    let id = home_id(home)
        .map_err(|error| refuse(error.code(), "the home folder cannot be used", &error))?;
    let mark = id.clone();
    let sweep = tokio::task::spawn_blocking(move || process::kill_orphans(&mark)).await;
    // The closure does not panic, and nobody aborts it.
    match sweep.unwrap_or(Ok(0)) {
        Ok(0) => {}
        Ok(count) => tracing::warn!(count, "processes of an earlier daemon were ended"),
        Err(error) => return Err(refuse(error.code(), unusable, &error)),
    }
    SystemLauncher::open(process::Settings {
        home_id: id,
        script_folder: home.join("run"),
        python: "python3".into(),
        program_folders: Vec::new(),
        inherited: Vec::new(),
    })
    .map_err(|error| refuse(error.code(), unusable, &error))
}

async fn bind(settings: &Settings) -> Result<Server, Failure> {
    let address = SocketAddr::new(settings.bind, settings.port);
    Server::bind(address, http::Limits::default())
        .await
        .map_err(|error| refuse(error.code(), "the address cannot be used", &error))
}

async fn schedule(
    settings: &Settings,
    state: &State,
    launcher: &Arc<SystemLauncher>,
) -> Result<Scheduler, Failure> {
    let ops = &state.ops;
    let clock = Arc::clone(&ops.pql.clock);
    let unusable = "the scheduler cannot be started";
    let (node_id, incarnation) = ops
        .store
        .register_node(state.address.clone(), clock.now())
        .await
        .map_err(|error| refuse(error.code(), unusable, &error))?;
    tracing::info!(
        node.address = %state.address, incarnation, store = ops.store.display(),
        "node registered"
    );
    let parts = scheduler::Parts {
        node_id,
        store: ops.store.clone(),
        runner: Arc::new(Runner {
            launcher: Arc::clone(launcher) as _,
            pql: ops.pql.clone(),
            work_folder: settings.home.join("work"),
        }),
        logs: Arc::clone(&ops.logs),
        clock,
        chance: Arc::clone(&ops.pql.chance),
        plans: ops.plans.clone(),
        executors: settings.executors,
        lease: settings.lease,
        signals: ops.signals.clone(),
        metrics: Arc::clone(&ops.metrics),
    };
    Scheduler::start(parts)
        .await
        .map_err(|error| refuse(error.code(), unusable, &error))
}

/// The failure of a start: what, why with all causes, and the exit that tells the same.
pub(super) fn refuse(code: Code, what: &str, error: &dyn std::error::Error) -> Failure {
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
