//! Every limit has a program that reaches it.

use super::Host;
use crate::fault::Code;
use crate::pql::Limits;

#[track_caller]
fn reaches(limits: Limits, program: &str, words: &str) {
    let mut host = Host::new();
    host.limits = limits;
    let error = host.run(program).expect_err("a limit is reached");
    assert_eq!(error.code(), Code::PQL_LIMIT, "{error}");
    assert!(error.message().contains(words), "{error}");
}

#[test]
fn limits_are_reached() {
    let rows = Limits {
        rows: 3,
        ..Limits::default()
    };
    reaches(
        rows,
        "FOR $i IN 1 TO 4 LOOP PRINT $i; END LOOP;",
        "the range",
    );
    reaches(rows, "VAR $x := 1 TO 4;", "range");
    reaches(
        rows,
        "GET # [1, 2]; GET # [3, 4];",
        "the buffer grows beyond 3 rows",
    );
    reaches(
        rows,
        "VAR $x := SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4;",
        "the result grows beyond 3 rows",
    );
    reaches(
        rows,
        "GET # [1, 2]; PASS # SELECT #item UNION ALL SELECT 9;",
        "the buffer",
    );
    reaches(
        rows,
        "GET # [1, 2]; TRANS # [ { \"a\": &item }, { \"a\": 0 } ];",
        "the buffer",
    );
    reaches(
        rows,
        "BLOCK FROM 1 TO 40 PER 10 # SELECT 1 WHERE 1 > @{id} AND 1 <= @{id};",
        "the number of ranges",
    );
    let text = Limits {
        text_bytes: 64,
        ..Limits::default()
    };
    let long = "SET $s := '0123456789'; FOR $i IN 1 TO 9 LOOP";
    reaches(
        text,
        &format!("{long} SET $s := $s + $i + '--------'; END LOOP;"),
        "the text grows",
    );
    reaches(
        text,
        &format!("{long} SET $s := '''$s$s'''; END LOOP;"),
        "the text grows",
    );
    let steps = Limits {
        steps: Some(10),
        ..Limits::default()
    };
    reaches(steps, "WHILE true LOOP SET $i := 1; END LOOP;", "10 steps");
    reaches(
        Limits {
            call_depth: 5,
            ..Limits::default()
        },
        "FUNCTION $f () BEGIN RETURN $f(); END; PRINT $f();",
        "deeper than 5",
    );
}
