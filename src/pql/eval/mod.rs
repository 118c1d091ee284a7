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
pub(crate) mod depth;
pub(crate) mod drivers;
mod expression;
mod halt;
mod integer;
mod json;
mod nested;
mod outside;
mod pipeline;
mod placeholders;
mod producer;
mod run;
mod scope;
mod sessions;
mod shared;
mod template;
mod text;
mod variable;
mod wait;
mod write_rows;

pub(crate) use buffer::Buffer;
pub(crate) use connections::{Connected, find_default};
pub(crate) use halt::{Done, Flow, Halt};
pub(crate) use json::{RowCells, build as build_json};
pub(crate) use nested::{Named, read_text};
pub(crate) use outside::{Outside, TempFile, file_fault};
pub(crate) use pipeline::{FirstFault, Pipeline, TANKS};
pub(crate) use placeholders::Prepared;
pub(crate) use producer::{PageSize, Producer, Ranges};
pub(crate) use run::{Run, run, run_function};
pub(crate) use scope::FrameKind;
pub(crate) use shared::Shared;
pub(crate) use template::{Rendered, TextTarget};
pub(crate) use write_rows::{BATCH_ROWS, RowWriter};
