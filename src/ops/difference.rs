//! What changes between two definitions of a job, in words.

use std::fmt::Display;

use crate::model::{Command, Job};

/// Every field and command that differs, in the order of the job file; empty when nothing does.
pub(super) fn between(old: &Job, new: &Job) -> Vec<String> {
    let mut changes = Changes::default();
    changes.field("title", &old.title, &new.title);
    changes.text("description", &old.description, &new.description);
    changes.field("kind", &old.kind, &new.kind);
    changes.field("enabled", &old.enabled, &new.enabled);
    changes.field("schedule", &old.schedule, &new.schedule);
    let zone = |job: &Job| job.time_zone.clone().unwrap_or_default();
    changes.field("time_zone", &zone(old), &zone(new));
    changes.debug("open_at", &old.open_at, &new.open_at);
    changes.debug("close_at", &old.close_at, &new.close_at);
    changes.field("max_parallel", &old.max_parallel, &new.max_parallel);
    changes.debug("max_wait", &old.max_wait, &new.max_wait);
    changes.field("catch_up", &old.catch_up, &new.catch_up);
    changes.field("catch_up_limit", &old.catch_up_limit, &new.catch_up_limit);
    changes.field("keep_tasks", &old.keep_tasks, &new.keep_tasks);
    commands(&mut changes, old, new);
    changes.0
}

#[derive(Default)]
struct Changes(Vec<String>);

impl Changes {
    fn field<T: Display + PartialEq>(&mut self, name: &str, old: &T, new: &T) {
        if old != new {
            self.0.push(format!("{name}: `{old}` becomes `{new}`"));
        }
    }

    fn debug<T: std::fmt::Debug + PartialEq>(&mut self, name: &str, old: &T, new: &T) {
        if old != new {
            self.0.push(format!("{name}: {old:?} becomes {new:?}"));
        }
    }

    /// For what may be long.
    fn text(&mut self, name: &str, old: &str, new: &str) {
        if old != new {
            self.0.push(format!("{name}: changed"));
        }
    }
}

fn commands(changes: &mut Changes, old: &Job, new: &Job) {
    let find = |job: &'_ Job, title: &str| {
        let mut all = job.commands.iter();
        all.find(|command| command.title == title).cloned()
    };
    for command in &old.commands {
        if find(new, &command.title).is_none() {
            let line = format!("command `{}`: removed", command.title);
            changes.0.push(line);
        }
    }
    for command in &new.commands {
        match find(old, &command.title) {
            None => {
                let line = format!("command `{}`: added", command.title);
                changes.0.push(line);
            }
            Some(before) => of_command(changes, &before, command),
        }
    }
    let order = |job: &Job| -> Vec<String> {
        let kept = job.commands.iter().map(|command| command.title.clone());
        kept.filter(|title| find(old, title).is_some() && find(new, title).is_some())
            .collect()
    };
    if order(old) != order(new) {
        changes.0.push("commands: their order changed".to_owned());
    }
}

fn of_command(changes: &mut Changes, old: &Command, new: &Command) {
    let name = |field: &str| format!("command `{}` {field}", old.title);
    changes.field(&name("kind"), &old.kind, &new.kind);
    changes.text(&name("text"), &old.text, &new.text);
    changes.text(&name("args"), &old.args, &new.args);
    changes.field(&name("after"), &old.after.join(", "), &new.after.join(", "));
    changes.debug(&name("timeout"), &old.timeout, &new.timeout);
    changes.field(&name("retry.limit"), &old.retry_limit, &new.retry_limit);
    changes.debug(&name("retry.delay"), &old.retry_delay, &new.retry_delay);
    changes.field(&name("enabled"), &old.enabled, &new.enabled);
}
