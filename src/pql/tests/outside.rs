//! REQUEST, PARSE and SEND MAIL against servers of our own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::Host;
use crate::fault::Code;

/// What a server has been told, in order.
pub(super) type Heard = Arc<Mutex<Vec<String>>>;

/// Stands for the body of the call as answer.
pub(super) const ECHO: &str = "echo";

/// Answers every HTTP call with one text; the path `/wait` is never answered.
pub(super) fn http_server(
    host: &Host,
    status: &'static str,
    answer: &'static str,
) -> (String, Heard) {
    // Another test may have installed it before: then it is the same one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let heard = Heard::default();
    let told = Arc::clone(&heard);
    let listener = host
        .runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    drop(host.runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).await.unwrap_or(0) == 0 {
                    break;
                }
            }
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().ok())?
            });
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).await.unwrap();
            let body = String::from_utf8(body).unwrap();
            told.lock()
                .unwrap()
                .push(format!("{}\n{body}", head.trim_end()));
            if head.contains("/wait") {
                tokio::time::sleep(Duration::from_mins(10)).await;
            }
            let answer = if answer == ECHO {
                body.as_str()
            } else {
                answer
            };
            let text = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
                answer.len()
            );
            drop(stream.write_all(text.as_bytes()).await);
        }
    }));
    (format!("http://{address}"), heard)
}

fn run(host: &Host, program: &str) -> String {
    let outcome = host.run(program);
    outcome
        .unwrap_or_else(|error| panic!("{}", error.render()))
        .value()
        .to_json()
}

const ANSWER: &str = r#"{ "list": [ { "id": 1, "tags": ["x", "y"] }, { "id": 2 } ], "n": 7,
    "pairs": [[1, "a"], [2, "b"]], "names": ["Ada", "Bob"], "o": { "deep": { "v": null } } }"#;

#[test]
fn parse_finds_nodes_in_every_form() {
    let host = Host::new();
    let (url, _) = http_server(&host, "200 OK", ANSWER);
    let cases = [
        (
            "/list AS TABLE",
            r#"[{"id":1,"tags":["x","y"]},{"id":2,"tags":null}]"#,
        ),
        (
            "/list AS ROW",
            r#"{"c0":{"id":1,"tags":["x","y"]},"c1":{"id":2,"tags":null}}"#,
        ),
        ("/list/1 AS ROW", r#"{"id":2,"tags":null}"#),
        ("/list/id AS VALUE", "1"),
        ("/list/0/tags AS ARRAY", r#"["x","y"]"#),
        ("/pairs", r#"[{"c0":1,"c1":"a"},{"c0":2,"c1":"b"}]"#),
        ("/names", r#"[{"_array":"Ada"},{"_array":"Bob"}]"#),
        ("'/names' AS LIST", r#"["Ada","Bob"]"#),
        ("/n", r#"[{"_value":7}]"#),
        ("/n AS ROW", r#"{"value":7}"#),
        ("/n AS ARRAY", "[7]"),
        ("/o/deep AS OBJECT", r#"{"v":null}"#),
        ("/nothing/here AS VALUE", "null"),
        ("/nothing", "[]"),
        ("/list/9 AS ROW", "{}"),
    ];
    for (parse, expected) in cases {
        let program = format!("REQUEST JSON API '{url}/x'; OUTPUT # PARSE {parse};");
        assert_eq!(run(&host, &program), expected, "{parse}");
    }
    let program = format!("REQUEST JSON API '{url}/x'; PARSE /list; OUTPUT @ROWS;");
    assert_eq!(run(&host, &program), "2");
    let program = format!(
        "REQUEST JSON API '{url}/x'; FOR $n IN (PARSE '/names' AS ARRAY) LOOP OUTPUT $n; END LOOP;"
    );
    assert_eq!(run(&host, &program), r#"["Ada","Bob"]"#);
}

#[test]
fn request_sends_what_the_phrases_say() {
    let host = Host::new();
    let (url, heard) = http_server(&host, "200 OK", "{}");
    run(
        &host,
        &format!(
            "SET $x := \"it's \\\"q\\\"\";
             REQUEST JSON API '{url}/a b' USE METHOD post SEND DATA {{ \"x\": $x }} SET HEADER {{ \"X-Mine\": \"1\" }};
             REQUEST JSON API '{url}/get?c=3' DATA 'a=1&b=x y';"
        ),
    );
    let heard = heard.lock().unwrap();
    let [post, get] = heard.as_slice() else {
        panic!("{heard:?}");
    };
    assert!(post.starts_with("POST /a%20b HTTP/1.1"), "{post}");
    assert!(
        post.to_lowercase()
            .contains("content-type: application/json; charset=utf-8"),
        "{post}"
    );
    assert!(post.to_lowercase().contains("x-mine: 1"), "{post}");
    assert!(post.ends_with(r#"{"x":"it's \"q\""}"#), "{post}");
    assert!(
        get.starts_with("GET /get?c=3&a=1&b=x%20y HTTP/1.1"),
        "{get}"
    );
}

#[test]
fn a_refused_request_says_status_and_body_but_no_secrets() {
    let host = Host::new();
    let (url, _) = http_server(&host, "404 Not Found", "no such thing");
    let login = url.replace("http://", "http://me:s3cret@");
    let error = host.run(&format!("REQUEST JSON API '{login}/x?token=t0ken';"));
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("status 404: no such thing"), "{error}");
    assert!(
        error.contains("/x") && !error.contains("s3cret") && !error.contains("t0ken"),
        "{error}"
    );
    let (url, _) = http_server(&host, "200 OK", "<html>");
    let error = host
        .run(&format!("REQUEST JSON API '{url}/x';"))
        .expect_err("not JSON");
    assert!(error.to_string().contains("not JSON"), "{error}");
}

#[test]
fn a_waiting_request_is_cancelled_at_once() {
    let host = Host::new();
    let (url, heard) = http_server(&host, "200 OK", "{}");
    let runner = host.runner(&format!("REQUEST JSON API '{url}/wait';"));
    let cancel = runner.cancel();
    let began = host.runtime.block_on(async {
        let run = tokio::task::spawn_blocking(move || runner.run());
        while heard.lock().unwrap().is_empty() && !run.is_finished() {
            tokio::task::yield_now().await;
        }
        let began = tokio::time::Instant::now();
        cancel.cancel();
        let error = run.await.unwrap().expect_err("the run is cancelled");
        assert_eq!(error.code(), Code::PQL_CANCELLED);
        began.elapsed()
    });
    assert!(began < Duration::from_millis(200), "{began:?}");
}

/// Takes one mail and keeps all that was said.
pub(super) fn smtp_sink(host: &Host) -> (u16, Heard) {
    let heard = Heard::default();
    let told = Arc::clone(&heard);
    let listener = host
        .runtime
        .block_on(TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(host.runtime.spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 sink\r\n").await.unwrap();
        let mut in_body = false;
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
            let said = line.trim_end().to_owned();
            line.clear();
            told.lock().unwrap().push(said.clone());
            let answer = match said.split(' ').next().unwrap_or_default() {
                "." => {
                    in_body = false;
                    "250 taken\r\n"
                }
                _ if in_body => continue,
                "DATA" => {
                    in_body = true;
                    "354 go on\r\n"
                }
                "EHLO" => "250-sink\r\n250 AUTH PLAIN\r\n",
                "AUTH" => "235 welcome\r\n",
                "RCPT" if said.contains("refused") => "550 nobody\r\n",
                _ => "250 ok\r\n",
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    }));
    (port, heard)
}

#[test]
fn mail_is_built_of_its_parts_and_sent() {
    let mut host = Host::new();
    let (port, heard) = smtp_sink(&host);
    let settings = &mut host.definitions.settings;
    settings.insert("EMAIL_SMTP_HOST".into(), "127.0.0.1".into());
    settings.insert("EMAIL_SMTP_PORT".into(), port.to_string().into());
    settings.insert("EMAIL_SENDER_ACCOUNT".into(), "keeper@example.org".into());
    settings.insert("EMAIL_SENDER_PERSONAL".into(), "Keeper".into());
    let program = "VAR $r := SEND MAIL '''job $id''' CONTENT '<p>see <%= $url %> #{what}</p>'
        PLACE DATA { \"url\": \"http://x/\", \"what\": \"now\" }
        TO 'Ada<ada@example.org>; nobody' CC 'bob@example.org' BCC 'eve@example.org';
        OUTPUT $r;";
    let program = format!("SET $id := 7; {program}");
    let answer = run(&host, &program);
    assert_eq!(
        answer,
        r#"{"message":"Sent.","logs":["Sent."],"sent":["Ada<ada@example.org>","bob@example.org","eve@example.org"],"invalid":["nobody"]}"#
    );
    let heard = heard.lock().unwrap().join("\n");
    for words in [
        "MAIL FROM:<keeper@example.org>",
        "RCPT TO:<ada@example.org>",
        "RCPT TO:<eve@example.org>",
        "Subject: job 7",
        "From: Keeper <keeper@example.org>",
        "text/html; charset=utf-8",
        "see http://x/ now",
    ] {
        assert!(heard.contains(words), "{words}\n{heard}");
    }
    assert!(!heard.contains("Bcc"), "{heard}");
}

#[test]
fn the_password_of_the_settings_goes_to_their_server_only() {
    let logins = |clauses: &str| {
        let mut host = Host::new();
        let (port, heard) = smtp_sink(&host);
        let settings = &mut host.definitions.settings;
        settings.insert("EMAIL_SMTP_HOST".into(), "127.0.0.1".into());
        settings.insert(
            "EMAIL_SENDER_ACCOUNT".into(),
            "Keeper <keeper@example.org>".into(),
        );
        settings.insert("EMAIL_SENDER_PASSWORD".into(), "topsecret".into());
        let program = format!(
            "OUTPUT SEND MAIL 'x' CONTENT 'y' {clauses} PORT {port} TO '\"A, B\"<a@example.org>';"
        );
        let answer = run(&host, &program);
        assert!(answer.contains("Sent."), "{answer}");
        let heard = heard.lock().unwrap();
        let logins = heard
            .iter()
            .filter_map(|line| line.strip_prefix("AUTH PLAIN "));
        let logins = logins.map(|login| {
            use base64::Engine;
            let plain = base64::engine::general_purpose::STANDARD.decode(login);
            String::from_utf8(plain.unwrap())
                .unwrap()
                .replace('\0', " ")
        });
        logins.collect::<Vec<_>>().join(",")
    };
    assert_eq!(logins(""), " keeper@example.org topsecret");
    assert_eq!(
        logins("FROM 'other@example.org'"),
        " keeper@example.org topsecret"
    );
    assert_eq!(logins("SMTP HOST 'localhost'"), "");
    assert_eq!(
        logins("SMTP HOST 'localhost' FROM 'Me <me@example.org>' PASSWORD 'own'"),
        " me@example.org own"
    );
}

#[test]
fn a_refused_mail_is_told_in_the_answer() {
    let mut host = Host::new();
    let (port, _) = smtp_sink(&host);
    let settings = &mut host.definitions.settings;
    settings.insert("EMAIL_SENDER_ACCOUNT".into(), "keeper@example.org".into());
    let program = format!(
        "VAR $r := SEND MAIL 'x' CONTENT 'y' SET SMTP HOST 127.0.0.1 PORT {port} TO 'refused@example.org';
         OUTPUT [$r.message, $r.sent];"
    );
    let answer = run(&host, &program);
    assert!(
        answer.contains("550") && answer.ends_with(",[]]"),
        "{answer}"
    );
}
