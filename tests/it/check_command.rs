//! `keeper check`: every fault of every file, for people and for programs.

use std::path::Path;

use serde_json::Value;

use crate::command::{end, keeper};

/// Exit code, standard output, standard error.
fn check(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = keeper();
    let ended = end(command.arg("check").args(arguments).current_dir(folder));
    (ended.code, ended.out, ended.errors)
}

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

#[test]
fn a_good_file_says_nothing() {
    let folder = folder_with(&[("a.pql", "PRINT $day + 1;"), ("b.txt", "<%= $n %> text")]);
    let nothing = (0, String::new(), String::new());
    assert_eq!(check(folder.path(), &["a.pql"]), nothing);
    assert_eq!(check(folder.path(), &["b.txt", "--embedded"]), nothing);
}

#[test]
fn all_faults_of_all_files_are_told_with_their_places() {
    let folder = folder_with(&[
        ("a.pql", "PRNIT 1;\nSET $x := ;\n"),
        ("good.pql", "PRINT 1;\n"),
        ("b.pql", "\tIF 1 > 0 THEN\n\t\tPRINT 'never;\n"),
    ]);
    let (code, out, errors) = check(folder.path(), &["a.pql", "good.pql", "b.pql"]);
    assert_eq!((code, out.as_str()), (1, ""));
    insta::assert_snapshot!(errors, @r#"
        error: line 1: unrecognised statement `PRNIT`
         --> a.pql:1:1
        1 | PRNIT 1;
          | ^^^^^ no statement begins so
          = help: did you mean `PRINT`?
          = code: KP-2002
        error: line 2: `SET` without a value: value expected, found `;`
         --> a.pql:2:11
        2 | SET $x := ;
          |           ^ expected a value
          = code: KP-2002
        error: line 2: unclosed literal
         --> b.pql:2:9
        2 | 		PRINT 'never;
          | 		      ^ opened here
          = help: close it with `'`
          = code: KP-2001
        "#);
}

#[test]
fn programs_get_one_object_for_each_file() {
    let text = "PRINT $day; IF $Mode IS UNDEFINED THEN SET $mode := 1; END IF;
        SET $own := '#{table}'; FOR $row IN [1] LOOP PRINT $row + $own; END LOOP;";
    let folder = folder_with(&[("a.pql", text), ("b.pql", "EXIT;\n")]);
    let (code, out, _) = check(folder.path(), &["a.pql", "b.pql", "--json"]);
    assert_eq!(code, 1);
    let objects: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object"))
        .collect();
    assert_eq!(objects.len(), 2);
    // Section 3.2.7: read without being assigned, tested for being there, or a text parameter.
    let parameters = serde_json::json!(["day", "mode", "table"]);
    assert_eq!(objects[0]["parameters"], parameters);
    assert_eq!(objects[0]["diagnostics"], serde_json::json!([]));
    let fault = &objects[1]["diagnostics"][0];
    assert_eq!((&fault["line"], &fault["column"]), (&1.into(), &1.into()));
    assert_eq!(fault["code"], "KP-2002");
}

#[test]
fn a_missing_file_does_not_hide_the_others() {
    let folder = folder_with(&[("b.pql", "EXIT;\n")]);
    let (code, _, errors) = check(folder.path(), &["none.pql", "b.pql"]);
    assert_eq!(code, 1);
    assert!(errors.contains("b.pql:1:1"), "{errors}");
    assert!(errors.contains("none.pql: "), "{errors}");
}
