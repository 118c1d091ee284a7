//! Servers that do not answer yet, refuse, or were not asked for a while.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::Host;
use crate::clock::{Clock, ManualClock, SignedDuration, Timestamp};
use crate::fault::Code;
use crate::mariadb::Server;
use crate::pql::syntax::Source;
use crate::pql::{Cancel, Environment, Error, Output, Runner, compile};
use crate::registry::Severity;

/// What happens when a failed attempt is told.
type Told = Box<dyn FnMut(&ManualClock) + Send>;

/// Keeps the lines of a run, whose time passes only at some of them.
struct Watch {
    clock: Arc<ManualClock>,
    printed: Mutex<Vec<String>>,
    told: Mutex<Vec<String>>,
    on_told: Mutex<Told>,
}

impl Watch {
    fn new(on_told: impl FnMut(&ManualClock) + Send + 'static) -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH)),
            printed: Mutex::default(),
            told: Mutex::default(),
            on_told: Mutex::new(Box::new(on_told)),
        })
    }

    fn printed(&self) -> Vec<String> {
        let printed = self.printed.lock();
        printed.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn seconds(&self) -> i64 {
        self.clock.now().as_second()
    }
}

impl Output for Watch {
    fn print(&self, line: &str) {
        if let Some(idle_ms) = line.strip_prefix("idle ") {
            let idle = SignedDuration::from_millis(idle_ms.parse().unwrap());
            self.clock.advance(idle);
        } else {
            self.printed.lock().unwrap().push(line.to_owned());
        }
    }

    fn log(&self, severity: Severity, text: &str) {
        assert_eq!(severity, Severity::Warn, "{text}");
        self.told.lock().unwrap().push(text.to_owned());
        (self.on_told.lock().unwrap())(&self.clock);
    }
}

fn second_passes(clock: &ManualClock) {
    clock.advance(SignedDuration::from_secs(1));
}

/// A program over the connections that `properties` describe.
fn runner(host: &Host, watch: &Arc<Watch>, properties: &str, text: &str, home: &Path) -> Runner {
    std::fs::write(home.join("c.properties"), properties).unwrap();
    let text = format!("LOAD PROPERTIES 'c.properties'; {text}");
    let script = compile(&Source::new("test.pql", text)).expect("a program");
    let environment = Environment {
        output: Arc::clone(watch) as _,
        clock: Arc::clone(&watch.clock) as _,
        home: home.to_owned(),
        ..host.environment()
    };
    Runner::new(script, environment)
}

fn run(watch: &Arc<Watch>, properties: &str, text: &str) -> Result<(), Error> {
    let home = tempfile::tempdir().unwrap();
    let host = Host::new();
    let runner = runner(&host, watch, properties, text, home.path());
    runner.run().map(drop)
}

/// The address of nobody.
fn free_address() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

#[test]
fn an_absent_server_is_tried_again_as_often_as_its_connection_says() {
    let address = free_address();
    for scheme in ["mysql", "postgresql"] {
        let watch = Watch::new(second_passes);
        let properties =
            format!("shop.url=jdbc:{scheme}://{address}/db?password=s3cret\nshop.retry=2");
        let error = run(&watch, &properties, "OPEN shop; SELECT 1;").expect_err("nobody is there");
        assert_eq!(error.code(), Code::CONNECTION_FAILED);
        let fault =
            format!("cannot reach `{scheme}://{address}/db`: Connection refused (os error 111)");
        assert_eq!(
            watch.told(),
            [
                format!("{fault}; trying again in 1 s, 1 of 2"),
                format!("{fault}; trying again in 1 s, 2 of 2"),
            ]
        );
        assert_eq!(watch.seconds(), 2, "a second apart");
        let message = error.message();
        assert!(message.ends_with(&fault), "{message}");
        assert_eq!(message.matches("refused").count(), 1, "{message}");
    }
}

#[test]
fn without_a_number_the_limit_of_the_run_holds() {
    let watch = Watch::new(second_passes);
    let properties = format!("shop=jdbc:mysql://{}/db", free_address());
    run(&watch, &properties, "OPEN shop; SELECT 1;").expect_err("nobody is there");
    assert_eq!((watch.told().len(), watch.seconds()), (100, 100));
}

#[test]
fn a_server_that_starts_late_is_used() {
    let mut server = Server::start();
    let url = server.fresh_database();
    server.crash();
    let watch = Watch::new(move |clock| {
        server.restart();
        second_passes(clock);
    });
    let properties = format!("shop.url={url}\nshop.retry=5");
    let text = "OPEN shop; SET $n := SELECT 41 + 1; PRINT $n;";
    run(&watch, &properties, text).expect("the second attempt succeeds");
    assert_eq!(watch.printed(), ["42"]);
    assert_eq!(watch.told().len(), 1);
}

#[test]
fn a_run_that_waits_for_a_server_is_cancelled_at_once() {
    let stop: Arc<Mutex<Option<Cancel>>> = Arc::default();
    let handle = Arc::clone(&stop);
    // The clock stands still: only the stop can end the waiting.
    let watch = Watch::new(move |_| handle.lock().unwrap().take().unwrap().cancel());
    let home = tempfile::tempdir().unwrap();
    let host = Host::new();
    let properties = format!("shop=jdbc:mysql://{}/db", free_address());
    let text = "OPEN shop; SELECT 1;";
    let runner = runner(&host, &watch, &properties, text, home.path());
    *stop.lock().unwrap() = Some(runner.cancel());
    let error = runner.run().expect_err("the run is cancelled");
    assert_eq!(error.code(), Code::PQL_CANCELLED);
    assert_eq!((watch.told().len(), watch.seconds()), (1, 0));
}

#[test]
fn a_refusal_is_not_tried_again() {
    let server = Server::shared();
    let address = server.address();
    server.execute("CREATE USER IF NOT EXISTS 'late' IDENTIFIED BY 'right'");
    for url in [
        format!("mysql://late:wrong@{address}/"),
        format!("mysql://root@{address}/absent"),
    ] {
        let watch = Watch::new(|_| panic!("a refusal stays one"));
        let error = run(&watch, &format!("shop.url={url}"), "OPEN shop; SELECT 1;");
        let error = error.expect_err("refused");
        assert_eq!(error.code(), Code::CONNECTION_FAILED);
        assert!(watch.told().is_empty(), "{:?}", watch.told());
        assert!(!error.message().contains("wrong"), "{}", error.message());
    }
}

#[test]
fn an_idle_session_is_made_anew_in_the_database_that_was_chosen() {
    let server = Server::shared();
    let url = server.fresh_database();
    let other = server.fresh_database();
    let other = other.rsplit('/').next().unwrap();
    let properties = format!("shop.url={url}\nshop.overtime=1000");
    let text = format!(
        "OPEN shop USE {other};
        SET $first := SELECT CONNECTION_ID();
        PRINT 'idle 1000';
        SET $second := SELECT CONNECTION_ID();
        PRINT $first == $second;
        PRINT 'idle 1001';
        SET $third, $base := SELECT CONNECTION_ID() AS id, DATABASE() AS b;
        PRINT $second == $third;
        PRINT $base;"
    );
    let watch = Watch::new(|_| panic!("the server is there"));
    run(&watch, &properties, &text).unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(watch.printed(), ["true", "false", other]);
}

#[test]
fn readers_and_writers_work_in_the_database_that_was_chosen() {
    let server = Server::shared();
    let url = server.fresh_database();
    let other = server.fresh_database();
    let other = other.rsplit('/').next().unwrap();
    let properties = format!("shop.url={url}\nmart.url={url}");
    let text = format!(
        "OPEN shop USE {other}; SAVE TO mart USE {other};
        CREATE TABLE numbers (id INT); CREATE TABLE copies (id INT);
        GET # 1 TO 100 -> TO TABLE (id); PUT # INSERT INTO numbers (id);
        BLOCK FROM 1 TO 100 PER 10 # SELECT id FROM numbers WHERE id > @{{id}} AND id <= @{{id}};
        BATCH # INSERT INTO copies (id);
        BLOCK FROM 1 TO 50 PER 10 # DELETE FROM numbers WHERE id > @{{id}} AND id <= @{{id}};
        SET $left, $copied := SELECT (SELECT COUNT(*) FROM numbers) AS l, COUNT(*) AS c FROM copies;
        PRINT $left; PRINT $copied;"
    );
    let watch = Watch::new(|_| panic!("the server is there"));
    run(&watch, &properties, &text).unwrap_or_else(|error| panic!("{}", error.render()));
    assert_eq!(watch.printed(), ["50", "100"]);
}

#[test]
fn a_property_that_is_no_number_is_named() {
    let watch = Watch::new(second_passes);
    let properties = "shop=jdbc:mysql://localhost/db\nshop.overtime=1s";
    let error = run(&watch, properties, "PRINT 1;").expect_err("not a number");
    assert_eq!(error.code(), Code::CONNECTION_INVALID);
    assert!(
        error.message().contains("`shop.overtime` is `1s`"),
        "{}",
        error.message()
    );
}
