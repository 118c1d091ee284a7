//! The limits of PQL are settings, and `keeper run` keeps them.

use assert_cmd::Command;

#[track_caller]
fn reaches(setting: (&str, &str), program: &str, words: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut keeper = Command::cargo_bin("keeper").expect("the program is built");
    let output = keeper
        .env("KEEPER_HOME", folder.path())
        .args(["run", "--sql", program])
        .args(["--connection", "jdbc.default=sqlite::memory:"]);
    let free = output.output().expect("keeper starts");
    assert!(free.status.success(), "{program}: {free:?}");
    let limited = output
        .env(setting.0, setting.1)
        .output()
        .expect("keeper starts");
    let errors = String::from_utf8_lossy(&limited.stderr);
    assert!(!limited.status.success(), "{program}: {errors}");
    assert!(
        errors.contains("KP-3007") && errors.contains(words),
        "{errors}"
    );
}

#[test]
fn each_limit_of_a_program_is_a_setting() {
    let turns = "FOR $i IN 1 TO 9 LOOP SET $x := $i; END LOOP;";
    reaches(("KEEPER_PQL_STEPS", "5"), turns, "5 steps");
    reaches(("KEEPER_PQL_ROWS", "2"), "GET # [1, 2, 3];", "2 rows");
    reaches(
        ("KEEPER_PQL_CALL_DEPTH", "1"),
        "FUNCTION $f ($n) BEGIN IF $n > 0 THEN RETURN $f($n - 1); END IF; END; CALL $f(1);",
        "deeper than 1",
    );
    let deep = "PRINT ((((((((((1))))))))));";
    reaches(("KEEPER_PQL_NESTING", "8"), deep, "deeper than 8 levels");
    let text = "VAR $x := 'abcd' -> REPEAT 300000;";
    reaches(("KEEPER_PQL_TEXT_MIB", "1"), text, "1048576 bytes");
}
