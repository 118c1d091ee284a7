//! Runs a shell or Python command for an action.

use std::time::Duration;

use super::program::expire;
use super::stop::{StopSignal, Why};
use super::{Assignment, Journal, Runner};
use crate::logs::LogType;
use crate::process::{Exit, Launch, Line, Program, Running, Stream};
use crate::store::{Error as StoreError, ProcessMark};

/// Characters of the last error line that stand in the action's row.
const EXCERPT_CHARS: usize = 200;

/// How one attempt of a process came to its end.
pub(super) struct Attempt {
    /// How the child ended.
    pub(super) exit: Exit,
    /// What ended it before its time.
    pub(super) early: Option<Early>,
    /// The last line it wrote to standard error.
    pub(super) last_error: Option<String>,
}

/// What ended an attempt before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Early {
    /// Its time limit.
    TimedOut,
    /// Somebody asked.
    Stopped(Why),
}

/// Runs one attempt to its end; must not be dropped before.
///
/// # Errors
/// The process could not be started.
pub(super) async fn attempt(
    runner: &Runner,
    of: &Assignment,
    program: Program,
    journal: &Journal,
    stop: &mut StopSignal,
) -> Result<Attempt, crate::process::Error> {
    let launch = Launch {
        program,
        folder: runner.work_folder.join(of.task.job_id.to_string()),
        environment: runner.environment_of(of, journal.attempt()),
        action_id: of.action.id.0,
    };
    let running = runner.launcher.launch(launch).await?;
    let mark = ProcessMark {
        pid: running.identity.pid,
        pgid: running.identity.group,
        proc_start: running.identity.started,
    };
    let note = runner
        .pql
        .store
        .note_process(of.action.id, of.action.epoch, mark);
    // The process must not wait for the row: what is lost with it is found by its marker.
    let (noted, attempt) = tokio::join!(
        note,
        watch(running, of.action.timeout, journal.clone(), stop)
    );
    if let Err(error) = noted
        && !matches!(error, StoreError::Fenced { .. })
    {
        tracing::warn!(action.id = %of.action.id, error = %error, "a process was not noted");
    }
    if attempt.exit.leftovers > 0 {
        let text = format!(
            "{} processes that the command left running were killed",
            attempt.exit.leftovers
        );
        journal.say(LogType::Warn, &text);
    }
    Ok(attempt)
}

/// Reads the output until the child has ended, and passes on what ends it early.
async fn watch(
    mut running: Running,
    limit: Duration,
    journal: Journal,
    stop: &mut StopSignal,
) -> Attempt {
    let mut early = None;
    let mut last_error = None;
    let mut deadline = std::pin::pin!(expire(limit));
    loop {
        tokio::select! {
            biased;
            (why, grace) = stop.next() => {
                early.get_or_insert(Early::Stopped(why));
                running.stop(grace);
            }
            () = &mut deadline, if early.is_none() => {
                early = Some(Early::TimedOut);
                let text = format!("the limit of {limit:?} is reached: the process is stopped");
                journal.say(LogType::Warn, &text);
                running.stop(Running::GRACE);
            }
            line = running.lines.recv() => match line {
                Some(line) => {
                    note_error(&line, &mut last_error);
                    journal.pass(&line);
                }
                None => break,
            },
        }
    }
    // A child may close its output and live on.
    let exit = loop {
        tokio::select! {
            biased;
            (why, grace) = stop.next() => {
                early.get_or_insert(Early::Stopped(why));
                running.stop(grace);
            }
            () = &mut deadline, if early.is_none() => {
                early = Some(Early::TimedOut);
                running.stop(Running::GRACE);
            }
            exit = running.wait() => break exit,
        }
    };
    Attempt {
        exit,
        early,
        last_error,
    }
}

fn note_error(line: &Line, last: &mut Option<String>) {
    if line.stream == Stream::Err && !line.text.trim().is_empty() {
        *last = Some(line.text.trim().chars().take(EXCERPT_CHARS).collect());
    }
}
