//! Feeds any text to PQL's lexer and the parser behind it.

#![no_main]

use libfuzzer_sys::fuzz_target;

// The rooms that the syntax needs, without the rest of the daemon.
#[path = "rooms/check.rs"]
mod check;
#[expect(dead_code, reason = "only a part of the room is used here")]
#[path = "../../../src/fault/mod.rs"]
mod fault;
#[path = "rooms/pql.rs"]
mod pql;

fuzz_target!(|text: &str| check::check(text));
