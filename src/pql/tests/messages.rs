//! What failed runs say: the line, the values involved, a mark under what failed, the calls.

use super::Host;

fn message(text: &str) -> String {
    let error = Host::new().run(text).expect_err("the program fails");
    error.render()
}

#[test]
fn the_values_of_an_operation_are_told() {
    insta::assert_snapshot!(message("SET $n := 0;\n\tPRINT 5 + 7 % $n;"), @r#"
        error: line 2: division by zero in `7 % 0`
         --> test.pql:2:14
        2 | 	PRINT 5 + 7 % $n;
          | 	            ^
          = code: KP-3003
        "#);
    insta::assert_snapshot!(message("PRINT 9223372036854775807 + 1;"), @r#"
        error: line 1: number overflow in `9223372036854775807 + 1`
         --> test.pql:1:27
        1 | PRINT 9223372036854775807 + 1;
          |                           ^
          = code: KP-3003
        "#);
    insta::assert_snapshot!(message("PRINT 'abc' * 2;"), @r#"
        error: line 1: TEXT `abc` cannot be converted to DECIMAL
         --> test.pql:1:13
        1 | PRINT 'abc' * 2;
          |             ^
          = code: KP-3002
        "#);
}

#[test]
fn a_missing_value_is_told_by_its_name() {
    insta::assert_snapshot!(message("VAR $none; PRINT 1 + $none;"), @r#"
        error: line 1: `$none` is null and cannot be computed with
         --> test.pql:1:22
        1 | VAR $none; PRINT 1 + $none;
          |                      ^^^^^
          = code: KP-3001
        "#);
    insta::assert_snapshot!(message("OPEN CACHE;\nSELECT $nothing;"), @r#"
        error: line 2: `$nothing` is undefined and cannot be sent to a database
         --> test.pql:2:8
        2 | SELECT $nothing;
          |        ^^^^^^^^
          = code: KP-3001
        "#);
    insta::assert_snapshot!(message("VAR $l := [1, 2]; PRINT $l[5];"), @r#"
        error: line 1: index `5` is out of range, ARRAY has 2 elements counted from 0
         --> test.pql:1:27
        1 | VAR $l := [1, 2]; PRINT $l[5];
          |                           ^^^
          = code: KP-3004
        "#);
    insta::assert_snapshot!(message("IF $nothing > 1 THEN PRINT 1; END IF;"), @r#"
        error: line 1: `$nothing` is undefined and cannot be ordered
         --> test.pql:1:4
        1 | IF $nothing > 1 THEN PRINT 1; END IF;
          |    ^^^^^^^^
          = code: KP-3001
        "#);
}

#[test]
fn an_error_inside_a_text_points_into_it() {
    insta::assert_snapshot!(message("SET $z := 0;\nPRINT '''two\nlines ${ 1 / $z }''';"), @r#"
        error: line 3: division by zero in `1 / 0`
         --> test.pql:3:12
        3 | lines ${ 1 / $z }''';
          |            ^
          = code: KP-3003
        "#);
}

#[test]
fn the_functions_that_were_called_are_told_once() {
    let text = "FUNCTION $inner($n) BEGIN IF $n = 0 THEN RETURN 1 / $n; END IF; RETURN $inner($n - 1); END;
FUNCTION $outer() BEGIN RETURN $inner(3); END;
PRINT $outer();";
    insta::assert_snapshot!(message(text), @r#"
        error: line 1: division by zero in `1 / 0`
         --> test.pql:1:51
        1 | FUNCTION $inner($n) BEGIN IF $n = 0 THEN RETURN 1 / $n; END IF; RETURN $inner($n - 1); END;
          |                                                   ^
          = in function `$inner`, 4 levels
          = in function `$outer`
          = code: KP-3003
        "#);
}

#[test]
fn a_long_line_is_shown_around_its_fault() {
    let text = format!(
        "PRINT '{}' + 1 / 0 + '{}';",
        "x".repeat(400),
        "y".repeat(400)
    );
    let shown = message(&text);
    assert!(
        shown.lines().all(|line| line.chars().count() < 200),
        "{shown}"
    );
    let lines: Vec<&str> = shown.lines().collect();
    let at = lines[3].find('^').expect("a mark");
    assert_eq!(lines[2].chars().nth(at), Some('/'), "{shown}");
}
