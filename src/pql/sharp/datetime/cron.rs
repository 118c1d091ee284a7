//! TICK BY and MATCHES CRON: the one place of the links that knows time plans.

use crate::clock::Civil;
use crate::cron::{Calendar, Plan};
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{DateTime, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["TICK BY"], "t", Takes::LETTERS, Rule::Text(tick_by))
        .says("The first tick of the time plan at or after t, NULL when there is none.")
        .shows(&[
            (
                "'0 * * * *' TICK BY '2020-08-08 12:28:35'",
                "2020-08-08 13:00:00",
            ),
            (
                "'0 * * * *' TICK BY '2020-08-08 13:00:00'",
                "2020-08-08 13:00:00",
            ),
        ]),
    Entry::new(
        &["MATCHES CRON"],
        "plan",
        Takes::DATETIME,
        Rule::DateTime(matches_cron),
    )
    .says("Whether the date-time, seconds included, is a tick of the time plan.")
    .shows(&[
        ("'2020-08-08 13:00:00' MATCHES CRON '0 * * * *'", "true"),
        ("'2020-08-08 13:00:01' MATCHES CRON '0 * * * *'", "false"),
    ]),
];

fn tick_by(call: &mut Call<'_>, plan: &str) -> Done<Value> {
    let plan = parse(plan)?;
    let from = call.datetime()?.civil;
    let tick = plan.next_at_or_after(from, calendar(call));
    Ok(tick.map(DateTime::full).into())
}

fn matches_cron(call: &mut Call<'_>, civil: Civil) -> Done<Value> {
    let plan = parse(&call.text()?)?;
    Ok(plan.matches(civil, calendar(call)).into())
}

/// The work calendar of the definitions that the run is pinned to.
fn calendar<'a>(call: &'a Call<'_>) -> &'a Calendar {
    &call.run.shared.environment.definitions.calendar
}

fn parse(text: &str) -> Done<Plan> {
    Plan::parse(text).map_err(|error| Halt::new(error.code(), error.to_string()))
}
