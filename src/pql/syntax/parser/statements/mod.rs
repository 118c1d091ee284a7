//! The statements, by their first word. A further statement is one more file and one more line
//! in the table of `dispatch`.

mod assign;
mod branch;
mod buffer;
mod connection;
mod dispatch;
mod file_table;
mod function;
mod jump;
mod key_marks;
mod load;
mod mail;
mod output;
mod page;
mod pass;
mod path;
mod repeat;
mod request;
mod run;
mod save_target;
