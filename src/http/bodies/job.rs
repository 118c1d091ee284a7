//! A job as JSON or YAML.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::Span;
use crate::clock::Timestamp;
use crate::model::{CatchUp, Command, CommandKind, Error, Job, JobId, JobKind, ScheduleState};

/// A job definition: the body of `PUT /api/v1/jobs` and the schema of a job file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobBody {
    /// Fixes which stored job is meant; without it the title does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Unique among jobs.
    pub title: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `scheduled` or `manual`.
    pub kind: String,
    /// Whether tasks are created.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The time expression of a scheduled job.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    /// IANA zone name the schedule is read in; the daemon's zone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// When the job is enabled by itself, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_at: Option<String>,
    /// When the job is disabled by itself, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_at: Option<String>,
    /// Tasks that may execute at the same time; 0 is without limit.
    #[serde(default = "one")]
    pub max_parallel: u32,
    /// Ends a task that waited this long for its turn; zero waits for ever.
    #[serde(default, skip_serializing_if = "Span::is_zero")]
    #[schema(value_type = String, example = "30m")]
    pub max_wait: Span,
    /// `none`, `last` or `all`: what happens to ticks missed while no daemon ran.
    #[serde(default = "none_word")]
    pub catch_up: String,
    /// How many missed ticks `all` makes up per beat.
    #[serde(default = "thousand")]
    pub catch_up_limit: u32,
    /// Finished tasks to keep; 0 keeps all.
    #[serde(default)]
    pub keep_tasks: u32,
    /// The nodes of the DAG.
    #[serde(default)]
    pub commands: Vec<CommandBody>,
}

/// One command of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandBody {
    /// Given by the store; not written in files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Unique inside the job.
    pub title: String,
    /// `shell`, `python` or `pql`.
    pub kind: String,
    /// The command.
    pub text: String,
    /// A query string or an object.
    #[serde(default, skip_serializing_if = "Json::is_null")]
    #[schema(value_type = Object)]
    pub args: Json,
    /// Titles of the commands that must be done first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Limit of one attempt; zero is none.
    #[serde(default, skip_serializing_if = "Span::is_zero")]
    #[schema(value_type = String, example = "10m")]
    pub timeout: Span,
    /// What happens after a failed attempt.
    #[serde(default)]
    pub retry: RetryBody,
    /// A disabled command and all that follow it are skipped.
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// Retries of one command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryBody {
    /// Attempts after the first.
    #[serde(default)]
    pub limit: u32,
    /// Pause before each of them.
    #[serde(default)]
    #[schema(value_type = String, example = "5s")]
    pub delay: Span,
}

/// A job in a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct JobRow {
    /// Given by the store.
    pub id: String,
    /// Unique among jobs.
    pub title: String,
    /// `scheduled` or `manual`.
    pub kind: String,
    /// Whether tasks are created.
    pub enabled: bool,
    /// The time expression, empty for manual jobs.
    pub schedule: String,
    /// The next tick, RFC 3339.
    pub next_tick: Option<String>,
    /// `ok`, `ended` or `invalid`.
    pub schedule_state: String,
    /// Grows with every change.
    pub version: u64,
}

/// What an apply came to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AppliedBody {
    /// The job; absent for one that would be created.
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// `created`, `updated` or `unchanged`.
    pub outcome: String,
    /// The differences, for people.
    pub changes: Vec<String>,
    /// The next tick, RFC 3339.
    pub next_tick: Option<String>,
    /// The version after the change.
    pub version: u64,
}

const fn yes() -> bool {
    true
}

const fn one() -> u32 {
    1
}

const fn thousand() -> u32 {
    1_000
}

fn none_word() -> String {
    CatchUp::None.as_str().to_owned()
}

impl TryFrom<JobBody> for Job {
    type Error = Error;

    fn try_from(body: JobBody) -> Result<Self, Error> {
        let commands = body
            .commands
            .into_iter()
            .map(Command::try_from)
            .collect::<Result<_, _>>()?;
        let job = Self {
            id: body.id.map(|id| id.parse::<JobId>()).transpose()?,
            title: body.title.trim().to_owned(),
            description: body.description,
            kind: body.kind.parse::<JobKind>()?,
            enabled: body.enabled,
            schedule: body.schedule,
            time_zone: body.time_zone,
            open_at: moment("open_at", body.open_at.as_deref())?,
            close_at: moment("close_at", body.close_at.as_deref())?,
            next_tick_at: None,
            schedule_state: ScheduleState::Ok,
            max_parallel: body.max_parallel,
            max_wait: body.max_wait.0,
            catch_up: body.catch_up.parse()?,
            catch_up_limit: body.catch_up_limit,
            keep_tasks: body.keep_tasks,
            version: 0,
            commands,
        };
        job.check()?;
        Ok(job)
    }
}

impl TryFrom<CommandBody> for Command {
    type Error = Error;

    fn try_from(body: CommandBody) -> Result<Self, Error> {
        Ok(Self {
            id: body.id.map(|id| id.parse()).transpose()?,
            title: body.title,
            kind: body.kind.parse::<CommandKind>()?,
            text: body.text,
            args: args_text(&body.args)?,
            timeout: body.timeout.0,
            retry_limit: body.retry.limit,
            retry_delay: body.retry.delay.0,
            enabled: body.enabled,
            after: body.after,
        })
    }
}

/// Reads a moment to the minute, at which jobs open and close.
fn moment(name: &str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    let Some(text) = text else { return Ok(None) };
    let moment = text.trim().parse::<Timestamp>().map_err(|_| {
        let example = "2030-01-02T08:00:00+01:00";
        Error::Job(format!(
            "`{name}` is `{text}`, expected a moment such as `{example}`"
        ))
    })?;
    let minute = moment.as_second().div_euclid(60).saturating_mul(60);
    Ok(Timestamp::from_second(minute).ok())
}

fn args_text(args: &Json) -> Result<String, Error> {
    match args {
        Json::Null => Ok(String::new()),
        Json::String(query) => Ok(query.clone()),
        Json::Object(_) => Ok(args.to_string()),
        _ => Err(Error::Job(
            "`args` is neither a query string nor an object".to_owned(),
        )),
    }
}

impl From<&Job> for JobBody {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.map(|id| id.to_string()),
            title: job.title.clone(),
            description: job.description.clone(),
            kind: job.kind.to_string(),
            enabled: job.enabled,
            schedule: job.schedule.clone(),
            time_zone: job.time_zone.clone(),
            open_at: job.open_at.map(|at| at.to_string()),
            close_at: job.close_at.map(|at| at.to_string()),
            max_parallel: job.max_parallel,
            max_wait: Span(job.max_wait),
            catch_up: job.catch_up.to_string(),
            catch_up_limit: job.catch_up_limit,
            keep_tasks: job.keep_tasks,
            commands: job.commands.iter().map(CommandBody::from).collect(),
        }
    }
}

impl From<&Command> for CommandBody {
    fn from(command: &Command) -> Self {
        let args = match command.args.as_str() {
            "" => Json::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Json::String(text.to_owned())),
        };
        Self {
            id: command.id.map(|id| id.to_string()),
            title: command.title.clone(),
            kind: command.kind.to_string(),
            text: command.text.clone(),
            args,
            after: command.after.clone(),
            timeout: Span(command.timeout),
            retry: RetryBody {
                limit: command.retry_limit,
                delay: Span(command.retry_delay),
            },
            enabled: command.enabled,
        }
    }
}

impl From<&Job> for JobRow {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.map(|id| id.to_string()).unwrap_or_default(),
            title: job.title.clone(),
            kind: job.kind.to_string(),
            enabled: job.enabled,
            schedule: job.schedule.clone(),
            next_tick: job.next_tick_at.map(|tick| tick.to_string()),
            schedule_state: job.schedule_state.to_string(),
            version: job.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
title: Daily orders
kind: scheduled
schedule: "0 2 * * *"
commands:
  - title: extract
    kind: pql
    text: PRINT 1;
    args: { day: "2030-01-01" }
    timeout: 10m
    retry: { limit: 2, delay: 5s }
  - title: report
    kind: shell
    text: echo done
    after: [extract]
"#;

    #[test]
    fn a_job_file_becomes_a_job_and_back() {
        let body: JobBody = serde_saphyr::from_str(FILE).expect("well formed");
        let job = Job::try_from(body.clone()).expect("valid");
        assert_eq!(job.commands[0].timeout.as_secs(), 600);
        assert_eq!(job.commands[0].args, r#"{"day":"2030-01-01"}"#);
        assert_eq!(JobBody::from(&job), body);
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_place() {
        let wrong = FILE.replace("schedule:", "shedule:");
        let error = serde_saphyr::from_str::<JobBody>(&wrong)
            .expect_err("unknown key")
            .to_string();
        assert!(
            error.contains("shedule") && error.contains("line 4"),
            "{error}"
        );
    }
}
