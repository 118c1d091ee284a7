//! Hostile text through every place where values are embedded: it must come back unchanged.

use proptest::prelude::*;

use super::Host;
use crate::mariadb;
use crate::model::ConnectionName;
use crate::postgres;
use crate::pql::syntax::Source;
use crate::pql::{Runner, compile, compile_embedded};
use crate::registry::Connection;
use crate::sql;
use crate::value::Value;

/// Signs that mean something to PQL, to SQL, to JSON or to the shell, and a few others.
const HOSTILE: &str = "([ -~]|'|\"|\\\\|--|/\\*|\\*/|;|\\$x|\\$\\{|#\\{t\\}|#n|&n|\\?|@x|%x|!|\
                       ~u0027|<%|%>|\u{e9}|\u{1f600}|\n|\r|\t){0,12}";

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

fn outputs(host: &Host, program: &str, text: &str) -> Vec<String> {
    let source = Source::with_arguments("test.pql", program, &[("t", text)]);
    let script = compile(&source).unwrap_or_else(|faults| panic!("{program}: {faults:?}"));
    let runner = Runner::new(script, host.environment()).place("t", Value::text(text));
    let outcome = runner
        .run()
        .unwrap_or_else(|error| panic!("{text:?}\n{}", error.render()));
    let values = outcome.value().to_array();
    values.iter().map(Value::to_string).collect()
}

fn check(host: &Host, program: &str, text: &str) {
    let found = outputs(host, program, text);
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
        prop_assert_eq!(outcome.text(), format!("[{text}|{text}]"));
        // SQL keeps the doubled backslash of the rule.
        let program = "SET $a := SELECT '#{'t'}' AS a; OUTPUT [$a];";
        prop_assert_eq!(outputs(&host, program, &text), [text.replace('\\', "\\\\")]);
    }

    #[test]
    fn embedded_text_gets_it_raw(text in HOSTILE) {
        let host = Host::new();
        let script = compile_embedded(&Source::new("line", "[<%= $t %>]")).unwrap();
        let outcome = Runner::new(script, host.environment()).place("t", Value::text(text.as_str())).run();
        prop_assert_eq!(outcome.unwrap().text(), format!("[{text}]"));
    }

    #[test]
    fn words_of_redis_stay_whole(text in HOSTILE) {
        let mut quoted = String::from("set key ");
        crate::value::write_shell_text(&text, &mut quoted);
        let words = crate::connectors::redis::split_words(&quoted);
        prop_assert_eq!(words, ["set", "key", text.as_str()]);
    }
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
    let texts = [
        "it's \\ '' \\' \" ;--",
        "a\\",
        "\\'; DROP TABLE x; -- ",
        "$t #{t} ${ 1 } #n &n ? @x %x! ~u0027 <%= 1 %>",
        "\u{e9}\n\r\t`/* */",
        "",
    ];
    for text in texts {
        for program in PROGRAMS {
            if program.contains("CREATE TABLE") {
                drop(host.run("DROP TABLE IF EXISTS x;"));
            }
            check(&host, program, text);
        }
    }
}
