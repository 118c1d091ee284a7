//! RUN SHELL of PQL programs: child processes like those of commands.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::pql::{Cancel, CommandLine, Commands};
use crate::process::{Exit, Launch, Launcher, Program, Running, Stream};

/// Starts the children of one PQL program.
pub struct ShellCommands {
    /// Starts processes.
    pub launcher: Arc<dyn Launcher>,
    /// Waits for them.
    pub runtime: Handle,
    /// Where they run.
    pub folder: PathBuf,
    /// Marks them as children of this action; 0 when the program belongs to none.
    pub action_id: u64,
}

impl Commands for ShellCommands {
    fn run(
        &self,
        command: &str,
        cancel: &Cancel,
        each: &mut dyn FnMut(CommandLine<'_>),
    ) -> Result<i32, String> {
        let launch = Launch {
            program: Program::Command {
                program: "/bin/sh".into(),
                arguments: vec!["-c".into(), command.into()],
            },
            folder: self.folder.clone(),
            environment: Vec::new(),
            action_id: self.action_id,
        };
        self.runtime.block_on(async {
            let running = self.launcher.launch(launch).await;
            let running = running.map_err(|error| error.to_string())?;
            Ok(code(follow(running, cancel, each).await))
        })
    }
}

/// Hands over the lines until the child has ended; cancelling stops it with the usual grace.
async fn follow(
    mut running: Running,
    cancel: &Cancel,
    each: &mut dyn FnMut(CommandLine<'_>),
) -> Exit {
    let mut is_stopped = false;
    loop {
        let line = tokio::select! {
            biased;
            () = cancel.cancelled(), if !is_stopped => {
                is_stopped = true;
                running.stop(Running::GRACE);
                continue;
            }
            line = running.lines.recv() => line,
        };
        match line {
            Some(line) if line.stream == Stream::Out => each(CommandLine::Output(&line.text)),
            Some(line) => each(CommandLine::Error(&line.text)),
            None => return running.wait().await,
        }
    }
}

/// The number that the shell itself gives for a child ended by a signal.
fn code(exit: Exit) -> i32 {
    const BY_SIGNAL: i32 = 128;
    match (exit.code, exit.signal) {
        (Some(code), _) => code,
        (None, Some(signal)) => BY_SIGNAL.saturating_add(signal),
        (None, None) => -1,
    }
}

#[cfg(test)]
mod tests;
