//! `keeper function` against a running daemon.

use std::path::Path;

use serde_json::{Value, json};

use crate::command::{self, Ended};
use crate::daemon::Daemon;
use crate::guests;

fn keeper(daemon: &Daemon, arguments: &[&str]) -> Ended {
    let mut command = command::keeper();
    command::end(
        command
            .arg("function")
            .args(arguments)
            .env("KEEPER_URL", daemon.url(""))
            .env("KEEPER_HTTP_TOKEN", daemon.token())
            .env("KEEPER_HOME", daemon.home()),
    )
}

fn ok(daemon: &Daemon, arguments: &[&str]) -> String {
    let ended = keeper(daemon, arguments);
    assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.errors);
    ended.out
}

fn fails(daemon: &Daemon, code: i32, arguments: &[&str]) -> String {
    let ended = keeper(daemon, arguments);
    assert_eq!(ended.code, code, "{arguments:?}: {}", ended.errors);
    ended.errors
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

#[test]
fn the_whole_life_of_a_function() {
    let daemon = Daemon::start();
    let file = guests::path("masking");
    let deploy = [
        "deploy",
        text(&file),
        "--name",
        "MASK_PHONE",
        "--note",
        "first",
    ];
    assert_eq!(ok(&daemon, &deploy), "MASK_PHONE version 1 serves");
    assert_eq!(
        ok(&daemon, &deploy),
        "MASK_PHONE is unchanged: version 1 serves"
    );
    let value = ok(&daemon, &["call", "MASK_PHONE", "[\"13912345678\", 2]"]);
    assert_eq!(value, "\"13912****78\"");
    let whole = ok(&daemon, &["call", "@mask_phone", "[13912345678]", "--json"]);
    assert_eq!(
        json_of(&whole),
        json!({ "value": "139****5678", "version": 1 })
    );
    let grant = [
        "deploy",
        text(&file),
        "--name",
        "MASK_PHONE",
        "--grant",
        "clock",
    ];
    assert_eq!(
        ok(&daemon, &grant),
        "MASK_PHONE version 2 serves instead of 1"
    );

    let list = ok(&daemon, &["list"]);
    assert!(list.contains("@MASK_PHONE(PHONE TEXT"), "{list}");
    assert_eq!(
        json_of(&ok(&daemon, &["list", "--json"]))[0]["name"],
        "MASK_PHONE"
    );
    let shown = ok(&daemon, &["show", "MASK_PHONE"]);
    for part in [
        "-> TEXT",
        "version   2 (wasm), serves",
        "grants    clock",
        "first",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert_eq!(
        json_of(&ok(&daemon, &["show", "MASK_PHONE", "--json"]))["export"],
        "MASK_PHONE"
    );

    let back = ok(&daemon, &["rollback", "MASK_PHONE"]);
    assert_eq!(back, "MASK_PHONE version 1 serves instead of 2");
    assert_eq!(
        ok(&daemon, &["rollback", "MASK_PHONE", "--to", "2"]),
        "MASK_PHONE version 2 serves instead of 1"
    );
    assert_eq!(
        ok(&daemon, &["renew", "MASK_PHONE"]),
        "MASK_PHONE is unchanged: version 2 serves"
    );
    let versions = json_of(&ok(&daemon, &["versions", "MASK_PHONE", "--json"]));
    assert_eq!(versions.as_array().map(Vec::len), Some(2));
    assert_eq!(
        ok(&daemon, &["remove", "MASK_PHONE"]),
        "MASK_PHONE is removed; its history stays"
    );
    fails(&daemon, 3, &["show", "MASK_PHONE"]);
}

#[test]
fn a_program_is_deployed_by_its_ending() {
    let daemon = Daemon::start();
    let file = daemon.home().join("double.pql");
    std::fs::write(&file, "PRINT 'doubling'; RETURN $n * 2;").expect("written");
    let name = ["--name", "DOUBLE", "--parameters", "$n DEFAULT 4"];
    ok(&daemon, &[&["deploy", text(&file)], &name[..]].concat());
    let ended = keeper(&daemon, &["call", "DOUBLE"]);
    assert_eq!((ended.out.as_str(), ended.errors.trim()), ("8", "doubling"));
}

#[test]
fn failures_say_why_and_exit_precisely() {
    let daemon = Daemon::start();
    let (masking, hostile) = (guests::path("masking"), guests::path("hostile"));
    let errors = fails(&daemon, 2, &["deploy", text(&hostile), "--name", "ECHO"]);
    assert!(
        errors.contains("KP-4003") && errors.contains("`variable:NAME`"),
        "{errors}"
    );
    let errors = fails(&daemon, 2, &["deploy", text(&masking), "--name", "MASK"]);
    assert!(
        errors.contains("`MASK_PHONE`") && errors.contains("`MASK_EMAIL`"),
        "{errors}"
    );
    fails(&daemon, 2, &["deploy", "absent.wasm", "--name", "MASK"]);
    ok(
        &daemon,
        &[
            "deploy",
            text(&masking),
            "--name",
            "MASK",
            "--export",
            "MASK_PHONE",
        ],
    );
    let other = [
        "deploy",
        text(&masking),
        "--name",
        "MASK",
        "--export",
        "mask_email",
    ];
    let errors = fails(&daemon, 4, &other);
    assert!(errors.contains("KP-4005"), "{errors}");
    ok(&daemon, &[&other[..], &["--force"]].concat());
    let endless = [
        "deploy",
        text(&hostile),
        "--name",
        "ENDLESS",
        "--grant",
        "variable:X",
    ];
    ok(&daemon, &endless);
    let errors = fails(&daemon, 1, &["call", "ENDLESS"]);
    assert!(
        errors.contains("ran longer than 1s") && errors.contains("KP-4101"),
        "{errors}"
    );
    fails(&daemon, 2, &["call", "MASK", "[]"]);
    fails(&daemon, 2, &["call", "MASK", "{}"]);
    fails(&daemon, 3, &["call", "ABSENT"]);
    fails(&daemon, 4, &["rollback", "ENDLESS"]);
    let unreachable = ["list", "--url", "http://127.0.0.1:9"];
    fails(&daemon, 6, &unreachable);
}
