//! `keeper pql help`: the manual of the language's links and functions.

use clap::Subcommand;

use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::pql::manual;

/// What is asked about the language.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell about a link or a function, or list them all.
    #[command(after_help = "Examples:\n  \
                      keeper pql help\n  \
                      keeper pql help TO UPPER\n  \
                      keeper pql help @LEFT")]
    Help {
        /// The name, in any case.
        name: Vec<String>,
    },
}

/// Answers.
///
/// # Errors
/// Nothing has the name that was asked for.
pub fn run(command: &Command) -> Result<Exit, Failure> {
    let Command::Help { name } = command;
    if name.is_empty() {
        list();
        return Ok(Exit::Success);
    }
    let name = name.join(" ");
    match manual::find(&name) {
        Ok(topics) => {
            let pages: Vec<String> = topics.iter().map(manual::Topic::render).collect();
            terminal::data(pages.join("\n\n"));
            Ok(Exit::Success)
        }
        Err(near) => {
            let failure = Failure::new(
                Exit::NotFound,
                format!("there is no link or function `{name}`"),
            );
            Err(match near {
                Some(near) => failure.next(format!("keeper pql help {near}")),
                None => failure.next("keeper pql help lists all of them"),
            })
        }
    }
}

/// One line for each: how it is written and what it does first of all.
fn list() {
    let mut topics = manual::links();
    topics.extend(manual::built_in_functions());
    let rows: Vec<Vec<String>> = topics
        .into_iter()
        .map(|topic| {
            let sentence = topic.text.split_inclusive(". ").next().unwrap_or_default();
            let data = topic.data.unwrap_or_default().to_owned();
            vec![topic.signature, data, sentence.trim().to_owned()]
        })
        .collect();
    terminal::table(&["NAME", "ON", "WHAT"], &rows);
}
