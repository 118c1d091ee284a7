//! A few crashes on each engine; `make slow` has fifty.

use crate::crash::kill_again_and_again;
use crate::mariadb::Server;

const KILLS: u32 = 6;

#[test]
fn nothing_is_lost_or_done_twice_on_sqlite() {
    kill_again_and_again(&[], KILLS, 1);
}

#[test]
fn nothing_is_lost_or_done_twice_on_mariadb() {
    let store = Server::shared().fresh_database();
    kill_again_and_again(&[("KEEPER_STORE", &store)], KILLS, 2);
}
