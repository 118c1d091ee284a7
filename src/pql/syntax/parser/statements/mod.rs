//! The statements, by their first word. A further statement is one more file and one more line
//! in the table of `dispatch`.

mod assign;
mod branch;
mod buffer;
mod connection;
mod dispatch;
mod function;
mod jump;
mod output;
mod repeat;
