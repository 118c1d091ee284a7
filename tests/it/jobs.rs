//! Jobs and tasks on the real daemon: applied, run, shown, explained, killed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::daemon::Daemon;

fn manual(title: &str, commands: impl Into<Value>) -> Value {
    let commands: Value = commands.into();
    json!({ "title": title, "kind": "manual", "commands": commands })
}

fn shell(title: &str, text: &str) -> Value {
    json!({ "title": title, "kind": "shell", "text": text })
}

/// The actions of a task as `title status` in their order.
fn actions(task: &Value) -> Vec<String> {
    let actions = task["record"]["actions"].as_array().expect("actions");
    let line = |action: &Value| {
        let text = |key: &str| action[key].as_str().expect("text");
        format!("{} {}", text("title"), text("status"))
    };
    actions.iter().map(line).collect()
}

#[test]
fn a_dag_of_shell_python_and_pql_runs_in_order_with_its_parameters() {
    let daemon = Daemon::start();
    let job = daemon.apply(&manual(
        "Dag",
        json!([
            {
                "title": "shell", "kind": "shell", "args": { "who": "it's me" },
                "text": "echo \"shell $KEEPER_TASK_ID <%= 1 + 2 %> #{who}\"",
            },
            {
                "title": "python", "kind": "python", "after": ["shell"],
                "text": "import os\nprint('python', os.environ['KEEPER_COMMAND_ID'])",
            },
            {
                "title": "pql", "kind": "pql", "after": ["python"], "args": "n=4",
                "text": "SET %runs := 7;\nPRINT '''pql $n of $job_id, ${ %runs }''';",
            },
        ]),
    ));
    let task = daemon.run(&job);
    let shown = daemon.wait_for_status(&task, "success");
    assert_eq!(actions(&shown), ["shell done", "python done", "pql done"]);
    let lines: Vec<String> = daemon
        .log_of(&task)
        .into_iter()
        .filter(|line| !line.contains(" ["))
        .collect();
    let expected = [
        format!("shell {task} 3 it's me"),
        "python 2".to_owned(),
        format!("pql 4 of {job}, 7"),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_bad_end_stops_what_follows_and_is_told_with_its_last_words() {
    let daemon = Daemon::start();
    let mut bad = shell("bad", "echo oops >&2; exit 3");
    bad["retry"] = json!({ "limit": 2, "delay": 0 });
    let mut after = shell("after", "echo never");
    after["after"] = json!(["bad"]);
    let job = daemon.apply(&manual("Fails", json!([bad, after])));
    let task = daemon.run(&job);
    let shown = daemon.wait_for_status(&task, "failed");
    assert_eq!(actions(&shown), ["bad exceptional", "after cancelled"]);
    let action = &shown["record"]["actions"][0];
    assert_eq!(action["attempts"], 3);
    assert_eq!(action["error"], "exit code 3: oops");
    let why = daemon.get(&format!("/api/v1/tasks/{task}/why")).ok();
    assert_eq!(why["wait"], "ended");
    let behind = why["because"][0]["text"].as_str().expect("text");
    assert!(behind.contains("exit code 3: oops"), "{why}");
}

#[test]
fn a_time_limit_ends_the_whole_tree() {
    let daemon = Daemon::start();
    let mut slow = shell("slow", "sleep 1000 & sleep 1000");
    slow["timeout"] = json!(1);
    let job = daemon.apply(&manual("Slow", json!([slow])));
    let task = daemon.run(&job);
    let shown = daemon.wait_for_status(&task, "timeout");
    assert_eq!(actions(&shown), ["slow overtime"]);
    daemon.assert_no_children();
}

#[test]
fn a_limit_and_a_kill_reach_into_pql() {
    let daemon = Daemon::start();
    let endless = "WHILE true LOOP SET $i := 1; END LOOP;";
    let job = daemon.apply(&manual(
        "Endless",
        json!([{ "title": "loop", "kind": "pql", "text": endless, "timeout": 1 }]),
    ));
    let task = daemon.run(&job);
    daemon.wait_for_status(&task, "timeout");
    let job = daemon.apply(&manual(
        "Sleep",
        json!([{ "title": "nap", "kind": "pql", "text": "SLEEP 1000 SECONDS;" }]),
    ));
    let task = daemon.run(&job);
    daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
        task["record"]["actions"][0]["status"] == "running"
    });
    let killed = daemon.put(&format!("/task/kill/{task}")).ok();
    assert_eq!(killed["actions"].as_array().map(Vec::len), Some(1));
    let shown = daemon.wait_for_status(&task, "interrupted");
    assert_eq!(actions(&shown), ["nap killed"]);
}

#[test]
fn killing_a_task_ends_its_processes_and_answers_the_actions() {
    let daemon = Daemon::start();
    let long = shell("long", "trap '' TERM; sleep 1000 & wait");
    let mut after = shell("after", "echo never");
    after["after"] = json!(["long"]);
    let job = daemon.apply(&manual("Long", json!([long, after])));
    let task = daemon.run(&job);
    let running = daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
        task["record"]["actions"][0]["pid"].is_null()
            && task["record"]["actions"][0]["status"] == "running"
    });
    let record_time = running["record"]["record_time"].as_str().expect("text");
    assert!(record_time.ends_with('Z'), "{record_time}");
    let killed = daemon.put(&format!("/kill/task/{task}?killer=7")).ok();
    assert_eq!(killed["actions"].as_array().map(Vec::len), Some(2));
    let shown = daemon.wait_for_status(&task, "interrupted");
    assert_eq!(actions(&shown), ["long killed", "after cancelled"]);
    daemon.assert_no_children();
    let again = daemon.put(&format!("/task/kill/{task}")).ok();
    assert_eq!(again["actions"], json!([]));
    assert!(
        again["warn"]
            .as_str()
            .is_some_and(|text| text.contains("interrupted"))
    );
}

#[test]
fn killing_one_action_interrupts_its_task() {
    let daemon = Daemon::start();
    let commands = json!([
        shell("a", "sleep 1000"),
        shell("b", "while [ ! -e go ]; do sleep 0.05; done")
    ]);
    let job = daemon.apply(&manual("Two", commands));
    let task = daemon.run(&job);
    let shown = daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
        let actions = task["record"]["actions"].as_array().expect("actions");
        actions.iter().all(|action| action["status"] == "running")
    });
    let id = shown["record"]["actions"][0]["id"].as_str().expect("id");
    let number: u64 = id.parse().expect("a number");
    let killed = daemon.put(&format!("/action/kill/{id}")).ok();
    assert_eq!(killed, json!({ "actions": number, "action": [number] }));
    // The other one runs on until it ends by itself.
    let go = daemon.home().join("work").join(&job).join("go");
    std::fs::write(go, "").expect("written");
    let shown = daemon.wait_for_status(&task, "interrupted");
    assert_eq!(actions(&shown), ["a killed", "b done"]);
    let again = daemon.put(&format!("/action/kill/{id}")).ok();
    assert_eq!(again, json!({ "actions": 0, "action": [] }));
}

#[test]
fn killing_a_job_kills_what_executes_and_on_request_what_waits() {
    let daemon = Daemon::start();
    let job = daemon.apply(&manual("Queue", json!([shell("long", "sleep 1000")])));
    let first = daemon.run(&job);
    let second = daemon.run(&job);
    daemon.wait_for_status(&first, "executing");
    let why = daemon.wait_for(&format!("/api/v1/tasks/{second}/why"), |why| {
        why["wait"] == "job_parallel"
    });
    assert!(
        why["text"]
            .as_str()
            .is_some_and(|text| text.contains("limit")),
        "{why}"
    );
    let killed = daemon.put(&format!("/job/kill/{job}")).ok();
    assert_eq!(killed["actions"].as_array().map(Vec::len), Some(1));
    daemon.wait_for_status(&first, "interrupted");
    daemon.wait_for_status(&second, "executing");
    let killed = daemon.put(&format!("/job/kill/{job}?waiting=yes")).ok();
    assert_eq!(killed["actions"].as_array().map(Vec::len), Some(1));
    daemon.wait_for_status(&second, "interrupted");
    assert_eq!(
        daemon.put(&format!("/job/kill/{job}")).ok(),
        json!({ "actions": [] })
    );
}

#[test]
fn the_published_routes_create_tasks_and_page_their_logs() {
    let daemon = Daemon::start();
    let lines = "for i in $(seq 1 250); do echo $i; done; echo bad >&2";
    let job = daemon.apply(&manual("Lines", json!([shell("lines", lines)])));
    let made = daemon
        .put(&format!("/task/instant/{job}?creator=3&delay=0&ignore=yes"))
        .ok();
    let task = made["id"].as_u64().expect("a number");
    let record_time = made["recordTime"].as_str().expect("text").to_owned();
    daemon.wait_for_status(&task.to_string(), "success");
    let page = |more: &str| {
        let query = format!("jobId={job}&taskId={task}&recordTime={record_time}{more}");
        daemon.get(&format!("/task/logs?{query}"))
    };
    let mut cursor = 0;
    let mut printed = Vec::new();
    loop {
        let answer = page(&format!("&cursor={cursor}")).ok();
        let logs = answer["logs"].as_array().expect("a list");
        assert!(logs.len() <= 100);
        let infos = logs.iter().filter(|line| line["logType"] == "INFO");
        printed.extend(infos.map(|line| line["logText"].as_str().expect("text").to_owned()));
        cursor = answer["cursor"].as_u64().expect("a number");
        if answer["end"] == true {
            break;
        }
    }
    let expected: Vec<String> = (1..=250).map(|number| number.to_string()).collect();
    assert_eq!(printed, expected);
    let errors = page("&mode=error").ok();
    assert_eq!(errors["logs"].as_array().map(Vec::len), Some(1));
    for (more, parameter) in [
        ("&mode=loud", "mode"),
        ("&cursor=x", "cursor"),
        ("&actionId=-1", "actionId"),
    ] {
        let answer = page(more);
        assert_eq!(answer.status, 400, "{more}");
        assert_eq!(answer.json()["parameter"], parameter, "{more}");
    }
    assert_eq!(page("&cursor=999999").status, 400);
}

#[test]
fn a_start_that_is_put_off_says_so_and_happens() {
    let daemon = Daemon::start();
    let job = daemon.apply(&manual("Later", json!([shell("now", "echo now")])));
    let made = daemon.put(&format!("/task/instant/{job}?delay=4")).ok();
    let task = made["id"].to_string();
    let why = daemon.get(&format!("/api/v1/tasks/{task}/why")).ok();
    assert_eq!(why["wait"], "start_after");
    daemon.wait_for_status(&task, "success");
}

#[test]
fn a_schedule_makes_tasks_and_its_switch_stops_it() {
    let daemon = Daemon::start();
    let job = daemon.apply(&json!({
        "title": "Minutely", "kind": "scheduled", "schedule": "* * * * *",
        "commands": [shell("tick", "echo tick")],
    }));
    // The minute in which a job is enabled counts.
    let tasks = daemon.wait_for(&format!("/api/v1/tasks?job={job}"), |page| {
        page["items"][0]["status"] == "success"
    });
    let task = &tasks["items"][0];
    assert_eq!(task["create_mode"], "schedule");
    assert!(
        task["task_time"]
            .as_str()
            .is_some_and(|time| time.ends_with(":00Z"))
    );
    let row = daemon.put(&format!("/api/v1/jobs/{job}/disable")).ok();
    assert_eq!(
        (&row["enabled"], &row["next_tick"]),
        (&json!(false), &Value::Null)
    );
    let row = daemon.put("/api/v1/jobs/Minutely/enable").ok();
    assert!(row["next_tick"].is_string(), "{row}");
}

#[test]
fn an_apply_tells_what_changes_and_changes_nothing_when_nothing_does() {
    let daemon = Daemon::start();
    let mut job = manual("Changing", json!([shell("a", "echo 1")]));
    let dry = |job: &Value| {
        daemon
            .send(Method::PUT, "/api/v1/jobs?dry_run=yes", Some(job))
            .ok()
    };
    assert_eq!(dry(&job)["outcome"], "created");
    assert_eq!(daemon.get("/api/v1/jobs").ok()["items"], json!([]));
    let id = daemon.apply(&job);
    assert_eq!(dry(&job)["outcome"], "unchanged");
    job["max_parallel"] = json!(3);
    job["commands"][0]["text"] = json!("echo 2");
    let change = dry(&job);
    assert_eq!(change["outcome"], "updated");
    assert_eq!(
        change["changes"],
        json!(["max_parallel: `1` becomes `3`", "command `a` text: changed"])
    );
    daemon.apply(&job);
    let shown = daemon.get("/api/v1/jobs/Changing").ok();
    assert_eq!(shown["max_parallel"], 3);
    let deleted = daemon.send(Method::DELETE, &format!("/api/v1/jobs/{id}"), None);
    assert_eq!(deleted.status, 200);
    assert_eq!(daemon.get(&format!("/api/v1/jobs/{id}")).status, 404);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn bad_input_is_refused_by_name_and_changes_nothing() {
    let daemon = Daemon::start();
    let good = manual("Good", json!([shell("a", "echo 1")]));
    let with = |key: &str, value: Value| {
        let mut job = good.clone();
        job[key] = value;
        job
    };
    let mut circle = good.clone();
    circle["commands"][0]["after"] = json!(["a"]);
    let scheduled = |schedule: &str| {
        let mut job = with("schedule", json!(schedule));
        job["kind"] = json!("scheduled");
        job
    };
    let mut zone = scheduled("* * * * *");
    zone["time_zone"] = json!("Mars/Olympus");
    let cases = [
        (with("title", json!(" ")), 400, "KP-6002"),
        (with("colour", json!("red")), 400, "KP-7002"),
        (with("kind", json!("weekly")), 400, "KP-7002"),
        (with("commands", json!([])), 400, "KP-6002"),
        (circle, 400, "KP-6002"),
        (scheduled("61 * * * *"), 400, "KP-6001"),
        (scheduled("soon"), 400, "KP-6001"),
        (zone, 400, "KP-6001"),
        (with("id", json!("99")), 404, "KP-6003"),
    ];
    for (job, status, code) in cases {
        let answer = daemon.send(Method::PUT, "/api/v1/jobs", Some(&job));
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{job}"
        );
        assert!(
            answer.json()["detail"]
                .as_str()
                .is_some_and(|text| text.len() > 10),
            "{answer:?}"
        );
    }
    let broken = daemon.send_bytes(Method::PUT, "/api/v1/jobs", b"{\"title\":".to_vec());
    assert_eq!(broken.status, 400);
    assert!(
        broken.json()["detail"]
            .as_str()
            .is_some_and(|text| text.contains("line 1"))
    );
    let long = daemon.send_bytes(Method::PUT, "/api/v1/jobs", vec![b' '; 2 << 20]);
    assert_eq!(long.status, 413);
    for (method, path, status) in [
        (Method::PUT, "/task/instant/99", 404),
        (Method::PUT, "/task/instant/x", 400),
        (Method::PUT, "/task/kill/99", 404),
        (Method::PUT, "/job/kill/99", 404),
        (Method::PUT, "/action/kill/99", 404),
        (Method::GET, "/task/kill/1", 405),
        (Method::GET, "/task/logs", 400),
        (Method::GET, "/api/v1/tasks/99", 404),
        (Method::GET, "/api/v1/tasks?status=sleepy", 400),
        (Method::GET, "/api/v1/tasks?limit=0", 400),
        (Method::GET, "/api/v1/tasks?job=nobody", 404),
    ] {
        let answer = daemon.send(method, path, None);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
    let job = daemon.apply(&with("enabled", json!(true)));
    for path in ["delay=-1", "delay=soon", "ignore=perhaps", "creator=me"] {
        let answer = daemon.put(&format!("/task/instant/{job}?{path}"));
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
    }
    assert_eq!(daemon.get("/api/v1/tasks").ok()["items"], json!([]));
}

#[test]
fn commands_that_cannot_be_prepared_start_nothing() {
    let daemon = Daemon::start();
    let cases = [
        shell("embedded", "echo <%= 1 / 0 %>"),
        json!({ "title": "syntax", "kind": "pql", "text": "PRINT 1 +;" }),
        json!({ "title": "args", "kind": "shell", "text": "echo", "args": "nonsense" }),
    ];
    for command in cases {
        let title = command["title"].as_str().expect("text").to_owned();
        let job = daemon.apply(&manual(&title, json!([command])));
        let task = daemon.run(&job);
        let shown = daemon.wait_for_status(&task, "failed");
        assert_eq!(actions(&shown), [format!("{title} wrong")]);
    }
}

#[test]
fn a_stop_lets_running_actions_end_and_a_second_signal_does_not() {
    let mut daemon = Daemon::start();
    let commands = json!([shell("short", "sleep 3; echo survived > survived")]);
    let job = daemon.apply(&manual("Short", commands));
    let task = daemon.run(&job);
    daemon.wait_for_status(&task, "executing");
    let status = daemon.stop();
    assert!(status.success(), "{status}");
    daemon.restart();
    daemon.wait_for_status(&task, "success");

    let mut long = shell("long", "sleep 1000");
    long["after"] = json!([]);
    let job = daemon.apply(&manual("Long", json!([long])));
    let task = daemon.run(&job);
    daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
        task["record"]["actions"][0]["status"] == "running"
    });
    daemon.signal("-TERM");
    // While it drains it takes on nothing new, and still answers and kills.
    daemon.wait_for("/api/v1/tasks", |_| {
        daemon.put(&format!("/api/v1/jobs/{job}/run")).status == 503
    });
    let status = daemon.stop();
    assert!(status.success(), "{status}");
    daemon.restart();
    let task = daemon.wait_for(&format!("/api/v1/tasks/{task}"), |task| {
        task["record"]["seq"] == 2 && task["status"] == "executing"
    });
    assert_eq!(task["record"]["start_mode"], "auto_restart");
    let killed = daemon.put(&format!("/job/kill/{job}")).ok();
    assert_eq!(killed["actions"].as_array().map(Vec::len), Some(1));
}

#[test]
fn tasks_run_at_once_up_to_what_the_job_allows() {
    let daemon = Daemon::start();
    let mut job = manual("Parallel", json!([shell("nap", "sleep 0.2")]));
    job["max_parallel"] = json!(0);
    let id = daemon.apply(&job);
    let tasks: Vec<String> = (0..4).map(|_| daemon.run(&id)).collect();
    for task in tasks {
        daemon.wait_for_status(&task, "success");
    }
}
