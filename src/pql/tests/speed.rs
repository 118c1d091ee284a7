//! The short cuts of loops and of growing texts mean what the long ways mean.

use super::{printed, refused};

#[test]
fn a_text_grows_in_place_and_is_read_whole() {
    let program = "SET $s := ''; SET $t := 'x';
        FOR $i IN 1 TO 3 LOOP SET $s := $s + $i + '''[$t]''' + ','; END LOOP;
        PRINT $s; SET $u := $s; SET $s := $s + '!'; PRINT $u; PRINT $s;
        SET $n := 1; SET $n := $n + 1; PRINT $n; SET $n := $n + 'a' + 1; PRINT $n;
        SET $s := $s + $s; PRINT $s;";
    let once = "1[x],2[x],3[x],";
    let expected = format!("{once}\n{once}\n{once}!\n2\n2a1\n{once}!{once}!");
    assert_eq!(printed(program), expected);
    let program = "SET $s := 'a'; FUNCTION $f () BEGIN SET $s := $s + 'b'; RETURN 'c'; END;
        SET $s := $s + $f(); PRINT $s;";
    assert_eq!(printed(program), "ac");
    let program = "SET $s := 'a'; IF true THEN SET $s := $s + 'b'; END IF; PRINT $s;";
    assert_eq!(printed(program), "ab");
}

#[test]
fn counted_ranges_are_ranges() {
    let program = "SET $from := 3; SET $to := 1;
        FOR $i IN $from TO $to LOOP PRINT $i; SET $i := 9; END LOOP;
        FOR $i IN 2 TO 2 LOOP PRINT $i; END LOOP;
        FOR $i IN 9223372036854775806 TO 9223372036854775807 LOOP PRINT $i; END LOOP;
        FOR $i IN '1' TO 2 LOOP PRINT $i + 0; END LOOP;";
    let expected = "3\n2\n1\n2\n9223372036854775806\n9223372036854775807\n1\n2";
    assert_eq!(printed(program), expected);
}

#[test]
fn let_in_a_function_leaves_the_root_alone() {
    let program = "FUNCTION $f () BEGIN VAR $l := [1]; LET $l REVERSE; RETURN $l; END;
        PRINT $f(); PRINT $l IS UNDEFINED;";
    assert!(printed(program).starts_with("[1]\n"));
    let program = "FUNCTION $f () BEGIN VAR $l := [1, 2]; LET $l REVERSE; RETURN $l; END;
        SET $x := $f(); PRINT '''$l''';";
    assert_eq!(printed(program), "UNDEFINED");
    assert!(
        refused("LET $none REVERSE;")
            .message()
            .contains("LET edits collections")
    );
}

#[test]
fn let_edits_in_place_what_only_it_can_see() {
    let program =
        "VAR $a := [1, 2]; VAR $b := $a; LET $a ADD ${ $a COUNT }, $a; PRINT $a; PRINT $b;
        LET $a REMOVE 1 -> ADD ${ $a COUNT }; PRINT $a;
        FUNCTION $f () BEGIN SET $b := [[9], 9]; RETURN $b COUNT; END; LET $b ADD $f(); PRINT $b;
        VAR $r := { \"n\": 1 }; VAR $s := $r; LET $r SET n=${ $r.n + 1 }; PRINT $r; PRINT $s;
        VAR $t := [ { \"n\": 1 } ]; VAR $u := $t; LET $t INSERT (n) VALUES ($t.n[0]); PRINT $t;
        LET $t UPDATE n=5; PRINT $t; PRINT $u;";
    let expected = "[1,2,2,1,2]\n[1,2]\n[2,2,1,2,5]\n[1,2,1]\n{\"n\":2}\n{\"n\":1}\n\
        [{\"n\":1},{\"n\":1}]\n[{\"n\":5},{\"n\":5}]\n[{\"n\":1}]";
    assert_eq!(printed(program), expected);
}

#[test]
fn exec_sees_and_makes_variables() {
    let program = "SET $a := 1; EXEC 'SET $b := $a + 1'; PRINT $b; EXEC 'SET $a := 5'; PRINT $a;
        FUNCTION $f ($p) BEGIN EXEC 'SET $p := $p * 2'; RETURN $p; END; PRINT $f(4);";
    assert_eq!(printed(program), "2\n5\n8");
}
