//! The run: state, scopes, values of expressions, calls, connections.
//!
//! Start reading at [`Run`]. Everything that changes while a program runs is in it; the tree is
//! shared and never changes.

mod access;
mod assign;
mod buffer;
mod call;
mod condition;
mod connections;
mod depth;
pub(crate) mod drivers;
mod expression;
mod halt;
mod json;
mod run;
mod scope;
mod shared;
mod template;
mod variable;

pub(crate) use buffer::Buffer;
pub(crate) use connections::{Connected, find_default};
pub(crate) use halt::{Done, Flow, Halt};
pub(crate) use run::{Run, run, run_function};
pub(crate) use scope::FrameKind;
pub(crate) use template::Rendered;
