//! Reading a module's description, none of which is trusted.

use std::collections::HashSet;
use std::sync::Arc;

use wasmtime::Engine;

use crate::fault::Code;
use crate::model::{FunctionLimits, FunctionName};
use crate::registry::{BuildError, Parameter, Signature, Volatility};
use crate::value::Kind;

use super::bindings::{ModulePre, functions};
use super::convert;
use super::session::{Session, Setting};
use super::state::State;

/// The most functions of a module.
const FUNCTIONS_MAX: usize = 1_000;
/// The most parameters of a function.
const PARAMETERS_MAX: usize = 32;
/// The longest description of a function, in bytes.
const DOC_MAX: usize = 4_096;

/// A function that a module offers.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// Its name.
    pub name: FunctionName,
    /// What it takes and gives.
    pub signature: Signature,
}

/// Instantiates a module in a throw-away store and reads its description.
pub(super) fn probe(
    engine: &Engine,
    pre: &ModulePre<State>,
    limits: FunctionLimits,
) -> Result<Vec<Described>, BuildError> {
    let setting = Setting {
        engine,
        pre,
        limits,
        grants: Arc::from([]),
        run: None,
    };
    let description = Session::open(setting)
        .and_then(|mut session| session.describe())
        .map_err(|stop| BuildError {
            code: stop.code,
            message: format!("`describe` of the module: {}", stop.message),
        })?;
    check(description).map_err(|message| BuildError {
        code: Code::SIGNATURE_INVALID,
        message,
    })
}

fn check(description: functions::Description) -> Result<Vec<Described>, String> {
    let contract = description.contract;
    if !contract.starts_with("1.") || contract.len() > 16 {
        let shown: String = contract.chars().take(16).collect();
        return Err(format!(
            "contract version `{shown}` is not 1.x; build with another SDK"
        ));
    }
    let count = description.functions.len();
    if !(1..=FUNCTIONS_MAX).contains(&count) {
        return Err(format!(
            "{count} functions; a module has 1 to {FUNCTIONS_MAX}"
        ));
    }
    let mut names = HashSet::new();
    let mut answer = Vec::with_capacity(count);
    for function in description.functions {
        let described = read_function(function)?;
        if !names.insert(described.name.clone()) {
            return Err(format!("function `{}` is described twice", described.name));
        }
        answer.push(described);
    }
    Ok(answer)
}

fn read_function(function: functions::FunctionSignature) -> Result<Described, String> {
    let name = legal(&function.name)?;
    if function.doc.len() > DOC_MAX {
        return Err(format!(
            "function `{name}`: its description exceeds {DOC_MAX} bytes"
        ));
    }
    let count = function.parameters.len();
    if count > PARAMETERS_MAX {
        return Err(format!(
            "function `{name}`: {count} parameters, at most {PARAMETERS_MAX}"
        ));
    }
    let mut parameters: Vec<Parameter> = Vec::with_capacity(count);
    for parameter in function.parameters {
        let parameter =
            read_parameter(parameter).map_err(|message| format!("function `{name}`: {message}"))?;
        let own = &parameter.name;
        if parameters.iter().any(|it| it.name == *own) {
            return Err(format!(
                "function `{name}`: parameter `{own}` is there twice"
            ));
        }
        let follows_optional = parameters.last().is_some_and(|it| it.default.is_some());
        if follows_optional && parameter.default.is_none() {
            return Err(format!(
                "function `{name}`: required parameter `{own}` follows an optional one"
            ));
        }
        parameters.push(parameter);
    }
    let signature = Signature {
        description: function.doc.into(),
        parameters,
        returns: to_kind(function.returns),
        volatility: match function.volatility {
            functions::Volatility::Pure => Volatility::Pure,
            functions::Volatility::Stable => Volatility::Stable,
            functions::Volatility::Volatile => Volatility::Volatile,
        },
        takes_batches: function.takes_batches,
    };
    Ok(Described { name, signature })
}

fn read_parameter(parameter: functions::Parameter) -> Result<Parameter, String> {
    let name = legal(&parameter.name)?;
    if parameter.doc.len() > DOC_MAX {
        return Err(format!(
            "parameter `{name}`: its description exceeds {DOC_MAX} bytes"
        ));
    }
    Ok(Parameter {
        name: name.as_str().into(),
        kind: to_kind(parameter.kind),
        default: parameter.default.map(convert::from_scalar).transpose()?,
        description: parameter.doc.into(),
    })
}

fn legal(name: &str) -> Result<FunctionName, String> {
    FunctionName::parse(name).map_err(|_| {
        let shown: String = name.chars().take(64).collect();
        format!("`{shown}` is not a legal name")
    })
}

fn to_kind(kind: functions::Kind) -> Option<Kind> {
    match kind {
        functions::Kind::Any => None,
        functions::Kind::Boolean => Some(Kind::Boolean),
        functions::Kind::Integer => Some(Kind::Integer),
        functions::Kind::Decimal => Some(Kind::Decimal),
        functions::Kind::Text => Some(Kind::Text),
        functions::Kind::Datetime => Some(Kind::DateTime),
        functions::Kind::Bytes => Some(Kind::Bytes),
        functions::Kind::Array => Some(Kind::Array),
        functions::Kind::Row => Some(Kind::Row),
        functions::Kind::Table => Some(Kind::Table),
    }
}
