//! The engine, its settings in one place, and building functions with it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::fault::Code;
use crate::model::{FunctionBody, FunctionDefinition, FunctionLimits};
use crate::registry::{BuildError, Compile, SystemFunction};

use super::bindings::{Module, ModulePre};
use super::component::{invalid, to_component};
use super::describe::{self, Described};
use super::function::WasmFunction;
use super::grants;
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
}

impl Default for Ceilings {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            call_time: Duration::from_mins(1),
            value_bytes: 256 << 20,
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
    linker: Linker<State>,
    ceilings: Ceilings,
    _ticker: Ticker,
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
    /// pool where the machine grants its address space, and are made on demand otherwise.
    ///
    /// # Errors
    /// [`Code::MODULE_INVALID`] when this machine cannot run an engine.
    pub fn new(ceilings: Ceilings) -> Result<Self, BuildError> {
        let broken = |error: wasmtime::Error| invalid(format!("the engine: {error:#}"));
        let engine = Engine::new(config().allocation_strategy(pool(ceilings)))
            .or_else(|_| Engine::new(&config()))
            .map_err(broken)?;
        let mut linker = Linker::new(&engine);
        Module::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state).map_err(broken)?;
        let ticker = Ticker::start(&engine)
            .map_err(|error| invalid(format!("the engine's ticker: {error}")))?;
        Ok(Self {
            engine,
            linker,
            ceilings,
            _ticker: ticker,
        })
    }

    /// Reads what a module offers, within the default limits and without any grant.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Vec<Described>, BuildError> {
        let component = self.load(&to_component(bytes)?)?;
        let pre = self.link(&component)?;
        describe::probe(
            &self.engine,
            &pre,
            self.ceilings.cap(FunctionLimits::default()),
        )
    }

    fn load(&self, component: &[u8]) -> Result<Component, BuildError> {
        let component = Component::from_binary(&self.engine, component)
            .map_err(|error| invalid(format!("not a usable component: {error:#}")))?;
        grants::check_known(&self.engine, &component)?;
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
        let component = self.load(&to_component(component)?)?;
        grants::check_granted(&self.engine, &component, &definition.grants)?;
        let pre = self.link(&component)?;
        let limits = self.ceilings.cap(definition.limits);
        let described = describe::probe(&self.engine, &pre, limits)?;
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
            pre,
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
