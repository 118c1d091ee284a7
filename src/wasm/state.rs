//! What a store holds for one instance: limits, the run it belongs to, and why it stopped.

use std::sync::Arc;

use wasmtime::ResourceLimiter;

use crate::model::{FunctionLimits, Grant};
use crate::registry::RunContext;

use super::ticker::TICK;

/// The most elements of a table of functions.
const TABLE_ELEMENTS: usize = 10_000;
/// Core instances, tables and memories of one component: its module and what glues it together.
const PARTS: usize = 16;

/// The data of a store.
pub(super) struct State {
    /// The run; none while a description is read.
    pub(super) run: Option<Arc<dyn RunContext>>,
    pub(super) grants: Arc<[Grant]>,
    pub(super) limits: FunctionLimits,
    pub(super) host_calls_left: u32,
    pub(super) ticks_left: u64,
    pub(super) cause: Cause,
}

/// Why a call stopped, as far as the host saw it coming.
#[derive(Debug, Default)]
pub(super) struct Cause {
    pub(super) is_cancelled: bool,
    pub(super) is_out_of_memory: bool,
    pub(super) panic: Option<String>,
    pub(super) denied: Option<String>,
}

impl State {
    pub(super) fn new(limits: FunctionLimits, grants: Arc<[Grant]>) -> Self {
        let mut state = Self {
            run: None,
            grants,
            limits,
            host_calls_left: 0,
            ticks_left: 0,
            cause: Cause::default(),
        };
        state.begin_call();
        state
    }

    /// Fills up what one call may use.
    pub(super) fn begin_call(&mut self) {
        let ticks = self.limits.call_time.as_millis().div_ceil(TICK.as_millis());
        self.ticks_left = u64::try_from(ticks).unwrap_or(u64::MAX);
        self.host_calls_left = self.limits.host_calls;
    }

    /// Counts a tick; tells whether the call may go on.
    pub(super) fn tick(&mut self) -> bool {
        self.cause.is_cancelled = self.run.as_ref().is_some_and(|run| run.is_cancelled());
        self.ticks_left = self.ticks_left.saturating_sub(1);
        self.ticks_left > 0 && !self.cause.is_cancelled
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let admitted = u64::try_from(desired).is_ok_and(|it| it <= self.limits.memory_bytes);
        self.cause.is_out_of_memory |= !admitted;
        Ok(admitted)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        PARTS
    }

    fn tables(&self) -> usize {
        PARTS
    }

    fn memories(&self) -> usize {
        1
    }
}
