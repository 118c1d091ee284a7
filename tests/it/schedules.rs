//! Time expressions on the command line, over HTTP and in jobs; the calendar; opening and closing.

use reqwest::Method;
use serde_json::{Value, json};

use crate::daemon::Daemon;

/// Runs `keeper` with these arguments and answers exit code, output and errors.
fn keeper(arguments: &[&str]) -> (i32, String, String) {
    let assert = assert_cmd::Command::new(env!("CARGO_BIN_EXE_keeper"))
        .env_remove("KEEPER_URL")
        .args(arguments)
        .assert();
    let output = assert.get_output();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("an exit code");
    (code, text(&output.stdout), text(&output.stderr))
}

fn scheduled(title: &str, schedule: &str) -> Value {
    json!({
        "title": title, "kind": "scheduled", "schedule": schedule, "time_zone": "UTC",
        "commands": [{ "title": "a", "kind": "shell", "text": "echo a" }],
    })
}

#[test]
fn the_command_line_answers_next_times() {
    let next = |more: &[&str]| {
        let mut arguments = vec!["cron", "next"];
        arguments.extend(more);
        arguments.push("--json");
        let (code, output, errors) = keeper(&arguments);
        assert_eq!(code, 0, "{errors}");
        serde_json::from_str::<Value>(&output).expect("JSON")
    };
    let after = "2026-07-15 10:07:20";
    assert_eq!(
        next(&["0 9 W", "--after", after, "--count", "3"]),
        json!([
            "2026-07-16 09:00:00",
            "2026-07-17 09:00:00",
            "2026-07-20 09:00:00"
        ])
    );
    let holidays = [
        "--holidays",
        "2026-07-16,2026-07-17",
        "--workdays",
        "2026-07-18",
    ];
    let mut arguments = vec!["0 9 W", "--after", after, "--count", "2"];
    arguments.extend(holidays);
    assert_eq!(
        next(&arguments),
        json!(["2026-07-18 09:00:00", "2026-07-20 09:00:00"])
    );
    let full = "2026-07-15 10:30:00";
    assert_eq!(
        next(&["30", "--after", full, "--count", "1"]),
        json!(["2026-07-15 11:30:00"])
    );
    assert_eq!(
        next(&["30", "--after", full, "--count", "1", "--inclusive"]),
        json!(["2026-07-15 10:30:00"])
    );
    assert_eq!(
        next(&["0 0 12 1 1 ? 2027", "--after", after, "--count", "9"]),
        json!(["2027-01-01 12:00:00"])
    );
    assert_eq!(next(&["0 0 0 30 2 ? *", "--after", after]), json!([]));
    let berlin = ["--time-zone", "Europe/Berlin", "--count", "1"];
    let mut arguments = vec!["0 30 2 * * ? *", "--after", "2026-03-29 00:00:00"];
    arguments.extend(berlin);
    assert_eq!(next(&arguments), json!(["2026-03-29 03:00:00"]));
}

#[test]
fn the_command_line_explains_in_both_languages_and_counts_intervals() {
    let (code, output, _) = keeper(&["cron", "explain", "0 9 W"]);
    assert_eq!(code, 0);
    let lines: Vec<&str> = output.lines().collect();
    assert!(
        lines[0].contains("09:00") && lines[0].contains("work day"),
        "{output}"
    );
    assert!(lines[1].contains("工作日"), "{output}");
    assert_eq!(lines.len(), 7, "two sentences and five times: {output}");
    let interval = |at: &str| {
        let list = "60; 2@* 9-18; 8@* 19-23";
        keeper(&["cron", "interval", list, "--at", at, "--json"]).1
    };
    assert_eq!(interval("2026-07-15 10:00:30").trim(), "2");
    assert_eq!(interval("2026-07-15 19:00:00").trim(), "8");
    assert_eq!(interval("2026-07-15 03:00:00").trim(), "60");
    let (_, output, _) = keeper(&[
        "cron",
        "interval",
        "2@* 9-18",
        "--at",
        "2026-07-15 03:00:00",
        "--json",
    ]);
    assert_eq!(output.trim(), "null");
    let (code, output, errors) = keeper(&["cron", "check", "0 0 30 2"]);
    assert_eq!((code, output.trim()), (0, "valid: 0 0 0 30 2 ? *"));
    assert!(errors.contains("never fires"), "{errors}");
}

#[test]
fn a_wrong_expression_has_one_message_everywhere() {
    let daemon = Daemon::start();
    for wrong in [
        "60 * * * *",
        "0 0 12 * * ?",
        "WEKLY MON 9:00",
        "0 9 5-2",
        "",
        "0 9 ? * 0",
    ] {
        let (code, _, errors) = keeper(&["cron", "check", wrong]);
        assert_eq!(code, 2, "{wrong}: {errors}");
        let first = errors.lines().next().expect("a line");
        let message = first.strip_prefix("error: ").expect("an error");
        assert!(message.contains("schedule is not valid"), "{message}");

        let path = "/api/v1/schedule/explain?expression=";
        let encoded: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
        let answer = daemon.get(&format!("{path}{encoded}"));
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
        if wrong.is_empty() {
            continue;
        }
        assert_eq!(answer.json()["detail"], message, "{wrong}");
        assert_eq!(answer.json()["code"], "KP-6001", "{wrong}");

        let job = scheduled("Wrong", wrong);
        let answer = daemon.send(Method::PUT, "/api/v1/jobs", Some(&job));
        assert_eq!(
            (answer.status, &answer.json()["detail"]),
            (400, &json!(message)),
            "{wrong}"
        );

        let file = daemon.home().join("wrong.yaml");
        std::fs::write(&file, job.to_string()).expect("written");
        let file = file.display().to_string();
        let home = daemon.home().display().to_string();
        let url = daemon.url("");
        let (code, _, errors) = keeper(&["--url", &url, "--home", &home, "job", "apply", &file]);
        assert_eq!(code, 2, "{wrong}: {errors}");
        assert!(errors.contains(message), "{wrong}: {errors}");
    }
    assert_eq!(daemon.get("/api/v1/jobs").ok()["items"], json!([]));
}

#[test]
fn a_change_of_the_calendar_moves_the_ticks_that_depend_on_it() {
    let daemon = Daemon::start();
    // The first rest day and the first Saturday from a far day on.
    let rest = daemon.apply(&scheduled("Rest days", "0 0 9 R 1 ? 2090"));
    let plain = daemon.apply(&scheduled("Plain", "0 0 9 2 1 ? 2090"));
    let next = |job: &str| {
        let rows = daemon.get("/api/v1/jobs").ok();
        let rows = rows["items"].as_array().expect("a list").clone();
        let row = rows
            .into_iter()
            .find(|row| row["id"] == job)
            .expect("the job");
        row["next_tick"].as_str().map(str::to_owned)
    };
    assert_eq!(next(&rest).as_deref(), Some("2090-01-01T09:00:00Z"));
    let set = daemon
        .put("/api/v1/calendar/2090-01-01?kind=work&note=Inventory")
        .ok();
    assert_eq!(
        set,
        json!({ "day": "2090-01-01", "kind": "work", "note": "Inventory" })
    );
    daemon.wait_for("/api/v1/jobs", |_| {
        next(&rest).as_deref() == Some("2090-01-07T09:00:00Z")
    });
    assert_eq!(next(&plain).as_deref(), Some("2090-01-02T09:00:00Z"));
    assert_eq!(daemon.get("/api/v1/calendar").ok()["items"], json!([set]));
    let removed = daemon
        .send(Method::DELETE, "/api/v1/calendar/2090-01-01", None)
        .ok();
    assert_eq!(removed, json!(true));
    daemon.wait_for("/api/v1/jobs", |_| {
        next(&rest).as_deref() == Some("2090-01-01T09:00:00Z")
    });
    for (path, status) in [
        ("/api/v1/calendar/2090-13-01?kind=work", 400),
        ("/api/v1/calendar/2090-01-01?kind=party", 400),
        ("/api/v1/calendar/2090-01-01", 400),
    ] {
        assert_eq!(daemon.put(path).status, status, "{path}");
    }
}

#[test]
fn jobs_open_and_close_by_themselves() {
    let daemon = Daemon::start();
    let mut opens = scheduled("Opens", "* * * * *");
    opens["enabled"] = json!(false);
    opens["open_at"] = json!("2020-01-01T00:00:00Z");
    opens["catch_up"] = json!("last");
    daemon.apply(&opens);
    let mut closes = scheduled("Closes", "0 0 1 1 *");
    closes["close_at"] = json!("2020-01-01T00:00:00Z");
    daemon.apply(&closes);
    daemon.wait_for("/api/v1/jobs/Opens", |job| {
        job["enabled"] == true && job["open_at"].is_null()
    });
    daemon.wait_for("/api/v1/jobs/Closes", |job| {
        job["enabled"] == false && job["close_at"].is_null()
    });
    let mut wrong = opens.clone();
    wrong["close_at"] = json!("2019-01-01T00:00:00Z");
    let answer = daemon.send(Method::PUT, "/api/v1/jobs", Some(&wrong));
    assert_eq!(
        (answer.status, &answer.json()["code"]),
        (400, &json!("KP-6002"))
    );
    wrong["close_at"] = json!("soon");
    assert_eq!(
        daemon
            .send(Method::PUT, "/api/v1/jobs", Some(&wrong))
            .status,
        400
    );
}

#[test]
fn the_next_tick_is_shown_previewed_and_set_by_hand() {
    let daemon = Daemon::start();
    let job = daemon.apply(&scheduled("Yearly", "0 0 9 1 1 ? 2090-2093"));
    let window = "from=2089-01-01T00:00:00Z&limit=10";
    let ticks = daemon
        .get(&format!("/api/v1/jobs/{job}/ticks?{window}"))
        .ok();
    assert_eq!(ticks["items"].as_array().map(Vec::len), Some(4));
    assert_eq!(ticks["items"][0]["local"], "2090-01-01 09:00:00");
    let other = format!("/api/v1/jobs/{job}/ticks?{window}&until=2089-01-03T00:00:00Z");
    let other = daemon.get(&format!("{other}&expression=0%209")).ok();
    assert_eq!(other["items"].as_array().map(Vec::len), Some(2));
    let preview = daemon.get("/schedule/preview?exp=30%209&from=2030-01-01T00:00:00Z&count=2");
    assert_eq!(preview.ok()["items"].as_array().map(Vec::len), Some(2));

    let at = "2089-06-01T12:34:00Z";
    let row = daemon
        .put(&format!("/api/v1/jobs/{job}/next_tick?at={at}"))
        .ok();
    assert_eq!(row["next_tick"], at);
    let row = daemon.put(&format!("/api/v1/jobs/{job}/next_tick")).ok();
    assert_eq!(row["next_tick"], "2090-01-01T09:00:00Z");
    for wrong in [
        "at=2089-06-01T12:34:05Z",
        "at=2001-01-01T00:00:00Z",
        "at=soon",
    ] {
        let answer = daemon.put(&format!("/api/v1/jobs/{job}/next_tick?{wrong}"));
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
    }
    let explained = daemon
        .get("/api/v1/schedule/explain?expression=0%209%20W")
        .ok();
    assert_eq!(explained["canonical"], "0 0 9 W * ? *");
    assert_eq!(explained["next"].as_array().map(Vec::len), Some(5));
    assert!(
        explained["chinese"][0]["sentence"]
            .as_str()
            .is_some_and(|text| text.contains("工作日"))
    );
}
