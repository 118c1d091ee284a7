//! `keeper calendar …`: the special days of the work calendar.

use clap::{Subcommand, ValueEnum};
use reqwest::Method;

use crate::app::client::{Client, Target};
use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::clock::Date;
use crate::http::bodies::{CalendarDayBody, Page};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the special days.
    List {
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a day a work day or a rest day; next ticks that depend on it follow.
    #[command(after_help = "Example:\n  keeper calendar set 2030-05-01 rest --note 'May Day'")]
    Set {
        /// The day, `yyyy-MM-dd`.
        day: Date,
        /// What it is.
        #[arg(value_enum)]
        kind: Kind,
        /// Its name, for people.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Let the rule of the week count for a day again.
    Remove {
        /// The day, `yyyy-MM-dd`.
        day: Date,
    },
}

/// What a day is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// People work.
    Work,
    /// People rest.
    Rest,
}

/// Does what the command says.
///
/// # Errors
/// What failed, why and what to do next.
pub async fn run(target: &Target, command: Command) -> Result<Exit, Failure> {
    let client = Client::new(target)?;
    match command {
        Command::List { json } => list(&client, json).await?,
        Command::Set { day, kind, note } => {
            let kind = match kind {
                Kind::Work => "work",
                Kind::Rest => "rest",
            };
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("kind", kind).append_pair("note", &note);
            let path = format!("/api/v1/calendar/{day}?{}", query.finish());
            let set: CalendarDayBody = client.send(Method::PUT, &path, None).await?;
            terminal::data(format!("{} is a {} day", set.day, set.kind));
        }
        Command::Remove { day } => {
            let path = format!("/api/v1/calendar/{day}");
            let was_special: bool = client.send(Method::DELETE, &path, None).await?;
            terminal::data(if was_special {
                format!("{day} follows the rule of the week again")
            } else {
                format!("{day} was no special day")
            });
        }
    }
    Ok(Exit::Success)
}

async fn list(client: &Client, json: bool) -> Result<(), Failure> {
    let page: Page<CalendarDayBody> = client.send(Method::GET, "/api/v1/calendar", None).await?;
    if json {
        return terminal::json(&page.items);
    }
    let rows: Vec<Vec<String>> = page
        .items
        .into_iter()
        .map(|day| vec![day.day, day.kind, day.note])
        .collect();
    terminal::table(&["DAY", "KIND", "NOTE"], &rows);
    Ok(())
}
