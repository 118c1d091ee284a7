//! The few places where the engines spell things differently.

use super::Result;
use super::cells::change;
use crate::sql::{Dialect, Session};
use crate::value::Value;

/// An insert that does nothing when a unique key is hit.
pub(super) struct InsertOnce {
    pub(super) sqlite: &'static str,
    pub(super) mysql: &'static str,
}

/// Declares an [`InsertOnce`] from the text after `INTO`.
macro_rules! insert_once {
    ($text:literal) => {
        $crate::store::dialect::InsertOnce {
            sqlite: concat!("INSERT OR IGNORE INTO ", $text),
            mysql: concat!("INSERT IGNORE INTO ", $text),
        }
    };
}
pub(super) use insert_once;

impl InsertOnce {
    /// Answers whether the row is new.
    pub(super) fn run(&self, session: &mut dyn Session, with: &[Value]) -> Result<bool> {
        let text = match session.dialect() {
            Dialect::Sqlite => self.sqlite,
            Dialect::MySql | Dialect::Postgres => self.mysql,
        };
        Ok(change(session, text, with)? > 0)
    }
}
