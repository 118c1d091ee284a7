//! What programs send to a real MariaDB and what they read from it.

use crate::command::{end, keeper};
use crate::mariadb::Server;

/// Runs a program with `mysql.shop` on a fresh database; gives its lines.
fn run(program: &str) -> Result<Vec<String>, String> {
    let home = tempfile::tempdir().expect("a folder can be made");
    let connection = format!("mysql.shop={}", Server::shared().fresh_database());
    let mut command = keeper();
    let ended = end(command
        .args(["run", "--connection", &connection, "--sql", program])
        .env("KEEPER_HOME", home.path()));
    if ended.code != 0 {
        return Err(ended.errors);
    }
    Ok(ended.out.lines().map(str::to_owned).collect())
}

#[test]
fn no_value_can_change_a_statement() {
    // Section 2.8 and decision D24: backslashes are doubled here, quotes everywhere.
    let program = r#"
        OPEN mysql.shop; SAVE TO mysql.shop;
        CREATE TABLE t (how VARCHAR(9), v TEXT);
        SET $v := '''\' OR 1=1; -- "~u0060\\''';
        INSERT INTO t VALUES ('embedded', $v);
        GET # [ { "v": $v } ];
        PUT # INSERT INTO t VALUES ('row', &v);
        PUT # INSERT INTO t VALUES ('part', '#v');
        PUT # INSERT INTO t VALUES ('place', ?);
        GET # [ { "how": "short", "v": $v } ];
        PUT # INSERT INTO t (how, v);
        SET $same := SELECT COUNT(*) FROM t WHERE v = $v;
        PRINT $same;
        FOR $text IN (SELECT DISTINCT v FROM t) LOOP PRINT $text; END LOOP;
        PRINT @AFFECTED_ROWS_OF_LAST_PUT;"#;
    let lines = run(program).expect("it runs");
    assert_eq!(lines, ["5", r#"\' OR 1=1; -- "`\\"#, "1"]);
}

#[test]
fn columns_have_the_types_of_the_language() {
    // Section 4.15.2.
    let program = "
        OPEN mysql.shop;
        CREATE TABLE t (i INT, b BIGINT UNSIGNED, d DECIMAL(10, 2), f DOUBLE, s VARCHAR(9),
            day DATE, at DATETIME, clock TIME, yes BOOLEAN, bits BIT(1), raw BLOB, nothing INT);
        INSERT INTO t VALUES (1, 2, 3.50, 0.5, 'x', '2030-01-31', '2030-01-31 10:20:30', '10:20:30',
            true, b'1', 'bytes', NULL);
        FOR $name, $value IN (SELECT * FROM t -> FIRST ROW) LOOP
            SET $kind := CASE WHEN $value IS INTEGER THEN 'INTEGER'
                WHEN $value IS DECIMAL THEN 'DECIMAL' WHEN $value IS BOOLEAN THEN 'BOOLEAN'
                WHEN $value IS DATETIME THEN 'DATETIME' WHEN $value IS TEXT THEN 'TEXT'
                ELSE 'none' END;
            PRINT $name + ' ' + $kind + ' ' + $value;
        END LOOP;";
    let lines = run(program).expect("it runs");
    insta::assert_snapshot!(lines.join("\n"), @r#"
        i INTEGER 1
        b INTEGER 2
        d DECIMAL 3.5
        f DECIMAL 0.5
        s TEXT x
        day DATETIME 2030-01-31
        at DATETIME 2030-01-31 10:20:30
        clock DATETIME 10:20:30
        yes BOOLEAN true
        bits BOOLEAN true
        raw TEXT bytes
        nothing none null
        "#);
}

#[test]
fn statements_of_the_database_are_passed_on() {
    let program = "
        OPEN mysql.shop AS shop USE information_schema;
        SET $name := SELECT DATABASE();
        PRINT $name;
        UPDATE # SET @session_var := 5;
        SET $v := SELECT @session_var;
        PRINT $v;
        VAR $tables := SHOW TABLES LIKE 'ENGINES';
        PRINT ${ $tables COUNT };
        SELECT # WITH t AS (SELECT 7 AS n) SELECT n FROM t -> FIRST CELL;
        PRINT @ROWS;";
    assert_eq!(
        run(program).expect("it runs"),
        ["information_schema", "5", "1", "1"]
    );
}

#[test]
fn what_the_database_refuses_is_told_with_its_line() {
    let error = run("OPEN mysql.shop;\nSELECT * FROM nowhere;").expect_err("there is no table");
    assert!(error.contains("error: line 2: "), "{error}");
    assert!(error.contains("nowhere' doesn't exist"), "{error}");
    assert!(error.contains("program:2:1"), "{error}");
    // A batch that was committed stays when a later row is refused.
    let program = "
        OPEN mysql.shop; SAVE TO mysql.shop;
        CREATE TABLE t (n INT PRIMARY KEY);
        GET # 1 TO 1000; GET # [1];
        PUT # INSERT INTO t VALUES (?);";
    let error = run(program).expect_err("a key is there twice");
    assert!(error.contains("Duplicate entry '1'"), "{error}");
    assert!(error.contains("line 5: "), "{error}");
}
