//! The tables of functions, their versions and the components they are made of.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::cells::{Cell, Cells, Query, cells, change};
use super::dialect::{InsertOnce, insert_once};
use super::settings::{Scope, bump};
use super::{Error, Result, Store};
use crate::clock::Timestamp;
use crate::model::{FunctionBody, FunctionDefinition, FunctionLimits, FunctionName, Grant};
use crate::sql::Session;
use crate::value::Value;

/// One line of a function's history.
#[derive(Debug, Clone)]
pub struct FunctionVersion {
    /// The version.
    pub version: u64,
    /// `pql` or `wasm`.
    pub kind: String,
    /// Hash of the component, for `wasm`.
    pub sha256: Option<Arc<str>>,
    /// Why it was deployed, for people.
    pub note: String,
    /// When it was deployed.
    pub created_at: Timestamp,
    /// Whether it serves now.
    pub current: bool,
}

macro_rules! select_functions {
    ($rest:literal) => {
        concat!(
            "SELECT v.name, v.version, v.kind, v.parameters, v.body, v.sha256, m.bytes,
                v.export_name, v.grants_json, v.limits_json
             FROM functions f
                 JOIN function_versions v ON v.name = f.name AND v.version = f.current_version
                 LEFT JOIN wasm_modules m ON m.sha256 = v.sha256 ",
            $rest
        )
    };
}

const fn functions(sql: &'static str) -> Query<FunctionDefinition> {
    Query {
        table: "function_versions",
        sql,
        read,
    }
}

fn read(row: &mut Cells) -> Result<FunctionDefinition> {
    let name = row.text("name")?;
    let name = FunctionName::parse(&name).map_err(|_| row.wrong("name", name))?;
    let version = row.number("version")?;
    let kind = row.text("kind")?;
    let (parameters, text) = (row.text("parameters")?, row.text("body")?);
    let sha256 = row.opt_text("sha256")?;
    let body = match sha256 {
        Some(sha256) => FunctionBody::Wasm {
            sha256,
            component: row.bytes("bytes")?,
            export: row.text("export_name")?,
        },
        None if &*kind == "pql" => {
            row.skip(2);
            FunctionBody::Pql { parameters, text }
        }
        None => return Err(row.wrong("sha256", "nothing")),
    };
    let (grants, limits) = (row.text("grants_json")?, row.text("limits_json")?);
    Ok(FunctionDefinition {
        name,
        version,
        body,
        grants: read_grants(&grants).ok_or_else(|| row.wrong("grants_json", grants))?,
        limits: read_limits(&limits).ok_or_else(|| row.wrong("limits_json", limits))?,
    })
}

fn read_version(row: &mut Cells) -> Result<FunctionVersion> {
    Ok(FunctionVersion {
        version: row.number("version")?,
        kind: row.string("kind")?,
        sha256: row.opt_text("sha256")?,
        note: row.string("note")?,
        created_at: row.time("created_at")?,
        current: row.flag("current")?,
    })
}

fn read_grants(text: &str) -> Option<Vec<Grant>> {
    let words: Vec<String> = serde_json::from_str(text).ok()?;
    words.iter().map(|word| word.parse().ok()).collect()
}

fn read_limits(text: &str) -> Option<FunctionLimits> {
    let json: Json = serde_json::from_str(text).ok()?;
    let number = |name: &str| json.get(name)?.as_u64();
    Some(FunctionLimits {
        memory_bytes: number("memory_bytes")?,
        call_time: Duration::from_millis(number("call_time_ms")?),
        value_bytes: number("value_bytes")?,
        host_calls: number("host_calls")?.try_into().ok()?,
    })
}

fn write_limits(limits: &FunctionLimits) -> String {
    let call_time = u64::try_from(limits.call_time.as_millis()).unwrap_or(u64::MAX);
    json!({
        "memory_bytes": limits.memory_bytes,
        "call_time_ms": call_time,
        "value_bytes": limits.value_bytes,
        "host_calls": limits.host_calls,
    })
    .to_string()
}

fn deploy(
    session: &mut dyn Session,
    new: &FunctionDefinition,
    note: &str,
    now: Timestamp,
) -> Result<u64> {
    const LATEST: Query<Option<u64>> = Query {
        table: "function_versions",
        sql: "SELECT MAX(version) FROM function_versions WHERE name = ?",
        read: |row| row.opt("version"),
    };
    const MODULE: InsertOnce =
        insert_once!("wasm_modules (sha256, bytes, uploaded_at) VALUES (?, ?, ?)");
    const INSERT: &str = "INSERT INTO function_versions (name, version, kind, parameters, body,
            sha256, export_name, grants_json, limits_json, note, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    // The row of the scope is locked first: two deployments of one function take turns.
    bump(session, Scope::Functions)?;
    let name = new.name.as_str();
    let version = LATEST.first(session, &cells![name])?.flatten().unwrap_or(0) + 1;
    let grants: Vec<String> = new.grants.iter().map(Grant::to_string).collect();
    let (grants, limits) = (Json::from(grants).to_string(), write_limits(&new.limits));
    let mut row = cells![name, version].to_vec();
    row.extend(match &new.body {
        FunctionBody::Pql { parameters, text } => {
            cells!["pql", parameters, text, Value::Null, ""]
        }
        FunctionBody::Wasm {
            sha256,
            component,
            export,
        } => {
            let bytes = Value::Bytes(Arc::clone(component));
            MODULE.run(session, &cells![sha256, bytes, now])?;
            cells!["wasm", "", "", sha256, export]
        }
    });
    row.extend([grants.cell(), limits.cell(), note.cell(), now.cell()]);
    change(session, INSERT, &row)?;
    publish(session, name, version, now)?;
    Ok(version)
}

fn publish(session: &mut dyn Session, name: &str, version: u64, now: Timestamp) -> Result<()> {
    const DROP: &str = "DELETE FROM functions WHERE name = ?";
    const INSERT: &str = "INSERT INTO functions (name, current_version, updated_at)
        VALUES (?, ?, ?)";
    change(session, DROP, &cells![name])?;
    change(session, INSERT, &cells![name, version, now])?;
    Ok(())
}

fn rollback(session: &mut dyn Session, name: &FunctionName, to: u64, now: Timestamp) -> Result<()> {
    const KNOWN: Query<u64> = Query {
        table: "function_versions",
        sql: "SELECT version FROM function_versions WHERE name = ? AND version = ?",
        read: |row| row.number("version"),
    };
    let name = name.as_str();
    if KNOWN.first(session, &cells![name, to])?.is_none() {
        return Err(Error::missing("function", format!("{name} version {to}")));
    }
    publish(session, name, to, now)?;
    bump(session, Scope::Functions)
}

impl Store {
    /// Stores a new version of a function, makes it the one that serves and answers its number;
    /// the version in `definition` is ignored. A component is stored once per hash.
    ///
    /// # Errors
    /// The database's.
    pub async fn deploy_function(
        &self,
        definition: FunctionDefinition,
        note: &str,
        now: Timestamp,
    ) -> Result<u64> {
        let note = note.to_owned();
        self.write(move |tx| deploy(tx, &definition, &note, now))
            .await
    }

    /// The version of a function that serves.
    ///
    /// # Errors
    /// The database's; a row that does not fit the model.
    pub async fn get_function(&self, name: FunctionName) -> Result<Option<FunctionDefinition>> {
        const GET: Query<FunctionDefinition> = functions(select_functions!("WHERE f.name = ?"));
        self.read(move |db| GET.first(db, &cells![name.as_str()]))
            .await
    }

    /// The serving version of every function by name; one bad row does not hide the others.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_functions(&self) -> Result<Vec<Result<FunctionDefinition>>> {
        const LIST: Query<Result<FunctionDefinition>> = Query {
            table: "function_versions",
            sql: select_functions!("ORDER BY f.name"),
            read: |row| Ok(read(row)),
        };
        self.read(|db| LIST.all(db, &[])).await
    }

    /// One version of a function, serving or not.
    ///
    /// # Errors
    /// The database's; a row that does not fit the model.
    pub async fn get_function_version(
        &self,
        name: FunctionName,
        version: u64,
    ) -> Result<Option<FunctionDefinition>> {
        const GET: Query<FunctionDefinition> = functions(
            "SELECT v.name, v.version, v.kind, v.parameters, v.body, v.sha256, m.bytes,
                 v.export_name, v.grants_json, v.limits_json
             FROM function_versions v LEFT JOIN wasm_modules m ON m.sha256 = v.sha256
             WHERE v.name = ? AND v.version = ?",
        );
        self.read(move |db| GET.first(db, &cells![name.as_str(), version]))
            .await
    }

    /// The functions that have a serving version, by name and without their bodies: at most
    /// `limit` of those whose names follow `after`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_serving_versions(
        &self,
        after: String,
        limit: usize,
    ) -> Result<Vec<(FunctionName, FunctionVersion)>> {
        const LIST: Query<(FunctionName, FunctionVersion)> = Query {
            table: "function_versions",
            sql: "SELECT v.name, v.version, v.kind, v.sha256, v.note, v.created_at, 1
                  FROM functions f
                      JOIN function_versions v
                          ON v.name = f.name AND v.version = f.current_version
                  WHERE f.name > ?
                  ORDER BY f.name
                  LIMIT ?",
            read: |row| {
                let name = row.text("name")?;
                let name = FunctionName::parse(&name).map_err(|_| row.wrong("name", name))?;
                Ok((name, read_version(row)?))
            },
        };
        self.read(move |db| LIST.all(db, &cells![&after, limit]))
            .await
    }

    /// The history of a function, the newest version first.
    ///
    /// # Errors
    /// The database's.
    pub async fn function_versions(&self, name: FunctionName) -> Result<Vec<FunctionVersion>> {
        const LIST: Query<FunctionVersion> = Query {
            table: "function_versions",
            sql: "SELECT v.version, v.kind, v.sha256, v.note, v.created_at,
                      CASE WHEN f.current_version = v.version THEN 1 ELSE 0 END
                  FROM function_versions v LEFT JOIN functions f ON f.name = v.name
                  WHERE v.name = ?
                  ORDER BY v.version DESC
                  LIMIT 1000",
            read: read_version,
        };
        self.read(move |db| LIST.all(db, &cells![name.as_str()]))
            .await
    }

    /// Makes an earlier (or later) version the one that serves.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown version.
    pub async fn rollback_function(
        &self,
        name: FunctionName,
        to: u64,
        now: Timestamp,
    ) -> Result<()> {
        self.write(move |tx| rollback(tx, &name, to, now)).await
    }

    /// Unpublishes a function; its history stays, so that it can be rolled back to.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_function(&self, name: FunctionName) -> Result<()> {
        const DELETE: &str = "DELETE FROM functions WHERE name = ?";
        self.write(
            move |tx| match change(tx, DELETE, &cells![name.as_str()])? {
                0 => Err(Error::missing("function", &name)),
                _ => bump(tx, Scope::Functions),
            },
        )
        .await
    }
}
