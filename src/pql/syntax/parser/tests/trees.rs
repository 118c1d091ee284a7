//! Programs without faults and their trees.

use crate::pql::syntax::parser::tests::trees_of;

#[test]
fn statements_of_connections() {
    let programs = [
        "OPEN mysql.sales AS s USE shop;",
        "OPEN 'name=jdbc:sqlite:/x/y.db';",
        "OPEN DEFAULT USE a;",
        "OPEN QROSS;",
        "OPEN CACHE; SAVE TO TEMP;",
        "OPEN mysql.$n;",
        "SAVE AS DATABASE 'jdbc:sqlite:x' USERNAME u PASSWORD $p AS d;",
        "CACHE 'a' # SELECT 1; TEMP b # [1];",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (open `mysql.sales as=`s use=`shop)
    (open "name=jdbc:sqlite:/x/y.db")
    (open default use=`a)
    (open qross)
    (open cache)
    (save temp)
    (open (rich <"mysql." $n>))
    (save database "jdbc:sqlite:x" username=`u password=$p as=`d)
    (Cache "a" (Query select <"SELECT 1">))
    (Temp `b [1])
    "#);
}

#[test]
fn raw_sql() {
    let programs = [
        "SELECT a /* x */ -- y\n FROM t WHERE b = $b AND c = '$c' -> FIRST ROW;",
        "SELECT # WITH x AS (SELECT 1) SELECT * FROM x;",
        "update # SET names utf8;",
        "INSERT INTO t VALUES (${ $i * 2 }, $(n)!, @f(1), '''%$r.w''');",
        "SELECT ~u0024x, '~u003b' FROM t_#{zone} WHERE z = '#{zone}';",
        "SELECT @session, @@version, $1, %job FROM t (a) WHERE $t (a) = a %b;",
        "VAR $q := SELECT $x, $y FROM t, $z := 1;",
        "SHOW tables -> COUNT;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (run (chain (Query select <"SELECT a   \n FROM t WHERE b = " $b " AND c = '$c'">)
        |first row))
    (run (Query select <"WITH x AS (SELECT 1) SELECT * FROM x">))
    (run (NonQuery update <"SET names utf8">))
    (run (NonQuery insert <"INSERT INTO t VALUES (" ${($i Multiply 2)} ", " $n! ", " (@f 1)
        ", " (rich <"%" $r.w>) ")">))
    (run (Query select <"SELECT $x, ';' FROM t_" #{zone} " WHERE z = '" #{zone} "'">))
    (run (Query select <"SELECT " @session ", @@version, $1, " %job " FROM t (a) WHERE " $t
        " (a) = a " %b>))
    (var ($q (Query select <"SELECT " $x ", " $y " FROM t">)) ($z 1))
    (run (chain (Query show <"SHOW tables">) |count))
    "#);
}

#[test]
fn put_and_prep() {
    let programs = [
        "PUT # UPDATE t SET a = ? WHERE b = '?' AND c = #c;",
        "PUT # INSERT INTO t_#zone (a) VALUES (&name, '#(a)b', $i);",
        "PUT # INSERT INTO t (a, b);",
        "PUT # DELETE FROM t;",
        "PREP # DELETE FROM t WHERE a = #a AND d = $day;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (put Positional <"UPDATE t SET a = " ? " WHERE b = '?' AND c = #c">)
    (put Named <"INSERT INTO t_" #zone " (a) VALUES (" &name ", '" #a "b', " $i ")">)
    (put ShortInsert <"INSERT INTO t (a, b)">)
    (put Once <"DELETE FROM t">)
    (prep <"DELETE FROM t WHERE a = #a AND d = " $day>)
    "#);
}

#[test]
fn values() {
    let programs = [
        "PRINT 1 + 2 * 3 % 4 - -5;",
        "PRINT (1 + 2) * (3 - 1);",
        "PRINT 'a' + 'b' TO UPPER;",
        "PRINT -9223372036854775808;",
        r#"PRINT 'it''s \n \d \u00e9 ~u003b' + "it's";"#,
        "PRINT $t[2].name[$i - 1];",
        "PRINT '#{x}' IS UNDEFINED;",
        "SET $x := $a > 3 && !$b || $c LIKE '%a';",
        "PRINT Math.PI;",
        "PRINT $f(1, $b := [1, 2]); FUNCTION $f ($a, $b DEFAULT 'x, y') BEGIN RETURN $a; END;",
        "GET # EXEC 'GET # ' + $sql -> FIRST ROW;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r##"
    (print (1 Add (2 Multiply 3 Modulo 4) Subtract -5))
    (print ((1 Add 2) Multiply (3 Subtract 1)))
    (print (chain ("a" Add "b") |to upper))
    (print -9223372036854775808)
    (print ("it's \n \\d é ;" Add "it's"))
    (print $t[2].name[($i Subtract 1)])
    (print (test (is (unassigned x "#{x}") Undefined)))
    (set $x := (test (or (and (Greater $a 3) (not $b)) (like $c "%a"))))
    (print 3.141592653589793)
    (function f [a (b "x, y")] (return $a))
    (print ($f 1 b:=[1, 2]))
    (get (chain (exec ("GET # " Add $sql)) |first row))
    "##);
}

#[test]
fn rich_strings() {
    let programs = [
        "PRINT '''a''''; PRINT '''''';",
        r"PRINT '''Hi $n. $(l).first $l.first $n!! #{p} ~u0021 c:\temp''';",
        "PRINT \"\"\"${ $a + 1 }; ${{ SELECT ';' -> FIRST CELL }} $f( 'a' )! a@b.c 5% \
            \"\"\"; FUNCTION $f($a) BEGIN END;",
        "SELECT '''' FROM t;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (print (rich <"a'">))
    (print (rich <>))
    (print (rich <"Hi " $n ". " $l ".first " $l.first " " $n! "! " #{p} " ! c:\\temp">))
    (function f [a])
    (print (rich <${($a Add 1)} "; " ${{(chain (Query select <"SELECT ';'">) |first cell)}}
        " " ($f "a")! " a" @b.c " 5% ">))
    (run (Query select <"SELECT '''' FROM t">))
    "#);
}

#[test]
fn json() {
    let programs = [
        r#"OUTPUT { "a": [1, -2.5, true, null], 'b': { "c": { "d": $x! }}};"#,
        r#"VAR $t := [{ "s": '''x$y''', "q": ${{ SELECT 1 }}, "v": ${ $a + 1 }}];"#,
        "PRINT [];",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (output {"a": [1, -2.5, true, null], "b": {"c": {"d": $x!}}})
    (var ($t [{"s": (rich <"x" $y>), "q": ${{(Query select <"SELECT 1">)}}, "v": ${($a Add
        1)}}]))
    (print [])
    "#);
}

#[test]
fn conditions() {
    let programs = [
        "IF $a IS NOT NULL AND NOT ($b > 3 OR ($c + 1) * 2 <= 4) OR $d THEN END IF;",
        "IF $a IN (SELECT a FROM b) AND $b NOT IN ('x', $y) AND $c IN $list AND $d NOT LIKE \
            'a?' THEN END IF;",
        "IF EXISTS (SELECT 1) AND NOT EXISTS (SELECT 2 -> WHERE 'a > 1') AND FILE EXISTS \
            '/x' AND DIR NOT EXISTS $p THEN END IF;",
        "IF $s STARTS WITH 'x' AND $n === 1 AND $m <> 2 AND $k IS DATATABLE THEN END IF;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (if ((or (and (not (is $a Null)) (not (or (Greater $b 3) (LessOrEqual (($c Add 1)
        Multiply 2) 4)))) $d)))
    (if ((and (in $a ((Query select <"SELECT a FROM b">))) (not (in $b ("x" $y))) (in $c
        $list) (not (like $d "a?")))))
    (if ((and (exists (Query select <"SELECT 1">)) (not (exists (chain (Query select
        <"SELECT 2">) |where "a > 1"))) (exists-File "/x") (not (exists-Directory $p)))))
    (if ((and (chain $s |starts with "x") (Identical $n 1) (NotEqual $m 2) (is $k Table))))
    "#);
}

#[test]
fn short_forms() {
    let programs = [
        "SET $x := IF $a = 1 THEN 'x' ELSIF $b THEN (SELECT 1 -> FIRST CELL) ELSE null END \
            -> TO UPPER;",
        "SET $x := CASE $n WHEN 1 THEN 'a' WHEN 2 THEN 'b' ELSE 'c' END;",
        "PRINT IF true THEN 1 ELSE 2 END;",
        "SET $y := CASE false WHEN $a THEN 1 ELSE 2 END;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (set $x := (chain (short-if ((Equal $a 1) "x") ($b (chain (Query select <"SELECT 1">)
        |first cell)) null) |to upper))
    (set $x := (short-case $n (1 "a") (2 "b") "c"))
    (print (short-if (true 1) 2))
    (set $y := (short-case false ($a 1) 2))
    "#);
}

#[test]
fn control() {
    let programs = [
        "IF $a THEN PRINT 1; ELSIF $b THEN ELSE PRINT 2; END IF",
        "CASE $x WHEN 1 THEN PRINT 1; ELSE PRINT 3; END CASE; CASE WHEN $a > 1 THEN ; END \
            CASE;",
        r#"FOR $k, $v IN { "a": 1 } LOOP CONTINUE WHEN $v = 1; EXIT; END LOOP;"#,
        "FOR $r OF (SELECT * FROM t -> WHERE 'a > 1') LOOP END LOOP; FOR $i IN 1 TO 9 LOOP \
            END LOOP;",
        "WHILE EXISTS (SELECT 1) LOOP SLEEP 1 SECOND; SLEEP TO NEXT MINUTE; SLEEP $n; END \
            LOOP;",
        "FUNCTION $f () BEGIN IF true THEN RETURN; END IF; RETURN # SELECT 1; END; CALL \
            $f(); CALL @F(1); EXIT CODE 2;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (if ($a (print 1)) ($b) (else (print 2)))
    (case $x (1 (print 1)) (else (print 3)))
    (case true ((Greater $a 1)))
    (for $k,$v in {"a": 1} (continue (Equal $v 1)) (exit))
    (for $r of (chain (Query select <"SELECT * FROM t">) |where "a > 1"))
    (for $i in (chain 1 |to 9))
    (while (exists (Query select <"SELECT 1">)) (sleep 1 Seconds) (sleep-to-next Minutes)
        (sleep $n Milliseconds))
    (function f [] (if (true (return))) (return (Query select <"SELECT 1">)))
    (call ($f))
    (call (@f 1))
    (exit-code 2)
    "#);
}

#[test]
fn printing() {
    let programs = [
        "PRINT INFO 'x'; PRINT abc; PRINT; PRINT error -1; PRINT ( 1, 'a' );",
        "ECHO <li>#{t} 'x';ECHO; ECHO ${a} @{b};",
        "DEBUG ON; DEBUG off; DEBUG $x; OUTPUT; OUTPUT # $x;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r#"
    (print #INFO "x")
    (print `abc)
    (print)
    (print #ERROR -1)
    (print 1 "a")
    (echo "<li>#{t} 'x'")
    (echo "${a} @{b}")
    (debug On)
    (debug Off)
    (debug $x)
    (output)
    (output $x)
    "#);
}

#[test]
fn links() {
    let programs = [
        "PRINT 'a' SUBSTR 3 TO 5 TAKE BETWEEN 'a' AND 'b' REPLACE 'x' TO 'y' IF NULL 1 ELSE \
            2;",
        "PRINT $t SELECT name, COUNT() AS n -> WHERE 'n > 1' -> INSERT (a, b) VALUES (1, x), \
            (2, 'y') SET a=1, `b c`='x';",
        "PRINT $d PLUS 1 MONTH MINUS DAYS 3 FORMAT 'yyyy';",
        "PRINT [1] MAP #item * 5 -> JOIN -> TRIM TO UPPER; PRINT $l ADD 1, [2] REMOVE 2, 3 \
            JOIN '-' POW;",
        "LET $x ADD 3 TO 5; LET $y SET a=1;",
        "PRINT $t TURN (a, b) TO ROW -> COLLECT (a, b) AS 'n' -> TO TREE (id, pid, 0, sub);",
        "PRINT $j FIND '/a' AS VALUE -> COLUMN count;",
        "VAR $a := $l ADD 1, 2, $b := 3; PRINT true AND false;",
    ];
    insta::assert_snapshot!(trees_of(&programs), @r##"
    (print (chain "a" |substr 3 +to 5 |take between "a" +and "b" |replace "x" +to "y" |if
        null 1 +else 2))
    (print (chain $t |select {`name, count() as=`n} |where "n > 1" |insert {`a, `b} [1, `x]
        [2, "y"] |set {`a=1, `b c="x"}))
    (print (chain $d |plus 1 +month |minus days 3 |format "yyyy"))
    (print (chain [1] |map <"#item * 5"> |join |trim |to upper))
    (print (chain $l |add [1, [2]] |remove {2, 3} |join "-" |pow))
    (let $x |add [3] +to 5)
    (let $y |set {`a=1})
    (print (chain $t |turn {`a, `b} +to row |collect {`a, `b} +as "n" |to tree [`id, `pid,
        0, `sub]))
    (print (chain $j |find "/a" +as `VALUE |column `count))
    (var ($a (chain $l |add [1, 2])) ($b 3))
    (print (chain true |and false))
    "##);
}
