//! A connection that nobody can use.

use std::sync::Arc;
use std::time::Duration;

use super::{Dialect, Error, Result, Session, Source};

/// Stands for a connection of settings that this build cannot open: the programs that do not need
/// it run, and those that do learn why.
#[derive(Debug)]
struct Unusable {
    name: String,
    reason: String,
}

/// Makes a source that is refused, for this reason, when it is opened.
pub fn unusable(name: &str, reason: String) -> Arc<dyn Source> {
    Arc::new(Unusable {
        name: name.to_owned(),
        reason,
    })
}

impl Source for Unusable {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn open(&self, _timeout: Duration) -> Result<Box<dyn Session>> {
        Err(Error::Connect {
            target: self.name.clone(),
            message: self.reason.clone(),
        })
    }

    fn display(&self) -> String {
        self.name.clone()
    }
}
