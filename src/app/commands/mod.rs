//! The commands, one file per noun.

mod calendar;
mod check;
mod cron;
mod function;
mod job;
mod pql;
mod run;
mod serve;
mod task;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::client::Target;
use super::exit::{Exit, Failure};
use super::terminal;

/// A task scheduler whose functions can be changed while it runs.
#[derive(Debug, Parser)]
#[command(
    name = "keeper",
    version,
    about,
    after_help = "Examples:\n  \
                  keeper serve --home /var/lib/keeper   run the daemon\n  \
                  keeper run report.pql                 run a PQL program\n  \
                  keeper eval '1 + 2'                   print the value of an expression"
)]
struct Cli {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon.
    Serve(serve::Arguments),
    /// Run a PQL program without a daemon.
    Run(Box<run::Arguments>),
    /// Tell what is wrong with PQL programs, without running them.
    Check(check::Arguments),
    /// Print the value of a PQL expression.
    #[command(after_help = "Example:\n  keeper eval '1 + 2'")]
    Eval {
        /// The expression; it may begin with a minus sign.
        #[arg(allow_hyphen_values = true)]
        expression: String,
    },
    /// Functions: deploy, list, show, call, renew, remove, rollback, versions.
    Function(function::Arguments),
    /// Time expressions: next, explain, interval, check.
    #[command(subcommand)]
    Cron(cron::Command),
    /// The work calendar: list, set, remove.
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// Jobs: apply, list, show, run, enable, disable.
    #[command(subcommand)]
    Job(job::Command),
    /// The PQL language: help.
    #[command(subcommand, disable_help_subcommand = true)]
    Pql(pql::Command),
    /// Tasks: list, show, logs, kill, why.
    #[command(subcommand)]
    Task(task::Command),
}

/// Reads the command line, does what it says and answers the exit code.
pub fn main() -> u8 {
    let cli = match Cli::try_parse_from(spelled(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let _closed = error.print();
            return if error.use_stderr() {
                Exit::Usage.number()
            } else {
                0
            };
        }
    };
    match run(cli) {
        Ok(exit) => exit.number(),
        Err(failure) => {
            failure.lines().iter().for_each(terminal::notice);
            failure.exit.number()
        }
    }
}

/// Long options of `run` may begin with one dash, as those of its predecessor did.
fn spelled(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    const OPTIONS: &[&str] = &[
        "args",
        "connection",
        "database.name",
        "database.type",
        "debug",
        "driver",
        "embedded",
        "file",
        "implicit",
        "log",
        "login",
        "password",
        "properties",
        "sql",
        "url",
        "username",
        "vars",
    ];
    let mut words: Vec<OsString> = words.collect();
    let is_run = words.get(1).is_some_and(|word| word == "run");
    for word in words.iter_mut().skip(2).filter(|_| is_run) {
        let text = word.to_string_lossy();
        let option = text
            .strip_prefix('-')
            .map(|rest| rest.split('=').next().unwrap_or(rest));
        if option.is_some_and(|option| OPTIONS.contains(&option)) {
            *word = format!("-{text}").into();
        }
    }
    words
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    // Fails only when it was installed before, and then it is the same one.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve(arguments) => serve::run(&cli.target, &arguments).await,
            Command::Run(arguments) => {
                tokio::task::block_in_place(|| run::run(&cli.target, &arguments))
            }
            Command::Check(arguments) => check::run(&arguments),
            Command::Eval { expression } => {
                tokio::task::block_in_place(|| run::eval(&cli.target, &expression))
            }
            Command::Function(arguments) => function::run(&cli.target, &arguments).await,
            Command::Cron(command) => cron::run(command),
            Command::Calendar(command) => calendar::run(&cli.target, command).await,
            Command::Job(command) => job::run(&cli.target, command).await,
            Command::Pql(command) => pql::run(&command),
            Command::Task(command) => task::run(&cli.target, command).await,
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// The parser checks itself only when a command is used.
    #[test]
    fn no_command_contradicts_another() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_manual_can_be_asked_for_names_of_several_words() {
        use clap::Parser;

        for words in [
            &["pql", "help"][..],
            &["pql", "help", "TO", "UPPER"],
            &["pql", "help", "--on", "TABLE"],
        ] {
            let line = std::iter::once("keeper").chain(words.iter().copied());
            Cli::try_parse_from(line).unwrap();
        }
    }

    #[test]
    fn an_expression_may_begin_with_a_minus_sign() {
        use clap::Parser;

        let cli = Cli::try_parse_from(["keeper", "eval", "-7 MOD 3"]).unwrap();
        assert!(
            matches!(cli.command, super::Command::Eval { expression } if expression == "-7 MOD 3")
        );
    }
}
