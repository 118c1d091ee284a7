//! The HTTP service: the published routes, `/api/v1`, authentication and error bodies.
//!
//! A request passes [`Service::answer`], which gives it an id, its limits and, when it fails, its
//! body; then a route, whose handler reads parameters and calls one operation. The listener is
//! never touched by a change of definitions.
//!
//! Start reading at [`Service`], then `routes`.

pub mod bodies;

mod body;
mod caller;
mod error;
mod failure;
mod openapi;
mod parameters;
mod routes;
mod server;
mod service;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use openapi::document;
pub use server::{Limits, Server};
pub use service::{Service, State};
