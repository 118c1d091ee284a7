//! Outside services that are no databases: files, HTTP, mail, Redis.
//!
//! Each is a plain blocking or asynchronous call with an error of [`Error`]; none knows the
//! language. Start reading at the service you need. It lacks on purpose: retries, which belong to
//! those who know whether a call may be repeated.

mod error;
pub mod excel;
pub mod files;
pub mod http;
pub mod mail;
pub mod properties;
pub mod redis;

pub use error::Error;
