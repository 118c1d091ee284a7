//! Functions, connections and variables as they are defined, before they are made usable.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use super::{ConnectionId, ConnectionName, Error, FunctionName, VariableName};

/// One version of a system function as the store holds it.
#[derive(Debug, Clone)]
pub struct FunctionDefinition {
    /// Its name.
    pub name: FunctionName,
    /// Grows with every change of artifact, grants or limits.
    pub version: u64,
    /// What it is made of.
    pub body: FunctionBody,
    /// What it may touch.
    pub grants: Vec<Grant>,
    /// What it may use up.
    pub limits: FunctionLimits,
}

/// What a function is made of.
#[derive(Debug, Clone)]
pub enum FunctionBody {
    /// A PQL program with its parameter list, `$a, $b DEFAULT 1`.
    Pql {
        /// The parameter list without parentheses.
        parameters: Arc<str>,
        /// The program.
        text: Arc<str>,
    },
    /// A WebAssembly component and the function in it.
    Wasm {
        /// SHA-256 of the component, in lower-case hex.
        sha256: Arc<str>,
        /// The component itself.
        component: Arc<[u8]>,
        /// The function in the module's description, by name.
        export: Arc<str>,
    },
}

/// Permission to use one host capability on one named thing, such as `variable:REPORT_*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Grant {
    /// `log`, `clock`, `random`, `variable`, `connection` or `http`.
    pub capability: Arc<str>,
    /// What it is granted on; empty for capabilities without an object.
    pub target: Arc<str>,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.capability)?;
        if self.target.is_empty() {
            Ok(())
        } else {
            write!(f, ":{}", self.target)
        }
    }
}

impl FromStr for Grant {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        const BARE: &[&str] = &["log", "clock", "random"];
        const NAMED: &[&str] = &["variable", "connection", "http"];
        let (capability, target) = text.split_once(':').unwrap_or((text, ""));
        let known = if target.is_empty() { BARE } else { NAMED };
        if known.contains(&capability) {
            return Ok(Self {
                capability: capability.into(),
                target: target.into(),
            });
        }
        Err(Error::Word {
            noun: "grant",
            text: text.to_owned(),
            expected: "`log` `clock` `random` `variable:NAME` `connection:NAME:read` \
                       `connection:NAME:write` `http:HOST:PORT:METHOD`",
        })
    }
}

/// What one call of a function may use up (`wasm.md` 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionLimits {
    /// Memory of one instance.
    pub memory_bytes: u64,
    /// Time of one call.
    pub call_time: Duration,
    /// Size of arguments or result.
    pub value_bytes: u64,
    /// Calls into the host during one call.
    pub host_calls: u32,
}

impl Default for FunctionLimits {
    fn default() -> Self {
        Self {
            memory_bytes: 64 << 20,
            call_time: Duration::from_secs(1),
            value_bytes: 16 << 20,
            host_calls: 10_000,
        }
    }
}

/// A data connection as it is defined.
#[derive(Debug, Clone)]
pub struct ConnectionDefinition {
    /// Given by the store; `None` for one from a file or the command line.
    pub id: Option<ConnectionId>,
    /// Its name.
    pub name: ConnectionName,
    /// Native or JDBC URL, possibly with credentials.
    pub url: Secret,
    /// Login, when not in the URL.
    pub username: Option<String>,
    /// Password, or `env:NAME` or `file:PATH`, when not in the URL.
    pub password: Option<Secret>,
    /// Further attempts when the server cannot be reached; 0 leaves it to who connects.
    pub retry_count: u32,
    /// Milliseconds without work after which a session is made anew; 0 keeps it.
    pub idle_ms: u32,
    /// A disabled connection cannot be set up.
    pub enabled: bool,
}

/// Text that never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Takes a secret in.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A global variable as it is defined: its value is kept as text with the type word beside it.
#[derive(Debug, Clone)]
pub struct VariableDefinition {
    /// Its name.
    pub name: VariableName,
    /// The type word: `TEXT`, `INTEGER`, `DECIMAL`, `BOOLEAN`, `DATETIME`, `ARRAY`, `ROW`, `TABLE`.
    pub kind: Arc<str>,
    /// The value as canonical text, collections as JSON.
    pub text: Arc<str>,
}
