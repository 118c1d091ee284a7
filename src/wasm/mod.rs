//! System functions made of WebAssembly components (`wasm.md`).
//!
//! One [`Host`] per process holds the engine and builds functions out of definitions: check the
//! imports against the grants, compile, instantiate once, read the description. Compiled code is
//! shared by all functions of a module and kept on disk between starts; loading it is the one
//! `unsafe` call of Keeper, argued for in `cache`. A function opens one session per PQL run, a warm
//! instance of one version on the run's own thread, which is thrown away after a trap. Deadlines
//! come from an epoch ticker; a guest touches nothing but the capabilities of `sdk/wit`, each
//! checked against the function's grants.

mod arguments;
mod bindings;
mod cache;
mod columns;
mod component;
mod convert;
mod describe;
mod engine;
mod function;
mod grants;
mod imports;
mod library;
mod session;
mod signature;
mod state;
#[cfg(test)]
mod tests;
mod ticker;
mod trap;

pub use component::{Packaged, to_component};
pub use describe::Described;
pub use engine::{Ceilings, Host, Offer};
pub use signature::{Incompatible, compare};
