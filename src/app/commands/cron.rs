//! `keeper cron …`: time expressions, without a daemon.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::app::exit::{Exit, Failure};
use crate::app::terminal;
use crate::clock::{Civil, Clock, Date, SystemClock, Zone};
use crate::cron::{Calendar, DayKind, Intervals, Language, ParseError, Plan};
use crate::fault::Code;

/// How many next ticks `explain` shows.
const TICKS_SHOWN: u16 = 5;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the next times of an expression.
    #[command(after_help = "Examples:\n  \
        keeper cron next '0 9 W'\n  \
        keeper cron next 'MONTHLY LAST-WORKDAY 18:00' --count 3 --holidays 2030-05-31\n  \
        keeper cron next '0 2 * * *' --after '2030-01-01 00:00:00' --json")]
    Next {
        /// The time expression.
        expression: String,
        /// Strictly after this local time, `yyyy-MM-dd HH:mm:ss`; now when absent.
        #[arg(long)]
        after: Option<String>,
        /// Count a tick at that very time as well.
        #[arg(long)]
        inclusive: bool,
        /// How many at most; fewer when the expression ends.
        #[arg(long, default_value_t = TICKS_SHOWN)]
        count: u16,
        #[command(flatten)]
        reading: Reading,
        /// Write a JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Say in words what an expression means, and when it ticks next.
    #[command(after_help = "Examples:\n  keeper cron explain '0 9 ? * MON#1'\n  \
        keeper cron explain 'WEEKLY MON,FRI 12:35' --language zh")]
    Explain {
        /// The time expression.
        expression: String,
        /// Only in this language.
        #[arg(long, value_enum)]
        language: Option<Tongue>,
        #[command(flatten)]
        reading: Reading,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the seconds that an interval list of an endless job gives at a time.
    #[command(after_help = "Example:\n  \
        keeper cron interval '60; 2@* 9-18' --at '2030-01-01 10:00:00'")]
    Interval {
        /// The interval list.
        expression: String,
        /// At this local time, `yyyy-MM-dd HH:mm:ss`; now when absent.
        #[arg(long)]
        at: Option<String>,
        #[command(flatten)]
        reading: Reading,
        /// Write JSON: a number or null.
        #[arg(long)]
        json: bool,
    },
    /// Check an expression; exits with 2 when it is not valid.
    #[command(after_help = "Example:\n  keeper cron check '0 0 30 2'")]
    Check {
        /// The time expression.
        expression: String,
        #[command(flatten)]
        reading: Reading,
        /// Write JSON.
        #[arg(long)]
        json: bool,
    },
}

/// How an expression is read.
#[derive(Debug, Args)]
pub struct Reading {
    /// Rest days besides Saturdays and Sundays, with commas.
    #[arg(long, value_delimiter = ',', value_name = "DATE")]
    holidays: Vec<Date>,
    /// Work days besides Mondays to Fridays, with commas.
    #[arg(long, value_delimiter = ',', value_name = "DATE")]
    workdays: Vec<Date>,
    /// IANA name of the zone; local times without daylight saving when absent.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

/// A language of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl Reading {
    fn calendar(&self) -> Calendar {
        let days = |days: &[Date], kind| -> Vec<(Date, DayKind)> {
            days.iter().map(|day| (*day, kind)).collect()
        };
        let mut special = days(&self.holidays, DayKind::Rest);
        special.extend(days(&self.workdays, DayKind::Work));
        Calendar::new(special)
    }

    fn zone(&self) -> Result<Option<Zone>, Failure> {
        let Some(name) = &self.time_zone else {
            return Ok(None);
        };
        let zone = Zone::get(name).map_err(|_| {
            Failure::new(Exit::Usage, format!("`{name}` is not a time zone"))
                .next("write an IANA name such as Europe/Berlin")
        })?;
        Ok(Some(zone))
    }

    /// The present local time, in the zone that is meant.
    fn now(&self) -> Result<Civil, Failure> {
        let zone = self.zone()?.unwrap_or_else(Zone::system);
        Ok(zone.to_datetime(SystemClock.now()))
    }

    /// The local time of a text, the present one without it.
    fn time(&self, text: Option<&str>) -> Result<Civil, Failure> {
        let Some(text) = text else { return self.now() };
        text.trim().parse().map_err(|_| {
            Failure::new(Exit::Usage, format!("`{text}` is not a local time"))
                .next("write yyyy-MM-dd HH:mm:ss")
        })
    }

    /// The next ticks as local times.
    fn next(
        &self,
        plan: &Plan,
        after: Civil,
        inclusive: bool,
        count: u16,
    ) -> Result<Vec<String>, Failure> {
        let calendar = self.calendar();
        let text = |tick: Civil| tick.strftime("%Y-%m-%d %H:%M:%S").to_string();
        let count = usize::from(count);
        let Some(zone) = self.zone()? else {
            let first = if inclusive {
                plan.next_at_or_after(after, &calendar)
            } else {
                plan.next_after(after, &calendar)
            };
            let ticks = std::iter::successors(first, |tick| plan.next_after(*tick, &calendar));
            return Ok(ticks.take(count).map(text).collect());
        };
        let Ok(moment) = zone.to_ambiguous_timestamp(after).compatible() else {
            return Ok(Vec::new());
        };
        let first = if inclusive {
            plan.next_tick_at_or_after(moment, &zone, &calendar)
        } else {
            plan.next_tick(moment, &zone, &calendar)
        };
        let ticks = std::iter::successors(first, |tick| plan.next_tick(tick.at, &zone, &calendar));
        let shown = ticks
            .take(count)
            .map(|tick| text(zone.to_datetime(tick.at)));
        Ok(shown.collect())
    }
}

/// Does what the command says.
///
/// # Errors
/// The expression or another input is not valid.
pub fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Next {
            expression,
            after,
            inclusive,
            count,
            reading,
            json,
        } => {
            let plan = parse(&expression)?;
            let after = reading.time(after.as_deref())?;
            let ticks = reading.next(&plan, after, inclusive, count)?;
            if json {
                terminal::json(&ticks)?;
            } else {
                ticks.iter().for_each(terminal::data);
            }
        }
        Command::Explain {
            expression,
            language,
            reading,
            json,
        } => explain(&parse(&expression)?, language, &reading, json)?,
        Command::Interval {
            expression,
            at,
            reading,
            json,
        } => interval(&expression, at.as_deref(), &reading, json)?,
        Command::Check {
            expression,
            reading,
            json,
        } => check(&parse(&expression)?, &reading, json)?,
    }
    Ok(Exit::Success)
}

fn parse(expression: &str) -> Result<Plan, Failure> {
    Plan::parse(expression).map_err(|error| invalid(expression, &error))
}

/// The same message as everywhere, with a caret under the place.
fn invalid(expression: &str, error: &ParseError) -> Failure {
    let before = error.position.saturating_sub(1);
    let width = error.found.chars().count().max(1);
    let caret = format!("{}{}", " ".repeat(before), "^".repeat(width));
    Failure::new(Exit::Usage, error.to_string())
        .code(Code::SCHEDULE_INVALID)
        .why(format!("{expression}\n           {caret}"))
        .next("docs/schedules.md has the language; `keeper cron explain` tells what a text means")
}

fn explain(
    plan: &Plan,
    language: Option<Tongue>,
    reading: &Reading,
    json: bool,
) -> Result<(), Failure> {
    let now = reading.now()?;
    let next = reading.next(plan, now, false, TICKS_SHOWN)?;
    let (english, chinese) = (
        plan.explain(Language::English),
        plan.explain(Language::Chinese),
    );
    let warnings: Vec<String> = warnings(plan, now, reading);
    if json {
        let sentences = |explanation: &crate::cron::Explanation| -> Vec<String> {
            let parts = explanation.parts.iter();
            parts.map(|part| part.sentence.clone()).collect()
        };
        return terminal::json(&json!({
            "canonical": plan.canonical(),
            "english": sentences(&english),
            "chinese": sentences(&chinese),
            "warnings": warnings,
            "next": next,
        }));
    }
    if language != Some(Tongue::Zh) {
        terminal::data(&english);
    }
    if language != Some(Tongue::En) {
        terminal::data(&chinese);
    }
    warnings.iter().for_each(terminal::notice);
    for tick in next {
        terminal::data(format!("  {tick}"));
    }
    Ok(())
}

fn warnings(plan: &Plan, now: Civil, reading: &Reading) -> Vec<String> {
    let warnings = plan.warnings(now, &reading.calendar());
    warnings.iter().map(|it| format!("warning: {it}")).collect()
}

fn interval(text: &str, at: Option<&str>, reading: &Reading, json: bool) -> Result<(), Failure> {
    let intervals = Intervals::parse(text).map_err(|error| invalid(text, &error))?;
    let seconds = intervals.at(reading.time(at)?, &reading.calendar());
    if json {
        return terminal::json(&seconds);
    }
    match seconds {
        Some(seconds) => terminal::data(seconds),
        None => terminal::data("suspended: no interval is meant for this time"),
    }
    Ok(())
}

fn check(plan: &Plan, reading: &Reading, json: bool) -> Result<(), Failure> {
    let warnings = warnings(plan, reading.now()?, reading);
    if json {
        return terminal::json(&json!({
            "valid": true,
            "canonical": plan.canonical(),
            "warnings": warnings,
        }));
    }
    terminal::data(format!("valid: {}", plan.canonical()));
    warnings.iter().for_each(terminal::notice);
    Ok(())
}
