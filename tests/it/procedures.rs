//! Functions whose body is PQL: created, called, changed and renewed while programs run.

use reqwest::Method;
use serde_json::{Value, json};

use crate::daemon::Daemon;

fn put(daemon: &Daemon, name: &str, parameters: &str, text: &str) -> Value {
    let body = json!({ "parameters": parameters, "text": text });
    let path = format!("/api/v1/functions/{name}");
    daemon.send(Method::PUT, &path, Some(&body)).ok()
}

/// A job of one program; answers its id.
fn job(daemon: &Daemon, title: &str, text: &str) -> String {
    daemon.apply(&json!({
        "title": title, "kind": "manual",
        "commands": [{ "title": title, "kind": "pql", "text": text }],
    }))
}

/// What a task of the job prints.
fn printed(daemon: &Daemon, job: &str) -> Vec<String> {
    let task = daemon.run(job);
    daemon.wait_for_status(&task, "success");
    lines_of(daemon, &task)
}

/// The lines that a task printed; those of the scheduler and of the log have a time in front.
fn lines_of(daemon: &Daemon, task: &str) -> Vec<String> {
    let mut lines = daemon.log_of(task);
    lines.retain(|line| !line.contains("] "));
    lines
}

/// Changes the stored text of a function behind the daemon's back, as a second daemon would.
fn rewrite(daemon: &Daemon, name: &str, text: &str) {
    let store = rusqlite::Connection::open(daemon.home().join("keeper.db")).expect("opens");
    store
        .execute(
            "INSERT INTO function_versions
             SELECT name, version + 1, kind, parameters, ?, sha256, export_name, grants_json,
                    limits_json, note, created_at
             FROM function_versions
             WHERE name = ? ORDER BY version DESC LIMIT 1",
            [text, name],
        )
        .expect("a version is written");
    store
        .execute(
            "UPDATE functions SET current_version = current_version + 1 WHERE name = ?",
            [name],
        )
        .expect("it serves");
}

#[test]
fn a_running_program_keeps_the_function_it_began_with() {
    let daemon = Daemon::start();
    put(&daemon, "RATE", "$x, $f DEFAULT 2", "RETURN $x * $f;");
    let (began, go_on) = (daemon.home().join("began"), daemon.home().join("go-on"));
    let text = format!(
        "PRINT @RATE(5); PRINT @RATE($f := 3, $x := 5); DIR MAKE '{}';
         WHILE DIR NOT EXISTS '{}' LOOP SLEEP 10; END LOOP;
         PRINT @RATE(5);",
        began.display(),
        go_on.display()
    );
    let job = job(&daemon, "rates", &text);
    let task = daemon.run(&job);
    daemon.wait_for_status(&task, "executing");
    wait_for(&began);

    rewrite(&daemon, "RATE", "RETURN 'new ' + $x * $f;");
    let renewed = daemon.put("/function/renew?function_name=rate").ok();
    assert_eq!(renewed, json!(1));
    std::fs::create_dir(&go_on).expect("made");

    daemon.wait_for_status(&task, "success");
    assert_eq!(lines_of(&daemon, &task), ["10", "15", "10"]);
    assert_eq!(printed(&daemon, &job), ["new 10", "new 15", "new 10"]);
}

#[test]
fn a_text_that_does_not_parse_leaves_the_old_one_serving() {
    let daemon = Daemon::start();
    put(&daemon, "RATE", "", "RETURN 1;");
    rewrite(&daemon, "RATE", "RETURN 1 +;");
    let answer = daemon.put("/function/renew?function_name=RATE");
    assert!(answer.status >= 400, "{answer:?}");
    assert!(answer.body.contains("RATE"), "{answer:?}");
    let job = job(&daemon, "rates", "PRINT @RATE; PRINT @RATE();");
    assert_eq!(printed(&daemon, &job), ["1", "1"]);
}

#[test]
fn a_function_of_the_store_overrides_a_built_in_one() {
    let daemon = Daemon::start();
    let job = job(&daemon, "left", "PRINT @LEFT('abc', 2);");
    assert_eq!(printed(&daemon, &job), ["ab"]);
    put(&daemon, "LEFT", "$s, $n", "RETURN '''own $s $n''';");
    assert_eq!(printed(&daemon, &job), ["own abc 2"]);
    assert_eq!(daemon.put("/function/remove?function_name=LEFT").ok(), 1);
    assert_eq!(printed(&daemon, &job), ["ab"]);
}

#[test]
fn a_function_is_a_program_of_its_own() {
    let daemon = Daemon::start();
    put(&daemon, "OUTPUTS", "", "OUTPUT 1; OUTPUT 2;");
    put(&daemon, "IMPLICIT", "", "CALL @LEFT('abc', 1);");
    put(
        &daemon,
        "SECRETS",
        "$a",
        "RETURN IF $b IS UNDEFINED THEN $a ELSE $b END;",
    );
    put(&daemon, "WRITES", "", "SET @LIMIT_OF_ROWS := 1;");
    let seen = job(
        &daemon,
        "seen",
        "SET $b := 'never'; PRINT @OUTPUTS; PRINT @IMPLICIT; PRINT @SECRETS(1);",
    );
    let lines = printed(&daemon, &seen);
    assert_eq!(lines, ["[1,2]", "a", "1"]);
    let wrong = job(&daemon, "wrong", "CALL @WRITES();");
    let task = daemon.run(&wrong);
    daemon.wait_for_status(&task, "failed");
    let log = daemon.log_of(&task).join("\n");
    assert!(
        log.contains("a system function may not change global variables"),
        "{log}"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "waits for a foreign program, which knows nothing of our clock"
)]
fn wait_for(folder: &std::path::Path) {
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !folder.exists() {
        assert!(std::time::Instant::now() < limit, "it did not come so far");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
