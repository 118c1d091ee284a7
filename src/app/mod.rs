//! Builds the house and opens its doors: the command line, the order of start and stop.

mod client;
mod commands;
mod connect;
mod demo;
mod exit;
mod house;
mod serve;
mod terminal;

pub use commands::main;
