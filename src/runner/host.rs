//! Where PQL runs inside the daemon: with the published definitions, the stored variables and the
//! daemon's clock.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::machine::ThisMachine;
use crate::clock::{Chance, Clock, Zone};
use crate::model::{JobId, VariableName};
use crate::pql::{Environment, Globals, JobVariables, Limits, Output};
use crate::registry::{Definitions, Registry, from_stored, to_stored};
use crate::store::{JobVariable, Store};
use crate::value::Value;

/// Everything that a PQL run of the daemon takes from the daemon; clones share it.
#[derive(Clone)]
pub struct PqlHost {
    /// The published definitions.
    pub registry: Arc<Registry>,
    /// Where job variables are kept.
    pub store: Store,
    /// Where `@NOW` and SLEEP take the time from.
    pub clock: Arc<dyn Clock>,
    /// Where random numbers come from.
    pub chance: Arc<dyn Chance>,
    /// The zone that dates are told in.
    pub zone: Zone,
    /// The folder for files that are named without one.
    pub home: PathBuf,
    /// Waits for the store and for SLEEP.
    pub runtime: Handle,
    /// What one run may use up.
    pub limits: Limits,
}

impl PqlHost {
    /// The surroundings of one run over `definitions`, which stay the same for all of it. With a
    /// job, `%NAME` are the variables of that job.
    pub fn environment(
        &self,
        definitions: Arc<Definitions>,
        job: Option<JobId>,
        output: Arc<dyn Output>,
    ) -> Environment {
        let job_variables = job.map(|job| {
            let variables: Arc<dyn JobVariables> = Arc::new(StoredJobVariables {
                job,
                store: self.store.clone(),
                clock: Arc::clone(&self.clock),
                runtime: self.runtime.clone(),
            });
            variables
        });
        Environment {
            definitions,
            globals: Arc::new(PublishedGlobals(Arc::clone(&self.registry))),
            user: Arc::default(),
            job_variables,
            output,
            clock: Arc::clone(&self.clock),
            zone: self.zone.clone(),
            chance: Arc::clone(&self.chance),
            home: self.home.clone(),
            // Only the runner of an action knows whose children they would be.
            commands: None,
            machine: Some(Arc::new(ThisMachine::beside(
                self.store.clone(),
                Arc::clone(&self.clock),
                self.runtime.clone(),
            ))),
            runtime: self.runtime.clone(),
            limits: self.limits,
        }
    }
}

/// Global variables, read as they are published and written through to the store.
struct PublishedGlobals(Arc<Registry>);

impl Globals for PublishedGlobals {
    fn get(&self, name: &VariableName) -> Option<Value> {
        match self.0.variable(name) {
            Value::Undefined => None,
            value => Some(value),
        }
    }

    fn set(&self, name: &VariableName, value: Value) -> Result<(), String> {
        let set = self.0.set_variable(name, &value);
        set.map(|_generation| ()).map_err(|error| error.to_string())
    }
}

/// The variables of one job, each access a query of the store (`keeper.md` 7.9).
pub struct StoredJobVariables {
    /// Whose they are.
    pub job: JobId,
    /// Where they are kept.
    pub store: Store,
    /// Tells when one was written.
    pub clock: Arc<dyn Clock>,
    /// Waits for the store.
    pub runtime: Handle,
}

impl JobVariables for StoredJobVariables {
    fn get(&self, name: &str) -> Result<Option<Value>, String> {
        let rows = self
            .runtime
            .block_on(self.store.job_variables(self.job))
            .map_err(|error| error.to_string())?;
        let Some(row) = rows.into_iter().find(|row| row.name == name) else {
            return Ok(None);
        };
        let value = from_stored(&row.kind, &row.value.into());
        value
            .map(Some)
            .ok_or_else(|| format!("the stored value of `%{name}` is not {}", row.kind))
    }

    fn set(&self, name: &str, value: Value) -> Result<(), String> {
        let (kind, value) = to_stored(&value)
            .ok_or_else(|| format!("`%{name}` cannot keep bytes: store them as text"))?;
        let variable = JobVariable {
            name: name.to_owned(),
            kind: kind.to_owned(),
            value,
        };
        let now = self.clock.now();
        let write = self.store.set_job_variable(self.job, variable, now);
        let written = self.runtime.block_on(write);
        written.map_err(|error| error.to_string())
    }
}
