//! The PQL language: text to tokens to tree (`syntax`), what is said about its faults
//! (`diagnostics`), and the run (`eval`, with one file per statement in `statements`, per link in
//! `sharp`, per built-in function in `functions`).
//!
//! [`compile`] makes a [`Script`]; [`Runner`] runs it in an [`Environment`]. A run is synchronous,
//! has a thread of its own, keeps the definitions it was started with, and is stopped by
//! [`Cancel`]. No stage reads the text again; only the argument of EXEC is parsed while running.
//! It lacks on purpose: knowledge of WebAssembly, whose functions it calls through `registry`.

pub mod arguments;
mod cancel;
pub mod diagnostics;
mod engine;
mod environment;
mod error;
mod eval;
mod functions;
pub mod manual;
mod sharp;
mod statements;
pub mod syntax;
mod system;
#[cfg(test)]
pub(crate) mod tests;

pub use cancel::Cancel;
pub use engine::{
    CalledFunction, Form, Outcome, Runner, Script, compile, compile_embedded, compile_expression,
};
pub use environment::{
    CommandLine, Commands, Environment, Globals, JobVariables, Limits, Machine, Output,
};
pub use error::{Error, Position};
pub use system::PqlCompile;
