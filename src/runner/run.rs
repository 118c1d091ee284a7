//! One action from its claim to its end: prepare, note, attempt, retry.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::prepare::{self, Unprepared};
use super::process::{self, Early};
use super::program::{self, Ended};
use super::stop::{StopSignal, Why};
use super::{Journal, PqlHost, ShellCommands, environment};
use crate::logs::LogType;
use crate::model::{Action, ActionEnd, ActionStatus, CommandKind, Task};
use crate::pql::{Outcome, Output, Script};
use crate::process::{Exit, Launcher, Program};
use crate::registry::Definitions;
use crate::store::{self, Error as StoreError};
use crate::value::Value;

/// Runs actions; one per daemon.
pub struct Runner {
    /// Starts processes.
    pub launcher: Arc<dyn Launcher>,
    /// How PQL runs here, with the store and the clock.
    pub pql: PqlHost,
    /// Below it every job has its working folder.
    pub work_folder: PathBuf,
}

/// One claimed action.
#[derive(Clone)]
pub struct Assignment {
    /// The task with the record that the action belongs to.
    pub task: Arc<Task>,
    /// The action, `queueing` under the record's claim.
    pub action: Action,
    /// Where it is told about.
    pub journal: Journal,
}

/// What became of an action.
#[derive(Debug)]
pub enum Report {
    /// It ended so.
    Ended(ActionEnd),
    /// It was stopped with the node: its rows stay as they are for whoever takes over.
    Abandoned,
    /// It was not run, or not by this claim: nothing is to be written.
    Lost(StoreError),
}

/// How one attempt ended.
struct Verdict {
    status: ActionStatus,
    exit_code: Option<i32>,
    signal: Option<i32>,
    error: Option<String>,
    pinned: Option<String>,
}

impl Verdict {
    fn of(status: ActionStatus, error: impl Into<String>) -> Self {
        Self {
            status,
            exit_code: None,
            signal: None,
            error: Some(error.into()),
            pinned: None,
        }
    }

    fn timed_out(limit: Duration) -> Self {
        Self::of(
            ActionStatus::Overtime,
            format!("longer than its limit of {limit:?}"),
        )
    }

    fn may_be_retried(&self) -> bool {
        matches!(
            self.status,
            ActionStatus::Exceptional | ActionStatus::Overtime
        )
    }

    fn into_end(self, attempts: u32) -> ActionEnd {
        ActionEnd {
            status: self.status,
            attempts,
            exit_code: self.exit_code,
            signal: self.signal,
            error: self.error,
            pinned: self.pinned,
        }
    }
}

/// What an attempt came to.
enum Attempted {
    Verdict(Verdict),
    Stopped(Why),
}

impl From<Verdict> for Attempted {
    fn from(verdict: Verdict) -> Self {
        Self::Verdict(verdict)
    }
}

/// The report of an action that was asked to end.
fn stopped(why: Why, attempts: u32, journal: &Journal) -> Report {
    match why {
        Why::Killed => {
            let verdict = Verdict::of(ActionStatus::Killed, "killed on request");
            tell(journal, &verdict);
            Report::Ended(verdict.into_end(attempts))
        }
        Why::NodeStops => {
            journal.say(LogType::Warn, "stopped with its node");
            Report::Abandoned
        }
    }
}

impl Runner {
    /// Runs one action to its end, all attempts of it. Must not be dropped before: stop it by the
    /// other end of `stop` and wait.
    pub async fn run(&self, of: &Assignment, mut stop: StopSignal) -> Report {
        if let Some(why) = stop.asked() {
            return stopped(why, 0, &of.journal);
        }
        let prepared = match prepare::prepare(&self.pql, of, &mut stop).await {
            Ok(prepared) => prepared,
            Err(Unprepared::Wrong(error)) => {
                of.journal.say(LogType::Error, &error.to_string());
                let verdict = Verdict::of(ActionStatus::Wrong, error.to_string());
                return Report::Ended(verdict.into_end(0));
            }
            Err(Unprepared::Stopped(why)) => return stopped(why, 0, &of.journal),
        };
        let definitions = self.pql.registry.pin();
        if let Err(error) = self.note_start(of, &prepared, &definitions).await {
            return Report::Lost(error);
        }
        let mut attempt = 1;
        loop {
            let journal = of.journal.for_attempt(attempt);
            stop.rearm();
            let attempted = if let Some(script) = &prepared.script {
                let run = PqlRun {
                    script,
                    values: &prepared.values,
                    definitions: &definitions,
                };
                self.attempt_pql(of, run, &journal, &mut stop).await
            } else {
                let text = prepared.text.clone();
                self.attempt_process(of, text, &journal, &mut stop).await
            };
            let verdict = match attempted {
                Attempted::Verdict(verdict) => verdict,
                Attempted::Stopped(why) => return stopped(why, attempt, &journal),
            };
            tell(&journal, &verdict);
            if attempt > of.action.retry_limit || !verdict.may_be_retried() {
                return Report::Ended(verdict.into_end(attempt));
            }
            if let Some(why) = pause(of.action.retry_delay, &journal, &mut stop).await {
                return stopped(why, attempt, &journal);
            }
            attempt = attempt.saturating_add(1);
        }
    }

    /// Writes that the action is about to run; nothing starts before this is stored.
    async fn note_start(
        &self,
        of: &Assignment,
        prepared: &prepare::Prepared,
        definitions: &Definitions,
    ) -> store::Result<()> {
        let row = store::Prepared {
            final_text: prepared.text.clone(),
            final_args: serde_json::Value::from(prepared.arguments.values.clone()).to_string(),
            pinned: prepared
                .script
                .as_ref()
                .map(|_| json!({ "generation": definitions.generation }).to_string()),
        };
        let (id, epoch, now) = (of.action.id, of.action.epoch, self.pql.clock.now());
        self.pql.store.start_action(id, epoch, row, now).await
    }

    async fn attempt_process(
        &self,
        of: &Assignment,
        text: String,
        journal: &Journal,
        stop: &mut StopSignal,
    ) -> Attempted {
        let program = match of.action.kind {
            CommandKind::Python => Program::Python(text),
            CommandKind::Shell | CommandKind::Pql => Program::Shell(text),
        };
        let attempt = match process::attempt(self, of, program, journal, stop).await {
            Ok(attempt) => attempt,
            Err(error) => {
                return Verdict::of(ActionStatus::Exceptional, chain(&error)).into();
            }
        };
        match attempt.early {
            Some(Early::Stopped(why)) => Attempted::Stopped(why),
            Some(Early::TimedOut) => Verdict::timed_out(of.action.timeout).into(),
            None => of_exit(attempt.exit, attempt.last_error).into(),
        }
    }

    async fn attempt_pql(
        &self,
        of: &Assignment,
        run: PqlRun<'_>,
        journal: &Journal,
        stop: &mut StopSignal,
    ) -> Attempted {
        let output = Arc::new(journal.clone());
        let job = Some(of.task.job_id);
        let mut environment = self
            .pql
            .environment(Arc::clone(run.definitions), job, output);
        environment.commands = Some(Arc::new(ShellCommands {
            launcher: Arc::clone(&self.launcher),
            runtime: self.pql.runtime.clone(),
            folder: self.work_folder.join(of.task.job_id.to_string()),
            action_id: of.action.id.0,
        }));
        let limit = of.action.timeout;
        let script = run.script.clone();
        let ended = program::run(script, environment, run.values.to_vec(), limit, stop).await;
        match ended {
            Ended::Done(outcome, written) => {
                if !written.is_empty() {
                    journal.print(&written);
                }
                of_outcome(&outcome, run.definitions.generation).into()
            }
            Ended::Failed(error) => {
                journal.say(LogType::Error, error.render().trim_end());
                Verdict::of(ActionStatus::Exceptional, error.to_string()).into()
            }
            Ended::Broken(message) => Verdict::of(ActionStatus::Exceptional, message).into(),
            Ended::TimedOut => Verdict::timed_out(limit).into(),
            Ended::Stopped(why) => Attempted::Stopped(why),
        }
    }

    pub(super) fn environment_of(
        &self,
        of: &Assignment,
        attempt: u32,
    ) -> Vec<(OsString, OsString)> {
        let variables = environment(&of.task, &of.action, &self.pql.zone);
        let attempt = ("KEEPER_ATTEMPT".to_owned(), attempt.to_string());
        variables
            .into_iter()
            .chain([attempt])
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }
}

/// What one attempt of a PQL command runs with.
struct PqlRun<'a> {
    script: &'a Script,
    values: &'a [(Arc<str>, Value)],
    definitions: &'a Arc<Definitions>,
}

/// Waits before a retry; answers why when the wait was cut short for good.
async fn pause(delay: Duration, journal: &Journal, stop: &mut StopSignal) -> Option<Why> {
    if delay.is_zero() {
        journal.say(LogType::Warn, "it is tried again");
        return stop.asked();
    }
    journal.say(LogType::Warn, &format!("it is tried again in {delay:?}"));
    tokio::select! {
        biased;
        (why, _) = stop.next() => Some(why),
        () = tokio::time::sleep(delay) => None,
    }
}

fn of_exit(exit: Exit, last_error: Option<String>) -> Verdict {
    let (code, signal) = (exit.code, exit.signal);
    let ended = match (code, signal) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("exit code {code}")),
        (None, Some(signal)) => Some(format!("ended by signal {signal}")),
        (None, None) => Some("its end is not known".to_owned()),
    };
    let status = match ended {
        None => ActionStatus::Done,
        Some(_) => ActionStatus::Exceptional,
    };
    let error = ended.map(|ended| match last_error {
        Some(line) => format!("{ended}: {line}"),
        None => ended,
    });
    Verdict {
        status,
        exit_code: code,
        signal,
        error,
        pinned: None,
    }
}

fn of_outcome(outcome: &Outcome, generation: u64) -> Verdict {
    let functions: serde_json::Map<String, serde_json::Value> = outcome
        .functions
        .iter()
        .map(|called| (called.name.to_string(), called.version.into()))
        .collect();
    let pinned = json!({ "generation": generation, "functions": functions }).to_string();
    let code = outcome.exit_code;
    Verdict {
        status: if code == 0 {
            ActionStatus::Done
        } else {
            ActionStatus::Exceptional
        },
        exit_code: Some(code),
        signal: None,
        error: (code != 0).then(|| format!("exit code {code}")),
        pinned: Some(pinned),
    }
}

fn tell(journal: &Journal, verdict: &Verdict) {
    match (&verdict.error, verdict.status) {
        (_, ActionStatus::Done) => journal.say(LogType::Debug, "done"),
        (Some(error), ActionStatus::Killed) => journal.say(LogType::Warn, error),
        (error, status) => {
            let why = error.as_deref().unwrap_or("no reason is known");
            journal.say(LogType::Error, &format!("{status}: {why}"));
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
