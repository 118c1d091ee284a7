//! The edges of the links, family by family: empty data, ends of ranges, letters outside ASCII.

use crate::pql::tests::Evaluator;

#[test]
fn text_is_cut_by_characters() {
    Evaluator::new().check([
        ("'数据库' TAKE 2", "数据"),
        ("'数据库' TAKE RIGHT 1", "库"),
        ("'👍🏽ab' DROP 2", "ab"),
        ("'e\u{301}a' CHAR AT 2", "\u{301}"),
        ("'hello' TAKE 0", ""),
        ("'hello' TAKE -1", ""),
        ("'hello' DROP 9", ""),
        ("'hello' DROP 'x'", "hello"),
        ("'hello' DROP ''", "hello"),
        ("'hello' SUBSTR 6", ""),
        ("'hello' SUBSTR 9", ""),
        ("'hello' SUBSTR 2 TO 99", "ello"),
        ("'hello' SUBSTR 2 TO 2", ""),
        ("'数据库' SUBSTR 2 TO 3", "据"),
        ("12345 TAKE 2", "12"),
        ("'abc' TAKE AFTER 'x'", "abc"),
        ("'abc' TAKE BEFORE 'x'", ""),
        ("'abc' TAKE AFTER LAST 'c'", ""),
        ("'a-b' TAKE BETWEEN 'x' AND '-'", "a"),
        ("'a-b' TAKE BETWEEN '-' AND 'x'", "b"),
        ("'a-b' TAKE BETWEEN 'b' AND 'a'", ""),
        ("'  x' TRIM LEFT", "x"),
        ("'xx' TRIM 'x'", ""),
        ("' a ' TRIM ''", "a"),
        ("'##a' TRIM LEFT '#'", "#a"),
        ("'库数库' TRIM '库'", "数"),
        ("' a ' TRIM TAKE 1", "a"),
    ]);
}

#[test]
fn text_is_split_replaced_and_found() {
    Evaluator::new().check([
        ("'' SPLIT ','", r#"[""]"#),
        ("'a,b,' SPLIT ','", r#"["a","b",""]"#),
        ("'数据' SPLIT ''", r#"["数","据"]"#),
        (
            "'a=1&&b&c=' SPLIT '&' AND '='",
            r#"{"a":"1","b":"","c":""}"#,
        ),
        ("'a=1=2' SPLIT ';' AND '='", r#"{"a":"1=2"}"#),
        ("'abc' REPLACE '' TO 'x'", "abc"),
        ("'数据数' REPLACE LAST '数' TO 'x'", "数据x"),
        ("'abc' REPLACE FIRST 'x' TO 'y'", "abc"),
        (r"'a.b' REPLACE ALL '\.' TO '$'", "a$b"),
        (r"'ab' REPLACE ALL '(a)(b)' TO '$2$1\$'", "ba$"),
        ("'' INDEX OF 'a'", "-1"),
        ("'数据' INDEX OF '据'", "2"),
        ("'abc' INDEX OF ''", "1"),
        ("'ABC' -> LIKE 'a%'", "true"),
        ("'abc' -> LIKE 'a_c'", "false"),
        ("'ÄB' STARTS IGNORE CASE WITH 'ä'", "true"),
        ("'' CONTAINS ''", "true"),
        ("'x' REPEAT 0", ""),
        ("'' PREFIX 'a'", "a"),
        ("'' CAPITALIZE", ""),
        ("'ß' CAPITALIZE", "SS"),
        ("'👍' TO BASE64 -> DECODE BASE64", "👍"),
        ("'' TO MD5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("'a' TO MD5 'b'", "187ef4436122d1cc2f40dc2b92f0eba0"),
        ("'数 a' URL ENCODE -> URL DECODE", "数 a"),
        ("'👩‍👩‍👧' LENGTH", "5"),
    ]);
}

#[test]
fn numbers_keep_their_type_and_their_digits() {
    Evaluator::new().check([
        ("9007199254740993 PLUS 1", "9007199254740994"),
        ("1 PLUS 0.5", "1.5"),
        ("6 DIVIDE 3", "2"),
        ("'7' MULTIPLY 2", "14"),
        ("7.5 MOD 2", "1.5"),
        ("2 POW -1", "0.5"),
        ("2 POW 62", "4611686018427387904"),
        ("-2.5 ABS", "2.5"),
        ("0 SIGN", "0"),
        ("2 SQRT", "1.4142135623730951"),
        ("1.1 CEIL 1", "1.1"),
        ("2.675 ROUND 2", "2.68"),
        ("0.5 ROUND", "1"),
        ("-0.5 ROUND", "0"),
        ("1234.5 ROUND -2", "1200"),
        ("5 ROUND 2", "5"),
        ("1 TO 1", "[1]"),
        ("3 UNTIL 1", "[3,2]"),
        ("0 TO PERCENT", "0%"),
        ("1.23456 TO PERCENT 1", "123.5%"),
        ("0.0000001 TO PERCENT", "0.00001%"),
        ("1024 TO CAPACITY", "1024B"),
        ("1025 TO CAPACITY", "1K"),
        ("1e18 TO CAPACITY", "888.18P"),
        ("0 TO TIMESPAN", "0ms"),
        ("1500 TO TIMESPAN", "1s500ms"),
        ("0.5 DAYS", "43200000"),
    ]);
}

#[test]
fn date_times_move_over_their_edges() {
    Evaluator::new().check([
        ("'2020-02-29' PLUS 1 YEAR", "2021-02-28 00:00:00"),
        ("'2019-12-31 23:59:59' PLUS 1 SECOND", "2020-01-01 00:00:00"),
        ("'2019-03-31' MINUS 1 MONTH", "2019-02-28 00:00:00"),
        ("'2019-01-01' MINUS 1", "2018-12-31 23:59:59"),
        ("'2019-01-01' PLUS 1500 MILLIS", "2019-01-01 00:00:01"),
        ("'2019-01-01' PLUS 0.5 DAYS", "2019-01-01 12:00:00"),
        ("'2019-01-01' PLUS DAYS 0.5", "2019-01-02 00:00:00"),
        ("'2019-01-01' PLUS 999999999 NANOS -> GET NANO", "999999999"),
        (
            "'2019-01-01' SET MONTH 2 -> SET DAY 28",
            "2019-02-28 00:00:00",
        ),
        ("'2020-12-31' GET WEEK OF YEAR", "53"),
        ("'2021-01-01' GET WEEK OF YEAR 0", "1"),
        ("'2019-04-21' SET WEEK 1", "2019-04-15 00:00:00"),
        ("'0001-01-01' FORMAT 'yyyy-MM-dd'", "0001-01-01"),
        ("'2019-04-15' FORMAT 'EPOCH'", "1555286400"),
        ("'2020-08-09' SPAN '2020-08-07'", "172800000"),
        ("'2020-08-07' EARLIER '2020-08-07'", "0"),
        ("'20200807' TO DATETIME 'yyyyMMdd'", "2020-08-07 00:00:00"),
        ("'2019-04-15' EQUALS '2019-04-15 00:00:00'", "false"),
        (
            "'2019-04-15' TO DATETIME EQUALS '2019-04-15 00:00:00'",
            "true",
        ),
        ("'2019-04-15' TO DATETIME LESS THAN '2019-04-16'", "true"),
    ]);
}

#[test]
fn collections_may_be_empty() {
    Evaluator::new().check([
        ("[] JOIN ','", ""),
        ("[] SORT", "[]"),
        ("[] REVERSE", "[]"),
        ("[] ADD 1", "[1]"),
        ("[1, null] HAS null", "true"),
        ("[2, '10', 1] SORT", r#"[1,"10",2]"#),
        ("[1.5, 1, -1] SORT", "[-1,1,1.5]"),
        ("['数', 'a'] DESC", r#"["数","a"]"#),
        ("[] TO TABLE", "[]"),
        ("[1, 2] RANDOM 0", "[]"),
        ("['x', '', null] AVG", "0"),
        ("[] VAR", "0"),
        ("['名=值'] DELIMIT '='", r#"{"名":"值"}"#),
        ("['a'] DELIMIT '='", r#"{"a":""}"#),
        ("{} SIZE", "0"),
        ("{} SET 名='值'", r#"{"名":"值"}"#),
        (r#"{"a":1} REMOVE b"#, r#"{"a":1}"#),
        (r#"{"a":1} GET 1"#, "1"),
        ("[] INSERT (a) VALUES (1)", r#"[{"a":1}]"#),
        (r#"[{"a":1}] WHERE 'a > 1' FIELDS"#, r#"["a"]"#),
        (
            r#"[{"a":1}] WHERE 'a > 1' SELECT a AS b FIELDS"#,
            r#"["b"]"#,
        ),
        (
            r#"[{"a":1}] DELETE 'a = 1' SELECT COUNT() AS n, MAX(a) AS m"#,
            r#"[{"n":0,"m":null}]"#,
        ),
        (
            r#"[{"a":1}] DELETE 'a = 1' FIRST ROW {"a":0}"#,
            r#"{"a":0}"#,
        ),
        (r#"[{"a":1}] DELETE 'a = 1' FIRST COLUMN"#, "[]"),
        ("[] FIRST COLUMN [7]", "[7]"),
        (r#"[{"k":"a"},{"k":"b","v":1}] COLUMN v"#, "[null,1]"),
        (
            r#"[{"a":1,"b":2},{"a":1,"b":3},{"a":1,"b":2}] SELECT COUNT(a+b) AS n"#,
            r#"[{"n":2}]"#,
        ),
        (
            r#"[{"a":1},{"a":null},{"a":3}] SELECT AVG(a) AS m, SUM(a) AS s"#,
            r#"[{"m":2,"s":4}]"#,
        ),
        (r#"[{"a":1,"b":2}] DISTINCT (b, a)"#, r#"[{"b":2,"a":1}]"#),
        (
            r#"[{"id":2,"p":9},{"id":1,"p":0}] TO TREE (id, p, 0, c)"#,
            r#"[{"id":1,"p":0,"c":[]},{"id":2,"p":9,"c":[]}]"#,
        ),
    ]);
}

#[test]
fn json_is_walked_as_text_and_as_collection() {
    Evaluator::new().check([
        (r#"'{"a":1}' FIND '/b' AS VALUE"#, "null"),
        (r#"'{"a":1}' FIND '/b' AS ARRAY"#, "[]"),
        (r#"'{"a":1}' FIND '/b' AS ROW"#, "{}"),
        (r#"'{"a":1}' FIND '/a/0/b'"#, "[]"),
        (r#"'{"名":{"值":[1]}}' FIND '/名/值/0' AS VALUE"#, "1"),
        (
            r#"{"a":[{"b":1},{"b":2}]} FIND '/a/1' AS ROW"#,
            r#"{"b":2}"#,
        ),
        (
            r"'[1,2]' FIND '/' AS TABLE",
            r#"[{"_array":1},{"_array":2}]"#,
        ),
        ("'5' FIND '/' AS ARRAY", "[5]"),
    ]);
}
