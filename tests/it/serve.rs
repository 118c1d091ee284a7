//! The daemon as its users meet it: start, token, status codes, crash, stop.

use reqwest::Method;

use crate::daemon::Daemon;

#[test]
fn it_answers_and_stops_in_order() {
    let mut daemon = Daemon::start();
    assert_eq!(daemon.send_open(Method::GET, "/").status, 200);
    assert_eq!(daemon.send_open(Method::GET, "/health").status, 200);
    let status = daemon.stop();
    assert!(status.success(), "{status}: {}", daemon.log());
}

#[test]
fn everything_else_needs_the_token() {
    let daemon = Daemon::start();
    let path = "/configurations/reload";
    assert_eq!(daemon.send_open(Method::PUT, path).status, 401);
    assert_eq!(
        daemon
            .send_open(Method::PUT, &format!("{path}?token=wrong"))
            .status,
        401
    );
    let with_parameter = format!("{path}?token={}", daemon.token());
    assert_eq!(daemon.send_open(Method::PUT, &with_parameter).ok(), 1);
    assert_eq!(daemon.put(path).ok(), 1);
    assert!(
        !daemon.log().contains(&daemon.token()),
        "the token is in the log"
    );
}

#[test]
fn wrong_requests_say_what_is_wrong() {
    let daemon = Daemon::start();
    let unknown = daemon.get("/no/such/path");
    assert_eq!(
        (unknown.status, &unknown.json()["error"]),
        (404, &"no_such_endpoint".into())
    );
    let method = daemon.get("/configurations/reload");
    assert_eq!(method.status, 405);
    assert!(method.headers.contains_key("allow"), "{method:?}");
    let function = daemon.put("/function/renew?function_name=NO_SUCH");
    assert_eq!(
        (function.status, &function.json()["error"]),
        (404, &"function_not_found".into())
    );
    let number = daemon.put("/connection/setup/many");
    assert_eq!(number.status, 400, "{number:?}");
}

#[test]
fn a_killed_daemon_comes_back_on_the_same_home() {
    let mut daemon = Daemon::start();
    let token = daemon.token();
    daemon.kill_9();
    daemon.assert_no_children();
    daemon.restart();
    assert_eq!(daemon.token(), token);
    assert_eq!(daemon.put("/configurations/reload").ok(), 1);
}

#[test]
fn a_home_has_one_daemon() {
    let daemon = Daemon::start();
    let second = assert_cmd::Command::new(env!("CARGO_BIN_EXE_keeper"))
        .args(["serve", "--port", "0", "--home"])
        .arg(daemon.home())
        .timeout(std::time::Duration::from_mins(1))
        .assert()
        .failure();
    let errors = String::from_utf8_lossy(&second.get_output().stderr).into_owned();
    assert!(errors.contains("KP-1003"), "{errors}");
}
