//! Tests of all links together.

mod edges;
mod kinds;
mod laws;
mod limits;

use std::collections::BTreeSet;

use crate::pql::sharp::entries;
use crate::pql::syntax::{ArgumentForm, LinkNames, Name};
use crate::pql::tests::Evaluator;

#[test]
fn every_example_of_the_manual_holds() {
    let examples = entries().flat_map(|entry| entry.examples.iter().copied());
    Evaluator::new().check(examples);
}

#[test]
fn every_entry_has_its_page() {
    let mut faults = Vec::new();
    for entry in entries() {
        let name = entry
            .words
            .first()
            .copied()
            .unwrap_or("an entry without words");
        if !entry.text.ends_with('.') || entry.text.len() < 8 {
            faults.push(format!("{name}: the text is no sentence"));
        }
        if entry.examples.is_empty() {
            faults.push(format!("{name}: no example"));
        }
        let shown = entry
            .examples
            .iter()
            .any(|(program, _)| entry.words.iter().any(|words| program.contains(words)));
        if !shown {
            faults.push(format!("{name}: no example shows it"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The parser's table is data of `syntax`, which knows no code: here both are held together.
#[test]
fn the_parser_knows_the_links_that_are_there_and_no_others() {
    let known = LinkNames::standard();
    let parsed: BTreeSet<&str> = known.words().collect();
    let coded: BTreeSet<&str> = entries()
        .flat_map(|entry| entry.words.iter().copied())
        .collect();
    assert_eq!(
        parsed.difference(&coded).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );
    assert_eq!(
        coded.difference(&parsed).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );

    let mut faults = Vec::new();
    for words in parsed {
        let form = known.find(&Name::new(words)).expect("it was listed");
        let own = entries().filter(|entry| entry.words.contains(&words));
        let arguments: Vec<&str> = own.map(|entry| entry.arguments).collect();
        let takes_none = arguments.iter().all(|shown| shown.is_empty());
        let needs_one = arguments
            .iter()
            .all(|shown| !shown.is_empty() && !shown.starts_with('['));
        match form.argument {
            ArgumentForm::None if !takes_none => faults.push(format!("{words}: takes nothing")),
            form if !form.is_optional() && !needs_one => {
                faults.push(format!("{words}: needs an argument"));
            }
            _ => {}
        }
        for tail in form.tails {
            let word = tail.trim_end_matches(" _");
            let is_unit = !tail.ends_with(" _") && word != "TO ROW";
            let word = if is_unit { "UNIT" } else { word };
            if !arguments.iter().any(|shown| shown.contains(word)) {
                faults.push(format!("{words}: no word about `{word}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Data of every type but none, with what is hard about them.
const ODD_DATA: &[&str] = &[
    "''",
    "'a'",
    "'数据库'",
    "'e\u{301}\u{301}'",
    "'👩‍👩‍👧👍🏽'",
    "'12'",
    "'2019-02-28'",
    "0",
    "-7",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "0.5",
    "true",
    "@NOW",
    "[]",
    "[1, null, 'x']",
    "{}",
    r#"{"a":1,"名":null}"#,
    r#"[{"a":1,"b":"👍"},{"a":null}]"#,
];

/// Arguments of a form, also such that do not fit.
fn arguments(form: ArgumentForm) -> &'static [&'static str] {
    match form {
        ArgumentForm::None => &[""],
        ArgumentForm::Value => &[
            "1",
            "'a'",
            "''",
            "-9223372036854775808",
            "'👍'",
            "null",
            "[1]",
        ],
        ArgumentForm::OptionalValue => &["", "1", "'a'", "'👍'", "null", "[1]"],
        ArgumentForm::List | ArgumentForm::OptionalList => {
            &["(1)", "('a', 'b')", "('a', 'b', null, 'c')"]
        }
        ArgumentForm::Names => &["a", "1", "(a, 名)", "a AS b", "*", "SUM(a) AS b"],
        ArgumentForm::OptionalNames => &["", "(a)", "(a, b)", "(a, b, c)"],
        ArgumentForm::Pairs => &["a=1", "b=null", "名='👍'"],
        ArgumentForm::Rows => &[
            "1",
            r#"{"a":1}"#,
            "(a, b) VALUES (1, null)",
            "(a) VALUES (1, 2)",
        ],
        ArgumentForm::Template => &["#item", "'#item'", "'\"#item\"'"],
    }
}

#[test]
fn odd_data_give_an_answer_or_an_error_and_no_panic() {
    let evaluator = Evaluator::new();
    let known = LinkNames::standard();
    for words in known.words() {
        let form = known.find(&Name::new(words)).expect("it was listed");
        let with_tails = form.tails.iter().map(|tail| match tail.strip_suffix(" _") {
            Some(word) => format!(" {word} 'b'"),
            None => format!(" {tail}"),
        });
        let mut tails: Vec<String> = with_tails.take(2).collect();
        tails.push(String::new());
        for data in ODD_DATA {
            for argument in arguments(form.argument) {
                for tail in &tails {
                    let expression = format!("{data} -> {words} {argument}{tail}");
                    if let Err(error) = evaluator.evaluate(&expression) {
                        let is_known = ["KP-3", "KP-2002", "KP-6001"]
                            .iter()
                            .any(|code| error.starts_with(code));
                        assert!(is_known, "{expression}: {error}");
                        assert!(error.len() < 400, "{expression}: {error}");
                    }
                }
            }
        }
    }
}

#[test]
fn no_data_is_an_error_but_for_choices() {
    let evaluator = Evaluator::new();
    let known = LinkNames::standard();
    for words in known.words() {
        let form = known.find(&Name::new(words)).expect("it was listed");
        let argument = arguments(form.argument)
            .first()
            .copied()
            .unwrap_or_default();
        for data in ["null", "$undefined"] {
            let found = evaluator.evaluate(&format!("{data} -> {words} {argument}"));
            let may_have_none = words.starts_with("IF ") || words.starts_with("EQUALS");
            if may_have_none {
                continue;
            }
            let error = found.expect_err(words);
            assert!(error.starts_with("KP-3001"), "{words}: {error}");
            assert!(
                error.contains(&format!("link `{words}`")),
                "{words}: {error}"
            );
        }
    }
}

#[test]
fn names_are_chinese_when_the_setting_says_so() {
    let mut evaluator = Evaluator::new();
    evaluator.set("LANGUAGE", "chinese");
    evaluator.check([
        (
            "'2019-04-15' FORMAT 'QQQ QQQQ MMM eee eeee a'",
            "2季 第2季度 四月 周一 星期一 上午",
        ),
        ("'2019-04-15' GET FULL WEEK NAME", "星期一"),
        ("'2019-04-15 15:00:00' FORMAT 'ah点'", "下午3点"),
        ("@MONTHNAME('2019-04-15')", "四月"),
        (
            "'2019年四月15日 下午3点' TO DATETIME 'yyyy年MMMd日 ah点'",
            "2019-04-15 15:00:00",
        ),
    ]);
}

#[test]
fn only_the_chosen_value_is_evaluated() {
    Evaluator::new().check([
        ("1 IF ZERO 1 / 0 ELSE 2", "2"),
        ("0 IF ZERO 1 ELSE 1 / 0", "1"),
        ("1 IF ZERO 1 / 0", "1"),
    ]);
}

/// Expressions with the code and message of their error.
const ERRORS: &[(&str, &str)] = &[
    (
        "'abc' CHAR AT 7",
        "KP-3004 link `CHAR AT`: character `7` is out of range, there are 3 counted from 1",
    ),
    (
        "[1, 2] GET 3",
        "KP-3004 link `GET`: index `3` is out of range, there are 2 counted from 1",
    ),
    (
        "'x' POW",
        "KP-3002 link `POW`: TEXT `x` cannot be converted to DECIMAL",
    ),
    (
        "12 LENGTH",
        "KP-3002 link `LENGTH` works on ROW or TABLE or ARRAY or TEXT, not on the INTEGER `12`",
    ),
    (
        "[{\"a\":1}] COLUMN 'b'",
        "KP-3004 link `COLUMN`: there is no column `b`",
    ),
    (
        "'2019-02-28' SET DAY 30",
        "KP-3002 link `SET DAY`: DAY `30` is out of range",
    ),
    (
        "'2019-02-30' GET DAY",
        "KP-3002 link `GET DAY`: TEXT `2019-02-30` cannot be converted to DATETIME",
    ),
    (
        "1 DIVIDE 0",
        "KP-3003 link `DIVIDE`: division by zero in `1 / 0`",
    ),
    ("-4 SQRT", "KP-3003 link `SQRT`: `-4` has no square root"),
    (
        "'a' MATCHES '(?=a)'",
        "KP-3002 link `MATCHES`: `(?=a)` is no pattern: look-around, including look-ahead and look-behind, is not supported",
    ),
    (
        "1 TO 10000001",
        "KP-3007 link `TO`: the range has more than 10000000 elements",
    ),
    (
        "'ab' REPEAT 99999999999",
        "KP-3007 link `REPEAT`: the text grows beyond 67108864 bytes",
    ),
    (
        "'a' REPEAT -1",
        "KP-3011 link `REPEAT`: `-1` copies cannot be made",
    ),
    (
        "'a' CONCAT null",
        "KP-3002 link `CONCAT`: NULL `null` cannot be converted to TEXT",
    ),
    (
        "'2019-01-01' PLUS 99999 YEARS",
        "KP-3002 link `PLUS`: 2019-01-01 00:00:00 and YEAR=99999 lead out of the calendar",
    ),
    (
        "'maybe' AND true",
        "KP-3002 link `AND`: TEXT `maybe` cannot be converted to BOOLEAN",
    ),
    (
        "[{\"name\":1}] WHERE 'nmae = 1'",
        "KP-3004 link `WHERE`: there is no column `nmae`; `name` would be one",
    ),
    (
        "[{\"name\":1}] SELECT nane",
        "KP-3004 link `SELECT`: there is no column `nane`; `name` would be one",
    ),
    (
        "1555334825 PLUS 1 DAY",
        "KP-3002 link `PLUS`: the number `1555334825` has no `DAY`; for an epoch write `TO DATETIME` before this link",
    ),
    ("[0] CV", "KP-3003 link `CV`: the mean is 0"),
    ("[] FIRST", "KP-3004 link `FIRST`: the array is empty"),
    (
        "'{' GET 1",
        "KP-3002 link `GET`: text is not JSON: EOF while parsing an object at line 1 column 1",
    ),
    (
        "[{\"id\":1,\"p\":2},{\"id\":2,\"p\":1}] TO TREE (id, p, 0, sub)",
        "KP-3011 link `TO TREE`: the row `{\"id\":1,\"p\":2}` is its own ancestor",
    ),
];

#[test]
fn errors_name_the_link_and_what_was_wrong() {
    let evaluator = Evaluator::new();
    for (expression, expected) in ERRORS {
        let found = evaluator.evaluate(expression);
        assert_eq!(found, Err((*expected).to_owned()), "{expression}");
    }
}

#[test]
fn date_times_are_read_in_all_usual_forms() {
    let evaluator = Evaluator::new();
    let full = "FORMAT 'yyyy-MM-dd HH:mm:ss.SSS'";
    let cases = [
        ("'20190415'", "2019-04-15 00:00:00.000"),
        ("'13:27:05'", "2030-01-31 13:27:05.000"),
        ("'2019-04-15'", "2019-04-15 00:00:00.000"),
        ("'2019/04/15'", "2019-04-15 00:00:00.000"),
        ("'15/04/2019'", "2019-04-15 00:00:00.000"),
        ("'201904151327'", "2019-04-15 13:27:00.000"),
        ("'20190415132705'", "2019-04-15 13:27:05.000"),
        ("'20190415132705.25'", "2019-04-15 13:27:05.250"),
        ("'2019-04-15 13:27:05'", "2019-04-15 13:27:05.000"),
        ("'2019-04-15 13:27:05.1'", "2019-04-15 13:27:05.100"),
        ("'2019-04-15 13:27'", "2019-04-15 13:27:00.000"),
        ("'2019-04-15T13:27:05.123'", "2019-04-15 13:27:05.123"),
        ("'1555334825'", "2019-04-15 13:27:05.000"),
        ("1555334825123", "2019-04-15 13:27:05.123"),
    ];
    for (data, expected) in cases {
        let found = evaluator.evaluate(&format!("{data} -> {full}"));
        assert_eq!(found.as_deref(), Ok(expected), "{data}");
    }
    for data in [
        "'2019-02-30'",
        "'2019-04-15 24:00:00'",
        "'13:27'",
        "'today'",
        "'2019-4-5'",
        "7",
    ] {
        let found = evaluator.evaluate(&format!("{data} -> {full}"));
        assert!(found.is_err(), "{data}: {found:?}");
    }
}

#[test]
fn groups_that_differ_in_case_lose_no_row() {
    Evaluator::new().check([(
        r#"[{"k":"a","v":1},{"k":"A","v":2},{"k":null,"v":3}] TO GROUPS 'k'"#,
        r#"{"a":[{"v":1},{"v":2}],"null":[{"v":3}]}"#,
    )]);
}
