//! `keeper check`: what is wrong with PQL texts, without running them.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::pql::diagnostics::{render, to_json};
use crate::pql::syntax::{Name, Source, parse, parse_embedded};

use super::run::style;

/// What is checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                  keeper check report.pql\n  \
                  keeper check jobs/*.pql --json\n  \
                  keeper check page.txt --embedded")]
pub struct Arguments {
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The files are text with `<% %>`.
    #[arg(long)]
    embedded: bool,
    /// Write one JSON object for each file: its parameters and all diagnostics.
    #[arg(long)]
    json: bool,
}

/// Parses every file and tells all faults at once.
///
/// # Errors
/// Some files cannot be read; the others have been checked.
pub fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut exit = Exit::Success;
    let mut unreadable = Vec::new();
    for file in &arguments.files {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                // The others are checked all the same.
                unreadable.push(format!("{}: {error}", file.display()));
                continue;
            }
        };
        let source = Source::new(file.display().to_string(), text);
        let parsed = if arguments.embedded {
            parse_embedded(&source)
        } else {
            parse(&source)
        };
        if !parsed.is_runnable() {
            exit = Exit::Failed;
        }
        if arguments.json {
            let names = parsed.program.parameters.iter().map(Name::as_str);
            terminal::data(json!({
                "file": source.name(),
                "parameters": names.collect::<Vec<_>>(),
                "diagnostics": to_json(&parsed.diagnostics, &source),
            }));
        } else if !parsed.diagnostics.is_empty() {
            terminal::notice(render(&parsed.diagnostics, &source, style()).trim_end());
        }
    }
    if unreadable.is_empty() {
        return Ok(exit);
    }
    Err(Failure::new(Exit::Failed, "not every file can be read").why(unreadable.join("\n")))
}
