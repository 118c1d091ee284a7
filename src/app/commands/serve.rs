//! `keeper serve`

use std::path::PathBuf;

use clap::Args;

use crate::app::client::Target;
use crate::app::exit::{Exit, Failure};
use crate::app::serve::{Extras, serve};
use crate::config::Overrides;

/// How the daemon is started; each flag goes before its environment variable and the file.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keeper serve\n  keeper serve --demo\n  \
                  keeper serve --home /var/lib/keeper --port 7701\n  \
                  keeper serve --store mysql://keeper@db.internal/keeper")]
pub struct Arguments {
    /// Port to listen on; 0 lets the system choose one.
    #[arg(long)]
    port: Option<u16>,
    /// Address to listen on; another than loopback needs a token that was set.
    #[arg(long)]
    bind: Option<String>,
    /// Settings file; keeper.toml in the home folder when absent.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Bring along a database, a function and jobs to play with.
    #[arg(long)]
    demo: bool,
    /// URL of the store, as in the last example; a file in the home folder when absent.
    #[arg(long)]
    store: Option<String>,
}

/// Runs the daemon until a signal stops it.
///
/// # Errors
/// Why it cannot start.
pub async fn run(target: &Target, arguments: &Arguments) -> Result<Exit, Failure> {
    let file = arguments.config.clone();
    let overrides = Overrides {
        file,
        ..Overrides::default()
    }
    .with("home", target.home.as_ref().map(|path| path.display()))
    .with("port", arguments.port)
    .with("bind", arguments.bind.as_ref())
    .with("store", arguments.store.as_ref());
    let extras = if arguments.demo {
        Extras::Demo
    } else {
        Extras::None
    };
    serve(&overrides, extras).await
}
