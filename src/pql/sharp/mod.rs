//! The Sharp links: what each takes, computes and says in the manual.
//!
//! A link is one [`Entry`] in the file of its family, and one line of the parser's table
//! (`syntax/links/catalogue.rs`), which knows the form of its arguments and nothing else. The same
//! words may have several entries, one for each type of data ([`catalogue`]). Arguments are read
//! through [`Call`]; conversions follow one table ([`entry::Rule`]). Start reading at [`apply`].
#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the code of all links on one type of data has one signature"
)]

pub(crate) mod array;
pub(crate) mod call;
mod catalogue;
mod choice;
pub(crate) mod datetime;
mod entry;
mod json;
pub(crate) mod number;
pub(crate) mod pattern;
mod regex;
mod row;
mod table;
#[cfg(test)]
mod tests;
pub(crate) mod text;

pub(crate) use call::Call;
pub(crate) use catalogue::{apply, apply_to_variable, edit, entries, title};
pub(crate) use entry::{Entry, Rule, Takes, TextRule};
