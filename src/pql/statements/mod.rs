//! The statements, one file each. A later one is a file here and a line in [`run`].

mod case;
mod debug;
mod dispatch;
mod exit;
mod get;
mod looping;
mod open;
mod output;
mod prep;
mod print;
mod put;
mod save;
mod set;
mod sleep;
mod store;
mod var;

pub(crate) use dispatch::run;
