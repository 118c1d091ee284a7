//! The engine, its settings in one place, and building functions with it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::fault::Code;
use crate::model::{FunctionBody, FunctionDefinition, FunctionLimits};
use crate::registry::{BuildError, Compile, SystemFunction};

use super::bindings::Module;
use super::cache::Cache;
use super::component::{Packaged, invalid, to_component};
use super::describe::{self, Described};
use super::function::WasmFunction;
use super::grants;
use super::library::{Compiled, Library};
use super::state::State;
use super::ticker::Ticker;

/// The stack of a guest, in bytes.
const STACK: usize = 512 << 10;
/// Instances alive at once on a node.
const INSTANCES: u32 = 256;
/// Core instances of a component: its module and what glues it together.
const PARTS: u32 = 16;

/// What no function of this node may exceed, whatever its own limits say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ceilings {
    /// Memory of one instance, in bytes.
    pub memory_bytes: u64,
    /// Time of one call.
    pub call_time: Duration,
    /// Size of arguments or result, in bytes.
    pub value_bytes: u64,
    /// Size of a module at upload, in bytes.
    pub module_bytes: u64,
}

impl Default for Ceilings {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            call_time: Duration::from_mins(1),
            value_bytes: 256 << 20,
            module_bytes: 32 << 20,
        }
    }
}

impl Ceilings {
    fn cap(self, limits: FunctionLimits) -> FunctionLimits {
        FunctionLimits {
            memory_bytes: limits.memory_bytes.min(self.memory_bytes),
            call_time: limits.call_time.min(self.call_time),
            value_bytes: limits.value_bytes.min(self.value_bytes),
            host_calls: limits.host_calls,
        }
    }
}

/// The process's WebAssembly engine; makes functions out of modules.
pub struct Host {
    engine: Engine,
    library: Library,
    ceilings: Ceilings,
    _ticker: Ticker,
}

/// What a module offers. Its code stays at hand while this lives, so that building a function of
/// it compiles nothing again.
pub struct Offer {
    /// The functions, in the module's order; at least one.
    pub functions: Vec<Described>,
    _compiled: Arc<Compiled>,
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("ceilings", &self.ceilings)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Starts an engine and its ticker thread, which end with this object. Instances come from a
    /// pool where the machine grants its address space, and are made on demand otherwise. Native
    /// code is kept in the folder `cache`, where there is one and it can be used.
    ///
    /// # Errors
    /// [`Code::MODULE_INVALID`] when this machine cannot run an engine.
    pub fn new(ceilings: Ceilings, cache: Option<&Path>) -> Result<Self, BuildError> {
        let broken = |error: wasmtime::Error| invalid(format!("the engine: {error:#}"));
        let engine = Engine::new(config().allocation_strategy(pool(ceilings)))
            .or_else(|_| Engine::new(&config()))
            .map_err(broken)?;
        let mut linker = Linker::new(&engine);
        Module::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(broken)?;
        let ticker = Ticker::start(&engine)
            .map_err(|error| invalid(format!("the engine's ticker: {error}")))?;
        let cache = cache.and_then(|folder| open_cache(folder, &engine));
        Ok(Self {
            library: Library::new(engine.clone(), linker, cache),
            engine,
            ceilings,
            _ticker: ticker,
        })
    }

    /// Makes a component of uploaded bytes, when they are not too many.
    ///
    /// # Errors
    /// [`Code::MODULE_INVALID`].
    pub fn package(&self, bytes: &[u8]) -> Result<Packaged, BuildError> {
        let (size, limit) = (bytes.len(), self.ceilings.module_bytes);
        if u64::try_from(size).is_ok_and(|size| size <= limit) {
            return Packaged::new(bytes);
        }
        Err(invalid(format!(
            "the module has {size} bytes, more than {limit}"
        )))
    }

    /// Reads what a module offers, within the default limits and without any grant.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Offer, BuildError> {
        let compiled = self.library.get(&to_component(bytes)?)?;
        let limits = self.ceilings.cap(FunctionLimits::default());
        Ok(Offer {
            functions: describe::probe(&self.engine, &compiled.pre, limits)?,
            _compiled: compiled,
        })
    }
}

fn open_cache(folder: &Path, engine: &Engine) -> Option<Cache> {
    Cache::open(folder, engine)
        .inspect_err(|error| {
            tracing::warn!(
                folder = %folder.display(), %error,
                "native code is not kept, every start compiles anew"
            );
        })
        .ok()
}

impl Compile for Host {
    fn accepts(&self, definition: &FunctionDefinition) -> bool {
        matches!(definition.body, FunctionBody::Wasm { .. })
    }

    fn compile(
        &self,
        definition: &FunctionDefinition,
    ) -> Result<Arc<dyn SystemFunction>, BuildError> {
        let FunctionBody::Wasm {
            sha256,
            component,
            export,
        } = &definition.body
        else {
            return Err(invalid("not a WebAssembly function".to_owned()));
        };
        let compiled = self.library.get(&to_component(component)?)?;
        grants::check_granted(&self.engine, &compiled.component, &definition.grants)?;
        let limits = self.ceilings.cap(definition.limits);
        let described = describe::probe(&self.engine, &compiled.pre, limits)?;
        let offered = described.iter().map(|it| format!("`{}`", it.name));
        let offered = offered.collect::<Vec<_>>().join(", ");
        let found = described
            .into_iter()
            .zip(0u32..)
            .find(|(it, _)| it.name.as_str().eq_ignore_ascii_case(export));
        let Some((described, index)) = found else {
            return Err(BuildError {
                code: Code::SIGNATURE_INVALID,
                message: format!("the module has no function `{export}`; it has {offered}"),
            });
        };
        Ok(Arc::new(WasmFunction {
            name: definition.name.clone(),
            version: definition.version,
            digest: Arc::clone(sha256),
            signature: described.signature.into(),
            grants: definition.grants.as_slice().into(),
            limits,
            index,
            engine: self.engine.clone(),
            compiled,
        }))
    }
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .memory_init_cow(true)
        .max_wasm_stack(STACK)
        .concurrency_support(false);
    config
}

fn pool(ceilings: Ceilings) -> InstanceAllocationStrategy {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(INSTANCES)
        .total_core_instances(INSTANCES * 4)
        .max_core_instances_per_component(PARTS)
        .max_memories_per_component(1)
        .total_memories(INSTANCES)
        .total_tables(INSTANCES * 4)
        .table_elements(10_000)
        .max_memory_size(usize::try_from(ceilings.memory_bytes).unwrap_or(usize::MAX));
    InstanceAllocationStrategy::Pooling(pool)
}
