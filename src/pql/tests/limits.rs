//! Every limit has a program that reaches it.

use super::Host;
use crate::fault::Code;
use crate::pql::syntax::Source;
use crate::pql::{Limits, compile};

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
        "BLOCK would make 4 ranges, more than 3",
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

#[test]
fn rows_of_producers_are_limited() {
    let rows = Limits {
        rows: 3,
        ..Limits::default()
    };
    let four = "SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4";
    for program in [
        format!("PAGE # SELECT id FROM ({four}) WHERE id > @{{id}}; SAVE AS CACHE TABLE x;"),
        format!(
            "BLOCK FROM 1 TO 4 # SELECT id FROM ({four}) WHERE id > @{{id}} AND id <= @{{id}}; SAVE AS CACHE TABLE x;"
        ),
        format!("PAGE # {four};"),
        format!("CACHE 'c' # {four};"),
    ] {
        reaches(rows, &program, "the result grows beyond 3 rows");
    }
    reaches(
        rows,
        "BLOCK FROM 1 TO 1 # SELECT 1 AS id WHERE 1 > @{id} AND 1 <= @{id};
         PROCESS # SELECT #id AS id UNION ALL SELECT 1; PROCESS # SELECT #id AS id UNION ALL SELECT 2;
         SAVE AS CACHE TABLE x;",
        "the result grows beyond 3 rows",
    );
    reaches(
        rows,
        "GET # [1, 2]; SAVE AS JSON FILE 'f.json'; GET # [3, 4]; SAVE TO JSON FILE 'f.json';
         OPEN JSON FILE 'f.json' AS f; VAR $x := SELECT * FROM :f;",
        "the result grows beyond 3 rows",
    );
    // Pages of three rows move any number.
    let mut host = Host::new();
    host.limits = rows;
    let program = format!(
        "PAGE # SELECT id FROM ({four}) WHERE id > @{{id}} ORDER BY id LIMIT 3;
         SAVE AS CACHE TABLE x; OPEN CACHE; SET $n := SELECT COUNT(*) FROM x; PRINT $n;"
    );
    host.run(&program).unwrap();
    assert_eq!(host.lines(), "4");
}

#[test]
fn nesting_is_limited_in_every_text() {
    let eight = "PRINT ((((((1))))));";
    let nine = "PRINT ((((((((((1))))))))));";
    let fault = |text: &str, levels: usize| {
        let source = Source::new("test.pql", text).with_nesting_max(levels);
        let found = compile(&source).err().unwrap_or_default();
        found.first().map(|fault| fault.code)
    };
    assert_eq!(fault(eight, 8), None);
    assert_eq!(fault(nine, 8), Some(Code::PQL_LIMIT));
    assert_eq!(fault(nine, 64), None);
    let blocks = format!("{} {}", "IF true THEN ".repeat(9), "END IF; ".repeat(9));
    assert_eq!(fault(&blocks, 8), Some(Code::PQL_LIMIT));
    let deepest = format!("PRINT {}1{};", "(".repeat(70), ")".repeat(70));
    assert_eq!(fault(&deepest, usize::MAX), Some(Code::PQL_LIMIT));
    let nesting = Limits {
        nesting: 8,
        ..Limits::default()
    };
    reaches(nesting, &format!("EXEC '{nine}';"), "nested deeper than 8");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep.pql");
    std::fs::write(&file, nine).unwrap();
    reaches(
        nesting,
        &format!("RUN PQL '{}';", file.display()),
        "nested deeper than 8",
    );
    let map = "VAR $x := [1] -> MAP '((((((((((#item))))))))))';";
    reaches(nesting, map, "nested deeper than 8");
}

/// The stack of a run is enough for the most calls, each in the deepest expression.
#[test]
fn the_deepest_calls_reach_the_limit_and_not_the_end_of_the_stack() {
    let limits = Limits {
        call_depth: 1024,
        ..Limits::default()
    };
    let deep = format!("{}$f(){}", "1 + (".repeat(50), ")".repeat(50));
    let program = format!("FUNCTION $f () BEGIN RETURN {deep}; END;");
    reaches(
        limits,
        &format!("{program} PRINT $f();"),
        "deeper than 1024",
    );
    let blocks = format!(
        "FUNCTION $f () BEGIN {} SET $x := $f(); {} END; PRINT $f();",
        "IF true THEN ".repeat(50),
        "END IF; ".repeat(50)
    );
    reaches(limits, &blocks, "deeper than 1024");
    // Threads of PAR have the same stack.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep.pql");
    std::fs::write(&file, format!("{program} PRINT $f();")).unwrap();
    let mut host = Host::new();
    host.limits = limits;
    let error = host.run(&format!(
        "GET # [1, 2]; PAR # RUN PQL '{}';",
        file.display()
    ));
    let error = error.expect_err("both programs fail");
    assert!(error.message().contains("deeper than 1024"), "{error}");
}

#[test]
fn texts_of_links_are_limited() {
    let text = Limits {
        text_bytes: 64,
        ..Limits::default()
    };
    reaches(
        text,
        "VAR $x := 'ab' -> REPEAT 33;",
        "the text grows beyond 64 bytes",
    );
    let list = "VAR $l := 1 TO 99;";
    let long = "VAR $s := 'ab' -> REPEAT 32;";
    for program in [
        "VAR $x := 1 TO 99; VAR $y := $x -> JOIN ', ';".to_owned(),
        format!("{long} VAR $y := $s CONCAT 'c';"),
        format!("{long} VAR $y := $s + 'c';"),
        format!("{long} VAR $y := @CONCAT($s, 'c');"),
        format!("{long} VAR $y := '''$s c''';"),
        format!("{list} PRINT $l;"),
        format!("{list} PRINT ('a', $l);"),
        format!("{list} VAR $y := '' + $l;"),
        format!("{list} VAR $s := ''; SET $s := $s + $l;"),
        format!("{list} VAR $y := $l -> TO UPPER;"),
        format!("{list} VAR $y := 'a' CONCAT $l;"),
        format!("{list} VAR $y := @LENGTH($l);"),
        format!("{list} VAR $y := @CONCAT($l);"),
    ] {
        reaches(text, &program, "the text grows beyond 64 bytes");
    }
}
