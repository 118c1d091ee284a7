//! Time plans: text to a fixed set of local minutes. Pure: no clock, no store.
//!
//! A plan has one or more parts separated by `;`; a part has one to seven fields. This floor reads
//! numbers, names, lists, ranges and steps; the letters of the extended dialect (`F L W R`, `#`),
//! the query-string form and the readable form are refused by name until their own files are here.
//!
//! Start reading at [`Plan::parse`].

mod error;
mod field;
mod part;
mod plan;

pub use error::ParseError;
pub use plan::Plan;
