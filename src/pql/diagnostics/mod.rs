//! What is said about a fault in a program: as data, as text with a caret, as JSON.

mod diagnostic;
mod render;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use render::{Style, render, to_json};
pub(crate) use render::{marked, without_secrets};
