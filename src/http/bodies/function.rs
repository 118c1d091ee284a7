//! Functions as JSON.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::model::{FunctionBody, FunctionLimits, FunctionName};
use crate::ops::{
    FunctionChange, FunctionDetails, FunctionLine, FunctionVersion, Parameter, Signature,
    SystemFunction, Volatility,
};

/// A function in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FunctionRow {
    /// Upper case, without `@`.
    pub name: String,
    /// `wasm` or `pql`.
    pub kind: String,
    /// The version that its row says serves.
    pub version: u64,
    /// The version that serves on the node that answered; absent when none does.
    pub serving: Option<u64>,
    /// How it is called, with types and defaults; absent when it does not serve.
    pub usage: Option<String>,
    /// What it does, in its own words.
    pub description: String,
    /// SHA-256 of what it is made of.
    pub digest: Option<String>,
    /// When its version was deployed, RFC 3339.
    pub deployed_at: String,
    /// Why.
    pub note: String,
}

/// All that is known of one function.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FunctionSheet {
    /// Upper case, without `@`.
    pub name: String,
    /// `wasm` or `pql`.
    pub kind: String,
    /// The version that its row says serves.
    pub version: u64,
    /// The version that serves on the node that answered; absent when none does.
    pub serving: Option<u64>,
    /// How it is called; absent when it does not serve.
    pub usage: Option<String>,
    /// What it does, in its own words.
    pub description: String,
    /// SHA-256 of what it is made of.
    pub digest: Option<String>,
    /// The function of the module, for `wasm`.
    pub export: Option<String>,
    /// What it takes and gives; absent when it does not serve.
    pub signature: Option<SignatureBody>,
    /// What it may touch besides the log.
    pub grants: Vec<String>,
    /// What one call may use up.
    pub limits: LimitsBody,
    /// The program, for `pql`.
    pub program: Option<ProgramBody>,
    /// Its history, the newest version first.
    pub versions: Vec<VersionBody>,
}

/// What a function takes and gives.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignatureBody {
    /// In order.
    pub parameters: Vec<ParameterBody>,
    /// The type of the result; absent when it may be any.
    pub returns: Option<String>,
    /// `pure`, `stable` or `volatile`.
    pub volatility: String,
    /// Whether it takes whole columns.
    pub takes_batches: bool,
}

/// One parameter.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ParameterBody {
    /// Upper case.
    pub name: String,
    /// Its type; absent when it may be any.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether it must be given.
    pub required: bool,
    /// What it is when it is not given.
    #[schema(value_type = Option<Object>)]
    pub default: Option<Json>,
    /// What it is for.
    pub description: String,
}

/// What one call may use up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct LimitsBody {
    /// Memory of one instance.
    pub memory_bytes: u64,
    /// Time of one call.
    pub call_time_ms: u64,
    /// Size of arguments or result.
    pub value_bytes: u64,
    /// Calls into the host.
    pub host_calls: u32,
}

/// A function whose body is PQL, as it is sent and shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramBody {
    /// The parameter list without parentheses, such as `$a, $b DEFAULT 1`.
    #[serde(default)]
    pub parameters: String,
    /// The program.
    pub text: String,
}

/// One line of a function's history.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VersionBody {
    /// Counted from 1.
    pub version: u64,
    /// `wasm` or `pql`.
    pub kind: String,
    /// SHA-256 of the component, for `wasm`.
    pub digest: Option<String>,
    /// When it was deployed, RFC 3339.
    pub deployed_at: String,
    /// Why.
    pub note: String,
    /// Whether it serves.
    pub current: bool,
}

/// What became of a function.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FunctionOutcome {
    /// Upper case, without `@`.
    pub name: String,
    /// `changed` or `unchanged`.
    pub outcome: String,
    /// The version that serves now; absent when none does.
    pub version: Option<u64>,
    /// The version that served before, where that is known.
    pub previous: Option<u64>,
    /// The generation of the definitions that shows it.
    pub generation: u64,
}

/// What a call gave.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CallBody {
    /// The result.
    #[schema(value_type = Object)]
    pub value: Json,
    /// The version that answered.
    pub version: u64,
    /// What the function printed and logged, when it did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

impl FunctionOutcome {
    /// Tells a change of `name`.
    pub fn of(name: &FunctionName, change: FunctionChange) -> Self {
        let is_changed = change.previous != Some(change.version);
        Self {
            name: name.to_string(),
            outcome: if is_changed { "changed" } else { "unchanged" }.to_owned(),
            version: Some(change.version),
            previous: change.previous,
            generation: change.generation,
        }
    }
}

impl From<&FunctionLine> for FunctionRow {
    fn from(line: &FunctionLine) -> Self {
        let signature = line.serving.as_deref().map(SystemFunction::signature);
        Self {
            name: line.name.to_string(),
            kind: line.row.kind.clone(),
            version: line.row.version,
            serving: line.serving.as_ref().map(|it| it.version()),
            usage: signature.map(|it| usage(line.name.as_str(), it)),
            description: signature.map_or_else(String::new, |it| it.description.to_string()),
            digest: line.serving.as_ref().map(|it| it.digest().to_owned()),
            deployed_at: line.row.created_at.to_string(),
            note: line.row.note.clone(),
        }
    }
}

impl From<&FunctionDetails> for FunctionSheet {
    fn from(details: &FunctionDetails) -> Self {
        let definition = &details.definition;
        let (kind, digest, export, program) = match &definition.body {
            FunctionBody::Wasm { sha256, export, .. } => {
                let (sha256, export) = (sha256.to_string(), export.to_string());
                ("wasm", Some(sha256), Some(export), None)
            }
            FunctionBody::Pql { parameters, text } => {
                let program = ProgramBody {
                    parameters: parameters.to_string(),
                    text: text.to_string(),
                };
                ("pql", None, None, Some(program))
            }
        };
        let serving = details.serving.as_deref();
        let signature = serving.map(SystemFunction::signature);
        Self {
            name: definition.name.to_string(),
            kind: kind.to_owned(),
            version: definition.version,
            serving: serving.map(SystemFunction::version),
            usage: signature.map(|it| usage(definition.name.as_str(), it)),
            description: signature.map_or_else(String::new, |it| it.description.to_string()),
            digest: digest.or_else(|| serving.map(|it| it.digest().to_owned())),
            export,
            signature: signature.map(SignatureBody::from),
            grants: definition.grants.iter().map(ToString::to_string).collect(),
            limits: LimitsBody::from(definition.limits),
            program,
            versions: details.versions.iter().map(VersionBody::from).collect(),
        }
    }
}

impl From<&Signature> for SignatureBody {
    fn from(signature: &Signature) -> Self {
        let volatility = match signature.volatility {
            Volatility::Pure => "pure",
            Volatility::Stable => "stable",
            Volatility::Volatile => "volatile",
        };
        Self {
            parameters: signature
                .parameters
                .iter()
                .map(ParameterBody::from)
                .collect(),
            returns: signature.returns.map(|kind| kind.word().to_owned()),
            volatility: volatility.to_owned(),
            takes_batches: signature.takes_batches,
        }
    }
}

impl From<&Parameter> for ParameterBody {
    fn from(parameter: &Parameter) -> Self {
        Self {
            name: parameter.name.to_string(),
            kind: parameter.kind.map(|kind| kind.word().to_owned()),
            required: parameter.default.is_none(),
            default: parameter.default.as_ref().map(Json::from),
            description: parameter.description.to_string(),
        }
    }
}

impl From<FunctionLimits> for LimitsBody {
    fn from(limits: FunctionLimits) -> Self {
        Self {
            memory_bytes: limits.memory_bytes,
            call_time_ms: u64::try_from(limits.call_time.as_millis()).unwrap_or(u64::MAX),
            value_bytes: limits.value_bytes,
            host_calls: limits.host_calls,
        }
    }
}

impl From<&FunctionVersion> for VersionBody {
    fn from(version: &FunctionVersion) -> Self {
        Self {
            version: version.version,
            kind: version.kind.clone(),
            digest: version.sha256.as_deref().map(str::to_owned),
            deployed_at: version.created_at.to_string(),
            note: version.note.clone(),
            current: version.current,
        }
    }
}

/// How a function is called: `@MASK(PHONE TEXT, KEEP INTEGER DEFAULT 4) -> TEXT`.
fn usage(name: &str, signature: &Signature) -> String {
    let mut line = format!("@{name}(");
    for (index, parameter) in signature.parameters.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a String does not fail.
        let _ = write!(line, "{comma}{}", parameter.name);
        if let Some(kind) = parameter.kind {
            let _ = write!(line, " {}", kind.word());
        }
        if let Some(default) = &parameter.default {
            let _ = write!(line, " DEFAULT {}", default.to_json());
        }
    }
    line.push(')');
    if let Some(kind) = signature.returns {
        let _ = write!(line, " -> {}", kind.word());
    }
    line
}
