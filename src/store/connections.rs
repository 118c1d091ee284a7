//! The table of data connections.

use super::cells::{Query, cells, change, insert};
use super::settings::{Scope, bump};
use super::{Error, Result, Store};
use crate::clock::Timestamp;
use crate::model::{ConnectionDefinition, ConnectionId, ConnectionName, Secret};
use crate::sql::Session;

macro_rules! select_connections {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, url, username, secret, retry_limit, idle_ms, enabled
             FROM connections ",
            $rest
        )
    };
}

const fn connections(sql: &'static str) -> Query<ConnectionDefinition> {
    Query {
        table: "connections",
        sql,
        read: |row| {
            let id = row.number("id")?;
            let name = row.text("name")?;
            Ok(ConnectionDefinition {
                id: Some(ConnectionId(id)),
                name: ConnectionName::parse(&name).map_err(|_| row.wrong("name", name))?,
                url: Secret::new(row.text("url")?),
                username: row.opt_text("username")?.map(|name| name.to_string()),
                password: row.opt_text("secret")?.map(Secret::new),
                retry_count: row.number("retry_limit")?,
                idle_ms: row.number("idle_ms")?,
                enabled: row.flag("enabled")?,
            })
        },
    }
}

fn save(
    session: &mut dyn Session,
    row: &ConnectionDefinition,
    now: Timestamp,
) -> Result<ConnectionId> {
    const FIND: Query<ConnectionId> = Query {
        table: "connections",
        sql: "SELECT id FROM connections WHERE name = ?",
        read: |row| Ok(ConnectionId(row.number("id")?)),
    };
    const UPDATE: &str = "UPDATE connections
        SET url = ?, username = ?, secret = ?, retry_limit = ?, idle_ms = ?, enabled = ?,
            updated_at = ?, version = version + 1
        WHERE name = ?";
    const INSERT: &str = "INSERT INTO connections
        (url, username, secret, retry_limit, idle_ms, enabled, updated_at, name)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let name = row.name.as_str();
    let secret = row.password.as_ref().map(Secret::expose);
    let with = cells![
        row.url.expose(),
        row.username.as_deref(),
        secret,
        row.retry_count,
        row.idle_ms,
        row.enabled,
        now,
        name
    ];
    bump(session, Scope::Connections)?;
    if change(session, UPDATE, &with)? == 0 {
        return insert(session, INSERT, &with).map(ConnectionId);
    }
    let id = FIND.first(session, &cells![name])?;
    id.ok_or_else(|| Error::missing("connection", name))
}

impl Store {
    /// Stores a connection under its name and answers its id.
    ///
    /// # Errors
    /// The database's.
    pub async fn save_connection(
        &self,
        connection: ConnectionDefinition,
        now: Timestamp,
    ) -> Result<ConnectionId> {
        self.write(move |tx| save(tx, &connection, now)).await
    }

    /// The connection of an id.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_connection(&self, id: ConnectionId) -> Result<Option<ConnectionDefinition>> {
        const GET: Query<ConnectionDefinition> = connections(select_connections!("WHERE id = ?"));
        self.read(move |db| GET.first(db, &cells![id])).await
    }

    /// Every connection by name.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_connections(&self) -> Result<Vec<ConnectionDefinition>> {
        const LIST: Query<ConnectionDefinition> = connections(select_connections!("ORDER BY name"));
        self.read(|db| LIST.all(db, &[])).await
    }

    /// Deletes a connection.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_connection(&self, name: ConnectionName) -> Result<()> {
        const DELETE: &str = "DELETE FROM connections WHERE name = ?";
        self.write(
            move |tx| match change(tx, DELETE, &cells![name.as_str()])? {
                0 => Err(Error::missing("connection", &name)),
                _ => bump(tx, Scope::Connections),
            },
        )
        .await
    }
}
