//! A catalogue, a compiler and a connector in memory, for tests of the registry and above.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::*;
use crate::clock::Date;
use crate::cron::DayKind;
use crate::fault::Code;
use crate::model::{
    ConnectionDefinition, ConnectionId, ConnectionName, FunctionBody, FunctionDefinition,
    FunctionLimits, FunctionName, Secret, VariableDefinition, VariableName,
};
use crate::sql::{self, Dialect, Session, Source};
use crate::store;
use crate::value::Value;

/// The rows.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Functions by name.
    pub functions: BTreeMap<FunctionName, FunctionDefinition>,
    /// Connections by id.
    pub connections: BTreeMap<u32, ConnectionDefinition>,
    /// Global variables by name.
    pub variables: BTreeMap<VariableName, VariableDefinition>,
    /// Settings by name.
    pub settings: BTreeMap<String, String>,
    /// Special days.
    pub days: Vec<(Date, DayKind)>,
    /// How often they were changed; tests set it.
    pub generations: Generations,
}

/// Rows in memory, with a switch that makes every call fail.
#[derive(Debug, Default)]
pub struct Twin {
    rows: Mutex<Rows>,
    /// Whether every call fails.
    pub down: AtomicBool,
    /// How many functions were built.
    pub compiled: AtomicUsize,
}

impl Twin {
    /// The rows, to look at or to change.
    pub fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows
            .lock()
            .expect("no test panics while it holds the rows")
    }

    /// Writes version `version` of a function; a text with `BROKEN` cannot be built.
    pub fn put_function(&self, name: &str, version: u64, text: &str) {
        let name = FunctionName::parse(name).expect("legal");
        let row = FunctionDefinition {
            name: name.clone(),
            version,
            body: FunctionBody::Pql {
                parameters: "".into(),
                text: text.into(),
            },
            grants: Vec::new(),
            limits: FunctionLimits::default(),
        };
        self.rows().functions.insert(name, row);
    }

    /// Writes a connection; a url with `BROKEN` cannot be used.
    pub fn put_connection(&self, id: u32, name: &str, url: &str) {
        let row = ConnectionDefinition {
            id: Some(ConnectionId(id)),
            name: ConnectionName::parse(name).expect("legal"),
            url: Secret::new(url),
            username: None,
            password: None,
            retry_count: 0,
            idle_ms: 0,
            enabled: true,
        };
        self.rows().connections.insert(id, row);
    }

    /// Writes a global variable with its type word and its text.
    pub fn put_variable(&self, name: &str, kind: &str, text: &str) {
        let name = VariableName::parse(name).expect("legal");
        let row = VariableDefinition {
            name: name.clone(),
            kind: kind.into(),
            text: text.into(),
        };
        self.rows().variables.insert(name, row);
    }

    /// A registry over these rows, not loaded yet.
    pub fn registry(self: &Arc<Self>) -> Arc<Registry> {
        let twin = Arc::clone(self);
        Arc::new(Registry::new(Parts {
            catalogue: Arc::clone(&twin) as _,
            compilers: vec![Arc::clone(&twin) as _],
            connect: twin,
            fixed_connections: Vec::new(),
            runtime: tokio::runtime::Handle::current(),
        }))
    }

    fn answer<T: Send + 'static>(&self, read: impl FnOnce(&mut Rows) -> T) -> Answer<'_, T> {
        let answer = if self.down.load(Ordering::SeqCst) {
            Err(store::Error::Closed)
        } else {
            Ok(read(&mut self.rows()))
        };
        Box::pin(async move { answer })
    }
}

impl Catalogue for Twin {
    fn function<'a>(&'a self, name: &'a FunctionName) -> Answer<'a, Option<FunctionDefinition>> {
        self.answer(|rows| rows.functions.get(name).cloned())
    }

    fn functions(&self) -> Answer<'_, Vec<store::Result<FunctionDefinition>>> {
        self.answer(|rows| rows.functions.values().cloned().map(Ok).collect())
    }

    fn connection(&self, id: ConnectionId) -> Answer<'_, Option<ConnectionDefinition>> {
        self.answer(|rows| rows.connections.get(&id.0).cloned())
    }

    fn connections(&self) -> Answer<'_, Vec<ConnectionDefinition>> {
        self.answer(|rows| rows.connections.values().cloned().collect())
    }

    fn variable<'a>(&'a self, name: &'a VariableName) -> Answer<'a, Option<VariableDefinition>> {
        self.answer(|rows| rows.variables.get(name).cloned())
    }

    fn variables(&self) -> Answer<'_, Vec<VariableDefinition>> {
        self.answer(|rows| rows.variables.values().cloned().collect())
    }

    fn put_variable(&self, definition: VariableDefinition) -> Answer<'_, ()> {
        self.answer(|rows| {
            rows.generations.variables += 1;
            rows.variables.insert(definition.name.clone(), definition);
        })
    }

    fn settings(&self) -> Answer<'_, Vec<(Arc<str>, Arc<str>)>> {
        self.answer(|rows| {
            let pair = |(name, value): (&String, &String)| {
                (Arc::from(name.as_str()), Arc::from(value.as_str()))
            };
            rows.settings.iter().map(pair).collect()
        })
    }

    fn calendar(&self) -> Answer<'_, Vec<(Date, DayKind)>> {
        self.answer(|rows| rows.days.clone())
    }

    fn generations(&self) -> Answer<'_, Generations> {
        self.answer(|rows| rows.generations)
    }
}

impl Compile for Twin {
    fn accepts(&self, _: &FunctionDefinition) -> bool {
        true
    }

    fn compile(
        &self,
        definition: &FunctionDefinition,
    ) -> Result<Arc<dyn SystemFunction>, BuildError> {
        self.compiled.fetch_add(1, Ordering::SeqCst);
        let FunctionBody::Pql { text, .. } = &definition.body else {
            unreachable!("the twin writes PQL only");
        };
        if text.contains("BROKEN") {
            return Err(BuildError {
                code: Code::PQL_SYNTAX,
                message: "expected a statement".to_owned(),
            });
        }
        Ok(Arc::new(TwinFunction {
            name: definition.name.clone(),
            version: definition.version,
            text: Arc::clone(text),
            signature: Signature {
                description: "".into(),
                parameters: Vec::new(),
                returns: None,
                volatility: Volatility::Pure,
                takes_batches: false,
            },
        }))
    }
}

impl Connect for Twin {
    fn connect(&self, definition: &ConnectionDefinition) -> Result<Arc<dyn Source>, BuildError> {
        if definition.url.expose().contains("BROKEN") {
            return Err(BuildError {
                code: Code::CONNECTION_INVALID,
                message: "the url cannot be read".to_owned(),
            });
        }
        Ok(Arc::new(TwinSource))
    }
}

#[derive(Debug)]
struct TwinSource;

impl Source for TwinSource {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn open(&self, _: Duration) -> sql::Result<Box<dyn Session>> {
        Err(sql::Error::Cancelled)
    }

    fn display(&self) -> String {
        "twin".to_owned()
    }
}

/// A function that answers its text.
#[derive(Debug)]
struct TwinFunction {
    name: FunctionName,
    version: u64,
    text: Arc<str>,
    signature: Signature,
}

impl SystemFunction for TwinFunction {
    fn name(&self) -> &FunctionName {
        &self.name
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn digest(&self) -> &str {
        &self.text
    }

    fn kind(&self) -> &'static str {
        "pql"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn open(&self, _: Arc<dyn RunContext>) -> Box<dyn Instance> {
        Box::new(TwinInstance(Arc::clone(&self.text)))
    }
}

struct TwinInstance(Arc<str>);

impl Instance for TwinInstance {
    fn call(&mut self, _: &Arguments) -> Result<Value, CallError> {
        Ok((&self.0).into())
    }

    fn call_columns(&mut self, _: &[Vec<Value>]) -> Result<Vec<Value>, CallError> {
        Ok(Vec::new())
    }
}
