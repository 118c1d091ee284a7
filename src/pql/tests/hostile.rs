//! Hostile text through every place where values are embedded: it must come back unchanged.

use proptest::prelude::*;

use super::Host;
use crate::mariadb;
use crate::model::ConnectionName;
use crate::postgres;
use crate::pql::syntax::Source;
use crate::pql::{Cancel, Runner, compile, compile_embedded};
use crate::registry::Connection;
use crate::sql;
use crate::value::Value;

/// Signs that mean something to PQL, to SQL, to JSON or to the shell, and a few others.
const HOSTILE: &str = "([ -~]|'|\"|\\\\|--|/\\*|\\*/|;|\\$x|\\$\\{|#\\{t\\}|#n|&n|\\?|@x|%x|!|\
                       ~u0027|<%|%>|@\\{id\\}|\u{e9}|\u{1f600}|\n|\r|\t){0,12}";

/// Each gives an array of values that must all be the text.
const PROGRAMS: &[&str] = &[
    "SET $a, $b, $c := SELECT $t AS a, ${ $t } AS b, $(t) AS c; OUTPUT [$a, $b, $c];",
    "SET $a, $b := SELECT '''$t''' AS a, \"\"\"$t\"\"\" AS b; OUTPUT [$a];",
    "VAR $r := { \"t\": $t, \"l\": [$t] };
     SET $a, $b, $c := SELECT $r.t AS a, $r['t'] AS b, $r.l[0] AS c; OUTPUT [$a, $b, $c];",
    "FUNCTION $same ($x) BEGIN RETURN $x; END;
     SET $a, $b := SELECT $same($t) AS a, $same($x := $t) AS b; OUTPUT [$a, $b, $same($t)];",
    "OUTPUT [$t, '''$t''', ${ $t }, ${ '''$t''' }];",
    "CREATE TABLE x (n TEXT);
     GET # [ { \"n\": $t } ];
     PUT # INSERT INTO x (n) VALUES (?);
     PUT # INSERT INTO x (n) VALUES (&n);
     PUT # INSERT INTO x (n) VALUES ('#n');
     PUT # INSERT INTO x (n) VALUES ('#(n)');
     PUT # INSERT INTO x (n);
     PREP # INSERT INTO x (n) VALUES ($t);
     VAR $rows := SELECT n FROM x; VAR $all := $rows.n; OUTPUT $all;",
    "GET # [ { \"n\": $t } ]; PASS # SELECT &n AS n, '#n' AS m; OUTPUT [@BUFFER.first.n, @BUFFER.first.m];",
    "GET # [ { \"n\": $t } ]; PASS # SELECT ? AS n; OUTPUT [@BUFFER.first.n];",
    "GET # [ { \"n\": $t } ]; TRANS # { \"a\": &n, \"b\": \"#n\", \"c\": \"&(n)\", \"d\": $t };
     OUTPUT [@BUFFER.first.a, @BUFFER.first.b, @BUFFER.first.c, @BUFFER.first.d];",
    "CACHE 'c' # [ { \"n\": $t } ]; OPEN CACHE; SET $a := SELECT n FROM c WHERE n = $t; OUTPUT [$a];",
    "VAR $t2 := '#{'t'}', $t3 := \"#{\"t\"}\"; OUTPUT [$t2, $t3];",
];

fn check(host: &Host, program: &str, text: &str) {
    let found = host.outputs(program, text);
    assert!(!found.is_empty(), "{program}");
    for value in found {
        assert_eq!(value, text, "{program}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn text_comes_back_from_every_place(text in HOSTILE) {
        let host = Host::new();
        for program in PROGRAMS {
            check(&host, program, &text);
        }
    }

    #[test]
    fn a_quoted_parameter_ends_neither_literal_nor_block(text in HOSTILE) {
        let host = Host::new();
        let embedded = "[<%= '#{'t'}' %>|<%= \"#{\"t\"}\" %>]";
        let source = Source::with_arguments("line", embedded, &[("t", text.as_str())]);
        let script = compile_embedded(&source).unwrap();
        let outcome = Runner::new(script, host.environment()).run().unwrap();
        prop_assert_eq!(outcome.written(&Cancel::new()), format!("[{text}|{text}]"));
        // SQL keeps the doubled backslash of the rule.
        let program = "SET $a := SELECT '#{'t'}' AS a; OUTPUT [$a];";
        prop_assert_eq!(host.outputs(program, &text), [text.replace('\\', "\\\\")]);
    }

    #[test]
    fn embedded_text_gets_it_raw(text in HOSTILE) {
        let host = Host::new();
        let script = compile_embedded(&Source::new("line", "[<%= $t %>]")).unwrap();
        let outcome = Runner::new(script, host.environment()).place("t", Value::text(text.as_str())).run();
        prop_assert_eq!(outcome.unwrap().written(&Cancel::new()), format!("[{text}]"));
    }

    #[test]
    fn words_of_redis_stay_whole(text in HOSTILE) {
        let mut quoted = String::from("set key ");
        crate::value::write_shell_text(&text, &mut quoted);
        let words = crate::connectors::redis::split_words(&quoted);
        prop_assert_eq!(words, ["set", "key", text.as_str()]);
    }
}

/// Moves the text through the statements of data flow.
const FLOWS: &[&str] = &[
    "PAGE # SELECT id, $t AS n FROM y WHERE id > @{id} ORDER BY id LIMIT 10;
     BATCH # INSERT INTO x (id, n);",
    "PAGE # SELECT id, n FROM y WHERE id > @{id} AND n = $t ORDER BY id LIMIT 10;
     BATCH # INSERT INTO x (id, n) VALUES (?, ?);",
    "BLOCK FROM 1 TO 3 PER 1 # SELECT id, '''$t''' AS n FROM y WHERE id > @{id} AND id <= @{id};
     BATCH # INSERT INTO x (id, n) VALUES (#id, &n);",
    "BLOCK FROM 1 TO 3 PER 2 # SELECT id, n FROM y WHERE id > @{id} AND id <= @{id};
     PROCESS # SELECT &id AS id, &n AS n, '#n' AS m FROM y WHERE id = #id AND n = &n;
     BATCH # INSERT INTO x (id, n) VALUES (&id, '#m');",
    "BLOCK FROM 1 TO 3 PER 2 # SELECT id, n FROM y WHERE id > @{id} AND id <= @{id};
     PROCESS # SELECT id, n FROM y WHERE id = ? AND n = ?; PUT # INSERT INTO x (id, n);",
    "GET # SELECT id, n FROM y; BATCH # INSERT INTO x (id, n) VALUES (&id, '#(n)');",
    "INSERT INTO x SELECT id, '' FROM y;
     BLOCK FROM 1 TO 3 PER 1 # UPDATE x SET n = $t WHERE id > @{id} AND id <= @{id};",
];

/// Every flow must bring three rows with the text.
fn check_flows(host: &Host, text: &str) {
    for flow in FLOWS {
        let program = format!(
            "DROP TABLE IF EXISTS x; CREATE TABLE x (id INT, n TEXT);
             DROP TABLE IF EXISTS y; CREATE TABLE y (id INT, n TEXT);
             SAVE TO DEFAULT; GET # 1 TO 3; PUT # INSERT INTO y (id, n) VALUES (#item, $t);
             {flow} VAR $rows := SELECT n FROM x; VAR $all := $rows.n; OUTPUT $all;"
        );
        let found = host.outputs(&program, text);
        assert_eq!(found, [text; 3], "{flow}");
    }
}

/// Files of every form, in the folder of the host, and the databases of the run.
const FILES: &[&str] = &[
    "SAVE AS CSV FILE 'h.csv'; OPEN CSV FILE 'h.csv' AS TABLE f WITH FIRST ROW HEADERS;
     SET $a := SELECT n FROM :f; OUTPUT [$a];",
    "SAVE AS JSON FILE 'h.json'; OPEN JSON FILE 'h.json' AS TABLE f;
     SET $a := SELECT n FROM :f; OUTPUT [$a];",
    "SAVE AS EXCEL 'h.xlsx'; PREP # INSERT INTO s (A) VALUES ('n');
     PUT # INSERT INTO s (A) VALUES (&n); PUT # INSERT INTO s (A) VALUES ('#n');
     SAVE TO DEFAULT; OPEN EXCEL 'h.xlsx' AS f;
     VAR $rows := SELECT n FROM :f; VAR $all := $rows.n; OUTPUT $all;",
    "SAVE AS CACHE TABLE 'h'; OPEN CACHE; SET $a := SELECT n FROM h WHERE n = $t; OUTPUT [$a];",
    "SAVE AS TEMP TABLE 'h' KEY (n); OPEN TEMP; SET $a := SELECT n FROM h WHERE n = $t; OUTPUT [$a];",
    "TEMP 'h' # SELECT $t AS n; OPEN TEMP; SET $a := SELECT n FROM h WHERE n = $t; OUTPUT [$a];",
    "SET $done := FILE WRITE './h.txt' APPEND $t; SET $a := FILE READ './h.txt';
     SET $gone := FILE DELETE './h.txt'; OUTPUT [$a];",
];

/// A host with a folder of its own, which lasts as long as the second answer.
fn at_home() -> (Host, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut host = Host::new();
    host.home = folder.path().to_owned();
    (host, folder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn text_comes_back_through_flows(text in HOSTILE) {
        check_flows(&Host::new(), &text);
    }

    #[test]
    fn text_comes_back_from_files(text in HOSTILE) {
        let (host, _folder) = at_home();
        // An empty field is NULL.
        let text = format!("x{text}");
        for program in FILES {
            check(&host, &format!("GET # [ {{ \"n\": $t }} ]; {program}"), &text);
        }
    }

    /// Files of this form have no quotes: what they can hold comes back.
    #[test]
    fn text_without_line_ends_comes_back_from_text_files(text in "[ -{}~'\"\\\\;$#@\u{e9}]{1,12}") {
        let (host, _folder) = at_home();
        let program = "GET # [ { \"n\": $t, \"m\": 1 } ]; SAVE AS TXT FILE 'h.txt' DELIMITED BY '|';
            OPEN TXT FILE 'h.txt' AS TABLE f (n, m) DELIMITED BY '|' SKIP 1;
            SET $a := SELECT n FROM :f; OUTPUT [$a];";
        check(&host, program, &text);
    }

    #[test]
    fn text_comes_back_from_redis(text in HOSTILE) {
        let host = super::redis::host();
        let program = "OPEN REDIS main; VAR $r := { \"t\": $t };
            SET $a := ${ REDIS set $t $t }; SET $a := REDIS get $t;
            SET $b := ${ REDIS set 'k' '''$t''' }; SET $b := REDIS get k;
            SET $c := ${ REDIS set \"c\" $r.t }; SET $c := REDIS get \"c\";
            GET # [ { \"k\": \"row\", \"n\": $t } ];
            PUT # REDIS set &k &n; SET $d := REDIS get row;
            PUT # REDIS set #k #n; SET $e := REDIS get row;
            PREP # REDIS hset h $t $t; SET $f := REDIS hget h $t;
            PASS # REDIS hget h &n; SET $g := @BUFFER.first.item;
            OUTPUT [$a, $b, $c, $d, $e, $f, $g];";
        check(&host, program, &text);
    }

    #[test]
    fn text_comes_back_from_an_echo(text in HOSTILE) {
        let host = Host::new();
        let (url, _) = super::outside::http_server(&host, "200 OK", super::outside::ECHO);
        let program = "REQUEST JSON API '{url}' USE METHOD post SEND DATA { \"t\": $t, \"l\": [$t] };
            SET $a := PARSE '/t' AS VALUE; SET $b := PARSE '/l/0' AS VALUE; OUTPUT [$a, $b];";
        check(&host, &program.replace("{url}", &url), &text);
    }
}

/// What ends a line in the head of a mail would begin a line of its own.
#[test]
fn a_mail_has_no_head_but_its_own() {
    let mut host = Host::new();
    let (port, heard) = super::outside::smtp_sink(&host);
    let settings = &mut host.definitions.settings;
    settings.insert("EMAIL_SENDER_ACCOUNT".into(), "keeper@example.org".into());
    let program = format!(
        "SEND MAIL '''$t''' CONTENT '<%= $x %>' PLACE DATA {{ \"x\": $t }} SET PERSONAL '''$t'''
         SET SMTP HOST 127.0.0.1 PORT {port} TO 'ada@example.org';"
    );
    let text = "it's\r\nX-Evil: 1\r\n.\r\nRCPT TO:<eve@example.org>\r\n\"<\\";
    let source = Source::with_arguments("test.pql", program.as_str(), &[("t", text)]);
    let script = compile(&source).unwrap_or_else(|faults| panic!("{faults:?}"));
    let runner = Runner::new(script, host.environment()).place("t", Value::text(text));
    let outcome = runner
        .run()
        .unwrap_or_else(|error| panic!("{}", error.render()));
    assert!(outcome.value().to_json().contains("Sent."), "{outcome:?}");
    let heard = heard.lock().unwrap();
    let head = heard.iter().take_while(|line| !line.is_empty());
    assert!(
        !head.clone().any(|line| line.starts_with("X-Evil")),
        "{heard:?}"
    );
    let orders = head.filter(|line| line.starts_with("RCPT"));
    assert_eq!(orders.count(), 1, "{heard:?}");
}

#[test]
fn text_comes_back_from_mariadb() {
    text_comes_back_from(&mariadb::Server::shared().fresh_database());
}

#[test]
fn text_comes_back_from_postgresql() {
    text_comes_back_from(&postgres::Server::shared().fresh_database());
}

fn text_comes_back_from(base: &str) {
    let mut host = Host::new();
    let source = sql::source(base, sql::Options::default(), host.runtime.handle()).unwrap();
    for name in ["jdbc.default", "sqlite.other"] {
        let name = ConnectionName::parse(name).unwrap();
        let connection = Connection {
            id: None,
            name: name.clone(),
            source: std::sync::Arc::clone(&source),
            digest: "".into(),
        };
        host.definitions.connections.insert(name, connection.into());
    }
    let settings = &mut host.definitions.settings;
    settings.insert("PQL_PARALLEL".into(), "2".into());
    let all = |text: &str| {
        for program in PROGRAMS {
            if program.contains("CREATE TABLE") {
                drop(host.run("DROP TABLE IF EXISTS x;"));
            }
            check(&host, program, text);
        }
        check_flows(&host, text);
    };
    // The worst known first, then others by chance.
    let texts = [
        "it's \\ '' \\' \" ;--",
        "a\\",
        "\\'; DROP TABLE x; -- ",
        "$t #{t} ${ 1 } #n &n ? @x %x! ~u0027 <%= 1 %> @{id}",
        "\u{e9}\n\r\t`/* */",
        "",
    ];
    texts.into_iter().for_each(all);
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10)
    };
    let outcome = proptest::test_runner::TestRunner::new(config).run(&HOSTILE, |text| {
        all(&text);
        Ok(())
    });
    outcome.unwrap_or_else(|fault| panic!("{fault}"));
}
