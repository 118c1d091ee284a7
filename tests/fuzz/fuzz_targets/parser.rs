//! Feeds sequences of whole tokens to PQL's parser, which random text seldom reaches: each byte
//! chooses a piece of the language.

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

const PIECES: &str = include_str!("parser.pieces");

fuzz_target!(|choices: &[u8]| {
    let pieces: Vec<&str> = PIECES.lines().collect();
    let chosen = choices
        .iter()
        .filter_map(|choice| pieces.get(usize::from(*choice)));
    check::check(&chosen.copied().collect::<Vec<_>>().join(" "));
});
