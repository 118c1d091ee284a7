//! The published state: everything that is defined at one moment.

use std::sync::Arc;

use imbl::HashMap;

use super::SystemFunction;
use crate::cron::Calendar;
use crate::model::{ConnectionId, ConnectionName, FunctionName, VariableName};
use crate::sql::Source;
use crate::value::Value;

/// Everything that is defined at one moment. Cloning costs a few reference counts.
#[derive(Debug, Clone, Default)]
pub struct Definitions {
    /// Grows with every swap on this node.
    pub generation: u64,
    /// System functions by name.
    pub functions: HashMap<FunctionName, Arc<dyn SystemFunction>>,
    /// Data connections by name.
    pub connections: HashMap<ConnectionName, Arc<Connection>>,
    /// Global variables by name; read live, not pinned.
    pub variables: HashMap<VariableName, Variable>,
    /// The work calendar that time plans are read with.
    pub calendar: Calendar,
    /// Settings that people may change while the daemon runs, by upper-case name.
    pub settings: HashMap<Arc<str>, Arc<str>>,
}

/// A usable connection.
#[derive(Debug)]
pub struct Connection {
    /// Its row, when it has one.
    pub id: Option<ConnectionId>,
    /// Its name.
    pub name: ConnectionName,
    /// How sessions are opened.
    pub source: Arc<dyn Source>,
    /// Changes with its definition.
    pub digest: Arc<str>,
}

/// A global variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its value.
    pub value: Value,
}
