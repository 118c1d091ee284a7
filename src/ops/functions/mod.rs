//! Functions: what there is, deploying, rolling back, removing and calling them.

mod call;
mod deploy;
mod refusal;

use std::sync::Arc;

pub use call::{CALL_TIME_MAX, Called};
pub use deploy::{Compatibility, Deployment, FunctionChange, Material};
pub use refusal::Refusal;

use super::{Error, Ops};
use crate::model::{FunctionDefinition, FunctionName};
use crate::registry;

pub use crate::registry::{Parameter, Signature, SystemFunction, Volatility};
pub use crate::store::FunctionVersion;

/// A function in a list.
#[derive(Debug, Clone)]
pub struct FunctionLine {
    /// Its name.
    pub name: FunctionName,
    /// The version that its row says serves.
    pub row: FunctionVersion,
    /// What serves on this node; `None` when the row cannot be used or was not renewed yet.
    pub serving: Option<Arc<dyn SystemFunction>>,
}

/// A part of the list of functions.
#[derive(Debug, Clone)]
pub struct FunctionPage {
    /// In the order of names.
    pub items: Vec<FunctionLine>,
    /// The name after which the next part begins; `None` at the end.
    pub next: Option<FunctionName>,
}

/// All that is known of one function.
#[derive(Debug, Clone)]
pub struct FunctionDetails {
    /// Its row.
    pub definition: FunctionDefinition,
    /// What serves on this node.
    pub serving: Option<Arc<dyn SystemFunction>>,
    /// Its history, the newest version first.
    pub versions: Vec<FunctionVersion>,
}

impl Ops {
    /// Lists functions by name, `limit` of those that follow `after`.
    ///
    /// # Errors
    /// [`crate::ops::Kind::Unavailable`].
    pub async fn list_functions(&self, after: &str, limit: usize) -> Result<FunctionPage, Error> {
        let after = after.to_ascii_uppercase();
        // One more than asked for tells whether there is a next part.
        let wanted = limit.saturating_add(1);
        let mut rows = self.store.list_serving_versions(after, wanted).await?;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let published = self.registry.pin();
        let line = |(name, row)| FunctionLine {
            serving: published.functions.get(&name).cloned(),
            name,
            row,
        };
        let items: Vec<_> = rows.into_iter().map(line).collect();
        let next = items.last().filter(|_| has_more);
        Ok(FunctionPage {
            next: next.map(|line| line.name.clone()),
            items,
        })
    }

    /// Tells all that is known of one function.
    ///
    /// # Errors
    /// [`crate::ops::Kind::NotFound`].
    pub async fn show_function(&self, name: &FunctionName) -> Result<FunctionDetails, Error> {
        let definition = self.store.get_function(name.clone()).await?;
        Ok(FunctionDetails {
            definition: definition.ok_or_else(|| unknown(name))?,
            serving: self.registry.pin().functions.get(name).cloned(),
            versions: self.store.function_versions(name.clone()).await?,
        })
    }

    /// The history of a function, also of one that was removed; the newest version first.
    ///
    /// # Errors
    /// [`crate::ops::Kind::NotFound`] when there never was one.
    pub async fn function_versions(
        &self,
        name: &FunctionName,
    ) -> Result<Vec<FunctionVersion>, Error> {
        let versions = self.store.function_versions(name.clone()).await?;
        if versions.is_empty() {
            return Err(unknown(name));
        }
        Ok(versions)
    }
}

fn unknown(name: &FunctionName) -> Error {
    Error::Registry(registry::Error::NotFound {
        noun: "function",
        name: name.to_string(),
    })
}
