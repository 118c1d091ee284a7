//! The statements, one file each. A later one is a file here and a line in [`run`].

mod batch;
mod case;
mod debug;
mod dispatch;
mod excel;
mod exit;
mod file_select;
mod get;
mod load;
mod looping;
mod mail;
mod open;
mod open_file;
mod output;
mod page;
mod page_size;
mod parse;
mod pass;
mod path;
mod prep;
mod print;
mod put;
mod query;
mod redis;
mod request;
mod save;
mod save_file;
mod set;
mod shell;
mod sleep;
mod store;
mod var;

pub(crate) use dispatch::run;
pub(crate) use excel::close as close_workbook;
pub(crate) use file_select::run as select_from_file;
pub(crate) use query::query;
