//! Operations over rows in memory, for tests of the doors above.

use std::sync::Arc;

use super::Ops;
use crate::registry::twin;
use crate::telemetry::Metrics;

/// The rows, with their switches.
pub type Twin = twin::Twin;

/// Operations over these rows, all of them loaded.
pub async fn ops_over(twin: &Arc<Twin>) -> Ops {
    let registry = twin.registry();
    registry.load().await.expect("rows can be read");
    Ops {
        registry,
        metrics: Arc::new(Metrics::new()),
    }
}
