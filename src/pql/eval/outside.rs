//! What a run has collected from outside the databases: settings, files, responses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Pipeline, Run};
use crate::pql::syntax::Name;
use crate::value::Value;

use crate::connectors::excel::Workbook;
use crate::connectors::files::FileSource;
use crate::connectors::redis::RedisServer;

/// State of a run beside variables, buffer and sessions.
#[derive(Default)]
pub(crate) struct Outside {
    /// Settings of LOAD, by upper-case name with `_` for dots.
    pub(crate) settings: HashMap<String, Arc<str>>,
    /// The last response of REQUEST.
    pub(crate) response: Option<Value>,
    /// The registered producers and their stages, in order.
    pub(crate) pipelines: Vec<Pipeline>,
    /// Virtual tables by name.
    pub(crate) file_tables: HashMap<Name, FileSource>,
    /// The workbook that PREP and PUT write to.
    pub(crate) workbook: Option<Workbook>,
    /// The server of OPEN REDIS and that of SAVE TO REDIS.
    pub(crate) redis_source: Option<RedisServer>,
    pub(crate) redis_destination: Option<RedisServer>,
    /// The file of the TEMP base, removed with the run.
    pub(crate) temp: Option<TempFile>,
}

/// A file that is removed when nobody needs it any more.
pub(crate) struct TempFile(pub(crate) PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        for end in ["", "-journal", "-wal", "-shm"] {
            let mut name = self.0.clone().into_os_string();
            name.push(end);
            // Most of them are not there.
            drop(std::fs::remove_file(name));
        }
    }
}

impl Run {
    /// Reads a setting by its name with dots.
    pub(crate) fn setting(&self, name: &str) -> Option<Arc<str>> {
        let name = name.replace('.', "_").to_uppercase();
        let own = self.outside.settings.get(&name).cloned();
        own.or_else(|| {
            let settings = &self.shared.environment.definitions.settings;
            settings.get(name.as_str()).cloned()
        })
    }

    /// Reads a setting that is a whole number.
    pub(crate) fn setting_number(&self, name: &str, default: usize) -> usize {
        let text = self.setting(name);
        text.and_then(|text| text.trim().parse().ok())
            .unwrap_or(default)
    }

    /// The place of a file: a name without a folder is in a folder of the home, `\\` is `/`.
    pub(crate) fn file_path(&self, name: &str, folder: &str) -> PathBuf {
        let home = &self.shared.environment.home;
        let name = name.replace('\\', "/");
        let name = name.replace("%QROSS_HOME", &home.to_string_lossy());
        if name.contains('/') {
            home.join(name)
        } else {
            home.join(folder).join(name)
        }
    }

    /// Refuses more rows than a run may have.
    pub(crate) fn check_rows(&self, rows: usize, what: &str) -> Done<()> {
        let limit = self.limits().rows;
        if rows <= limit {
            return Ok(());
        }
        let message = format!("{what} grows beyond {limit} rows");
        Err(Halt::new(Code::PQL_LIMIT, message))
    }
}

/// The error for a file that cannot be used.
pub(crate) fn file_fault(path: &Path, error: &dyn std::fmt::Display) -> Halt {
    let message = format!("file `{}`: {error}", path.display());
    Halt::new(Code::PQL_FILE, message)
}
