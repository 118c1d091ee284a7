//! The tables of nodes and of named leases.

use super::cells::{Query, cells, change, insert};
use super::{Result, Store};
use crate::clock::Timestamp;
use crate::model::{NodeAddress, NodeId};
use crate::sql::Session;

/// A node's row.
#[derive(Debug, Clone)]
pub struct NodeRow {
    /// Its id.
    pub id: NodeId,
    /// `host:port`.
    pub address: NodeAddress,
    /// How often it has started.
    pub incarnation: u64,
    /// When it last started.
    pub online_at: Timestamp,
    /// Until when it said it would be alive.
    pub lease_until: Option<Timestamp>,
}

fn register(
    session: &mut dyn Session,
    address: &NodeAddress,
    now: Timestamp,
) -> Result<(NodeId, u64)> {
    const AGAIN: &str = "UPDATE nodes
        SET incarnation = incarnation + 1, online_at = ?
        WHERE address = ?";
    const FIRST: &str = "INSERT INTO nodes (address, incarnation, online_at) VALUES (?, 1, ?)";
    const FIND: Query<(NodeId, u64)> = Query {
        table: "nodes",
        sql: "SELECT id, incarnation FROM nodes WHERE address = ?",
        read: |row| Ok((NodeId(row.number("id")?), row.number("incarnation")?)),
    };
    if change(session, AGAIN, &cells![now, &address.0])? == 0 {
        let id = insert(session, FIRST, &cells![&address.0, now])?;
        return Ok((NodeId(id), 1));
    }
    let found = FIND.first(session, &cells![&address.0])?;
    found.ok_or_else(|| super::Error::missing("node", address))
}

fn acquire(
    session: &mut dyn Session,
    name: &str,
    node: NodeId,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<u64>> {
    const FIND: Query<(Option<u32>, u64, Timestamp)> = Query {
        table: "leases",
        sql: "SELECT holder_node_id, fence, expires_at FROM leases WHERE name = ?",
        read: |row| {
            let holder = row.opt("holder_node_id")?;
            Ok((holder, row.number("fence")?, row.time("expires_at")?))
        },
    };
    const FIRST: &str = "INSERT INTO leases (name, holder_node_id, fence, expires_at)
        VALUES (?, ?, 1, ?)";
    const TAKE: &str = "UPDATE leases
        SET holder_node_id = ?, fence = ?, expires_at = ?
        WHERE name = ? AND fence = ? AND expires_at = ?";
    let Some((holder, fence, expires)) = FIND.first(session, &cells![name])? else {
        change(session, FIRST, &cells![name, node, until])?;
        return Ok(Some(1));
    };
    let mine = holder == Some(node.0);
    if !mine && expires >= now {
        return Ok(None);
    }
    if mine && expires >= until {
        return Ok(Some(fence));
    }
    let new = if mine { fence } else { fence.saturating_add(1) };
    let with = cells![node, new, until, name, fence, expires];
    Ok((change(session, TAKE, &with)? == 1).then_some(new))
}

impl Store {
    /// Makes a node known, or notes that it started again; answers its id and incarnation.
    ///
    /// # Errors
    /// The database's.
    pub async fn register_node(
        &self,
        address: NodeAddress,
        now: Timestamp,
    ) -> Result<(NodeId, u64)> {
        self.write(move |tx| register(tx, &address, now)).await
    }

    /// Every known node by id, 10,000 at most.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_nodes(&self) -> Result<Vec<NodeRow>> {
        const LIST: Query<NodeRow> = Query {
            table: "nodes",
            sql: "SELECT id, address, incarnation, online_at, lease_until
                  FROM nodes
                  ORDER BY id
                  LIMIT 10000",
            read: |row| {
                Ok(NodeRow {
                    id: NodeId(row.number("id")?),
                    address: NodeAddress(row.text("address")?),
                    incarnation: row.number("incarnation")?,
                    online_at: row.time("online_at")?,
                    lease_until: row.opt_time("lease_until")?,
                })
            },
        };
        self.read(|db| LIST.all(db, &[])).await
    }

    /// Takes or renews a named lease; answers its fence, which grows with every change of holder,
    /// or `None` while another node holds it.
    ///
    /// # Errors
    /// The database's.
    pub async fn acquire_lease(
        &self,
        name: &'static str,
        node: NodeId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<u64>> {
        self.write(move |tx| acquire(tx, name, node, (now, until)))
            .await
    }
}
