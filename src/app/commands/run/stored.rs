//! `keeper run --job` and `--task`: a program beside the store of this home.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::host::{Surroundings, Terminal, set_up};
use crate::app::exit::{Exit, Failure};
use crate::app::house;
use crate::clock::{Clock, SystemChance, SystemClock};
use crate::config::Settings;
use crate::model::{Action, CommandKind, JobId, Task, TaskId};
use crate::pql::Environment;
use crate::registry::{Catalogue, StoredRows};
use crate::runner::{self, PqlHost};
use crate::store::Store;
use crate::value::Value;

/// The definitions, variables and tasks that the store has.
pub(super) struct Stored {
    settings: Settings,
    host: PqlHost,
    store: Store,
}

/// The program of a task.
pub(super) struct Stage {
    /// How messages call it.
    pub(super) name: String,
    /// Its text, as the command had it.
    pub(super) text: String,
    /// Its arguments, the predefined ones among them.
    pub(super) values: Vec<(String, Value)>,
    /// The job that the task is a run of.
    pub(super) job: JobId,
}

impl Stored {
    /// Opens the store and publishes its definitions, as a daemon would.
    pub(super) fn open(settings: Settings) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let opening = async {
            let store = house::open_store(&settings.store, clock.as_ref()).await?;
            let rows = StoredRows::new(store.clone(), Arc::clone(&clock));
            let rows: Arc<dyn Catalogue> = Arc::new(rows);
            let wasm = Arc::new(house::engine(&settings)?);
            let registry = house::publish(&settings, &rows, &wasm).await?;
            Ok::<_, Failure>((store, registry))
        };
        let (store, registry) = Handle::current().block_on(opening)?;
        let host = PqlHost {
            registry,
            store: store.clone(),
            clock,
            chance: Arc::new(SystemChance),
            zone: settings.zone.clone(),
            home: settings.home.clone(),
            runtime: Handle::current(),
            limits: house::pql_limits(&settings),
        };
        Ok(Self {
            settings,
            host,
            store,
        })
    }

    /// The surroundings of a program of this job.
    pub(super) fn environment(
        &self,
        job: JobId,
        given: Surroundings<'_>,
    ) -> Result<Environment, Failure> {
        let found = Handle::current().block_on(self.store.get_job(job));
        let found = found.map_err(|error| unreadable(&error))?;
        if found.is_none() {
            let what = format!("there is no job {job}");
            return Err(Failure::new(Exit::NotFound, what).next("keeper job list"));
        }
        let pinned = self.host.registry.pin();
        let environment = self
            .host
            .environment(Arc::clone(&pinned), Some(job), Arc::new(Terminal));
        set_up(environment, pinned.as_ref().clone(), given, &self.settings)
    }

    /// What a task runs: its one PQL command.
    pub(super) fn stage(&self, id: TaskId) -> Result<Stage, Failure> {
        let task = Handle::current().block_on(self.store.get_task(id));
        let task = task.map_err(|error| unreadable(&error))?;
        let Some(task) = task else {
            let what = format!("there is no task {id}");
            return Err(Failure::new(Exit::NotFound, what).next("keeper task list"));
        };
        let action = only_program(&task)?;
        let arguments = runner::arguments(&task, action, &self.host.zone)
            .map_err(|error| Failure::new(Exit::Failed, error.to_string()).code(error.code()))?;
        let values = runner::argument_values(&task, &arguments, &self.host.zone);
        Ok(Stage {
            name: format!("command `{}`", action.title),
            text: action.source_text.clone(),
            values: values
                .into_iter()
                .map(|(name, value)| (name.to_string(), value))
                .collect(),
            job: task.job_id,
        })
    }
}

fn only_program(task: &Task) -> Result<&Action, Failure> {
    let is_program = |action: &&Action| action.kind == CommandKind::Pql;
    let mut programs = task.record.actions.iter().filter(is_program);
    match (programs.next(), programs.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => {
            let what = format!("task {} has no PQL command", task.id);
            Err(Failure::new(Exit::Usage, what))
        }
        (Some(_), Some(_)) => {
            let what = format!("task {} has several PQL commands", task.id);
            let next = format!("keeper run FILE --job {}", task.job_id);
            Err(Failure::new(Exit::Usage, what).next(next))
        }
    }
}

fn unreadable(error: &crate::store::Error) -> Failure {
    Failure::new(Exit::Unreachable, "the store cannot be read")
        .why(error.to_string())
        .code(error.code())
}
