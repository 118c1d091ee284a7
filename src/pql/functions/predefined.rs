//! The predefined, read-only global variables (3.6).

use std::sync::Arc;

use crate::clock::{SignedDuration, Time};
use crate::pql::eval::Run;
use crate::pql::syntax::Name;
use crate::value::{DateTime, Row, Value};

/// Gives the value of a predefined variable, by its name without `@`.
pub(crate) fn predefined(run: &Run, name: &Name) -> Option<Value> {
    let name = name.to_upper();
    time(run, &name)
        .or_else(|| counter(run, &name))
        .or_else(|| other(run, &name))
}

fn time(run: &Run, name: &str) -> Option<Value> {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let now = run.shared.civil_now();
    let midnight = now.date().to_datetime(Time::midnight());
    Some(match name {
        "NOW" => DateTime::full(now).into(),
        "TODAY" => DateTime::full(midnight).into(),
        "YESTERDAY" => DateTime::full(midnight.saturating_sub(DAY)).into(),
        "TOMORROW" => DateTime::full(midnight.saturating_add(DAY)).into(),
        "YEAR" => Value::Integer(now.year().into()),
        "MONTH" => Value::Integer(now.month().into()),
        "DAY" => Value::Integer(now.day().into()),
        "HOUR" => Value::Integer(now.hour().into()),
        "MINUTE" => Value::Integer(now.minute().into()),
        "SECOND" => Value::Integer(now.second().into()),
        "MILLISECOND" => Value::Integer(now.millisecond().into()),
        "MICROSECOND" => Value::Integer(now.microsecond().into()),
        "TIMESTAMP" => Value::Integer(run.shared.environment.clock.now().as_second()),
        "MILLISTAMP" => Value::Integer(run.shared.environment.clock.now().as_millisecond()),
        _ => return None,
    })
}

fn counter(run: &Run, name: &str) -> Option<Value> {
    let counters = &run.counters;
    Some(Value::Integer(match name {
        "ROWS" | "COUNT_OF_LAST_SELECT" => counters.rows,
        "AFFECTED_ROWS" | "AFFECTED_ROWS_OF_LAST_NON_QUERY" => counters.affected_rows,
        "COUNT" | "COUNT_OF_LAST_GET" => counters.count,
        "TOTAL" | "TOTAL_COUNT_OF_RECENT_GET" => counters.total,
        "AFFECTED_ROWS_OF_LAST_PUT" => counters.put,
        "TOTAL_AFFECTED_ROWS_OF_RECENT_PUT" => counters.put_total,
        "AFFECTED_ROWS_OF_LAST_PREP" => counters.prep,
        _ => return None,
    }))
}

fn other(run: &Run, name: &str) -> Option<Value> {
    Some(match name {
        "ARGUMENTS" => {
            let mut row = Row::new();
            for (name, value) in &run.arguments {
                row.insert(Arc::clone(name), value.clone());
            }
            row.into()
        }
        "BUFFER" => Value::Table(Arc::clone(run.buffer.table())),
        "PI" => Value::Decimal(std::f64::consts::PI),
        "USERID" => signed_in(run, name, Value::Integer(0)),
        "USERNAME" => signed_in(run, name, Value::text("anonymous")),
        "ROLE" => signed_in(run, name, Value::text("worker")),
        // What the links that write names of months go by.
        "LANGUAGE" => Value::text(run.setting(name).unwrap_or_else(|| "english".into())),
        "USER" => user(run),
        _ => return machine(run, name),
    })
}

/// What the host tells about itself; where it tells nothing, nothing is running.
fn machine(run: &Run, name: &str) -> Option<Value> {
    let machine = run.shared.environment.machine.as_ref();
    Some(match name {
        "LOCAL_IP" => Value::text(machine.map_or_else(String::new, |one| one.local_address())),
        "RUNNING_DIR" => {
            let folder = machine.map(|one| one.running_folder()).unwrap_or_default();
            Value::text(folder.to_string_lossy())
        }
        "KEEPER_IS_RUNNING" => {
            Value::Boolean(machine.is_some_and(|one| !one.online_nodes().is_empty()))
        }
        "KEEPER_HTTP_SERVICE" => {
            let nodes = machine.map(|one| one.online_nodes()).unwrap_or_default();
            Value::text(nodes.into_iter().next().unwrap_or_default())
        }
        _ => return None,
    })
}

/// All fields of the signed-in user, in front those that everybody has.
fn user(run: &Run) -> Value {
    let mut row = Row::new();
    for name in ["USERID", "USERNAME", "ROLE"] {
        if let Some(value) = other(run, name) {
            row.insert(name, value);
        }
    }
    for (name, value) in run.shared.environment.user.iter() {
        row.insert(Arc::clone(name), value.clone());
    }
    row.into()
}

/// A field of the signed-in user, or what stands for nobody.
fn signed_in(run: &Run, name: &str, nobody: Value) -> Value {
    run.shared
        .environment
        .user
        .get(name)
        .cloned()
        .unwrap_or(nobody)
}
