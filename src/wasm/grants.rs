//! What a function may touch: imports at load time, names at call time.

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::fault::Code;
use crate::model::Grant;
use crate::registry::BuildError;

use super::component::invalid;

const PACKAGE: &str = "qross:pql/";

/// The capabilities that need a grant, with an example of it.
const CAPABILITIES: &[(&str, &str, &str)] = &[
    ("clock", "clock", "clock"),
    ("random", "random", "random"),
    ("variables", "variable", "variable:NAME"),
    ("connections", "connection", "connection:NAME:read"),
    ("http", "http", "http:HOST:PORT:METHOD"),
];

/// What a use of a connection needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Queries.
    Read,
    /// Everything else; includes reading.
    Write,
}

/// Refuses imports that exist but were not granted; all are named at once.
pub(super) fn check_granted(
    engine: &Engine,
    component: &Component,
    grants: &[Grant],
) -> Result<(), BuildError> {
    let mut missing = Vec::new();
    for (name, _) in component.component_type().imports(engine) {
        let Some((capability, example)) = capability(name) else {
            continue;
        };
        if !grants.iter().any(|grant| &*grant.capability == capability) {
            missing.push(format!("`{name}` (grant `{example}`)"));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(BuildError {
        code: Code::IMPORT_NOT_GRANTED,
        message: format!("imports that are not granted: {}", missing.join(", ")),
    })
}

/// Refuses imports that this host does not have.
pub(super) fn check_known(engine: &Engine, component: &Component) -> Result<(), BuildError> {
    let mut unknown = Vec::new();
    for (name, _) in component.component_type().imports(engine) {
        let is_free = matches!(interface(name), Some("types" | "log"));
        if !is_free && capability(name).is_none() {
            unknown.push(format!("`{name}`"));
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    Err(invalid(format!(
        "imports that no grant admits: {}; only the interfaces of `qross:pql` exist here",
        unknown.join(", ")
    )))
}

fn interface(import: &str) -> Option<&str> {
    let name = import.strip_prefix(PACKAGE)?;
    Some(name.split_once('@').map_or(name, |parts| parts.0))
}

fn capability(import: &str) -> Option<(&'static str, &'static str)> {
    let interface = interface(import)?;
    CAPABILITIES
        .iter()
        .find(|row| row.0 == interface)
        .map(|row| (row.1, row.2))
}

/// Whether a variable may be read.
pub(super) fn admits_variable(grants: &[Grant], name: &str) -> bool {
    let mut variables = grants.iter().filter(|it| &*it.capability == "variable");
    variables.any(|grant| matches(&grant.target, name))
}

/// Whether a connection may be used so.
pub(super) fn admits_connection(grants: &[Grant], name: &str, access: Access) -> bool {
    let mut connections = grants.iter().filter(|it| &*it.capability == "connection");
    connections.any(|grant| {
        let (target, mode) = grant
            .target
            .rsplit_once(':')
            .unwrap_or((&grant.target, "read"));
        let is_enough = match access {
            Access::Read => matches!(mode, "read" | "write"),
            Access::Write => mode == "write",
        };
        is_enough && matches(target, name)
    })
}

/// Compares with a pattern that may end with `*`, ignoring case.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name
            .get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix)),
        None => pattern.eq_ignore_ascii_case(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(texts: &[&str]) -> Vec<Grant> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn patterns_end_with_a_star() {
        let grants = grants(&["variable:REPORT_*", "variable:region"]);
        assert!(admits_variable(&grants, "report_day"));
        assert!(admits_variable(&grants, "REGION"));
        assert!(!admits_variable(&grants, "REGIONS"));
        assert!(!admits_variable(&grants, "REPO"));
    }

    #[test]
    fn writing_takes_its_own_grant() {
        let grants = grants(&["connection:mysql.mart:read", "connection:own:write"]);
        assert!(admits_connection(&grants, "mysql.mart", Access::Read));
        assert!(!admits_connection(&grants, "mysql.mart", Access::Write));
        assert!(admits_connection(&grants, "own", Access::Read));
        assert!(admits_connection(&grants, "own", Access::Write));
        assert!(!admits_connection(&grants, "other", Access::Read));
    }
}
