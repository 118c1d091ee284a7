//! A client that asks without a pause while something else goes on.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Client, RequestBuilder};

/// Asks until the rest is over and returns how often. Any answer but 200, and any body that
/// `check` does not take, panics.
pub fn ask_until(
    is_over: &AtomicBool,
    request: impl Fn(&Client) -> RequestBuilder,
    check: impl Fn(&str),
) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be built");
    let client = Client::builder()
        .no_proxy()
        .build()
        .expect("a client can be built");
    runtime.block_on(async {
        let mut answers = 0;
        while !is_over.load(Ordering::Relaxed) {
            let answer = request(&client).send().await.expect("an answer");
            let status = answer.status();
            let body = answer.text().await.expect("a whole body");
            assert_eq!(status, 200, "{body}");
            check(&body);
            answers += 1;
        }
        answers
    })
}
