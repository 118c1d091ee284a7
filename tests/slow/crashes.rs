//! Fifty crashes on each engine at random moments.

use crate::crash::kill_again_and_again;
use crate::mariadb::Server;

const KILLS: u32 = 50;

/// A seed to repeat a run with, or one that nobody chose.
fn seed() -> u64 {
    let given = std::env::var_os("KEEPER_TEST_SEED");
    let given = given.and_then(|text| text.to_str().and_then(|text| text.parse().ok()));
    given.unwrap_or_else(|| std::process::id().into())
}

#[test]
fn nothing_is_lost_or_done_twice_on_sqlite() {
    kill_again_and_again(&[], KILLS, seed());
}

#[test]
fn nothing_is_lost_or_done_twice_on_mariadb() {
    let store = Server::shared().fresh_database();
    kill_again_and_again(&[("KEEPER_STORE", &store)], KILLS, seed());
}
