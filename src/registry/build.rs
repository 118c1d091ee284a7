//! From rows to usable things, off the async threads.

use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::shelf::Built;
use super::{BuildError, Catalogue, Compile, Connection};
use crate::fault::Code;
use crate::model::{ConnectionDefinition, FunctionBody, FunctionDefinition};
use crate::sql::Source;

/// What a registry is made of.
pub struct Parts {
    /// Where rows come from.
    pub catalogue: Arc<dyn Catalogue>,
    /// Makers of functions, asked in this order.
    pub compilers: Vec<Arc<dyn Compile>>,
    /// Maker of connections.
    pub connect: Arc<dyn Connect>,
    /// Connections of the settings file; a row of the same name wins.
    pub fixed_connections: Vec<ConnectionDefinition>,
    /// The runtime on which plain threads wait for the catalogue.
    pub runtime: Handle,
}

/// Makes sources out of connection definitions. May read a file for a password, so it is called off
/// the async threads; it opens no session.
pub trait Connect: Send + Sync {
    /// Checks the definition and resolves its secrets.
    ///
    /// # Errors
    /// Why it cannot be used, without secrets.
    fn connect(&self, definition: &ConnectionDefinition) -> Result<Arc<dyn Source>, BuildError>;
}

/// The makers, shared with blocking threads.
#[derive(Clone)]
pub(super) struct Builder {
    pub compilers: Arc<[Arc<dyn Compile>]>,
    pub connect: Arc<dyn Connect>,
    /// Makes digests of connections useless to who would guess a password from one.
    pub salt: [u8; 16],
}

impl Builder {
    /// Compiles one definition on a blocking thread. When the wait is dropped the thread ends its
    /// work for nobody.
    pub(super) async fn function(
        &self,
        definition: FunctionDefinition,
    ) -> Result<Built, BuildError> {
        let compilers = Arc::clone(&self.compilers);
        off_thread(move || {
            let maker = compilers.iter().find(|maker| maker.accepts(&definition));
            let maker = maker.ok_or_else(|| BuildError {
                code: Code::MODULE_INVALID,
                message: "no maker of functions in this build accepts the definition".to_owned(),
            })?;
            Ok(Built {
                fingerprint: fingerprint(&definition),
                function: maker.compile(&definition)?,
            })
        })
        .await
    }

    /// Makes one connection on a blocking thread.
    pub(super) async fn connection(
        &self,
        definition: ConnectionDefinition,
    ) -> Result<Arc<Connection>, BuildError> {
        let connect = Arc::clone(&self.connect);
        let digest = self.digest(&definition);
        off_thread(move || {
            Ok(Arc::new(Connection {
                id: definition.id,
                source: connect.connect(&definition)?,
                name: definition.name,
                digest,
            }))
        })
        .await
    }

    /// Identifies what a connection is made of.
    pub(super) fn digest(&self, definition: &ConnectionDefinition) -> Arc<str> {
        let mut parts = Parted::new();
        parts.add(&self.salt);
        parts.add(definition.name.as_str().as_bytes());
        parts.add(definition.url.expose().as_bytes());
        parts.add(definition.username.as_deref().unwrap_or("").as_bytes());
        let password = definition.password.as_ref();
        parts.add(password.map_or("", |secret| secret.expose()).as_bytes());
        parts.add(format!("{:?}", definition.id).as_bytes());
        parts.add(&definition.retry_count.to_be_bytes());
        parts.add(&definition.idle_ms.to_be_bytes());
        parts.finish()
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BuildError> + Send + 'static,
) -> Result<T, BuildError> {
    let answer = tokio::task::spawn_blocking(work).await;
    answer.unwrap_or_else(|error| {
        Err(BuildError {
            code: Code::INTERNAL,
            message: format!("the build stopped unexpectedly: {error}"),
        })
    })
}

/// Identifies everything a function is made of, its version included.
pub(super) fn fingerprint(definition: &FunctionDefinition) -> Arc<str> {
    let mut parts = Parted::new();
    parts.add(definition.name.as_str().as_bytes());
    parts.add(&definition.version.to_be_bytes());
    match &definition.body {
        FunctionBody::Pql { parameters, text } => {
            parts.add(b"pql");
            parts.add(parameters.as_bytes());
            parts.add(text.as_bytes());
        }
        FunctionBody::Wasm { sha256, export, .. } => {
            parts.add(b"wasm");
            parts.add(sha256.as_bytes());
            parts.add(export.as_bytes());
        }
    }
    for grant in &definition.grants {
        parts.add(grant.to_string().as_bytes());
    }
    parts.add(format!("{:?}", definition.limits).as_bytes());
    parts.finish()
}

/// A hash over parts that cannot run into each other.
struct Parted(Sha256);

impl Parted {
    fn new() -> Self {
        Self(Sha256::new())
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update(part.len().to_be_bytes());
        self.0.update(part);
    }

    fn finish(self) -> Arc<str> {
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.into()
    }
}
