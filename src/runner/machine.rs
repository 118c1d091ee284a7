//! What programs may ask about the machine and the daemons around them.

use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::clock::{Clock, SignedDuration};
use crate::pql::Machine;
use crate::store::Store;

/// An address that the standards keep for documents: nobody answers, and nothing is sent there.
const ELSEWHERE: &str = "192.0.2.1:9";

/// How long after its lease ran out a node still counts as running.
const GRACE: SignedDuration = SignedDuration::from_secs(120);

/// This machine, and the daemons that a store knows.
pub struct ThisMachine {
    cluster: Option<(Store, Arc<dyn Clock>, Handle)>,
}

impl ThisMachine {
    /// A machine of which no daemon is known.
    pub const fn alone() -> Self {
        Self { cluster: None }
    }

    /// A machine whose daemons are in `store`.
    pub const fn beside(store: Store, clock: Arc<dyn Clock>, runtime: Handle) -> Self {
        Self {
            cluster: Some((store, clock, runtime)),
        }
    }
}

impl Machine for ThisMachine {
    fn local_address(&self) -> String {
        // Choosing a route sends nothing, and tells the address that packets would come from.
        let chosen = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
            socket.connect(ELSEWHERE)?;
            socket.local_addr()
        });
        chosen.map_or_else(
            |_| "127.0.0.1".to_owned(),
            |address| address.ip().to_string(),
        )
    }

    fn running_folder(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_default()
    }

    fn online_nodes(&self) -> Vec<String> {
        let Some((store, clock, runtime)) = &self.cluster else {
            return Vec::new();
        };
        let now = clock.now();
        // A store that cannot be asked knows of no daemon: the question itself never fails.
        let nodes = runtime.block_on(store.list_nodes()).unwrap_or_default();
        let alive = nodes.into_iter().filter(|node| {
            node.lease_until
                .is_some_and(|until| now.duration_since(until) < GRACE)
        });
        alive.map(|node| node.address.to_string()).collect()
    }
}
