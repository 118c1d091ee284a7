//! What a function may ask of its host. Each needs a grant, apart from [`log`].
//!
//! A function that takes [`Host`] by trait is tested natively with a fake of its own.

use crate::{DateTime, Table, Value};

/// How serious a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For developers.
    Debug,
    /// News.
    Info,
    /// Handled but unusual.
    Warn,
    /// Somebody must act.
    Error,
}

/// The capabilities of a host.
pub trait Host {
    /// Writes a log line.
    fn log(&self, level: Level, message: &str);

    /// The time as the run sees it; grant `clock`.
    fn now(&self) -> DateTime;

    /// A number from the run's seed; grant `random`.
    fn random(&self) -> u64;

    /// A global variable; grant `variable:NAME`.
    fn variable(&self, name: &str) -> Option<Value>;

    /// Queries a connection; grant `connection:NAME:read`.
    ///
    /// # Errors
    /// The connection's error as text.
    fn query(
        &self,
        connection: &str,
        sql: &str,
        parameters: &[Value],
        limit: u32,
    ) -> Result<Table, String>;

    /// Executes a statement and answers the affected rows; grant `connection:NAME:write`.
    ///
    /// # Errors
    /// The connection's error as text.
    fn execute(&self, connection: &str, sql: &str, parameters: &[Value]) -> Result<u64, String>;
}

/// The host a module runs in.
#[cfg(target_arch = "wasm32")]
pub use crate::guest::Keeper;
