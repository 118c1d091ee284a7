//! Operations over rows in memory, for tests of the doors above.

use std::sync::Arc;

use tempfile::TempDir;
use tokio::runtime::Handle;

use super::Ops;
use crate::clock::{Clock, SeededChance, SystemClock, Zone};
use crate::logs::TaskLogs;
use crate::pql::Limits;
use crate::registry::twin;
use crate::runner::PqlHost;
use crate::scheduler::{Plans, Signals};
use crate::sql;
use crate::store::{Options, Store};
use crate::telemetry::Metrics;
use crate::wasm::{Ceilings, Host};

/// The rows, with their switches.
pub type Twin = twin::Twin;

/// Operations over these rows, all of them loaded, and over a store in a folder of its own for
/// everything else; the folder must outlive them.
pub async fn ops_over(twin: &Arc<Twin>) -> (Ops, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = twin.registry();
    registry.load().await.expect("rows can be read");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let url = format!("sqlite:{}", folder.path().join("keeper.db").display());
    let source = sql::source(&url, sql::Options::default(), &Handle::current());
    let source = source.expect("SQLite is built in");
    let store = Store::open(source, Options::default(), clock.now()).await;
    let store = store.expect("a new store");
    let logs = TaskLogs::start(folder.path().join("tasks"), Zone::UTC, Arc::clone(&clock));
    let pql = PqlHost {
        registry: Arc::clone(&registry),
        store: store.clone(),
        clock,
        chance: Arc::new(SeededChance::new(1)),
        zone: Zone::UTC,
        home: folder.path().to_owned(),
        runtime: Handle::current(),
        limits: Limits::default(),
    };
    let plans = Plans {
        zone: Zone::UTC,
        registry: Arc::clone(&registry),
    };
    let ops = Ops {
        registry,
        metrics: Arc::new(Metrics::new()),
        store,
        pql,
        wasm: Arc::new(Host::new(Ceilings::default(), None).expect("an engine")),
        logs: Arc::new(logs.expect("a thread")),
        signals: Signals::default(),
        plans,
    };
    (ops, folder)
}
