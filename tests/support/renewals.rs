//! Renewals of a function between two versions while clients call it without a pause.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use reqwest::Method;
use serde_json::{Value, json};

use crate::clients::ask_until;
use crate::daemon::Daemon;
use crate::guests;

const CLIENTS: usize = 8;
const CALL: &str = "/api/v1/functions/SWAPPED/call";
const ARGUMENT: &str = "a=b@c";

/// What went on.
#[derive(Debug)]
pub struct Figures {
    /// Answered calls.
    pub calls: usize,
    /// Renewals in each second.
    pub renewals_per_second: f64,
}

/// Renews so many times and checks that no call fails, that every answer is of one of the two
/// versions and belongs to the version it names, and that the last version is the only one after.
pub fn renew_under_calls(daemon: &Daemon, renewals: usize) -> Figures {
    deploy(daemon, "masking", "MASK_EMAIL");
    deploy(daemon, "query_string", "PARSE_QUERY");
    let is_over = AtomicBool::new(false);
    let (url, token) = (daemon.url(CALL), daemon.token());
    let began = tokio::time::Instant::now();
    let (calls, seconds) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let call = |client: &reqwest::Client| {
                        client
                            .post(&url)
                            .bearer_auth(&token)
                            .json(&json!([ARGUMENT]))
                    };
                    ask_until(&is_over, call, |body| {
                        check(&serde_json::from_str(body).expect("JSON"));
                    })
                })
            })
            .collect();
        let failed = (0..renewals)
            .map(|turn| {
                let to = turn % 2 + 1;
                let path = format!("/api/v1/functions/SWAPPED/rollback?to={to}");
                daemon.send(Method::POST, &path, None)
            })
            .find(|answer| answer.status != 200);
        let seconds = began.elapsed().as_secs_f64();
        // The clients end before anything may panic here, or the scope would wait for ever.
        is_over.store(true, Ordering::Relaxed);
        assert!(failed.is_none(), "{failed:?}");
        let calls = clients
            .into_iter()
            .map(|client| client.join().expect("a client saw a failure"))
            .sum();
        (calls, seconds)
    });
    let last = u64::try_from((renewals - 1) % 2 + 1).expect("1 or 2");
    for _ in 0..20 {
        let answer = daemon.send(Method::POST, CALL, Some(&json!([ARGUMENT])));
        assert_eq!(check(&answer.ok()), last);
    }
    assert!(calls > CLIENTS, "only {calls} calls were answered");
    #[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
    let renewals_per_second = renewals as f64 / seconds;
    Figures {
        calls,
        renewals_per_second,
    }
}

fn deploy(daemon: &Daemon, module: &str, export: &str) {
    let path = format!("/api/v1/functions/SWAPPED?export={export}&force=yes");
    daemon
        .send_bytes(Method::PUT, &path, guests::bytes(module))
        .ok();
}

/// The version of an answer, whose value must be that of the version.
fn check(answer: &Value) -> u64 {
    let expected = match answer["version"].as_u64() {
        Some(1) => json!("a***@c"),
        Some(2) => json!({ "a": ARGUMENT.trim_start_matches("a=") }),
        other => panic!("version {other:?}"),
    };
    assert_eq!(answer["value"], expected, "{answer}");
    answer["version"].as_u64().expect("was one of the two")
}
