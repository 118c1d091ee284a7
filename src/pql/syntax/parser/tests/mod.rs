//! Snapshots of trees and messages, and properties of both.

mod dump;
mod messages;
mod properties;
mod trees;

use crate::pql::diagnostics::{Style, render};
use crate::pql::syntax::{Source, parse};

/// The trees of programs that must have no faults and no warnings.
pub(crate) fn trees_of(programs: &[&str]) -> String {
    let tree = |text: &&str| {
        let source = Source::new("t.pql", *text);
        let parsed = parse(&source);
        let faults = render(&parsed.diagnostics, &source, Style::Plain);
        assert!(faults.is_empty(), "{faults}");
        dump::program(&parsed.program)
    };
    let trees: Vec<String> = programs.iter().map(tree).collect();
    trees
        .join("\n")
        .lines()
        .map(wrapped)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Breaks a long line at blanks, so that snapshots stay readable.
fn wrapped(line: &str) -> String {
    const WIDTH: usize = 88;
    let mut rest = line.to_owned();
    let mut lines = Vec::new();
    while let Some((end, _)) = rest.char_indices().nth(WIDTH)
        && let Some((shown, _)) = rest.split_at_checked(end)
        && let Some(at) = shown.rfind(' ').filter(|at| *at > 4)
        && let Some((line, next)) = rest.split_at_checked(at)
    {
        let next = format!("    {}", next.trim_start_matches(' '));
        lines.push(line.to_owned());
        rest = next;
    }
    lines.push(rest);
    lines.join("\n")
}

/// What is said about a program.
pub(crate) fn messages_of(program: &str) -> String {
    let source = Source::new("t.pql", program);
    render(&parse(&source).diagnostics, &source, Style::Plain)
}
