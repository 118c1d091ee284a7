//! The tables of commands and of the edges between them.

use std::collections::HashMap;

use super::cells::{Query, cells, change, insert};
use super::{Error, Result};
use crate::model::{Command, CommandId, JobId};
use crate::sql::Session;

const OF_JOB: Query<Command> = Query {
    table: "job_commands",
    sql: "SELECT id, title, kind, text, args, timeout_ms, retry_limit, retry_delay_ms, enabled
          FROM job_commands
          WHERE job_id = ?
          ORDER BY position, id",
    read: |row| {
        Ok(Command {
            id: Some(CommandId(row.number("id")?)),
            title: row.string("title")?,
            kind: row.word("kind")?,
            text: row.string("text")?,
            args: row.string("args")?,
            timeout: row.duration("timeout_ms")?,
            retry_limit: row.number("retry_limit")?,
            retry_delay: row.duration("retry_delay_ms")?,
            enabled: row.flag("enabled")?,
            after: Vec::new(),
        })
    },
};

const EDGES: Query<(CommandId, CommandId)> = Query {
    table: "job_edges",
    sql: "SELECT e.upstream_id, e.downstream_id
          FROM job_edges e JOIN job_commands c ON c.id = e.upstream_id
          WHERE e.job_id = ?
          ORDER BY c.position, c.id",
    read: |row| {
        let upstream = CommandId(row.number("upstream_id")?);
        Ok((upstream, CommandId(row.number("downstream_id")?)))
    },
};

/// The commands of a job in their written order, each with the titles it waits for.
pub(super) fn load(session: &mut dyn Session, job: JobId) -> Result<Vec<Command>> {
    let mut commands = OF_JOB.all(session, &cells![job])?;
    let edges = EDGES.all(session, &cells![job])?;
    let titles: HashMap<_, _> = commands
        .iter()
        .filter_map(|command| Some((command.id?, command.title.clone())))
        .collect();
    for command in &mut commands {
        let upstreams = edges.iter().filter(|edge| Some(edge.1) == command.id);
        command.after = upstreams
            .filter_map(|edge| titles.get(&edge.0).cloned())
            .collect();
    }
    Ok(commands)
}

/// Makes the stored commands of a job equal `commands`; those with a known title keep their id.
pub(super) fn replace(session: &mut dyn Session, job: JobId, commands: &[Command]) -> Result<()> {
    const DROP_EDGES: &str = "DELETE FROM job_edges WHERE job_id = ?";
    const DROP: &str = "DELETE FROM job_commands WHERE id = ?";
    const LINK: &str =
        "INSERT INTO job_edges (job_id, upstream_id, downstream_id) VALUES (?, ?, ?)";
    change(session, DROP_EDGES, &cells![job])?;
    let old = OF_JOB.all(session, &cells![job])?;
    for gone in old
        .iter()
        .filter(|old| !commands.iter().any(|new| new.title == old.title))
    {
        change(session, DROP, &cells![gone.id])?;
    }
    let mut ids = HashMap::new();
    for (position, command) in commands.iter().enumerate() {
        let known = old.iter().find(|old| old.title == command.title);
        let id = store(
            session,
            job,
            known.and_then(|old| old.id),
            (position, command),
        )?;
        ids.insert(command.title.as_str(), id);
    }
    let id = |title: &str| {
        ids.get(title)
            .copied()
            .ok_or_else(|| Error::missing("command", title))
    };
    for command in commands {
        let mut linked = Vec::new();
        for upstream in &command.after {
            let edge = cells![job, id(upstream)?, id(&command.title)?];
            if !linked.contains(&upstream) {
                linked.push(upstream);
                change(session, LINK, &edge)?;
            }
        }
    }
    Ok(())
}

fn store(
    session: &mut dyn Session,
    job: JobId,
    known: Option<CommandId>,
    (position, command): (usize, &Command),
) -> Result<CommandId> {
    const UPDATE: &str = "UPDATE job_commands
        SET title = ?, kind = ?, text = ?, args = ?, timeout_ms = ?, retry_limit = ?,
            retry_delay_ms = ?, enabled = ?, position = ?
        WHERE id = ?";
    const INSERT: &str = "INSERT INTO job_commands (title, kind, text, args, timeout_ms,
            retry_limit, retry_delay_ms, enabled, position, job_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut with = cells![
        &command.title,
        command.kind.as_str(),
        &command.text,
        &command.args,
        command.timeout,
        command.retry_limit,
        command.retry_delay,
        command.enabled,
        position,
    ]
    .to_vec();
    if let Some(id) = known {
        with.extend(cells![id]);
        change(session, UPDATE, &with)?;
        return Ok(id);
    }
    with.extend(cells![job]);
    insert(session, INSERT, &with).map(CommandId)
}
