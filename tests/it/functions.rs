//! The life of functions over HTTP, good ones and hostile ones.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use reqwest::Method;
use serde_json::{Value, json};

use crate::clients::ask_until;
use crate::daemon::{Answer, Daemon};
use crate::guests;
use crate::renewals::renew_under_calls;

const PHONE: &str = "13912345678";

fn path(name: &str) -> String {
    format!("/api/v1/functions/{name}")
}

fn deploy(daemon: &Daemon, name_and_query: &str, module: &str) -> Answer {
    let bytes = guests::bytes(module);
    daemon.send_bytes(Method::PUT, &path(name_and_query), bytes)
}

fn call(daemon: &Daemon, name: &str, arguments: &Value) -> Answer {
    let path = format!("{}/call", path(name));
    daemon.send(Method::POST, &path, Some(arguments))
}

fn post(daemon: &Daemon, rest: &str) -> Answer {
    daemon.send(Method::POST, &path(rest), None)
}

/// Checks a refusal of `/api/v1` and returns its body.
fn refused(answer: &Answer, status: u16, code: &str) -> Value {
    assert_eq!(answer.status, status, "{answer:?}");
    let kind = answer.headers["content-type"].to_str().expect("text");
    assert_eq!(kind, "application/problem+json");
    let body = answer.json();
    assert_eq!(body["code"], code, "{body}");
    body
}

#[test]
fn a_function_lives_from_deploy_to_removal() {
    let daemon = Daemon::start();
    let first = deploy(&daemon, "MASK_PHONE?note=first", "masking").ok();
    assert_eq!(
        (&first["version"], &first["previous"]),
        (&1.into(), &Value::Null)
    );
    let again = deploy(&daemon, "mask_phone", "masking").ok();
    assert_eq!(
        (&again["version"], &again["outcome"]),
        (&1.into(), &"unchanged".into())
    );
    let answer = call(&daemon, "MASK_PHONE", &json!([PHONE]));
    assert_eq!(answer.ok(), json!({ "value": "139****5678", "version": 1 }));

    let sheet = daemon.get(&path("mask_phone")).ok();
    assert_eq!(
        sheet["usage"],
        "@MASK_PHONE(PHONE TEXT, KEEP INTEGER DEFAULT 4) -> TEXT"
    );
    assert_eq!(sheet["digest"].as_str().map(str::len), Some(64));
    assert_eq!(sheet["signature"]["parameters"][1]["default"], 4);
    assert_eq!(sheet["limits"]["call_time_ms"], 1000);
    assert_eq!(sheet["versions"][0]["note"], "first");

    let second = deploy(
        &daemon,
        "MASK_PHONE?grants=clock,random&grants=log",
        "masking",
    )
    .ok();
    assert_eq!(
        (&second["version"], &second["previous"]),
        (&2.into(), &1.into())
    );
    let sheet = daemon.get(&path("MASK_PHONE")).ok();
    assert_eq!(sheet["grants"], json!(["clock", "log", "random"]));

    let back = post(&daemon, "MASK_PHONE/rollback").ok();
    assert_eq!(
        (&back["version"], &back["previous"]),
        (&1.into(), &2.into())
    );
    refused(&post(&daemon, "MASK_PHONE/rollback"), 409, "KP-6006");
    refused(&post(&daemon, "MASK_PHONE/rollback?to=9"), 404, "KP-4001");
    assert_eq!(post(&daemon, "MASK_PHONE/rollback?to=2").ok()["version"], 2);

    let removed = daemon.send(Method::DELETE, &path("MASK_PHONE"), None).ok();
    assert_eq!(removed["version"], Value::Null);
    refused(
        &call(&daemon, "MASK_PHONE", &json!([PHONE])),
        404,
        "KP-4001",
    );
    refused(&daemon.get(&path("MASK_PHONE")), 404, "KP-4001");
    let history = daemon.get(&format!("{}/versions", path("MASK_PHONE"))).ok();
    assert_eq!(history["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(history["items"][0]["current"], false);
    assert_eq!(post(&daemon, "MASK_PHONE/rollback").ok()["version"], 2);
    assert_eq!(
        call(&daemon, "MASK_PHONE", &json!([PHONE])).ok()["version"],
        2
    );
}

#[test]
fn a_list_comes_in_pages() {
    let daemon = Daemon::start();
    for name in ["C", "A", "B"] {
        deploy(&daemon, &format!("{name}?export=MASK_PHONE"), "masking").ok();
    }
    let page = daemon.get("/api/v1/functions?limit=2").ok();
    let names = |page: &Value| {
        let items = page["items"].as_array().expect("a list").iter();
        items
            .map(|item| item["name"].as_str().expect("text").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&page), ["A", "B"]);
    assert_eq!(page["next"], "B");
    assert_eq!(page["items"][0]["serving"], 1);
    let rest = daemon.get("/api/v1/functions?limit=2&after=B").ok();
    assert_eq!(
        (names(&rest), &rest["next"]),
        (vec!["C".to_owned()], &Value::Null)
    );
    refused(&daemon.get("/api/v1/functions?limit=0"), 400, "KP-7002");
}

#[test]
fn a_function_may_be_pql() {
    let daemon = Daemon::start();
    let put = |text: &str| {
        let body = json!({ "parameters": "$a, $b DEFAULT 10", "text": text });
        daemon.send(Method::PUT, &path("SUM"), Some(&body))
    };
    put("RETURN $a + $b;").ok();
    assert_eq!(call(&daemon, "SUM", &json!([5])).ok()["value"], 15);
    assert_eq!(call(&daemon, "SUM", &json!([5, 6])).ok()["value"], 11);
    let body = refused(&put("RETURN $a +;"), 422, "KP-2002");
    assert_eq!(body["diagnostics"][0]["name"], "SUM");
    assert_eq!(call(&daemon, "SUM", &json!([5])).ok()["value"], 15);
    put("PRINT 'seen'; RETURN [$a, { 'b': $b }];").ok();
    let answer = call(&daemon, "SUM", &json!([null])).ok();
    assert_eq!(
        answer,
        json!({ "value": [null, { "b": 10 }], "version": 2, "log": ["seen"] })
    );
    let division = refused(&call(&daemon, "SUM", &json!({ "a": 1 })), 400, "KP-7002");
    assert_eq!(division["title"], "bad body");
}

#[test]
fn a_function_calls_functions_of_either_kind() {
    let daemon = Daemon::start();
    deploy(&daemon, "MASK_PHONE", "masking").ok();
    let body = json!({ "parameters": "$p", "text": "RETURN @MASK_PHONE($p, 2);" });
    daemon.send(Method::PUT, &path("HIDE"), Some(&body)).ok();
    assert_eq!(
        call(&daemon, "HIDE", &json!([PHONE])).ok()["value"],
        "13912****78"
    );
}

#[test]
fn a_changed_row_is_published_by_a_renewal() {
    let daemon = Daemon::start();
    deploy(&daemon, "SWAPPED?export=MASK_EMAIL", "masking").ok();
    deploy(&daemon, "SWAPPED?export=MASK_PHONE&force=yes", "masking").ok();
    let store = rusqlite::Connection::open(daemon.home().join("keeper.db")).expect("opens");
    let point_to = |version: u32| {
        let sql = "UPDATE functions SET current_version = ? WHERE name = 'SWAPPED'";
        store.execute(sql, [version]).expect("written");
    };
    let version = || call(&daemon, "SWAPPED", &json!(["ann@x.org"])).ok()["version"].clone();
    point_to(1);
    assert_eq!(version(), 2);
    let renewed = post(&daemon, "SWAPPED/renew").ok();
    assert_eq!(
        (&renewed["version"], &renewed["outcome"]),
        (&1.into(), &"changed".into())
    );
    assert_eq!(version(), 1);
    assert_eq!(post(&daemon, "SWAPPED/renew").ok()["outcome"], "unchanged");
    point_to(2);
    let published = daemon.put("/function/renew?function_name=swapped");
    assert_eq!((published.ok(), version()), (json!(1), json!(2)));
}

#[test]
fn functions_and_their_code_outlive_a_restart() {
    let mut daemon = Daemon::start_with(&[("KEEPER_LOG_LEVEL", "info,keeper::wasm=debug")]);
    deploy(&daemon, "MASK_PHONE", "masking").ok();
    assert_eq!(
        daemon.log().matches("module compiled").count(),
        1,
        "{}",
        daemon.log()
    );
    daemon.restart();
    assert_eq!(
        call(&daemon, "MASK_PHONE", &json!([PHONE])).ok()["value"],
        "139****5678"
    );
    assert_eq!(
        daemon.log().matches("module compiled").count(),
        1,
        "{}",
        daemon.log()
    );
    assert!(daemon.log().contains("native code loaded from disk"));

    // A damaged file is noticed, thrown away and made again.
    let file = native_code(&daemon);
    let mut bytes = fs::read(&file).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&file, bytes).expect("writable");
    daemon.restart();
    assert_eq!(
        call(&daemon, "MASK_PHONE", &json!([PHONE])).ok()["value"],
        "139****5678"
    );
    assert_eq!(
        daemon.log().matches("module compiled").count(),
        2,
        "{}",
        daemon.log()
    );
    assert!(daemon.log().contains("native code is thrown away"));
    assert!(file.exists());
}

fn native_code(daemon: &Daemon) -> PathBuf {
    let folder = daemon.home().join("cache").join("wasm");
    let files = fs::read_dir(&folder).expect("the cache is there").flatten();
    let mut files = files
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == "native"));
    files.next().expect("code is kept")
}

#[test]
fn a_bad_module_never_replaces_a_good_one() {
    let daemon = Daemon::start_with(&[("KEEPER_WASM_MODULE_MIB", "1")]);
    deploy(&daemon, "MASK_PHONE", "masking").ok();
    let put = |query: &str, bytes: Vec<u8>| {
        daemon.send_bytes(Method::PUT, &path(&format!("MASK_PHONE{query}")), bytes)
    };
    let wat = |text: &str| wat::parse_str(text).expect("is WebAssembly");
    let masking = guests::bytes("masking");
    let foreign = r#"(component (import "wasi:cli/run@0.2.0" (instance)))"#;
    for (query, bytes, status, code) in [
        ("", b"<html>not a module</html>".to_vec(), 422, "KP-4002"),
        ("", Vec::new(), 422, "KP-4002"),
        ("", masking[..masking.len() / 2].to_vec(), 422, "KP-4002"),
        ("", wat("(module)"), 422, "KP-4002"),
        ("", wat("(component)"), 422, "KP-4002"),
        ("", wat(foreign), 422, "KP-4002"),
        ("?export=ABSENT", masking.clone(), 422, "KP-4004"),
        ("?export=MASK_EMAIL", masking.clone(), 409, "KP-4005"),
        ("", guests::bytes("geo"), 422, "KP-4004"),
        ("?export=ECHO", guests::bytes("hostile"), 422, "KP-4003"),
        ("?grants=everything", masking.clone(), 400, "KP-7002"),
        ("?force=perhaps", masking.clone(), 400, "KP-7002"),
        ("", vec![0; (1 << 20) + 1], 413, "KP-7005"),
    ] {
        let size = bytes.len();
        let body = refused(&put(query, bytes), status, code);
        if status == 422 {
            assert!(body["diagnostics"][0]["message"].is_string(), "{body}");
        }
        let answer = call(&daemon, "MASK_PHONE", &json!([PHONE])).ok();
        assert_eq!(answer["version"], 1, "after {size} bytes with `{query}`");
    }
    let history = daemon.get(&format!("{}/versions", path("MASK_PHONE"))).ok();
    assert_eq!(history["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_module_may_be_larger_than_other_bodies() {
    let daemon = Daemon::start();
    let long = vec![0; (1 << 20) + 1];
    let module = daemon.send_bytes(Method::PUT, &path("LONG"), long.clone());
    refused(&module, 422, "KP-4002");
    let arguments = daemon.send_bytes(Method::POST, &path("LONG/call"), long.clone());
    refused(&arguments, 413, "KP-7005");
    let job = daemon.send_bytes(Method::PUT, "/api/v1/jobs", long);
    refused(&job, 413, "KP-7005");
}

#[test]
fn unknown_names_and_wrong_tokens_are_refused() {
    let daemon = Daemon::start();
    refused(&daemon.get(&path("ABSENT")), 404, "KP-4001");
    refused(&daemon.get(&path("ABSENT/versions")), 404, "KP-4001");
    refused(&call(&daemon, "ABSENT", &json!([])), 404, "KP-4001");
    for action in ["ABSENT/renew", "ABSENT/rollback", "ABSENT/rollback?to=1"] {
        refused(&post(&daemon, action), 404, "KP-4001");
    }
    refused(
        &daemon.send(Method::DELETE, &path("ABSENT"), None),
        404,
        "KP-4001",
    );
    refused(&deploy(&daemon, "NOT-LEGAL", "masking"), 400, "KP-7002");
    refused(
        &daemon.send(Method::PATCH, &path("X"), None),
        405,
        "KP-7004",
    );
    for wrong in ["", "?token=wrong"] {
        let open = |method, rest: &str| daemon.send_open(method, &format!("{rest}{wrong}"));
        refused(&open(Method::GET, "/api/v1/functions"), 401, "KP-7001");
        refused(&open(Method::PUT, &path("X")), 401, "KP-7001");
        refused(&open(Method::DELETE, &path("X")), 401, "KP-7001");
        refused(&open(Method::POST, &path("X/call")), 401, "KP-7001");
    }
}

#[test]
fn a_function_and_a_variable_do_not_share_a_name() {
    let daemon = Daemon::start();
    let job = daemon.apply(&json!({
        "title": "set", "kind": "manual",
        "commands": [{ "title": "set", "kind": "pql", "text": "SET @RATE := 7;" }],
    }));
    daemon.wait_for_status(&daemon.run(&job), "success");
    let body = refused(
        &deploy(&daemon, "RATE?export=MASK_PHONE", "masking"),
        409,
        "KP-6006",
    );
    let detail = body["detail"].as_str().expect("text");
    assert!(
        detail.contains("a global variable has this name"),
        "{detail}"
    );
}

#[test]
fn hostile_functions_harm_nobody() {
    let daemon = Daemon::start();
    deploy(&daemon, "MASK_PHONE", "masking").ok();
    let cases = [
        ("ENDLESS", json!([]), "KP-4101", "ran longer"),
        ("MEMORY_BOMB", json!([]), "KP-4102", "memory"),
        ("DEEP", json!([]), "KP-4103", "stack"),
        ("PANICS", json!(["fish"]), "KP-4104", "no good: fish"),
        ("HUGE", json!([20 << 20]), "KP-4105", "result"),
        ("PANICS", json!([]), "KP-4106", "`TEXT` is missing"),
        ("LOGS", json!(["many"]), "KP-4106", "`LINES`"),
        ("FAILS", json!([]), "KP-4107", "not today"),
        ("VARIABLE", json!(["SECRET"]), "KP-4108", "not granted"),
        ("LOGS", json!([10_001]), "KP-4108", "calls into the host"),
    ];
    for (name, ..) in &cases {
        deploy(
            &daemon,
            &format!("{name}?grants=variable:OPEN_*"),
            "hostile",
        )
        .ok();
    }
    let is_over = AtomicBool::new(false);
    let (url, token) = (daemon.url(&path("MASK_PHONE/call")), daemon.token());
    thread::scope(|scope| {
        let bystander = scope.spawn(|| {
            let call = |client: &reqwest::Client| {
                client.post(&url).bearer_auth(&token).json(&json!([PHONE]))
            };
            ask_until(&is_over, call, |_| {})
        });
        let answers = cases.each_ref().map(|case| call(&daemon, case.0, &case.1));
        // The bystander ends before anything may panic here.
        is_over.store(true, Ordering::Relaxed);
        let answered = bystander.join().expect("the bystander was disturbed");
        assert!(answered > cases.len(), "only {answered} calls meanwhile");
        for ((name, _, code, words), answer) in cases.iter().zip(&answers) {
            let body = refused(answer, 422, code);
            let detail = body["detail"].as_str().expect("text");
            assert!(detail.contains(words), "{detail}");
            assert!(
                detail.contains(&format!("`@{name}` (version 1)")),
                "{detail}"
            );
        }
    });
    assert_eq!(call(&daemon, "PANICS", &json!([""])).ok()["value"], 0);
}

#[test]
fn no_call_fails_because_of_a_renewal() {
    let daemon = Daemon::start();
    println!("{:?}", renew_under_calls(&daemon, 100));
}
