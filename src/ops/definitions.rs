//! Changing what is defined while the daemon runs.

use super::error::fault_of;
use super::{Error, Fault, Ops};
use crate::model::{ConnectionId, ConnectionName, FunctionName, VariableName};
use crate::registry::{ConnectionKey, Partial, Renewal};
use crate::telemetry::Outcome;

/// What a change of definitions came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// The generation of the definitions now.
    pub generation: u64,
    /// The version of the function that serves now, where one was asked for.
    pub function_version: Option<u64>,
    /// Nothing was changed, because nothing was different.
    pub is_unchanged: bool,
    /// Definitions that keep their old object.
    pub kept: Vec<Fault>,
}

impl Change {
    fn at(generation: u64) -> Self {
        Self {
            generation,
            ..Self::default()
        }
    }
}

/// What a reload does about definitions that cannot be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReloadMode {
    /// Change nothing.
    #[default]
    Whole,
    /// Keep what those serve now and go on with the rest.
    Partial,
}

impl Ops {
    /// Loads every definition anew and publishes them together.
    ///
    /// # Errors
    /// [`super::Kind::Rejected`] with the faulty definitions under [`ReloadMode::Whole`].
    pub async fn reload(&self, mode: ReloadMode) -> Result<Change, Error> {
        let partial = match mode {
            ReloadMode::Whole => Partial::Refuse,
            ReloadMode::Partial => Partial::KeepOld,
        };
        let report = match self.registry.reload(partial).await {
            Ok(report) => report,
            Err(error) => {
                self.metrics.count_reload(Outcome::failed);
                tracing::warn!(error.code = %error.code(), error = %error, "reload refused");
                return Err(error.into());
            }
        };
        self.metrics.count_reload(Outcome::done);
        // The calendar may be another one.
        self.signals.plan_changed();
        self.published(report.generation);
        tracing::info!(
            definitions.generation = report.generation,
            functions = report.functions,
            connections = report.connections,
            variables = report.variables,
            problems = report.problems.len(),
            "definitions reloaded"
        );
        Ok(Change {
            generation: report.generation,
            kept: report.problems.iter().map(fault_of).collect(),
            ..Change::default()
        })
    }

    /// Publishes a function as its row is now.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Rejected`], and then the old version serves on.
    pub async fn renew_function(&self, name: &FunctionName) -> Result<Change, Error> {
        let renewal = match self.registry.renew_function(name).await {
            Ok(renewal) => renewal,
            Err(error) => {
                self.metrics.count_swap(Outcome::failed);
                tracing::warn!(
                    function.name = %name, error.code = %error.code(), error = %error,
                    "renewal refused"
                );
                return Err(error.into());
            }
        };
        let (outcome, generation, version) = match renewal {
            Renewal::Renewed { to, generation, .. } => (Outcome::done, generation, to),
            Renewal::Unchanged {
                version,
                generation,
            } => (Outcome::unchanged, generation, version),
        };
        self.metrics.count_swap(outcome);
        self.published(generation);
        tracing::info!(
            function.name = %name, function.version = version, ?outcome, "function renewed"
        );
        Ok(Change {
            generation,
            function_version: Some(version),
            is_unchanged: outcome == Outcome::unchanged,
            kept: Vec::new(),
        })
    }

    /// Unpublishes a function; its row stays.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn remove_function(&self, name: &FunctionName) -> Result<Change, Error> {
        let generation = self.registry.remove_function(name).await?;
        tracing::info!(function.name = %name, "function removed");
        Ok(self.published(generation))
    }

    /// Publishes a connection as its row is now.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`], [`super::Kind::Conflict`] when it is disabled,
    /// [`super::Kind::Rejected`].
    pub async fn setup_connection(&self, id: ConnectionId) -> Result<Change, Error> {
        let generation = self.registry.setup_connection(id).await?;
        tracing::info!(connection.id = %id, "connection set up");
        Ok(self.published(generation))
    }

    /// Unpublishes the connection that a row of this id made, also when the row is gone.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`], [`super::Kind::Conflict`] for the one Keeper depends on.
    pub async fn remove_connection_by_id(&self, id: ConnectionId) -> Result<Change, Error> {
        self.remove_connection(ConnectionKey::Id(id)).await
    }

    /// Unpublishes the connection of a name.
    ///
    /// # Errors
    /// As [`Ops::remove_connection_by_id`].
    pub async fn remove_connection_by_name(&self, name: ConnectionName) -> Result<Change, Error> {
        self.remove_connection(ConnectionKey::Name(name)).await
    }

    async fn remove_connection(&self, key: ConnectionKey) -> Result<Change, Error> {
        let generation = self.registry.remove_connection(&key).await?;
        tracing::info!(connection = %key, "connection removed");
        Ok(self.published(generation))
    }

    /// Publishes a global variable as its row is now.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`]; [`super::Kind::Rejected`] when its text is not of its type.
    pub async fn renew_variable(&self, name: &VariableName) -> Result<Change, Error> {
        let generation = self.registry.renew_variable(name).await?;
        tracing::info!(variable.name = %name, "variable renewed");
        Ok(self.published(generation))
    }

    /// Unpublishes a global variable; its row stays.
    ///
    /// # Errors
    /// [`super::Kind::NotFound`].
    pub async fn remove_variable(&self, name: &VariableName) -> Result<Change, Error> {
        let generation = self.registry.remove_variable(name).await?;
        tracing::info!(variable.name = %name, "variable removed");
        Ok(self.published(generation))
    }

    /// The generation of the published definitions.
    pub fn generation(&self) -> u64 {
        self.registry.peek().generation
    }

    fn published(&self, generation: u64) -> Change {
        let shown = i64::try_from(generation).unwrap_or(i64::MAX);
        self.metrics.generation.set(shown);
        Change::at(generation)
    }
}
