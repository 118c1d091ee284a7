//! Faulty programs and what is said about them: every parse error of the catalogue.

use crate::pql::syntax::parser::tests::messages_of;

#[test]
fn unclosed_literal() {
    let program = "PRINT 1;\nPRINT 'abc;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: unclosed literal
     --> t.pql:2:7
    2 | PRINT 'abc;
      |       ^ opened here
      = help: close it with `'`
      = code: KP-2001
    "#);
}

#[test]
fn unclosed_rich_string() {
    let program = "PRINT '''abc $x;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unclosed rich string
     --> t.pql:1:7
    1 | PRINT '''abc $x;
      |       ^^^ opened here
      = help: close it with `'''`
      = code: KP-2001
    "#);
}

#[test]
fn unclosed_comment() {
    let program = "PRINT 1; /* abc\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unclosed comment
     --> t.pql:1:10
    1 | PRINT 1; /* abc
      |          ^^ opened here
      = help: close it with `*/`
      = code: KP-2001
    "#);
}

#[test]
fn unclosed_bracket() {
    let program = "PRINT (1 + [2;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unclosed bracket `[`
     --> t.pql:1:12
    1 | PRINT (1 + [2;
      |            ^ opened here
      = help: close it with `]` before the statement ends
      = code: KP-2001
    "#);
}

#[test]
fn unclosed_embedding() {
    let program = "SELECT ${ $a FROM t;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unclosed bracket `${`
     --> t.pql:1:8
    1 | SELECT ${ $a FROM t;
      |        ^^ opened here
      = help: close it with `}` before the statement ends
      = code: KP-2001
    "#);
}

#[test]
fn stray_closing_bracket() {
    let program = "PRINT 1;\nPRINT 2);";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: stray closing `)`
     --> t.pql:2:8
    2 | PRINT 2);
      |        ^ nothing is open that this closes
      = code: KP-2001
    "#);
}

#[test]
fn crossed_brackets() {
    let program = "PRINT (1 + [2, 3);";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unclosed bracket `[`
     --> t.pql:1:12
    1 | PRINT (1 + [2, 3);
      |            ^ opened here
      = help: close it with `]` before the statement ends
      = code: KP-2001
    "#);
}

#[test]
fn rich_in_rich() {
    let program = r#"PRINT '''a ${ """b""" }''';"#;
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: a rich string inside a rich string
     --> t.pql:1:15
    1 | PRINT '''a ${ """b""" }''';
      |               ^^^ not allowed here
      = help: close the outer one first, or use a plain literal
      = code: KP-2001
    error: line 1: a rich string inside a rich string
     --> t.pql:1:19
    1 | PRINT '''a ${ """b""" }''';
      |                   ^^^ not allowed here
      = help: close the outer one first, or use a plain literal
      = code: KP-2001
    "#);
}

#[test]
fn unrecognised_statement() {
    let program = "PRINT 1;\nSLECT 1;\nWITH x AS (SELECT 1) SELECT 2;\n$x := 1;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: unrecognised statement `SLECT`
     --> t.pql:2:1
    2 | SLECT 1;
      | ^^^^^ no statement begins so
      = help: did you mean `SELECT`?
      = code: KP-2002
    error: line 3: unrecognised statement `WITH`
     --> t.pql:3:1
    3 | WITH x AS (SELECT 1) SELECT 2;
      | ^^^^ no statement begins so
      = help: to send it to the database write `SELECT # ..` or `UPDATE # ..`
      = code: KP-2002
    error: line 4: unrecognised statement `$x`
     --> t.pql:4:1
    4 | $x := 1;
      | ^^ no statement begins so
      = help: to assign a variable write `SET` before it
      = code: KP-2002
    "#);
}

#[test]
fn if_without_then() {
    let program = "IF $a > 1 PRINT 1; END IF;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `IF` without `THEN`, found `PRINT`
     --> t.pql:1:11
    1 | IF $a > 1 PRINT 1; END IF;
      |           ^^^^^ expected `THEN`
      = code: KP-2002
    "#);
}

#[test]
fn for_without_loop() {
    let program = "FOR $i IN 1 TO 3 PRINT $i; END LOOP;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `FOR` without `LOOP`, found `PRINT`
     --> t.pql:1:18
    1 | FOR $i IN 1 TO 3 PRINT $i; END LOOP;
      |                  ^^^^^ expected `LOOP`
      = code: KP-2002
    "#);
}

#[test]
fn while_without_loop() {
    let program = "WHILE $a PRINT $i; END LOOP;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `WHILE` without `LOOP`, found `PRINT`
     --> t.pql:1:10
    1 | WHILE $a PRINT $i; END LOOP;
      |          ^^^^^ expected `LOOP`
      = code: KP-2002
    "#);
}

#[test]
fn set_without_value() {
    let program = "SET $x;\nSET $x := ;\nSET x := 1;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: expected `:=` or `=:`, found `;`
     --> t.pql:1:7
    1 | SET $x;
      |       ^ expected `:=` or `=:`
      = code: KP-2002
    error: line 2: `SET` without a value: value expected, found `;`
     --> t.pql:2:11
    2 | SET $x := ;
      |           ^ expected a value
      = code: KP-2002
    error: line 3: expected a variable, found `x`
     --> t.pql:3:5
    3 | SET x := 1;
      |     ^ expected a variable
      = code: KP-2002
    "#);
}

#[test]
fn var_without_value() {
    let program = "VAR $x := ;\nVAR $a := 1, 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `VAR` without a value: value expected, found `;`
     --> t.pql:1:11
    1 | VAR $x := ;
      |           ^ expected a value
      = code: KP-2002
    error: line 2: expected a variable, found `2`
     --> t.pql:2:14
    2 | VAR $a := 1, 2;
      |              ^ expected a variable
      = code: KP-2002
    "#);
}

#[test]
fn function_parameters() {
    let program = "FUNCTION $f (a, b) BEGIN RETURN 1; END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: expected a parameter with `$`, found `a`
     --> t.pql:1:14
    1 | FUNCTION $f (a, b) BEGIN RETURN 1; END;
      |              ^ expected a parameter with `$`
      = code: KP-2002
    "#);
}

#[test]
fn function_without_begin() {
    let program = "FUNCTION $f ($a) RETURN 1; END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `FUNCTION` without `BEGIN`, found `RETURN`
     --> t.pql:1:18
    1 | FUNCTION $f ($a) RETURN 1; END;
      |                  ^^^^^^ expected `BEGIN`
      = code: KP-2002
    "#);
}

#[test]
fn branch_words_without_opener() {
    let program = "ELSE PRINT 1;\nEND IF;\nWHEN 1 THEN PRINT 2;\nELSIF $a THEN;\nPRINT 3;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `ELSE` without an open `IF` or `CASE`
     --> t.pql:1:1
    1 | ELSE PRINT 1;
      | ^^^^ nothing to belong to
      = code: KP-2002
    error: line 2: `END` without an open block
     --> t.pql:2:1
    2 | END IF;
      | ^^^ nothing to belong to
      = code: KP-2002
    error: line 3: `WHEN` without an open `CASE`
     --> t.pql:3:1
    3 | WHEN 1 THEN PRINT 2;
      | ^^^^ nothing to belong to
      = code: KP-2002
    error: line 4: `ELSIF` without an open `IF`
     --> t.pql:4:1
    4 | ELSIF $a THEN;
      | ^^^^^ nothing to belong to
      = code: KP-2002
    "#);
}

#[test]
fn end_of_the_wrong_kind() {
    let program = "IF $a THEN\n  PRINT 1;\nEND LOOP;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 3: `IF` opened at line 1 is not closed
     --> t.pql:3:1
    3 | END LOOP;
      | ^^^ expected `END IF`
      :
    1 | IF $a THEN
      | ^^ opened here
      = code: KP-2002
    "#);
}

#[test]
fn missing_end_inside_a_loop() {
    let program = "FOR $i IN 1 TO 3 LOOP\n  IF $i > 1 THEN\n    PRINT $i;\nEND LOOP;\nPRINT 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 4: `IF` opened at line 2 is not closed
     --> t.pql:4:1
    4 | END LOOP;
      | ^^^ expected `END IF`
      :
    2 |   IF $i > 1 THEN
      |   ^^ opened here
      = code: KP-2002
    "#);
}

#[test]
fn missing_end() {
    let program = "PRINT 1;\nIF $a THEN\n  PRINT 1;\n";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: `IF` opened at line 2 is not closed
     --> t.pql:2:1
    2 | IF $a THEN
      | ^^ opened here
      = help: write `END IF;`
      = code: KP-2002
    "#);
}

#[test]
fn case_without_when() {
    let program = "CASE $x PRINT 1; END CASE;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: expected `WHEN`, found `PRINT`
     --> t.pql:1:9
    1 | CASE $x PRINT 1; END CASE;
      |         ^^^^^ expected `WHEN`
      = help: `CASE` needs at least one `WHEN`
      = code: KP-2002
    "#);
}

#[test]
fn else_before_another_branch() {
    let program = "IF $a THEN PRINT 1; ELSE PRINT 2;\nELSIF $b THEN PRINT 3; END IF;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: `ELSIF` after the `ELSE` of line 1 in the same `IF`
     --> t.pql:2:1
    2 | ELSIF $b THEN PRINT 3; END IF;
      | ^^^^^ not after `ELSE`
      :
    1 | IF $a THEN PRINT 1; ELSE PRINT 2;
      |                     ^^^^ `ELSE` is here
      = code: KP-2002
    "#);
}

#[test]
fn jump_outside_a_loop() {
    let program = "EXIT;\nFOR $i IN 1 TO 3 LOOP PRINT $i; END LOOP;\nCONTINUE WHEN $a;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `EXIT` outside a loop
     --> t.pql:1:1
    1 | EXIT;
      | ^^^^ no loop around it
      = help: to end the program write `RETURN` or `EXIT CODE`
      = code: KP-2002
    error: line 3: `CONTINUE` outside a loop
     --> t.pql:3:1
    3 | CONTINUE WHEN $a;
      | ^^^^^^^^ no loop around it
      = help: to end the program write `RETURN` or `EXIT CODE`
      = code: KP-2002
    "#);
}

#[test]
fn jump_inside_a_function_inside_a_loop() {
    let program = "WHILE $a LOOP FUNCTION $f () BEGIN EXIT; END; END LOOP;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `EXIT` outside a loop
     --> t.pql:1:36
    1 | WHILE $a LOOP FUNCTION $f () BEGIN EXIT; END; END LOOP;
      |                                    ^^^^ no loop around it
      = help: to end the program write `RETURN` or `EXIT CODE`
      = code: KP-2002
    "#);
}

#[test]
fn let_on_another_variable() {
    let program = "LET @x ADD 1;\nLET $x;\nLET $x ADDD 1;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `LET` edits a user variable, found `@x`
     --> t.pql:1:5
    1 | LET @x ADD 1;
      |     ^^ expected a variable with `$`
      = code: KP-2002
    error: line 2: expected a link such as `ADD`, found `;`
     --> t.pql:2:7
    2 | LET $x;
      |       ^ expected a link such as `ADD`
      = code: KP-2002
    error: line 3: unknown link `ADDD`
     --> t.pql:3:8
    3 | LET $x ADDD 1;
      |        ^^^^ no link has this name
      = help: did you mean `ADD`?
      = code: KP-2002
    "#);
}

#[test]
fn var_on_a_global() {
    let program = "VAR @x := 1;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `VAR` cannot declare the global variable `@x`
     --> t.pql:1:5
    1 | VAR @x := 1;
      |     ^^
      = help: write `SET @x := ..`
      = code: KP-2002
    "#);
}

#[test]
fn function_with_at() {
    let program = "FUNCTION @f () BEGIN RETURN 1; END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `FUNCTION` cannot define the system function `@f`
     --> t.pql:1:10
    1 | FUNCTION @f () BEGIN RETURN 1; END;
      |          ^^
      = help: a program defines functions with `$`; those with `@` are registered
      = code: KP-2002
    "#);
}

#[test]
fn function_twice() {
    let program = "FUNCTION $f () BEGIN END;\nFUNCTION $F () BEGIN END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: the function `$f` is already defined at line 1
     --> t.pql:2:1
    2 | FUNCTION $F () BEGIN END;
      | ^^^^^^^^^^^^^^ defined again
      :
    1 | FUNCTION $f () BEGIN END;
      | ^^^^^^^^^^^^^^ first definition
      = code: KP-2002
    "#);
}

#[test]
fn short_forms() {
    let program = "SET $x := IF $a THEN 1 END;\n\
        SET $x := IF $a THEN 1 ELSE 2;\n\
        SET $x := CASE $a WHEN 1 2 ELSE 3 END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: short `IF` without `ELSE`, found `END`
     --> t.pql:1:24
    1 | SET $x := IF $a THEN 1 END;
      |                        ^^^ expected `ELSE`
    1 | SET $x := IF $a THEN 1 END;
      |           ^^ begins here
      = help: a short `IF` ends with `ELSE value END` and has no `;` inside
      = code: KP-2002
    error: line 2: short `IF` without `END`, found `;`
     --> t.pql:2:30
    2 | SET $x := IF $a THEN 1 ELSE 2;
      |                              ^ expected `END`
    2 | SET $x := IF $a THEN 1 ELSE 2;
      |           ^^ begins here
      = help: a short `IF` ends with `ELSE value END` and has no `;` inside
      = code: KP-2002
    error: line 3: short `CASE` without `THEN`, found `2`
     --> t.pql:3:26
    3 | SET $x := CASE $a WHEN 1 2 ELSE 3 END;
      |                          ^ expected `THEN`
    3 | SET $x := CASE $a WHEN 1 2 ELSE 3 END;
      |           ^^^^ begins here
      = help: a short `CASE` ends with `ELSE value END` and has no `;` inside
      = code: KP-2002
    "#);
}

#[test]
fn invalid_json() {
    let program = "SET $x := { a: 1 };\n\
        OUTPUT [1, 2,];\n\
        OUTPUT { \"a\": b };\n\
        OUTPUT { \"a\": 1 + 2 };\n\
        OUTPUT { \"a\" 1 };";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: invalid JSON literal: expected a key in double quotes, found `a`
     --> t.pql:1:13
    1 | SET $x := { a: 1 };
      |             ^ expected a key in double quotes
      = help: keys and texts stand in double quotes
      = code: KP-2002
    error: line 2: invalid JSON literal: expected a value, found `]`
     --> t.pql:2:14
    2 | OUTPUT [1, 2,];
      |              ^ expected a value
      = help: a comma must not stand before the closing bracket
      = code: KP-2002
    error: line 3: invalid JSON literal: expected a value, found `b`
     --> t.pql:3:15
    3 | OUTPUT { "a": b };
      |               ^ expected a value
      = help: keys and texts stand in double quotes
      = code: KP-2002
    error: line 4: invalid JSON literal: expected `,` or `}`, found `+`
     --> t.pql:4:17
    4 | OUTPUT { "a": 1 + 2 };
      |                 ^ expected `,` or `}`
      = help: an expression in JSON is written `${ .. }`
      = code: KP-2002
    error: line 5: invalid JSON literal: expected `:` after the key, found `1`
     --> t.pql:5:14
    5 | OUTPUT { "a" 1 };
      |              ^ expected `:` after the key
      = code: KP-2002
    "#);
}

#[test]
fn later_statements() {
    let program =
        "LOAD JSON CONFIG FROM URL 'x';\nSAVE AS CSV STREAM FILE 'x';\nFILE DOWNLOAD 'x';";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `LOAD FROM URL` is not supported in this version
     --> t.pql:1:18
    1 | LOAD JSON CONFIG FROM URL 'x';
      |                  ^^^^
      = code: KP-2003
    error: line 2: `SAVE AS STREAM` is not supported in this version
     --> t.pql:2:9
    2 | SAVE AS CSV STREAM FILE 'x';
      |         ^^^
      = code: KP-2003
    error: line 3: `FILE DOWNLOAD` is not supported in this version
     --> t.pql:3:6
    3 | FILE DOWNLOAD 'x';
      |      ^^^^^^^^
      = code: KP-2003
    "#);
}

#[test]
fn access_inside_an_index() {
    let program = "PRINT $a[$b[1]];";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: access inside an index is not supported
     --> t.pql:1:12
    1 | PRINT $a[$b[1]];
      |            ^^^ not here
      = help: store the inner value in a variable first
      = code: KP-2002
    "#);
}

#[test]
fn unknown_link() {
    let program = "PRINT $x UPER;\nSELECT 1 -> FRIST ROW;\nSELECT 1 -> ;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unknown link `UPER`
     --> t.pql:1:10
    1 | PRINT $x UPER;
      |          ^^^^ neither a link nor the end of the statement
      = code: KP-2002
    error: line 2: unknown link `FRIST ROW`
     --> t.pql:2:13
    2 | SELECT 1 -> FRIST ROW;
      |             ^^^^^^^^^ no link has this name
      = help: did you mean `FIRST ROW`?
      = code: KP-2002
    error: line 3: expected a link after `->`, found `;`
     --> t.pql:3:13
    3 | SELECT 1 -> ;
      |             ^ expected a link after `->`
      = code: KP-2002
    "#);
}

#[test]
fn link_without_argument() {
    let program = "PRINT $x TAKE;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: the link `TAKE` needs an argument
     --> t.pql:1:14
    1 | PRINT $x TAKE;
      |              ^ expected the argument
      = code: KP-2002
    "#);
}

#[test]
fn unknown_function() {
    let program = "PRINT $erea(1);\nFUNCTION $area ($a) BEGIN RETURN 1; END;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unknown function `$erea`
     --> t.pql:1:7
    1 | PRINT $erea(1);
      |       ^^^^^ no `FUNCTION` defines it
      = help: did you mean `$area`?
      = code: KP-3005
    "#);
}

#[test]
fn print_with_commas() {
    let program = "PRINT 1, 2;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `PRINT` takes one value
     --> t.pql:1:8
    1 | PRINT 1, 2;
      |        ^ a second one
      = help: write `PRINT (a, b)` or join texts with `+`
      = code: KP-2002
    "#);
}

#[test]
fn query_as_an_operand() {
    let program = "PRINT SELECT 1;\nFOR $x IN SELECT 1 LOOP END LOOP;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: expected a value, found `SELECT`
     --> t.pql:1:7
    1 | PRINT SELECT 1;
      |       ^^^^^^ expected a value
      = help: a query inside a value is written `${{ query }}`
      = code: KP-2002
    error: line 2: the query of `FOR` stands in parentheses
     --> t.pql:2:11
    2 | FOR $x IN SELECT 1 LOOP END LOOP;
      |           ^^^^^^ expected `(`
      = help: write `FOR $x IN (SELECT ..) LOOP`
      = code: KP-2002
    "#);
}

#[test]
fn prefix_without_hash() {
    let program = "GET SELECT 1;\nPUT INSERT INTO t;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `GET` without `#`, found `SELECT`
     --> t.pql:1:5
    1 | GET SELECT 1;
      |     ^^^^^^ expected `#`
      = help: write `GET # ..`
      = code: KP-2002
    error: line 2: `PUT` without `#`, found `INSERT`
     --> t.pql:2:5
    2 | PUT INSERT INTO t;
      |     ^^^^^^ expected `#`
      = help: write `PUT # ..`
      = code: KP-2002
    "#);
}

#[test]
fn phrases() {
    let program = "OPEN x FOR y;\nOPEN;\nOPEN x USE a USE b;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: unknown phrase `FOR` in `OPEN`
     --> t.pql:1:8
    1 | OPEN x FOR y;
      |        ^^^
      = help: what may follow: `AS`, `USE`
      = code: KP-2002
    error: line 2: `OPEN` needs an argument, found `;`
     --> t.pql:2:5
    2 | OPEN;
      |     ^ expected the argument
      = code: KP-2002
    error: line 3: `USE` stands twice in `OPEN`
     --> t.pql:3:14
    3 | OPEN x USE a USE b;
      |              ^^^
      = code: KP-2002
    "#);
}

#[test]
fn warnings() {
    let program = "SET $x = 1;\nSET $y := abc;";
    insta::assert_snapshot!(messages_of(program), @r#"
    warning: line 1: `=` in `SET` is read as `:=`
     --> t.pql:1:8
    1 | SET $x = 1;
      |        ^ write `:=`
      = code: KP-2002
    warning: line 2: the bare word `abc` is taken as text
     --> t.pql:2:11
    2 | SET $y := abc;
      |           ^^^ taken as text
      = help: write `'abc'`
      = code: KP-2002
    "#);
}

#[test]
fn numbers() {
    let program = "PRINT 9223372036854775808;\nPRINT 1e999;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: the number `9223372036854775808` is too large
     --> t.pql:1:7
    1 | PRINT 9223372036854775808;
      |       ^^^^^^^^^^^^^^^^^^^
      = help: whole numbers have 64 bits, decimals end at 1.8e308
      = code: KP-2002
    error: line 2: the number `1e999` is too large
     --> t.pql:2:7
    2 | PRINT 1e999;
      |       ^^^^^
      = help: whole numbers have 64 bits, decimals end at 1.8e308
      = code: KP-2002
    "#);
}

#[test]
fn for_of_with_two() {
    let program = "FOR $a, $b OF $t LOOP END LOOP;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: `FOR .. OF` takes one variable, found 2
     --> t.pql:1:12
    1 | FOR $a, $b OF $t LOOP END LOOP;
      |            ^^
      = help: use `IN` to spread the cells of a row over variables
      = code: KP-2002
    "#);
}

#[test]
fn two_comparisons() {
    let program = "IF 1 < $a < 3 THEN END IF;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 1: expected one comparison, joined to the next by AND, found `<`
     --> t.pql:1:11
    1 | IF 1 < $a < 3 THEN END IF;
      |           ^ expected one comparison, joined to the next by AND
      = code: KP-2002
    "#);
}

#[test]
fn missing_semicolon() {
    let program = "PRINT 1\nPRINT 2;\nIF $a THEN PRINT 1 ELSE PRINT 2; END IF;";
    insta::assert_snapshot!(messages_of(program), @r#"
    error: line 2: expected `;`, found `PRINT`
     --> t.pql:2:1
    2 | PRINT 2;
      | ^^^^^ expected `;`
      = help: end the statement before it with `;`
      = code: KP-2002
    error: line 3: expected `;`, found `ELSE`
     --> t.pql:3:20
    3 | IF $a THEN PRINT 1 ELSE PRINT 2; END IF;
      |                    ^^^^ expected `;`
      = help: end the statement before it with `;`
      = code: KP-2002
    "#);
}
