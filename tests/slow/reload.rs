//! A thousand reloads while requests go on: no request may fail.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::clients::ask_until;
use crate::daemon::Daemon;

const RELOADS: usize = 1_000;
const CLIENTS: usize = 4;

#[test]
fn no_request_fails_because_of_a_reload() {
    let daemon = Daemon::start();
    let url = daemon.url("/api/v1/functions");
    let token = daemon.token();
    let is_over = AtomicBool::new(false);
    let answers: usize = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let ask = |client: &reqwest::Client| client.get(&url).bearer_auth(&token);
                    ask_until(&is_over, ask, |_| {})
                })
            })
            .collect();
        let failed = (0..RELOADS)
            .map(|_| daemon.put("/configurations/reload"))
            .find(|a| a.body != "1");
        // The clients end before anything may panic here, or the scope would wait for ever.
        is_over.store(true, Ordering::Relaxed);
        assert!(failed.is_none(), "{failed:?}");
        clients
            .into_iter()
            .map(|client| client.join().expect("a client saw a failure"))
            .sum()
    });
    assert!(
        answers > RELOADS,
        "only {answers} requests were answered meanwhile"
    );
}
