//! The registry: readers load one pointer, writers publish one.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::build::{Builder, fingerprint};
use super::shelf::{Built, Shelf};
use super::variable::{decode, encode};
use super::{
    BuildError, Catalogue, Connection, Definitions, Error, Parts, SystemFunction, Variable,
};
use crate::model::{
    ConnectionDefinition, ConnectionId, ConnectionName, FunctionDefinition, FunctionName,
    VariableName,
};
use crate::value::Value;

/// The connection names that Keeper itself depends on.
const PROTECTED: &[&str] = &["mysql.qross"];

/// Holds what is defined right now and changes it.
///
/// Every change may be dropped at any await: then it has happened wholly or not at all.
pub struct Registry {
    current: ArcSwap<Definitions>,
    pub(super) catalogue: Arc<dyn Catalogue>,
    pub(super) builder: Builder,
    pub(super) fixed_connections: Vec<ConnectionDefinition>,
    /// The queue of writers of functions, connections and settings.
    pub(super) shelf: Mutex<Shelf>,
    /// The queue of writers of variables; taken after `shelf` by who needs both.
    pub(super) variables: Mutex<()>,
    runtime: Handle,
}

/// What renewing a function did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Another version serves now.
    Renewed {
        /// The version before, when there was one.
        from: Option<u64>,
        /// The version now.
        to: u64,
        /// The generation of the definitions that shows it.
        generation: u64,
    },
    /// The row is what is published already.
    Unchanged {
        /// The version that serves.
        version: u64,
        /// The present generation.
        generation: u64,
    },
}

/// How a published connection is named in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionKey {
    /// By the id of its row, which may be gone by now.
    Id(ConnectionId),
    /// By its name.
    Name(ConnectionName),
}

impl std::fmt::Display for ConnectionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

impl Registry {
    /// An empty registry; [`Registry::load`] fills it.
    pub fn new(parts: Parts) -> Self {
        Self {
            current: ArcSwap::from_pointee(Definitions::default()),
            catalogue: parts.catalogue,
            builder: Builder {
                compilers: parts.compilers.into(),
                connect: parts.connect,
                salt: *uuid::Uuid::new_v4().as_bytes(),
            },
            fixed_connections: parts.fixed_connections,
            shelf: Mutex::new(Shelf::default()),
            variables: Mutex::new(()),
            runtime: parts.runtime,
        }
    }

    /// The definitions of this moment, to be kept as long as a run lasts.
    pub fn pin(&self) -> Arc<Definitions> {
        self.current.load_full()
    }

    /// The definitions of this moment for a short look; not to be held across an await.
    pub fn peek(&self) -> Guard<Arc<Definitions>> {
        self.current.load()
    }

    /// A global variable as it is now, `Value::Undefined` when there is none.
    pub fn variable(&self, name: &VariableName) -> Value {
        let current = self.current.load();
        let found = current.variables.get(name);
        found.map_or(Value::Undefined, |variable| variable.value.clone())
    }

    /// Builds a function as a renewal would, and publishes nothing.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the reason.
    pub async fn prove(
        &self,
        definition: FunctionDefinition,
    ) -> Result<Arc<dyn SystemFunction>, Error> {
        let name = definition.name.clone();
        let built = self.builder.function(definition).await;
        built
            .map(|built| built.function)
            .map_err(|source| rejected(&name, source))
    }

    /// Publishes the function as its row is now. When it cannot be built, what was published serves
    /// on.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a row, [`Error::Rejected`] with the reason.
    pub async fn renew_function(&self, name: &FunctionName) -> Result<Renewal, Error> {
        let mut stock = self.shelf.lock().await;
        let definition = self.catalogue.function(name).await?;
        let definition = definition.ok_or_else(|| missing("function", name))?;
        let wanted = fingerprint(&definition);
        let serving = self.current.load().functions.get(name).cloned();
        let built = match stock.find(name, &wanted) {
            Some(built) => built,
            None => self
                .builder
                .function(definition)
                .await
                .map_err(|source| rejected(name, source))?,
        };
        stock.withdrawn.remove(name);
        Ok(self.put_function(&mut stock, name, built, serving))
    }

    fn put_function(
        &self,
        stock: &mut Shelf,
        name: &FunctionName,
        built: Built,
        serving: Option<Arc<dyn SystemFunction>>,
    ) -> Renewal {
        let function = Arc::clone(&built.function);
        stock.keep(name, built);
        if let Some(serving) = &serving
            && Arc::ptr_eq(serving, &function)
        {
            return Renewal::Unchanged {
                version: serving.version(),
                generation: self.current.load().generation,
            };
        }
        let generation = self.publish(|next| {
            next.functions.insert(name.clone(), Arc::clone(&function));
        });
        Renewal::Renewed {
            from: serving.map(|old| old.version()),
            to: function.version(),
            generation,
        }
    }

    /// Unpublishes a function; runs that pinned it go on with it. Answers the generation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing of that name is published.
    pub async fn remove_function(&self, name: &FunctionName) -> Result<u64, Error> {
        let mut stock = self.shelf.lock().await;
        if !self.current.load().functions.contains_key(name) {
            return Err(missing("function", name));
        }
        stock.withdrawn.insert(name.clone());
        Ok(self.publish(|next| {
            next.functions.remove(name);
        }))
    }

    /// Publishes a connection as its row is now. Sessions of the old one end with their users.
    /// Answers the generation.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Disabled`] or [`Error::Rejected`].
    pub async fn setup_connection(&self, id: ConnectionId) -> Result<u64, Error> {
        let _queue = self.shelf.lock().await;
        let row = self.catalogue.connection(id).await?;
        let row = row.ok_or_else(|| missing("connection", &id))?;
        let name = row.name.to_string();
        if !row.enabled {
            return Err(Error::Disabled { name });
        }
        let connection = self.builder.connection(row).await.map_err(|source| {
            let noun = "connection";
            Error::Rejected { noun, name, source }
        })?;
        Ok(self.publish(|next| {
            // A row that was renamed leaves its old name.
            next.connections.retain(|_, other| other.id != Some(id));
            let name = connection.name.clone();
            next.connections.insert(name, Arc::clone(&connection));
        }))
    }

    /// Unpublishes a connection, also when its row is gone. Answers the generation.
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Protected`] for the one that Keeper depends on.
    pub async fn remove_connection(&self, key: &ConnectionKey) -> Result<u64, Error> {
        let _queue = self.shelf.lock().await;
        let found = find_connection(&self.current.load(), key);
        let found = found.ok_or_else(|| missing("connection", key))?;
        if PROTECTED.contains(&found.name.as_str()) {
            return Err(Error::Protected {
                noun: "connection",
                name: found.name.to_string(),
                reason: "Keeper itself works with it",
            });
        }
        Ok(self.publish(|next| {
            next.connections.remove(&found.name);
        }))
    }

    /// Publishes a global variable as its row is now. Answers the generation.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a row, [`Error::Rejected`] when its text is not of its type.
    pub async fn renew_variable(&self, name: &VariableName) -> Result<u64, Error> {
        let _queue = self.variables.lock().await;
        let row = self.catalogue.variable(name).await?;
        let row = row.ok_or_else(|| missing("variable", name))?;
        let value = decode(&row).map_err(|source| Error::Rejected {
            noun: "variable",
            name: name.to_string(),
            source,
        })?;
        Ok(self.put_variable(name, &value))
    }

    /// Unpublishes a global variable. Answers the generation.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nothing of that name is published.
    pub async fn remove_variable(&self, name: &VariableName) -> Result<u64, Error> {
        let _queue = self.variables.lock().await;
        if !self.current.load().variables.contains_key(name) {
            return Err(missing("variable", name));
        }
        Ok(self.publish(|next| {
            next.variables.remove(name);
        }))
    }

    /// Stores and publishes a global variable, `SET @X` of a program. Blocks: only for a plain
    /// thread, never inside an async task. Answers the generation.
    ///
    /// # Errors
    /// [`Error::Protected`] for the name of a function, [`Error::Rejected`] for a value that has no
    /// stored form, [`Error::Store`] when it could not be stored; then nothing is published.
    pub fn set_variable(&self, name: &VariableName, value: &Value) -> Result<u64, Error> {
        let taken = FunctionName::parse(name.as_str())
            .is_ok_and(|function| self.current.load().functions.contains_key(&function));
        if taken {
            return Err(Error::Protected {
                noun: "variable",
                name: name.to_string(),
                reason: "a function has this name",
            });
        }
        let row = encode(name, value).map_err(|source| Error::Rejected {
            noun: "variable",
            name: name.to_string(),
            source,
        })?;
        self.runtime.block_on(async {
            let _queue = self.variables.lock().await;
            self.catalogue.put_variable(row).await?;
            Ok(self.put_variable(name, value))
        })
    }

    /// Sets a setting in memory; it wins over the stored one until the daemon ends. Answers the
    /// generation.
    pub async fn set_setting(&self, name: &str, value: &str) -> u64 {
        let mut stock = self.shelf.lock().await;
        let name: Arc<str> = name.to_uppercase().into();
        let value: Arc<str> = value.into();
        stock.settings.insert(Arc::clone(&name), Arc::clone(&value));
        self.publish(|next| {
            next.settings.insert(Arc::clone(&name), Arc::clone(&value));
        })
    }

    fn put_variable(&self, name: &VariableName, value: &Value) -> u64 {
        self.publish(|next| {
            let value = value.clone();
            next.variables.insert(name.clone(), Variable { value });
        })
    }

    /// Applies a change to a copy of the present definitions and publishes it. The change may be
    /// applied again when a writer of the other queue was faster.
    pub(super) fn publish(&self, change: impl Fn(&mut Definitions)) -> u64 {
        let mut generation = 0;
        self.current.rcu(|present| {
            let mut next = Definitions::clone(present);
            change(&mut next);
            next.generation = present.generation.saturating_add(1);
            generation = next.generation;
            next
        });
        generation
    }
}

fn rejected(name: &FunctionName, source: BuildError) -> Error {
    Error::Rejected {
        noun: "function",
        name: name.to_string(),
        source,
    }
}

pub(super) fn missing(noun: &'static str, name: &(impl ToString + ?Sized)) -> Error {
    Error::NotFound {
        noun,
        name: name.to_string(),
    }
}

fn find_connection(current: &Definitions, key: &ConnectionKey) -> Option<Arc<Connection>> {
    match key {
        ConnectionKey::Name(name) => current.connections.get(name).cloned(),
        ConnectionKey::Id(id) => {
            let mut all = current.connections.values();
            all.find(|connection| connection.id == Some(*id)).cloned()
        }
    }
}
