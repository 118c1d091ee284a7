//! Building all definitions anew, aside, and publishing them in one swap.

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use imbl::HashMap;

use super::build::fingerprint;
use super::shelf::{Built, Shelf};
use super::variable::decode;
use super::{
    BuildError, Connection, Definitions, Error, Generations, Problem, Registry, SystemFunction,
    Variable,
};
use crate::cron::Calendar;
use crate::model::{ConnectionName, FunctionDefinition, FunctionName, VariableName};
use crate::store;

/// What a reload does about rows that cannot be made usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// Change nothing and say which.
    Refuse,
    /// Keep what those names serve now, publish the rest, and say which.
    KeepOld,
}

/// Whether functions that were removed by request come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Withdrawn {
    Return,
    StayAway,
}

/// What a reload found and did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReloadReport {
    /// The generation of the definitions now.
    pub generation: u64,
    /// Functions that are published now.
    pub functions: usize,
    /// Functions that had to be built.
    pub built: usize,
    /// Connections that are published now.
    pub connections: usize,
    /// Global variables that are published now.
    pub variables: usize,
    /// Rows that keep their old object, or none.
    pub problems: Vec<Problem>,
}

/// The next definitions while they are put together.
#[derive(Default)]
struct Draft {
    functions: HashMap<FunctionName, Arc<dyn SystemFunction>>,
    fresh: Vec<(FunctionName, Built)>,
    connections: HashMap<ConnectionName, Arc<Connection>>,
    variables: HashMap<VariableName, Variable>,
    settings: HashMap<Arc<str>, Arc<str>>,
    calendar: Calendar,
    problems: Vec<Problem>,
}

impl Draft {
    fn report(&mut self, noun: &'static str, name: impl AsRef<str>, error: BuildError) {
        self.problems.push(Problem {
            noun,
            name: name.as_ref().to_owned(),
            code: error.code,
            message: error.message,
        });
    }
}

impl Draft {
    /// Takes note of a function row that cannot even be read. Which name it has is only known from
    /// the error, so the object of that name, if any, stays.
    fn report_row(&mut self, present: &Definitions, error: &store::Error) {
        let name = match error {
            store::Error::Inconsistent { id, .. } => id.clone(),
            _ => "?".to_owned(),
        };
        if let Ok(parsed) = FunctionName::parse(&name)
            && let Some(old) = present.functions.get(&parsed)
        {
            self.functions.insert(parsed, Arc::clone(old));
        }
        let (code, message) = (error.code(), error.to_string());
        self.report("function", name, BuildError { code, message });
    }
}

impl Registry {
    /// Fills the registry at start: every row that can be made usable is.
    ///
    /// # Errors
    /// [`Error::Store`] when rows cannot be read.
    pub async fn load(&self) -> Result<ReloadReport, Error> {
        self.reload(Partial::KeepOld).await
    }

    /// Builds everything from the rows and swaps once. What is unchanged is not built again, and
    /// entries without a row disappear.
    ///
    /// # Errors
    /// [`Error::Refused`] under [`Partial::Refuse`], [`Error::Store`] when rows cannot be read.
    pub async fn reload(&self, partial: Partial) -> Result<ReloadReport, Error> {
        let mut stock = self.shelf.lock().await;
        self.rebuild(&mut stock, partial, Withdrawn::Return).await
    }

    /// Follows the store when it is ahead of what is published; answers `None` when it is not.
    /// Functions that were removed here by request stay away until they are renewed.
    ///
    /// # Errors
    /// [`Error::Store`] when rows cannot be read.
    pub async fn converge(&self, stored: Generations) -> Result<Option<ReloadReport>, Error> {
        let mut stock = self.shelf.lock().await;
        if stock.applied == Some(stored) {
            return Ok(None);
        }
        let report = self.rebuild(&mut stock, Partial::KeepOld, Withdrawn::StayAway);
        report.await.map(Some)
    }

    async fn rebuild(
        &self,
        stock: &mut Shelf,
        partial: Partial,
        withdrawn: Withdrawn,
    ) -> Result<ReloadReport, Error> {
        // Read before the rows: a change in between makes the next beat look again.
        let generations = self.catalogue.generations().await?;
        let present = self.pin();
        let mut draft = Draft::default();
        self.draft_functions(&mut draft, stock, &present, withdrawn)
            .await?;
        self.draft_connections(&mut draft, &present).await?;
        draft.calendar = Calendar::new(self.catalogue.calendar().await?);
        draft.settings = self.catalogue.settings().await?.into_iter().collect();
        for (name, value) in &stock.settings {
            let (name, value) = (Arc::clone(name), Arc::clone(value));
            draft.settings.insert(name, value);
        }
        // From here to the swap no variable may be written, or the swap would undo it.
        let _variables = self.variables.lock().await;
        self.draft_variables(&mut draft).await?;
        if partial == Partial::Refuse && !draft.problems.is_empty() {
            return Err(Error::Refused(draft.problems));
        }
        let built = draft.fresh.len();
        for (name, fresh) in draft.fresh.drain(..) {
            stock.keep(&name, fresh);
        }
        if withdrawn == Withdrawn::Return {
            stock.withdrawn.clear();
        }
        stock.forget_all_but(|name| draft.functions.contains_key(name));
        stock.applied = Some(generations);
        let generation = self.publish(|next| {
            next.functions = draft.functions.clone();
            next.connections = draft.connections.clone();
            next.variables = draft.variables.clone();
            next.settings = draft.settings.clone();
            next.calendar = draft.calendar.clone();
        });
        Ok(ReloadReport {
            generation,
            functions: draft.functions.len(),
            built,
            connections: draft.connections.len(),
            variables: draft.variables.len(),
            problems: draft.problems,
        })
    }

    async fn draft_functions(
        &self,
        draft: &mut Draft,
        stock: &Shelf,
        present: &Definitions,
        withdrawn: Withdrawn,
    ) -> Result<(), Error> {
        let mut to_build: Vec<FunctionDefinition> = Vec::new();
        for row in self.catalogue.functions().await? {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    draft.report_row(present, &error);
                    continue;
                }
            };
            if withdrawn == Withdrawn::StayAway && stock.withdrawn.contains(&row.name) {
                continue;
            }
            match stock.find(&row.name, &fingerprint(&row)) {
                Some(built) => {
                    draft.functions.insert(row.name, built.function);
                }
                None => to_build.push(row),
            }
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut builds = stream::iter(to_build)
            .map(|row| async {
                let name = row.name.clone();
                (name, self.builder.function(row).await)
            })
            .buffer_unordered(cores);
        while let Some((name, build)) = builds.next().await {
            match build {
                Ok(built) => {
                    let function = Arc::clone(&built.function);
                    draft.functions.insert(name.clone(), function);
                    draft.fresh.push((name, built));
                }
                Err(error) => {
                    draft.report("function", name.as_str(), error);
                    if let Some(old) = present.functions.get(&name) {
                        draft.functions.insert(name, Arc::clone(old));
                    }
                }
            }
        }
        Ok(())
    }

    async fn draft_connections(
        &self,
        draft: &mut Draft,
        present: &Definitions,
    ) -> Result<(), Error> {
        let rows = self.catalogue.connections().await?;
        let fixed = self.fixed_connections.iter().cloned();
        for row in fixed.chain(rows).filter(|row| row.enabled) {
            let name = row.name.clone();
            let old = present.connections.get(&name).cloned();
            let digest = self.builder.digest(&row);
            let unchanged = old.clone().filter(|old| old.digest == digest);
            let made = match unchanged {
                Some(connection) => Ok(connection),
                None => self.builder.connection(row).await,
            };
            match (made, old) {
                (Ok(connection), _) => {
                    draft.connections.insert(name, connection);
                }
                (Err(error), old) => {
                    draft.report("connection", name.as_str(), error);
                    if let Some(old) = old {
                        draft.connections.insert(name, old);
                    }
                }
            }
        }
        Ok(())
    }

    async fn draft_variables(&self, draft: &mut Draft) -> Result<(), Error> {
        let rows = self.catalogue.variables().await?;
        let present = self.pin();
        for row in rows {
            match decode(&row) {
                Ok(value) => {
                    draft.variables.insert(row.name, Variable { value });
                }
                Err(error) => {
                    draft.report("variable", row.name.as_str(), error);
                    if let Some(old) = present.variables.get(&row.name) {
                        draft.variables.insert(row.name, old.clone());
                    }
                }
            }
        }
        Ok(())
    }
}
