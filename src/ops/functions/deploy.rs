//! New versions, old versions, no version.

use std::sync::Arc;

use super::{Refusal, unknown};
use crate::fault::Code;
use crate::model::{FunctionBody, FunctionDefinition, FunctionLimits, FunctionName, Grant};
use crate::ops::{Error, Ops};
use crate::registry::{self, BuildError, SystemFunction};
use crate::store;
use crate::telemetry::Outcome;
use crate::wasm::{self, Offer};

/// A function that somebody wants to serve.
#[derive(Debug)]
pub struct Deployment {
    /// Its name.
    pub name: FunctionName,
    /// What it is made of.
    pub material: Material,
    /// What it may touch.
    pub grants: Vec<Grant>,
    /// What becomes of callers of the running version.
    pub compatibility: Compatibility,
    /// Why, for people who read the history.
    pub note: String,
}

/// What a function is made of, as it was sent.
#[derive(Debug)]
pub enum Material {
    /// A WebAssembly component, or a core module that carries its component type.
    Module {
        /// The bytes.
        bytes: Vec<u8>,
        /// Which of the module's functions; the one named like the function when absent, else the
        /// only one.
        export: Option<String>,
    },
    /// A PQL program.
    Pql {
        /// The parameter list without parentheses.
        parameters: String,
        /// The program.
        text: String,
    },
}

/// Whether a new version must suit the callers of the one that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compatibility {
    /// It must.
    Kept,
    /// Breaking callers is meant.
    Waived,
}

/// What became of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionChange {
    /// The version that serves now.
    pub version: u64,
    /// The version that served before.
    pub previous: Option<u64>,
    /// The generation of the definitions that shows it.
    pub generation: u64,
}

impl Ops {
    /// Checks a function in every way a call could find wanting, then stores it as a new version
    /// and publishes it. The same material, grants and limits again are no new version. Whatever is
    /// refused leaves rows and the running version as they are.
    ///
    /// Dropped after the rows were written, the version is published when the node next compares
    /// its definitions with the store.
    ///
    /// # Errors
    /// [`crate::ops::Kind::Rejected`] with the reason, [`crate::ops::Kind::Conflict`] when callers
    /// would break or a global variable has the name.
    pub async fn deploy_function(&self, deployment: Deployment) -> Result<FunctionChange, Error> {
        let name = deployment.name.clone();
        let deployed = self.try_deploy(deployment).await;
        if let Err(error) = &deployed {
            self.metrics.count_swap(Outcome::failed);
            tracing::warn!(
                function.name = %name, error.code = %error.code(), %error, "deployment refused"
            );
        }
        deployed
    }

    async fn try_deploy(&self, deployment: Deployment) -> Result<FunctionChange, Error> {
        let name = &deployment.name;
        self.refuse_variable_name(name)?;
        let (body, _offer) = self.prepare(name, deployment.material).await?;
        let current = self.store.get_function(name.clone()).await?;
        let limits = current.as_ref().map(|row| row.limits);
        let definition = FunctionDefinition {
            name: name.clone(),
            version: 0,
            body,
            grants: in_order(deployment.grants),
            limits: limits.unwrap_or_else(FunctionLimits::default),
        };
        let serving = self.registry.pin().functions.get(name).cloned();
        let proven = self.registry.prove(definition.clone()).await?;
        if deployment.compatibility == Compatibility::Kept {
            check_callers(serving.as_ref(), proven.as_ref())?;
        }
        let known = current.filter(|row| is_same(row, &definition));
        let version = if let Some(row) = known {
            row.version
        } else {
            let (note, now) = (&deployment.note, self.pql.clock.now());
            self.store.deploy_function(definition, note, now).await?
        };
        let change = self.renew_function(name).await?;
        Ok(FunctionChange {
            version,
            previous: serving.map(|old| old.version()),
            generation: change.generation,
        })
    }

    /// Makes an earlier version serve: `to`, else the one before the version that serves. A version
    /// that cannot be built any more is refused before anything changes.
    ///
    /// # Errors
    /// [`crate::ops::Kind::NotFound`] for an unknown function or version,
    /// [`crate::ops::Kind::Conflict`] when there is no version before,
    /// [`crate::ops::Kind::Rejected`].
    pub async fn rollback_function(
        &self,
        name: &FunctionName,
        to: Option<u64>,
    ) -> Result<FunctionChange, Error> {
        let history = self.function_versions(name).await?;
        let current = history.iter().find(|row| row.current);
        let current = current.map(|row| row.version);
        let before = |version: u64| current.is_none_or(|current| version < current);
        // The newest comes first.
        let mut earlier = history.iter().map(|row| row.version);
        let to = match to {
            Some(version) => version,
            None => earlier
                .find(|version| before(*version))
                .ok_or_else(|| Refusal::NothingBefore { name: name.clone() })?,
        };
        let definition = self.store.get_function_version(name.clone(), to).await?;
        let definition = definition.ok_or_else(|| Refusal::NoVersion {
            name: name.clone(),
            version: to,
        })?;
        let serving = self.registry.pin().functions.get(name).cloned();
        self.registry.prove(definition).await?;
        let now = self.pql.clock.now();
        self.store.rollback_function(name.clone(), to, now).await?;
        let change = self.renew_function(name).await?;
        tracing::info!(function.name = %name, function.version = to, "function rolled back");
        Ok(FunctionChange {
            version: to,
            previous: serving.map(|old| old.version()),
            generation: change.generation,
        })
    }

    /// Removes a function from the rows and from what is published. Its history stays, so that it
    /// can be rolled back to; calls in flight end on the version they began with.
    ///
    /// # Errors
    /// [`crate::ops::Kind::NotFound`].
    pub async fn delete_function(&self, name: &FunctionName) -> Result<u64, Error> {
        let row = match self.store.remove_function(name.clone()).await {
            Ok(()) => true,
            Err(store::Error::NotFound { .. }) => false,
            Err(error) => return Err(error.into()),
        };
        match self.remove_function(name).await {
            Ok(change) => Ok(change.generation),
            // A row that could not be used was never published.
            Err(Error::Registry(registry::Error::NotFound { .. })) if row => Ok(self.generation()),
            Err(Error::Registry(registry::Error::NotFound { .. })) => Err(unknown(name)),
            Err(error) => Err(error),
        }
    }

    /// Turns what was sent into what is stored, off the async threads. The offer keeps the compiled
    /// code at hand until the deployment is done.
    async fn prepare(
        &self,
        name: &FunctionName,
        material: Material,
    ) -> Result<(FunctionBody, Option<Offer>), Error> {
        let (bytes, export) = match material {
            Material::Pql { parameters, text } => {
                let (parameters, text) = (parameters.into(), text.into());
                return Ok((FunctionBody::Pql { parameters, text }, None));
            }
            Material::Module { bytes, export } => (bytes, export),
        };
        let (wasm, wanted) = (Arc::clone(&self.wasm), name.clone());
        let work = move || read_module(&wasm, &bytes, &wanted, export);
        let read = tokio::task::spawn_blocking(work).await;
        let read = read.map_err(|error| Refusal::Broken(error.to_string()))?;
        let (body, offer) = read.map_err(|source| rejected(name, source))?;
        Ok((body, Some(offer)))
    }

    fn refuse_variable_name(&self, name: &FunctionName) -> Result<(), Error> {
        let published = self.registry.pin();
        let is_taken = published
            .variables
            .keys()
            .any(|variable| variable.as_str() == name.as_str());
        if !is_taken {
            return Ok(());
        }
        Err(Error::Registry(registry::Error::Protected {
            noun: "function",
            name: name.to_string(),
            reason: "a global variable has this name",
        }))
    }
}

fn read_module(
    wasm: &wasm::Host,
    bytes: &[u8],
    name: &FunctionName,
    export: Option<String>,
) -> Result<(FunctionBody, Offer), BuildError> {
    let packaged = wasm.package(bytes)?;
    let offer = wasm.inspect(&packaged.component)?;
    let export = match export {
        Some(export) => export,
        None => choose(&offer, name)?,
    };
    let body = FunctionBody::Wasm {
        sha256: packaged.sha256.into(),
        component: packaged.component.into(),
        export: export.to_ascii_uppercase().into(),
    };
    Ok((body, offer))
}

/// The function of the module that is named like the function, else the only one.
fn choose(offer: &Offer, name: &FunctionName) -> Result<String, BuildError> {
    let names: Vec<&str> = offer.functions.iter().map(|it| it.name.as_str()).collect();
    if names.contains(&name.as_str()) {
        return Ok(name.as_str().to_owned());
    }
    if let [only] = names.as_slice() {
        return Ok((*only).to_owned());
    }
    Err(BuildError {
        code: Code::SIGNATURE_INVALID,
        message: format!(
            "the module has several functions and none is named `{name}`: choose the export, one \
             of `{}`",
            names.join("`, `")
        ),
    })
}

fn rejected(name: &FunctionName, source: BuildError) -> registry::Error {
    registry::Error::Rejected {
        noun: "function",
        name: name.to_string(),
        source,
    }
}

fn check_callers(
    serving: Option<&Arc<dyn SystemFunction>>,
    new: &dyn SystemFunction,
) -> Result<(), Refusal> {
    let Some(old) = serving else { return Ok(()) };
    wasm::compare(old.signature(), new.signature()).map_err(|source| Refusal::Incompatible {
        name: new.name().clone(),
        source,
    })
}

/// Grants mean the same in any order and however often they are given.
fn in_order(mut grants: Vec<Grant>) -> Vec<Grant> {
    grants.sort_by_key(Grant::to_string);
    grants.dedup();
    grants
}

/// Whether two definitions make the same function.
fn is_same(old: &FunctionDefinition, new: &FunctionDefinition) -> bool {
    let same_body = match (&old.body, &new.body) {
        (
            FunctionBody::Wasm { sha256, export, .. },
            FunctionBody::Wasm {
                sha256: new_sha256,
                export: new_export,
                ..
            },
        ) => sha256 == new_sha256 && export == new_export,
        (
            FunctionBody::Pql { parameters, text },
            FunctionBody::Pql {
                parameters: new_parameters,
                text: new_text,
            },
        ) => parameters == new_parameters && text == new_text,
        _ => false,
    };
    same_body && old.grants == new.grants && old.limits == new.limits
}
