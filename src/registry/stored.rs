//! The store as the source of rows.

use std::sync::Arc;

use super::{Answer, Catalogue, Generations};
use crate::clock::{Clock, Date};
use crate::cron::DayKind;
use crate::model::{
    ConnectionDefinition, ConnectionId, FunctionDefinition, FunctionName, VariableDefinition,
    VariableName,
};
use crate::store::{self, Scope, Store};

/// The rows of a store; the clock dates what is written.
pub struct StoredRows {
    store: Store,
    clock: Arc<dyn Clock>,
}

impl StoredRows {
    /// Reads and writes the rows of `store`.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

impl Catalogue for StoredRows {
    fn function<'a>(&'a self, name: &'a FunctionName) -> Answer<'a, Option<FunctionDefinition>> {
        Box::pin(self.store.get_function(name.clone()))
    }

    fn functions(&self) -> Answer<'_, Vec<store::Result<FunctionDefinition>>> {
        Box::pin(self.store.list_functions())
    }

    fn connection(&self, id: ConnectionId) -> Answer<'_, Option<ConnectionDefinition>> {
        Box::pin(self.store.get_connection(id))
    }

    fn connections(&self) -> Answer<'_, Vec<ConnectionDefinition>> {
        Box::pin(self.store.list_connections())
    }

    fn variable<'a>(&'a self, name: &'a VariableName) -> Answer<'a, Option<VariableDefinition>> {
        Box::pin(async move {
            let rows = self.store.list_variables().await?;
            Ok(rows.into_iter().find(|row| row.name == *name))
        })
    }

    fn variables(&self) -> Answer<'_, Vec<VariableDefinition>> {
        Box::pin(self.store.list_variables())
    }

    fn put_variable(&self, definition: VariableDefinition) -> Answer<'_, ()> {
        Box::pin(self.store.set_variable(definition, self.clock.now()))
    }

    fn settings(&self) -> Answer<'_, Vec<(Arc<str>, Arc<str>)>> {
        Box::pin(async move {
            let rows = self.store.list_settings().await?;
            let shared = |(name, value): (String, String)| (name.into(), value.into());
            Ok(rows.into_iter().map(shared).collect())
        })
    }

    fn calendar(&self) -> Answer<'_, Vec<(Date, DayKind)>> {
        Box::pin(async move {
            let days = self.store.list_calendar_days().await?;
            let kind = |is_workday| {
                if is_workday {
                    DayKind::Work
                } else {
                    DayKind::Rest
                }
            };
            let days = days.into_iter();
            Ok(days.map(|day| (day.day, kind(day.is_workday))).collect())
        })
    }

    fn generations(&self) -> Answer<'_, Generations> {
        Box::pin(async move {
            let rows = self.store.generations().await?;
            let of = |scope| {
                let found = rows.iter().find(|(other, _)| *other == scope);
                found.map_or(0, |(_, generation)| *generation)
            };
            Ok(Generations {
                config: of(Scope::Config),
                functions: of(Scope::Functions),
                variables: of(Scope::Variables),
                connections: of(Scope::Connections),
                calendar: of(Scope::Calendar),
            })
        })
    }
}
