//! REDIS (4.33) against a real server.

use super::Host;
use crate::fault::Code;
use crate::redis_server::Server;

/// A host that knows the server as `main`, with a database of its own.
pub(super) fn host() -> Host {
    let server = Server::shared();
    let mut host = Host::new();
    let settings = &mut host.definitions.settings;
    settings.insert("REDIS_MAIN_HOST".into(), "127.0.0.1".into());
    settings.insert("REDIS_MAIN_PORT".into(), server.port().to_string().into());
    let number = server.fresh_database();
    settings.insert("REDIS_MAIN_DATABASE".into(), number.to_string().into());
    host
}

#[track_caller]
fn run(host: &Host, program: &str) -> String {
    match host.run(program) {
        Ok(outcome) => outcome.value().to_json(),
        Err(error) => panic!("{program}\n{}", error.render()),
    }
}

#[test]
fn replies_have_the_shape_of_their_command() {
    let host = host();
    run(
        &host,
        "OPEN REDIS main;
         PREP # REDIS hset prices apple 3 pear 4;
         PREP # REDIS zadd ranks 1 ada 2.5 bob;
         PREP # REDIS rpush names x y;
         PREP # REDIS sadd only one;
         PREP # REDIS geoadd cities 13.361389 38.115556 Palermo 15.087269 37.502669 Catania;
         PREP # REDIS set word 'it is';",
    );
    let cases = [
        ("hgetall prices", r#"{"apple":"3","pear":"4"}"#),
        ("hgetall nothing", "{}"),
        ("zrange ranks 0 -1 withscores", r#"{"ada":"1","bob":"2.5"}"#),
        (
            "zrevrange ranks 0 -1 WITHSCORES",
            r#"{"bob":"2.5","ada":"1"}"#,
        ),
        ("zrangebyscore ranks 2 3 withscores", r#"{"bob":"2.5"}"#),
        ("zrange ranks 0 -1", r#"["ada","bob"]"#),
        ("lrange names 0 -1", r#"["x","y"]"#),
        ("lrange nothing 0 -1", "[]"),
        ("smembers only", r#"["one"]"#),
        ("hkeys prices", r#"["apple","pear"]"#),
        ("hmget prices apple plum", r#"["3",null]"#),
        ("get word", r#""it is""#),
        ("get nothing", "null"),
        ("incr n", "1"),
        ("incrbyfloat f 1.5", r#""1.5""#),
        ("set word 'it is'", r#""OK""#),
        ("zscore ranks bob", r#""2.5""#),
        ("exists word", "1"),
        ("ping", r#""PONG""#),
        (
            "geohash cities Palermo nowhere",
            r#"[{"hash":"sqc8b49rny0"},{"hash":null}]"#,
        ),
        (
            "georadius cities 15 37 200 km asc",
            r#"[{"member":"Catania"},{"member":"Palermo"}]"#,
        ),
        (
            "georadius cities 15 37 200 km withdist asc",
            r#"[{"member":"Catania","distance":"56.4413"},{"member":"Palermo","distance":"190.4424"}]"#,
        ),
    ];
    for (command, expected) in cases {
        let program = format!("OPEN REDIS main; OUTPUT ${{ REDIS {command} }};");
        assert_eq!(run(&host, &program), expected, "{command}");
    }
    let program = "OPEN REDIS main; GET # REDIS geopos cities Palermo nowhere;
        OUTPUT @BUFFER.last; OUTPUT @BUFFER.first;";
    let found = run(&host, program);
    let expected = r#"[{"longitude":null,"latitude":null},{"longitude":"13.361"#;
    assert!(found.starts_with(expected), "{found}");
    let program = "OPEN REDIS main;
        GET # REDIS georadius cities 15 37 100 km withcoord withhash;
        OUTPUT @BUFFER;";
    let found = run(&host, program);
    for part in [
        r#"[{"member":"Catania","hash":34"#,
        r#","longitude":"15.087"#,
        r#","latitude":"37.5"#,
    ] {
        assert!(found.contains(part), "{found}");
    }
}

#[test]
fn rows_come_from_and_go_to_the_server() {
    let host = host();
    let program = "OPEN REDIS main;
        GET # [ { \"k\": \"a b\", \"v\": 1 }, { \"k\": \"two\", \"v\": 2 }, { \"k\": \"three\", \"v\": 3 } ];
        PUT # REDIS hset prices &k #v; OUTPUT @AFFECTED_ROWS_OF_LAST_PUT;
        GET # REDIS hgetall prices -> TO TABLE (item, price); OUTPUT @BUFFER; OUTPUT @COUNT;
        PASS # REDIS hget prices &item; OUTPUT @BUFFER;
        PUT # REDIS rpush seen #item; OUTPUT @AFFECTED_ROWS_OF_LAST_PUT;
        PREP # REDIS incrby n 41; OUTPUT @AFFECTED_ROWS_OF_LAST_PREP;
        PREP # REDIS set n 7; OUTPUT @AFFECTED_ROWS_OF_LAST_PREP;
        PREP # REDIS get n; OUTPUT @AFFECTED_ROWS_OF_LAST_PREP;
        PUT # REDIS del prices; OUTPUT @AFFECTED_ROWS_OF_LAST_PUT;";
    let expected = r#"[3,[{"item":"a b","price":"1"},{"item":"two","price":"2"},{"item":"three","price":"3"}],3,[{"item":"1"},{"item":"2"},{"item":"3"}],6,41,1,0,1]"#;
    assert_eq!(run(&host, program), expected);
    // An empty buffer writes nothing.
    let program = "OPEN REDIS main; GET # []; PUT # REDIS set x #item; PUT # REDIS incr x;
        OUTPUT ${ REDIS exists x };";
    assert_eq!(run(&host, program), "0");
}

#[test]
fn reads_go_to_the_opened_server_and_writes_to_the_chosen_one() {
    let host = host();
    let (one, two) = (
        Server::shared().fresh_database(),
        Server::shared().fresh_database(),
    );
    let program = format!(
        "OPEN REDIS main SELECT {one}; SAVE TO REDIS main SELECT {two};
         PREP # REDIS set k in-two; OUTPUT ${{ REDIS exists k }};
         OPEN REDIS main SELECT {two}; OUTPUT ${{ REDIS get k }};
         SET $n := {one}; SAVE AS REDIS 'main' SELECT $n;
         GET # [1, 2]; PUT # REDIS rpush l #item;
         OPEN REDIS main SELECT $n; OUTPUT ${{ REDIS lrange l 0 -1 }};"
    );
    assert_eq!(run(&host, &program), r#"[0,"in-two",["1","2"]]"#);
    // An address needs no settings.
    let program = format!(
        "OPEN REDIS '127.0.0.1:{}' SELECT {two}; OUTPUT ${{ REDIS get k }};",
        Server::shared().port()
    );
    assert_eq!(run(&host, &program), r#""in-two""#);
}

#[test]
fn pages_flow_into_the_server() {
    let host = host();
    let program = "CREATE TABLE big (id INTEGER PRIMARY KEY);
        INSERT INTO big WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n;
        SAVE TO REDIS main;
        PAGE # SELECT id FROM big WHERE id > @{id} ORDER BY id LIMIT 400;
        PUT # REDIS sadd ids #id; OUTPUT @AFFECTED_ROWS_OF_LAST_PUT; OUTPUT @TOTAL;
        OPEN REDIS main; OUTPUT ${ REDIS scard ids };
        OPEN DEFAULT; PAGE # SELECT id FROM big WHERE id > @{id} ORDER BY id LIMIT 400;
        PUT # REDIS incr copies; OUTPUT ${ REDIS get copies };";
    // What takes nothing from the rows is run once, in however many pages they come.
    assert_eq!(run(&host, program), "[2500,2500,2500,\"1\"]");
}

#[test]
fn a_refusal_names_the_server_and_leaves_the_connection() {
    let host = host();
    let error = host.run("OPEN REDIS main; REDIS nonsense 1;");
    let error = error.expect_err("refused");
    assert_eq!(error.code(), Code::DATABASE_ERROR);
    let port = Server::shared().port();
    let words = format!("redis `127.0.0.1:{port}`");
    assert!(
        error.message().contains(&words) && error.message().contains("unknown command"),
        "{error}"
    );
    let error = host.run("OPEN REDIS main SELECT 1000; REDIS ping;");
    assert!(
        error
            .expect_err("no such database")
            .message()
            .contains("out of range"),
        "the server's own words"
    );
    for program in ["REDIS get x;", "PREP # REDIS get x;", "PUT # REDIS get x;"] {
        let error = host.run(program).expect_err("not opened");
        assert_eq!(error.code(), Code::PQL_NO_CONNECTION, "{program}");
    }
    let error = host.run("OPEN REDIS '127.0.0.1:1'; REDIS ping;");
    let error = error.expect_err("nobody listens");
    assert!(error.message().contains("127.0.0.1:1"), "{error}");
}
