//! A thousand reloads while requests go on: no request may fail.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

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
            .map(|_| scope.spawn(|| ask_until(&is_over, &url, &token)))
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

/// Sends requests without a pause and returns how many were answered; any failure panics.
fn ask_until(is_over: &AtomicBool, url: &str, token: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client can be built");
    runtime.block_on(async {
        let mut answers = 0;
        while !is_over.load(Ordering::Relaxed) {
            let answer = client
                .get(url)
                .bearer_auth(token)
                .send()
                .await
                .expect("an answer");
            assert_eq!(answer.status(), 200);
            answer.bytes().await.expect("a whole body");
            answers += 1;
        }
        answers
    })
}
