//! The order of commands.

use std::collections::HashMap;

use super::{Command, Error};

/// One command waits for another; both are positions in the job's list of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edge {
    /// Must be done first.
    pub upstream: usize,
    /// Waits.
    pub downstream: usize,
}

/// A checked graph: every name is known and nothing waits for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dag {
    /// Who waits for whom.
    pub edges: Vec<Edge>,
    /// One order in which all commands can run, by position.
    pub order: Vec<usize>,
    /// Positions that are disabled or follow a disabled one.
    pub skipped: Vec<usize>,
}

impl Dag {
    /// Builds and checks the graph of `commands` (Kahn's algorithm).
    ///
    /// # Errors
    /// A repeated title, an unknown upstream, or a circle with the titles on it.
    pub fn of(commands: &[Command]) -> Result<Self, Error> {
        let mut positions = HashMap::new();
        for (position, command) in commands.iter().enumerate() {
            if positions.insert(command.title.as_str(), position).is_some() {
                let title = &command.title;
                return Err(Error::Job(format!("two commands have the title `{title}`")));
            }
        }
        let mut edges = Vec::new();
        for (downstream, command) in commands.iter().enumerate() {
            for title in &command.after {
                let Some(&upstream) = positions.get(title.as_str()) else {
                    let (command, upstream) = (command.title.clone(), title.clone());
                    return Err(Error::UnknownUpstream { command, upstream });
                };
                let edge = Edge {
                    upstream,
                    downstream,
                };
                if !edges.contains(&edge) {
                    edges.push(edge);
                }
            }
        }
        let order = sort(commands, &edges)?;
        let skipped = skipped(commands, &edges, &order);
        Ok(Self {
            edges,
            order,
            skipped,
        })
    }
}

fn sort(commands: &[Command], edges: &[Edge]) -> Result<Vec<usize>, Error> {
    let mut open: Vec<usize> = (0..commands.len()).collect();
    let mut order = Vec::with_capacity(commands.len());
    while !open.is_empty() {
        let waits = |node: &usize| {
            edges
                .iter()
                .any(|edge| edge.downstream == *node && open.contains(&edge.upstream))
        };
        let (blocked, free): (Vec<_>, Vec<_>) = open.iter().copied().partition(waits);
        if free.is_empty() {
            return Err(Error::Cycle(circle(commands, edges, &blocked)));
        }
        order.extend(free);
        open = blocked;
    }
    Ok(order)
}

/// Walks upstream inside `blocked` until a node repeats; the walk from there on is a circle.
fn circle(commands: &[Command], edges: &[Edge], blocked: &[usize]) -> Vec<String> {
    let mut walk: Vec<usize> = blocked.iter().copied().take(1).collect();
    while let Some(&here) = walk.last() {
        let up = edges
            .iter()
            .find(|e| e.downstream == here && blocked.contains(&e.upstream));
        let Some(up) = up.map(|edge| edge.upstream) else {
            break;
        };
        let seen = walk.iter().position(|&node| node == up);
        walk.push(up);
        if let Some(first) = seen {
            walk.drain(..first);
            break;
        }
    }
    let title = |node: &usize| commands.get(*node).map(|command| command.title.clone());
    walk.iter().rev().filter_map(title).collect()
}

fn skipped(commands: &[Command], edges: &[Edge], order: &[usize]) -> Vec<usize> {
    let mut skipped = Vec::new();
    for &node in order {
        let off = commands.get(node).is_some_and(|command| !command.enabled);
        let follows = edges
            .iter()
            .any(|edge| edge.downstream == node && skipped.contains(&edge.upstream));
        if off || follows {
            skipped.push(node);
        }
    }
    skipped
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::CommandKind;

    fn command(title: &str, after: &[&str]) -> Command {
        Command {
            id: None,
            title: title.to_owned(),
            kind: CommandKind::Shell,
            text: "true".to_owned(),
            args: String::new(),
            timeout: Duration::ZERO,
            retry_limit: 0,
            retry_delay: Duration::ZERO,
            enabled: true,
            after: after.iter().map(|&title| title.to_owned()).collect(),
        }
    }

    #[test]
    fn upstreams_come_first() {
        let commands = [
            command("c", &["a", "b"]),
            command("b", &["a"]),
            command("a", &[]),
        ];
        assert_eq!(Dag::of(&commands).expect("acyclic").order, [2, 1, 0]);
    }

    #[test]
    fn a_circle_is_named() {
        let commands = [
            command("a", &["b"]),
            command("b", &["a"]),
            command("c", &[]),
        ];
        let error = Dag::of(&commands).expect_err("a circle");
        assert_eq!(
            error,
            Error::Cycle(vec!["a".into(), "b".into(), "a".into()])
        );
    }

    #[test]
    fn what_follows_a_disabled_command_is_skipped() {
        let mut commands = [
            command("a", &[]),
            command("b", &["a"]),
            command("c", &["b"]),
        ];
        commands[1].enabled = false;
        assert_eq!(Dag::of(&commands).expect("acyclic").skipped, [1, 2]);
    }

    #[test]
    fn an_unknown_upstream_is_refused() {
        let unknown = Dag::of(&[command("a", &["z"])]);
        assert!(matches!(unknown, Err(Error::UnknownUpstream { .. })));
    }
}
