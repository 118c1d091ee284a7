//! Kills a daemon at random moments while jobs run, and checks what came of it.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::daemon::Daemon;

/// Kills the daemon `kills` times, each within the first second after it answers. `seed` chooses
/// the moments.
pub fn kill_again_and_again(settings: &[(&str, &str)], kills: u32, seed: u64) {
    println!("seed {seed}");
    let mut daemon = Daemon::start_with(settings);
    let jobs: Vec<String> = (1..=4).map(|number| daemon.apply(&job(number))).collect();
    let mut chance = seed;
    let mut tasks = Vec::new();
    for _ in 0..kills {
        for job in &jobs {
            tasks.push(daemon.run(job));
        }
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        pause(Duration::from_millis((chance >> 33) % 700));
        daemon.restart();
    }
    for task in &tasks {
        let shown = daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
            let status = task["status"].as_str().expect("text");
            !matches!(
                status,
                "new" | "initialized" | "ready" | "executing" | "finished"
            )
        });
        assert_eq!(shown["status"], "success", "{shown}\n{}", daemon.log());
        check_records(&daemon, task);
    }
    check_marks(&daemon);
    let status = daemon.stop();
    assert!(status.success(), "{status}");
}

/// A DAG of three, each of which leaves a mark when it starts.
fn job(number: u32) -> Value {
    let mark = "echo \"$KEEPER_ACTION_ID\" >> marks; sleep 0.05";
    json!({
        "title": format!("Crash {number}"),
        "kind": "manual",
        "max_parallel": 2,
        "commands": [
            { "title": "a", "kind": "shell", "text": mark },
            { "title": "b", "kind": "shell", "text": mark, "after": ["a"] },
            { "title": "c", "kind": "pql", "text": "SLEEP 20;", "after": ["a"] },
            { "title": "d", "kind": "shell", "text": mark, "after": ["b", "c"] },
        ],
    })
}

/// Each command of a task was done once over all its records.
fn check_records(daemon: &Daemon, task: &str) {
    let page = daemon.get(&format!("/api/v1/tasks/{task}/records")).ok();
    let records = page["items"].as_array().expect("a list");
    let mut done: HashMap<String, u32> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        let is_last = index + 1 == records.len();
        let status = record["status"].as_str().expect("text");
        assert_eq!(status == "success", is_last, "{page}");
        for action in record["actions"].as_array().expect("a list") {
            if action["status"] == "done" {
                let title = action["title"].as_str().expect("text").to_owned();
                *done.entry(title).or_default() += 1;
            }
        }
    }
    let once = ["a", "b", "c", "d"]
        .iter()
        .all(|title| done.get(*title) == Some(&1));
    assert!(once && done.len() == 4, "task {task}: {done:?}\n{page}");
}

/// No action was started twice.
fn check_marks(daemon: &Daemon) {
    let mut marks: HashMap<String, u32> = HashMap::new();
    let folders = std::fs::read_dir(daemon.home().join("work")).expect("work folders");
    for folder in folders.flatten() {
        let text = std::fs::read_to_string(folder.path().join("marks")).unwrap_or_default();
        for mark in text.lines() {
            *marks.entry(mark.to_owned()).or_default() += 1;
        }
    }
    assert!(!marks.is_empty(), "nothing ran");
    let twice: Vec<_> = marks.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "started twice: {twice:?}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the moment of a crash is a moment of the real clock"
)]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
