//! Where the rows of definitions come from.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Date;
use crate::cron::DayKind;
use crate::model::{
    ConnectionDefinition, ConnectionId, FunctionDefinition, FunctionName, VariableDefinition,
    VariableName,
};
use crate::store;

/// A pending answer of a [`Catalogue`]. Safe to drop at any await.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = store::Result<T>> + Send + 'a>>;

/// The durable rows behind the registry; the store is one.
pub trait Catalogue: Send + Sync + 'static {
    /// The current version of one system function.
    fn function<'a>(&'a self, name: &'a FunctionName) -> Answer<'a, Option<FunctionDefinition>>;

    /// The current version of every system function; one bad row does not hide the others.
    fn functions(&self) -> Answer<'_, Vec<store::Result<FunctionDefinition>>>;

    /// One system connection, enabled or not.
    fn connection(&self, id: ConnectionId) -> Answer<'_, Option<ConnectionDefinition>>;

    /// Every system connection, enabled or not.
    fn connections(&self) -> Answer<'_, Vec<ConnectionDefinition>>;

    /// One global variable.
    fn variable<'a>(&'a self, name: &'a VariableName) -> Answer<'a, Option<VariableDefinition>>;

    /// Every global variable.
    fn variables(&self) -> Answer<'_, Vec<VariableDefinition>>;

    /// Stores a global variable, new or not, and bumps the generation of variables.
    fn put_variable(&self, definition: VariableDefinition) -> Answer<'_, ()>;

    /// Stored settings by upper-case name.
    fn settings(&self) -> Answer<'_, Vec<(Arc<str>, Arc<str>)>>;

    /// Special days of the work calendar.
    fn calendar(&self) -> Answer<'_, Vec<(Date, DayKind)>>;

    /// How often each kind of row was changed.
    fn generations(&self) -> Answer<'_, Generations>;
}

/// How often each kind of row was changed; bumped in the transaction of the change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Generations {
    /// Settings and property sources.
    pub config: u64,
    /// System functions.
    pub functions: u64,
    /// Global variables.
    pub variables: u64,
    /// Data connections.
    pub connections: u64,
    /// Days of the work calendar.
    pub calendar: u64,
}
