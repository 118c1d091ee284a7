//! The traits by which a PQL run calls a function, whoever made it.

use std::fmt;
use std::sync::Arc;

use super::{BuildError, CallError};
use crate::clock::Civil;
use crate::model::{ConnectionName, FunctionDefinition, FunctionName, VariableName};
use crate::value::{Kind, Table, Value};

/// What a function says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// One paragraph for people.
    pub description: Arc<str>,
    /// In order; optional ones follow required ones.
    pub parameters: Vec<Parameter>,
    /// The type of the result; `None` when it may be any.
    pub returns: Option<Kind>,
    /// What may be assumed about repeated calls.
    pub volatility: Volatility,
    /// Whether [`Instance::call_columns`] is worth calling.
    pub takes_batches: bool,
}

/// One declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Upper case.
    pub name: Arc<str>,
    /// The declared type; `None` takes any value as it is.
    pub kind: Option<Kind>,
    /// The value of an omitted argument; `None` for a required parameter.
    pub default: Option<Value>,
    /// One line for people.
    pub description: Arc<str>,
}

impl PartialEq for Value {
    /// Equality of representation, for comparing definitions; the language's own comparisons are
    /// functions of the `value` room.
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// What may be assumed about repeated calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Volatility {
    /// Same arguments, same result.
    Pure,
    /// The same within one run.
    Stable,
    /// Anything.
    Volatile,
}

/// Arguments as the caller wrote them, evaluated.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// By position.
    pub positional: Vec<Value>,
    /// By name, in upper case.
    pub named: Vec<(Arc<str>, Value)>,
}

/// A function that is ready to be used: one version of one name.
pub trait SystemFunction: Send + Sync + fmt::Debug {
    /// Its name.
    fn name(&self) -> &FunctionName;

    /// Its version.
    fn version(&self) -> u64;

    /// What identifies its code: a content hash in hex.
    fn digest(&self) -> &str;

    /// `wasm` or `pql`.
    fn kind(&self) -> &'static str;

    /// What it takes and gives.
    fn signature(&self) -> &Signature;

    /// Makes an instance for one run. Cheap to ask for: an instance prepares itself on first call.
    fn open(&self, run: Arc<dyn RunContext>) -> Box<dyn Instance>;
}

/// One function inside one PQL run, isolated from all other runs; lives on the run's thread.
pub trait Instance {
    /// Calls it. Arguments are bound to parameters, converted and completed with defaults here.
    /// After a trap the next call starts on a fresh instance.
    ///
    /// # Errors
    /// Names function, version and cause.
    fn call(&mut self, arguments: &Arguments) -> Result<Value, CallError>;

    /// Calls it once per row over whole columns, all of the same length; the answer has as many
    /// values.
    ///
    /// # Errors
    /// As [`Instance::call`], for the first faulty row.
    fn call_columns(&mut self, columns: &[Vec<Value>]) -> Result<Vec<Value>, CallError>;
}

/// What a function may ask of the run it is called from; each use is checked against its grants by
/// the room that makes the function.
pub trait RunContext: Send + Sync {
    /// Whether the run is being stopped.
    fn is_cancelled(&self) -> bool;

    /// The present civil time as the run sees it.
    fn now(&self) -> Civil;

    /// A random number from the run's seed.
    fn random(&self) -> u64;

    /// A global variable, `Value::Undefined` when there is none.
    fn variable(&self, name: &VariableName) -> Value;

    /// Queries a connection of the run's pinned definitions, at most `limit` rows.
    ///
    /// # Errors
    /// The connection's error as text, without secrets.
    fn query(
        &self,
        connection: &ConnectionName,
        sql: &str,
        parameters: &[Value],
        limit: usize,
    ) -> Result<Table, String>;

    /// Executes a statement on a connection and answers the affected rows.
    ///
    /// # Errors
    /// The connection's error as text, without secrets.
    fn execute(
        &self,
        connection: &ConnectionName,
        sql: &str,
        parameters: &[Value],
    ) -> Result<u64, String>;

    /// Takes a log line of the function.
    fn log(&self, severity: Severity, text: &str);

    /// The definitions the run is pinned to, for functions that call functions.
    fn definitions(&self) -> Arc<super::Definitions>;
}

/// How serious a log line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// For developers.
    Debug,
    /// News.
    Info,
    /// Handled but unusual.
    Warn,
    /// Somebody must act.
    Error,
}

/// Makes functions out of definitions. Blocking: call it off the async threads.
pub trait Compile: Send + Sync {
    /// Whether this maker handles such a definition.
    fn accepts(&self, definition: &FunctionDefinition) -> bool;

    /// Builds and proves a function: parse or compile, check imports against grants, instantiate
    /// once, read its description.
    ///
    /// # Errors
    /// Why it cannot be used; nothing is changed.
    fn compile(
        &self,
        definition: &FunctionDefinition,
    ) -> Result<Arc<dyn SystemFunction>, BuildError>;
}
