//! Built functions that stay at hand, so that a rollback is a pointer swap.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::{Generations, SystemFunction};
use crate::model::FunctionName;

/// How many built versions of one function stay in memory, the current one included.
const VERSIONS_KEPT: usize = 3;

/// One built version and what it was built from.
#[derive(Debug, Clone)]
pub(super) struct Built {
    /// Hash of the whole definition; the same one needs no second build.
    pub fingerprint: Arc<str>,
    /// The function, ready to be used.
    pub function: Arc<dyn SystemFunction>,
}

/// What only writers see, behind their mutex.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    built: HashMap<FunctionName, VecDeque<Built>>,
    /// Functions removed by request, which following the store must not bring back.
    pub withdrawn: HashSet<FunctionName>,
    /// Settings set in memory by request; they win over stored ones.
    pub settings: HashMap<Arc<str>, Arc<str>>,
    /// The generations that the published definitions show; `None` before the first load.
    pub applied: Option<Generations>,
}

impl Shelf {
    /// The build of exactly this definition, when it is still at hand.
    pub(super) fn find(&self, name: &FunctionName, fingerprint: &str) -> Option<Built> {
        let versions = self.built.get(name)?;
        let mut matching = versions.iter().filter(|b| *b.fingerprint == *fingerprint);
        matching.next().cloned()
    }

    /// Puts a build in front and lets go of the oldest beyond the limit.
    pub(super) fn keep(&mut self, name: &FunctionName, built: Built) {
        let versions = self.built.entry(name.clone()).or_default();
        versions.retain(|other| other.fingerprint != built.fingerprint);
        versions.push_front(built);
        versions.truncate(VERSIONS_KEPT);
    }

    /// Lets go of the builds of functions that are gone.
    pub(super) fn forget_all_but(&mut self, stays: impl Fn(&FunctionName) -> bool) {
        self.built.retain(|name, _| stays(name));
    }
}
