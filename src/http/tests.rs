//! Tests through the real routes, and through a real listener.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::model::{NodeAddress, Secret};
use crate::ops::twin::{Twin, ops_over};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// The paths that answer without a token, and no others.
const OPEN: &[&str] = &["/", "/health"];

/// A service with the folder of its store.
struct Fixture {
    service: Service,
    folder: tempfile::TempDir,
}

impl std::ops::Deref for Fixture {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

async fn service(twin: &Arc<Twin>) -> Fixture {
    let (ops, folder) = ops_over(twin).await;
    let service = Service::new(State {
        ops,
        token: Secret::new(TOKEN),
        module_max_bytes: 2 << 20,
        address: NodeAddress("127.0.0.1:7700".into()),
        stopping: CancellationToken::new(),
    });
    Fixture { service, folder }
}

fn request(method: &str, path: &str, header: Option<(&str, &str)>) -> Request<Body> {
    let mut builder = Request::builder().method(method).uri(path);
    if let Some((name, value)) = header {
        builder = builder.header(name, value);
    }
    builder.body(Body::empty()).expect("is a request")
}

async fn ask(service: &Service, method: &str, path: &str) -> (Response<()>, String) {
    let bearer = format!("Bearer {TOKEN}");
    let request = request(method, path, Some(("authorization", &bearer)));
    split(service.answer(request).await).await
}

async fn split(response: Response<Body>) -> (Response<()>, String) {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("body is whole").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    (Response::from_parts(parts, ()), text)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn header<'a>(response: &'a Response<()>, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test]
async fn every_route_but_two_wants_the_token_in_any_of_its_places() {
    let service = service(&Arc::new(Twin::default())).await;
    for route in routes::all() {
        let path = route.path.replace("{id}", "1").replace("{name}", "greet");
        for method in route.offers {
            let is_open = OPEN.contains(&route.path);
            let with_query = |token: &str| format!("{path}?token={token}");
            let bearer = format!("Bearer {TOKEN}");
            let cases = [
                (request(method, &path, None), is_open),
                (request(method, &with_query("wrong"), None), is_open),
                (request(method, &with_query(""), None), is_open),
                (
                    request(method, &path, Some(("x-keeper-token", "wrong"))),
                    is_open,
                ),
                (
                    request(method, &path, Some(("authorization", TOKEN))),
                    is_open,
                ),
                (request(method, &with_query(TOKEN), None), true),
                (
                    request(method, &path, Some(("x-keeper-token", TOKEN))),
                    true,
                ),
                (
                    request(method, &path, Some(("authorization", &bearer))),
                    true,
                ),
            ];
            for (number, (request, passes)) in cases.into_iter().enumerate() {
                let status = service.answer(request).await.status();
                let passed = status != StatusCode::UNAUTHORIZED;
                assert_eq!(passed, passes, "{method} {path}, case {number}: {status}");
                assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn another_method_is_405_and_names_the_right_ones() {
    let service = service(&Arc::new(Twin::default())).await;
    for route in routes::all() {
        let path = route.path.replace("{id}", "1").replace("{name}", "greet");
        let (response, body) = ask(&service, "PATCH", &path).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let same_path = |other: &&routes::Route| other.path == route.path;
        let offers = |route: &routes::Route| route.offers;
        for method in routes::all().iter().filter(same_path).flat_map(offers) {
            assert!(header(&response, "allow").contains(method), "{path}");
        }
        assert_eq!(json(&body)["code"], "KP-7004", "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_has_the_published_body_or_a_problem_document() {
    let service = service(&Arc::new(Twin::default())).await;
    let (response, body) = ask(&service, "PUT", "/function/renewal").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(
        header(&response, "content-type"),
        "application/json; charset=utf-8"
    );
    let body = json(&body);
    assert_eq!(body["error"], "no_such_endpoint");
    assert_eq!(body["request_id"], header(&response, "x-request-id"));
    let (response, body) = ask(&service, "GET", "/api/v1/nothing").await;
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
    let body = json(&body);
    assert_eq!(
        (&body["status"], &body["code"]),
        (&404.into(), &"KP-7003".into())
    );
    assert_eq!(body["instance"], "/api/v1/nothing");
}

#[tokio::test]
async fn every_spelling_of_a_change_does_the_same() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    twin.put_variable("RATE", "INTEGER", "7");
    twin.put_connection(7, "sales", "sqlite:x");
    let service = service(&twin).await;
    for (method, path) in [
        ("PUT", "/function/renew?function_name=greet"),
        ("POST", "/function/renew/?functionName=@GREET"),
        ("PUT", "/function?functionName=greet&function_name=greet"),
        ("PUT", "/function/remove?function_name=greet"),
        ("PUT", "/function?function_name=greet"),
        ("DELETE", "/function?functionName=greet"),
        ("PUT", "/variable/renew?variable_name=rate"),
        ("DELETE", "/variable?variableName=RATE"),
        ("PUT", "/variable?variableName=RATE"),
        ("PUT", "/variable/remove?variable_name=RATE"),
        ("PUT", "/connection/remove/7"),
        ("PUT", "/connection/7"),
        ("DELETE", "/connection?connectionName=SALES"),
        ("PUT", "/connection/setup/7"),
        ("PUT", "/connection/remove/sales"),
        ("PUT", "/connection/setup/7/"),
        ("PUT", "/connection/remove?connection_name=sales"),
        ("PUT", "/configurations/reload"),
        ("PUT", "/configuration/reload?partial=no"),
    ] {
        let (response, body) = ask(&service, method, path).await;
        assert_eq!(
            (response.status(), &*body),
            (StatusCode::OK, "1"),
            "{method} {path}"
        );
        let generation = header(&response, "x-keeper-generation");
        assert!(generation.parse::<u64>().is_ok(), "{method} {path}");
    }
}

#[tokio::test]
async fn refusals_carry_the_published_words() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    twin.put_connection(8, "mysql.qross", "sqlite:x");
    let service = service(&twin).await;
    twin.put_function("greet", 2, "BROKEN");
    for (path, status, word) in [
        ("/function/renew", 400, "bad_parameter"),
        ("/function/renew?function_name=%20", 400, "bad_parameter"),
        ("/function/renew?function_name=a-b", 400, "bad_parameter"),
        (
            "/function/renew?function_name=a&functionName=b",
            400,
            "bad_parameter",
        ),
        ("/connection/setup/seven", 400, "bad_parameter"),
        (
            "/configurations/reload?partial=perhaps",
            400,
            "bad_parameter",
        ),
        (
            "/function/renew?function_name=absent",
            404,
            "function_not_found",
        ),
        (
            "/variable/renew?variable_name=absent",
            404,
            "variable_not_found",
        ),
        ("/connection/setup/99", 404, "connection_not_found"),
        ("/connection/remove/8", 409, "conflict"),
        (
            "/function/renew?function_name=greet",
            422,
            "invalid_definition",
        ),
        ("/configurations/reload", 422, "invalid_definition"),
    ] {
        let (response, body) = ask(&service, "PUT", path).await;
        assert_eq!(response.status().as_u16(), status, "{path}: {body}");
        let body = json(&body);
        assert_eq!(body["error"], word, "{path}");
        assert_eq!(body["code"], header(&response, "x-keeper-error"), "{path}");
        let extra = match word {
            "bad_parameter" => &body["parameter"],
            "invalid_definition" => &body["diagnostics"][0]["message"],
            _ => continue,
        };
        assert!(extra.is_string(), "{path}: {body}");
    }
    let (response, _) = ask(&service, "PUT", "/configurations/reload?partial=yes").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(header(&response, "x-keeper-problems").contains("GREET"));
    twin.down.store(true, Ordering::SeqCst);
    let (response, body) = ask(&service, "PUT", "/configurations/reload").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(json(&body)["error"], "store_unavailable");
}

#[tokio::test]
async fn a_renewal_names_the_version_that_serves() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 1, "one");
    let service = service(&twin).await;
    twin.put_function("greet", 2, "two");
    let path = "/function/renew?function_name=greet";
    let (first, _) = ask(&service, "PUT", path).await;
    let (second, _) = ask(&service, "PUT", path).await;
    assert_eq!(header(&first, "x-keeper-function-version"), "2");
    assert_eq!(
        header(&first, "x-keeper-generation"),
        header(&second, "x-keeper-generation")
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let service = service(&Arc::new(Twin::default())).await;
    let long = (body::BODY_MAX_BYTES + 1).to_string();
    let request = request(
        "PUT",
        "/configurations/reload",
        Some(("content-length", &long)),
    );
    let (response, body) = split(service.answer(request).await).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json(&body)["error"], "too_large");
}

#[tokio::test]
async fn the_open_pages_say_who_serves_even_without_a_store() {
    let twin = Arc::new(Twin::default());
    let service = service(&twin).await;
    twin.down.store(true, Ordering::SeqCst);
    let (response, body) = split(service.answer(request("GET", "/", None)).await).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(header(&response, "content-type").starts_with("text/html"));
    assert!(body.contains("Keeper") && body.contains("127.0.0.1:7700"));
    let (response, body) = split(service.answer(request("GET", "/health", None)).await).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(json(&body)["status"], "ok");
    let (_, page) = ask(&service, "GET", "/metrics").await;
    assert!(
        page.contains("route=\"/health\",method=\"GET\",code=\"200\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_request_id_is_taken_over_only_when_it_is_fit_for_the_log() {
    let service = service(&Arc::new(Twin::default())).await;
    for (given, kept) in [("trace-1", true), ("two words", false), ("", false)] {
        let request = request("GET", "/health", Some(("x-request-id", given)));
        let (response, _) = split(service.answer(request).await).await;
        let id = header(&response, "x-request-id");
        assert!(!id.is_empty());
        assert_eq!(id == given, kept, "{given:?}");
    }
}

struct Running {
    server: JoinSet<()>,
    address: std::net::SocketAddr,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

async fn listen(fixture: Fixture) -> Running {
    let address = "127.0.0.1:0".parse().expect("address");
    let server = Server::bind(address, Limits::default())
        .await
        .expect("free");
    let (address, stop) = (server.address(), CancellationToken::new());
    let mut set = JoinSet::new();
    set.spawn(server.serve(fixture.service, stop.clone()));
    Running {
        server: set,
        address,
        stop,
        _folder: fixture.folder,
    }
}

/// One request on an open connection; answers the status.
async fn talk(stream: &mut TcpStream, head: &str) -> u16 {
    let text =
        format!("{head}\r\nHost: keeper\r\nX-Keeper-Token: {TOKEN}\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(text.as_bytes()).await.expect("open");
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.expect("open");
        assert_ne!(count, 0, "closed in the middle of an answer");
        answer.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split("content-length: ").nth(1).expect("has a length");
        let length = length.lines().next().expect("has a line");
        if body.len() >= length.parse::<usize>().expect("a number") {
            let status = head.split(' ').nth(1).expect("has a status");
            return status.parse().expect("a number");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_renewals_disturb_no_client() {
    let twin = Arc::new(Twin::default());
    twin.put_function("greet", 0, "text");
    let mut running = listen(service(&twin).await).await;
    let (stop, answered) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut clients = JoinSet::new();
    for _ in 0..8 {
        let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
        let address = running.address;
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("listens");
            while !stop.load(Ordering::Relaxed) {
                let status = talk(&mut stream, "GET /health HTTP/1.1").await;
                assert_eq!(status, 200);
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let mut stream = TcpStream::connect(running.address).await.expect("listens");
    for version in 1..=1000 {
        twin.put_function("greet", version, "text");
        let head = "PUT /function/renew?function_name=greet HTTP/1.1";
        assert_eq!(talk(&mut stream, head).await, 200);
    }
    stop.store(true, Ordering::Relaxed);
    while let Some(client) = clients.join_next().await {
        client.expect("no request failed");
    }
    assert!(answered.load(Ordering::Relaxed) >= 8);
    running.stop.cancel();
    running
        .server
        .join_next()
        .await
        .expect("serves")
        .expect("ends in order");
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_refused_by_name() {
    let running = listen(service(&Arc::new(Twin::default())).await).await;
    let error = Server::bind(running.address, Limits::default()).await;
    let error = error.expect_err("in use");
    assert_eq!(error.code(), crate::fault::Code::ADDRESS_UNAVAILABLE);
    assert!(error.to_string().contains(&running.address.to_string()));
}

#[tokio::test]
async fn each_route_has_its_own_limit() {
    let service = service(&Arc::new(Twin::default())).await;
    let long = (body::BODY_MAX_BYTES + 1).to_string();
    let bearer = format!("Bearer {TOKEN}");
    for (method, path, status) in [
        (
            "PUT",
            "/api/v1/functions/GREET",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "POST",
            "/api/v1/functions/GREET/call",
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let mut request = request(method, path, Some(("content-length", &long)));
        let headers = request.headers_mut();
        headers.insert("authorization", bearer.parse().expect("a header"));
        *request.body_mut() = Body::from(vec![0; body::BODY_MAX_BYTES + 1]);
        let (response, text) = split(service.answer(request).await).await;
        assert_eq!(response.status(), status, "{path}: {text}");
    }
}
