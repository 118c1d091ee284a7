//! Links on tables. Names of columns ignore case; rows keep their order.
//!
//! Rows are shared with whoever else holds the table: a link that only chooses copies what it
//! keeps, and nothing when nobody else holds the table.

mod collect;
mod condition;
mod filter;
mod groups;
mod head;
mod html;
mod insert;
mod key;
mod part;
mod select;
mod statistics;
mod tree;
mod turn;
mod update;

use std::collections::HashSet;
use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::Entry;
use crate::pql::sharp::call::unknown;
use crate::pql::syntax::nearest;
use crate::value::{Table, Value};

pub(crate) const FAMILIES: &[&[Entry]] = &[
    part::LINKS,
    head::LINKS,
    insert::LINKS,
    update::LINKS,
    filter::LINKS,
    select::LINKS,
    collect::LINKS,
    turn::LINKS,
    groups::LINKS,
    tree::LINKS,
    html::LINKS,
    statistics::LINKS,
];

/// The position of a column that must be there.
fn column(table: &Table, name: &str) -> Done<usize> {
    table.column(name).ok_or_else(|| {
        let columns = table.columns().iter().map(|column| &**column);
        let what = match nearest(name, columns) {
            Some(near) => format!("there is no column `{name}`; `{near}` would be one"),
            None => return unknown("column", name),
        };
        Halt::new(Code::PQL_ACCESS, what)
    })
}

/// Refuses columns of one name, of which only one could be reached.
pub(crate) fn refuse_twice<'a>(names: impl IntoIterator<Item = &'a Arc<str>>) -> Done<()> {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name.to_lowercase()) {
            let message = format!("column `{name}` would be there twice; give it another name");
            return Err(Halt::new(Code::PQL_ACCESS, message));
        }
    }
    Ok(())
}

/// The positions of columns that must be there.
fn columns(table: &Table, names: &[Arc<str>]) -> Done<Vec<usize>> {
    names.iter().map(|name| column(table, name)).collect()
}

/// One cell of a row; a row has all cells, so that NULL never stands for a missing one.
fn cell(cells: &[Value], index: usize) -> Value {
    cells.get(index).cloned().unwrap_or(Value::Null)
}
