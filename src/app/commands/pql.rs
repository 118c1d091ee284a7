//! `keeper pql help`: the manual of the language's links and functions.

use clap::Subcommand;

use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::pql::manual::{self, Topic};

/// What is asked about the language.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Tell about a link or a function, or list them.
    #[command(after_help = "Examples:\n  \
                      keeper pql help\n  \
                      keeper pql help TO UPPER\n  \
                      keeper pql help TAKE\n  \
                      keeper pql help @LEFT\n  \
                      keeper pql help --on TABLE")]
    Help {
        /// The name or its beginning, in any case.
        name: Vec<String>,
        /// List what works on this type of data: TEXT, NUMBERS, TABLE, .. or FUNCTIONS.
        #[arg(long, value_name = "TYPE", conflicts_with = "name")]
        on: Option<String>,
    },
}

/// Answers.
///
/// # Errors
/// Nothing has the name that was asked for.
pub fn run(command: &Command) -> Result<Exit, Failure> {
    let Command::Help { name, on } = command;
    match on {
        Some(data) => list_on(data),
        None if name.is_empty() => {
            list(&manual::all());
            Ok(Exit::Success)
        }
        None => tell(&name.join(" ")),
    }
}

/// The pages of a name and a list of those that begin like it.
fn tell(name: &str) -> Result<Exit, Failure> {
    let longer = manual::beginning_with(name);
    match manual::find(name) {
        Ok(topics) => {
            let pages: Vec<String> = topics.iter().map(Topic::render).collect();
            terminal::data(pages.join("\n\n"));
            if !longer.is_empty() {
                terminal::data("\nThese begin in the same way:\n");
                list(&longer);
            }
            Ok(Exit::Success)
        }
        Err(_) if !longer.is_empty() => {
            list(&longer);
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

fn list_on(data: &str) -> Result<Exit, Failure> {
    match manual::working_on(data) {
        Ok(topics) => {
            list(&topics);
            Ok(Exit::Success)
        }
        Err(headings) => {
            let headings = headings.join(", ");
            let failure = Failure::new(
                Exit::NotFound,
                format!("no link works on `{data}`: the types are {headings}"),
            );
            Err(failure.next("keeper pql help --on TABLE"))
        }
    }
}

/// One line for each: how it is written and what it does first of all.
fn list(topics: &[Topic]) {
    let row = |topic: &Topic| {
        vec![
            topic.signature.clone(),
            topic.heading().to_owned(),
            topic.summary().to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = topics.iter().map(row).collect();
    terminal::table(&["NAME", "ON", "WHAT"], &rows);
}
