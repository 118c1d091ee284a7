//! Compiled components: in memory while a function uses them, on disk between starts.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use crate::registry::BuildError;

use super::bindings::ModulePre;
use super::cache::Cache;
use super::component::invalid;
use super::grants;
use super::state::State;

type Hash = [u8; 32];

/// A component ready to be instantiated. Functions of one module, and versions that differ in
/// nothing but grants or limits, share it.
pub(super) struct Compiled {
    pub(super) component: Component,
    pub(super) pre: ModulePre<State>,
}

/// Finds or makes compiled components.
pub(super) struct Library {
    engine: Engine,
    linker: Linker<State>,
    cache: Option<Cache>,
    /// What is alive. Whoever holds a component keeps it here; nothing is kept for its own sake.
    shelf: Mutex<HashMap<Hash, Weak<Compiled>>>,
    compilers: Gate,
}

impl Library {
    /// A library over an engine; without a cache everything is compiled anew.
    pub(super) fn new(engine: Engine, linker: Linker<State>, cache: Option<Cache>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            engine,
            linker,
            cache,
            shelf: Mutex::default(),
            compilers: Gate::new(cores),
        }
    }

    /// The compiled form of a component: the one that is alive, else from disk, else compiled now.
    pub(super) fn get(&self, bytes: &[u8]) -> Result<Arc<Compiled>, BuildError> {
        let hash: Hash = Sha256::digest(bytes).into();
        if let Some(alive) = self.shelf().get(&hash).and_then(Weak::upgrade) {
            return Ok(alive);
        }
        let component = self.component(bytes)?;
        grants::check_known(&self.engine, &component)?;
        let pre = self.link(&component)?;
        let compiled = Arc::new(Compiled { component, pre });
        let mut shelf = self.shelf();
        shelf.retain(|_, other| other.strong_count() > 0);
        shelf.insert(hash, Arc::downgrade(&compiled));
        Ok(compiled)
    }

    fn component(&self, bytes: &[u8]) -> Result<Component, BuildError> {
        if let Some(component) = self.cache.as_ref().and_then(|cache| cache.load(bytes)) {
            tracing::debug!(module.bytes = bytes.len(), "native code loaded from disk");
            return Ok(component);
        }
        let component = {
            let _turn = self.compilers.enter();
            Component::from_binary(&self.engine, bytes)
                .map_err(|error| invalid(format!("not a usable component: {error:#}")))?
        };
        tracing::debug!(module.bytes = bytes.len(), "module compiled");
        if let Some(cache) = &self.cache {
            cache.store(bytes, &component);
        }
        Ok(component)
    }

    /// The linker has every capability; [`grants::check_granted`] is what keeps them apart.
    fn link(&self, component: &Component) -> Result<ModulePre<State>, BuildError> {
        self.linker
            .instantiate_pre(component)
            .and_then(ModulePre::new)
            .map_err(|error| {
                invalid(format!(
                    "the module does not fit `qross:pql@1.0.0`: {error:#}"
                ))
            })
    }

    fn shelf(&self) -> MutexGuard<'_, HashMap<Hash, Weak<Compiled>>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets a number of threads pass at once; the others wait. For threads that may block.
struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Gate {
    fn new(places: usize) -> Self {
        Self {
            free: Mutex::new(places),
            freed: Condvar::new(),
        }
    }

    fn enter(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free == 0);
        let mut free = waited.unwrap_or_else(PoisonError::into_inner);
        *free = free.saturating_sub(1);
        Turn(self)
    }
}

/// A place behind the gate, given back when dropped.
struct Turn<'a>(&'a Gate);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.saturating_add(1);
        self.0.freed.notify_one();
    }
}
