//! What is defined right now: functions, connections, variables and settings, swapped atomically.
//!
//! One `ArcSwap` root holds the whole [`Definitions`]; a change builds its objects off the async
//! threads, copies the root (persistent maps make that cheap), and publishes the copy in one store.
//! Readers load a guard and go on; a PQL run pins the root once and keeps its functions and
//! connections to its end. Readers never wait and never see half a change.
//!
//! `wasm` and `pql` meet here and only here: both make [`SystemFunction`]s out of definitions by
//! implementing [`Compile`], and a PQL run calls a function without knowing which of them made it.
//!
//! Writers queue on one async mutex, so a later request always builds from the later row. Global
//! variables have a queue of their own: `SET @X` in a program never waits for a compiler.
//!
//! Start reading at [`Registry`].

mod build;
mod catalogue;
mod definitions;
mod error;
mod function;
mod reload;
mod root;
mod shelf;
mod stored;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub mod twin;
mod variable;

pub use build::{Connect, Parts};
pub use catalogue::{Answer, Catalogue, Generations};
pub use definitions::{Connection, Definitions, Variable};
pub use error::{BuildError, CallError, Error, Problem};
pub use function::{
    Arguments, Compile, Instance, Parameter, RunContext, Severity, Signature, SystemFunction,
    Volatility,
};
pub use reload::{Partial, ReloadReport};
pub use root::{ConnectionKey, Registry, Renewal};
pub use stored::StoredRows;
pub use variable::{from_stored, to_stored};
