//! The host's side of `sdk/wit`, generated.

wasmtime::component::bindgen!({
    path: "sdk/wit",
    world: "module",
    imports: { default: trappable },
});

pub(super) use exports::qross::pql::functions;
pub(super) use qross::pql::{clock, connections, http, log, random, types, variables};
