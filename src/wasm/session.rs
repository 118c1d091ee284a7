//! One warm instance: a store with its deadline, and typed calls into it.

use std::sync::Arc;

use wasmtime::{Engine, Store, UpdateDeadline};

use crate::model::{FunctionLimits, Grant};
use crate::registry::RunContext;

use super::bindings::{Module, ModulePre, functions, types};
use super::state::State;
use super::trap::{self, Stop};

/// A store with one instance in it.
pub(super) struct Session {
    store: Store<State>,
    module: Module,
}

/// What a session is made with.
pub(super) struct Setting<'a> {
    pub(super) engine: &'a Engine,
    pub(super) pre: &'a ModulePre<State>,
    pub(super) limits: FunctionLimits,
    pub(super) grants: Arc<[Grant]>,
    pub(super) run: Option<Arc<dyn RunContext>>,
}

impl Session {
    /// Instantiates; start functions run here, within the limits of a call.
    pub(super) fn open(setting: Setting<'_>) -> Result<Self, Stop> {
        let limits = setting.limits;
        let mut state = State::new(limits, setting.grants);
        state.run = setting.run;
        let mut store = Store::new(setting.engine, state);
        store.limiter(|state| state);
        store.set_hostcall_fuel(usize::try_from(limits.value_bytes).unwrap_or(usize::MAX));
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| {
            Ok(if context.data_mut().tick() {
                UpdateDeadline::Continue(1)
            } else {
                UpdateDeadline::Interrupt
            })
        });
        match setting.pre.instantiate(&mut store) {
            Ok(module) => Ok(Self { store, module }),
            Err(error) => Err(trap::explain(&error, store.data())),
        }
    }

    pub(super) fn describe(&mut self) -> Result<functions::Description, Stop> {
        self.begin();
        let answer = self
            .module
            .qross_pql_functions()
            .call_describe(&mut self.store);
        answer.map_err(|error| trap::explain(&error, self.store.data()))
    }

    pub(super) fn call(
        &mut self,
        index: u32,
        arguments: &[types::Value],
    ) -> Result<Result<types::Value, types::Error>, Stop> {
        self.begin();
        let functions = self.module.qross_pql_functions();
        let answer = functions.call_call(&mut self.store, index, arguments);
        answer.map_err(|error| trap::explain(&error, self.store.data()))
    }

    pub(super) fn call_columns(
        &mut self,
        index: u32,
        rows: u32,
        columns: &[types::Column],
    ) -> Result<Result<types::Column, types::Error>, Stop> {
        self.begin();
        let functions = self.module.qross_pql_functions();
        let answer = functions.call_call_columns(&mut self.store, index, rows, columns);
        answer.map_err(|error| trap::explain(&error, self.store.data()))
    }

    /// Sets the deadline anew; it counts ticks from now, not from the last call.
    fn begin(&mut self) {
        self.store.data_mut().begin_call();
        self.store.set_epoch_deadline(1);
    }
}
