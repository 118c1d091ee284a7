//! Laws that hold for any input: what one link does and another undoes, what never gets lost.

use proptest::prelude::*;

use crate::pql::tests::Evaluator;
use crate::value::{DateTime, Row, Table, Value};

/// Letters that take one to four bytes, alone and combined, and what has a meaning elsewhere.
const LETTERS: &str = "[aB1 ,;=&%+'\"\\\\$#数é\u{301}👍🏽\n]{0,12}";

fn text() -> impl Strategy<Value = String> {
    LETTERS
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        (-1000_i32..1000).prop_map(|number| Value::Decimal(f64::from(number) / 8.0)),
        text().prop_map(Value::from),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::Null),
    ]
}

fn array() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(scalar(), 0..12)
}

/// A table with a column `k` of few values and a column `n` of whole numbers.
fn table() -> impl Strategy<Value = Value> {
    let row = (
        prop_oneof![Just(Value::Null), "[ab数]".prop_map(Value::from)],
        -5_i64..5,
    );
    prop::collection::vec(row, 0..20).prop_map(|rows| {
        let cells = rows.into_iter().map(|(k, n)| vec![k, Value::Integer(n)]);
        Table::with_rows(vec!["k".into(), "n".into()], cells.collect()).into()
    })
}

/// What an expression on `$x` and `$y` prints.
fn of(evaluator: &Evaluator, x: impl Into<Value>, y: impl Into<Value>, chain: &str) -> String {
    let variables = [("x", x.into()), ("y", y.into())];
    let found = evaluator.evaluate_with(&variables, chain);
    found.unwrap_or_else(|error| format!("{chain} gives {error} for {variables:?}"))
}

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig::with_cases(count)
}

#[test]
fn what_is_encoded_comes_back() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(x in text(), y in text())| {
        let value = || Value::from(x.as_str());
        let salt = || Value::from(y.as_str());
        for chain in [
            "$x TO BASE64 $y -> DECODE BASE64 $y",
            "$x URL ENCODE -> URL DECODE",
            "$x REVERSE -> REVERSE",
            "$x BRACKET 'q' -> DROP 1 -> DROP RIGHT 1",
        ] {
            prop_assert_eq!(of(&evaluator, value(), salt(), chain), x.clone(), "{}", chain);
        }
    });
}

#[test]
fn parts_of_a_text_make_the_text() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(x in text(), n in -2_i64..14, mark in "[,;数👍]")| {
        let value = || Value::from(x.as_str());
        for chain in [
            "$x TAKE $y -> CONCAT ${ $x DROP $y }",
            "$x DROP RIGHT $y -> CONCAT ${ $x TAKE RIGHT $y }",
        ] {
            prop_assert_eq!(of(&evaluator, value(), n, chain), x.clone(), "{}", chain);
        }
        let mark = || Value::from(mark.as_str());
        let joined = of(&evaluator, value(), mark(), "$x SPLIT $y -> JOIN $y");
        prop_assert_eq!(&joined, &x);
        let letters = of(&evaluator, value(), mark(), "$x SPLIT '' -> JOIN");
        prop_assert_eq!(&letters, &x);
        let count = of(&evaluator, value(), mark(), "$x SPLIT '' -> COUNT");
        prop_assert_eq!(count, of(&evaluator, value(), mark(), "$x LENGTH"));
        if of(&evaluator, value(), mark(), "$x -> CONTAINS $y") == "true" {
            let found = "$x SUBSTR ${ $x INDEX OF $y } -> STARTS WITH $y";
            prop_assert_eq!(of(&evaluator, value(), mark(), found), "true");
            for chain in [
                "$x TAKE BEFORE $y -> CONCAT $y -> CONCAT ${ $x TAKE AFTER $y }",
                "$x TAKE BEFORE LAST $y -> CONCAT $y -> CONCAT ${ $x TAKE AFTER LAST $y }",
            ] {
                prop_assert_eq!(of(&evaluator, value(), mark(), chain), x.clone(), "{}", chain);
            }
        }
    });
}

#[test]
fn replacing_nothing_changes_nothing() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(x in text(), n in 0_i64..5)| {
        let value = || Value::from(x.as_str());
        for chain in [
            "$x REPLACE 'missing' TO $y",
            "$x REPLACE FIRST 'missing' TO $y",
            "$x REPLACE LAST 'missing' TO $y",
            "$x REPLACE ALL '[0-9]{9}' TO $y",
            "$x REPLACE '数' TO '数'",
            "$x REPLACE ALL '(?s).' TO '$0'",
            "$x TRIM LEFT -> PREFIX ${ $x TRIM LEFT } -> CONCAT '' -> IF EMPTY $x ELSE $x",
        ] {
            prop_assert_eq!(of(&evaluator, value(), n, chain), x.clone(), "{}", chain);
        }
        let length = of(&evaluator, value(), n, "$x REPEAT $y -> LENGTH");
        prop_assert_eq!(length, of(&evaluator, value(), n, "$x LENGTH -> MULTIPLY $y"));
        let once = of(&evaluator, value(), n, "$x TRIM");
        prop_assert_eq!(of(&evaluator, value(), n, "$x TRIM -> TRIM"), once);
    });
}

#[test]
fn arrays_keep_their_elements() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(items in array(), more in array())| {
        let x = || Value::array(items.clone());
        let y = || Value::array(more.clone());
        let json = x().to_json();
        for chain in [
            "$x REVERSE -> REVERSE",
            "$x TO TABLE -> FIRST COLUMN",
            "$x TO TABLE (n) -> COLUMN n",
            "$x ADD $y -> FIND '/' AS ARRAY -> REVERSE -> REVERSE -> IF EMPTY $x ELSE $x",
        ] {
            prop_assert_eq!(of(&evaluator, x(), y(), chain), json.clone(), "{}", chain);
        }
        let sizes = of(&evaluator, x(), y(), "$x ADD $y -> SIZE");
        prop_assert_eq!(sizes, (items.len() + more.len()).to_string());
        let sorted = of(&evaluator, x(), y(), "$x SORT");
        prop_assert_eq!(of(&evaluator, x(), y(), "$x SORT -> SORT"), sorted.clone());
        prop_assert_eq!(of(&evaluator, x(), y(), "$x DESC -> SORT -> SIZE"), items.len().to_string());
        let set = of(&evaluator, x(), y(), "$x TO HASHSET");
        for chain in [
            "$x TO HASHSET -> TO HASHSET",
            "$x TO HASHSET -> ADD $x",
            "$x ADD $x -> TO HASHSET",
        ] {
            prop_assert_eq!(of(&evaluator, x(), y(), chain), set.clone(), "{}", chain);
        }
    });
}

#[test]
fn json_is_read_as_it_is_written() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(items in array(), names in prop::collection::vec("[a-z数]{1,3}", 0..6))| {
        let row: Row = names.iter().map(|name| name.as_str().into()).zip(items.clone()).collect();
        for value in [Value::array(items.clone()), row.into()] {
            let json = value.to_json();
            let text = || Value::from(json.as_str());
            prop_assert_eq!(of(&evaluator, text(), 0, "$x FIND '/' AS VALUE"), json.clone());
            prop_assert_eq!(of(&evaluator, value.clone(), 0, "$x FIND '/' AS VALUE"), json.clone());
        }
    });
}

#[test]
fn a_row_turned_twice_is_the_row() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(names in prop::collection::vec("[a-z数]{1,3}", 0..8), items in array())| {
        let row: Row = names.iter().map(|name| name.as_str().into()).zip(items).collect();
        let json = Value::from(row.clone()).to_json();
        for chain in [
            "$x TO TABLE -> TURN TO ROW",
            "$x TO TABLE (k, v) -> TURN (k, v) TO ROW",
            "$x SET zzzz=1 -> REMOVE zzzz",
        ] {
            prop_assert_eq!(of(&evaluator, row.clone(), 0, chain), json.clone(), "{}", chain);
        }
    });
}

#[test]
fn no_row_of_a_table_is_lost() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(x in table(), limit in -5_i64..5)| {
        let count = x.to_table().len();
        let get = |chain: &str| of(&evaluator, x.clone(), limit, chain);
        let number = |chain: &str| get(chain).parse::<usize>().map_err(|_| get(chain));
        let condition = format!("'n > {limit} OR k IS NULL'");
        let kept = number(&format!("$x WHERE {condition} -> COUNT"));
        let deleted = number(&format!("$x DELETE {condition} -> COUNT"));
        prop_assert_eq!(kept.unwrap() + deleted.unwrap(), count);
        for chain in ["$x REVERSE -> COUNT", "$x UPDATE n=1 -> COUNT", "$x RANDOM 99 -> COUNT"] {
            prop_assert_eq!(number(chain), Ok(count), "{}", chain);
        }
        let sizes = "$x SELECT k, COUNT() AS c -> SUM c";
        prop_assert_eq!(number(sizes), Ok(count));
        prop_assert_eq!(number("$x INSERT $x -> COUNT"), Ok(2 * count));
        prop_assert_eq!(get("$x SELECT k, SUM(n) AS s -> SUM s"), get("$x SUM n"));
        prop_assert_eq!(get("$x INSERT $x -> DISTINCT *"), get("$x DISTINCT *"));
        prop_assert_eq!(get("$x DISTINCT k -> COUNT"), get("$x SELECT k, MAX(n) AS m -> COUNT"));
        prop_assert_eq!(get("$x REVERSE -> REVERSE"), x.to_json());
        if count > 0 {
            let groups: Value = Value::from_json(&get("$x TO GROUPS k")).unwrap();
            let rows = groups.to_row();
            let sizes = rows.values().map(|group| group.to_table().len());
            prop_assert_eq!(sizes.sum::<usize>(), count);
        }
    });
}

#[test]
fn numbers_come_back() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(x in -1_000_000_i64..1_000_000, y in 1_i64..1_000)| {
        for chain in ["$x PLUS $y -> MINUS $y", "$x MULTIPLY $y -> DIVIDE $y"] {
            prop_assert_eq!(of(&evaluator, x, y, chain), x.to_string(), "{}", chain);
        }
        let whole = "$x MOD $y -> PLUS ($x - $x % $y)";
        prop_assert_eq!(of(&evaluator, x, y, whole), x.to_string());
        #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
        let decimal = x as f64 / 1024.0;
        let is_between = "$x FLOOR -> LESS THAN OR EQUALS $x -> AND ${ $x CEIL -> GREATER THAN OR EQUALS $x }";
        prop_assert_eq!(of(&evaluator, decimal, y, is_between), "true");
        let size = "$x UNTIL $y -> SIZE";
        prop_assert_eq!(of(&evaluator, x.rem_euclid(500), y, size), (x.rem_euclid(500) - y).abs().to_string());
    });
}

#[test]
fn times_come_back() {
    let evaluator = Evaluator::new();
    proptest!(cases(128), |(second in -2_000_000_000_i64..4_000_000_000, amount in -5_000_i64..5_000)| {
        let moment = crate::clock::Timestamp::from_second(second).unwrap();
        let civil = moment.to_zoned(crate::clock::Zone::UTC).datetime();
        let x = || Value::from(DateTime::full(civil));
        let shown = x().to_string();
        for chain in [
            "$x PLUS $y DAYS -> MINUS $y DAYS",
            "$x PLUS $y SECONDS -> PLUS ${ 0 - $y } SECONDS",
            "$x MINUS $y -> PLUS $y",
            "$x FORMAT 'yyyyMMddHHmmss' -> TO DATETIME 'yyyyMMddHHmmss'",
            "$x FORMAT 'MMMM d, yyyy hh:mm:ss a' -> TO DATETIME 'MMMM d, yyyy hh:mm:ss a'",
            "$x SET DAY ${ $x GET DAY }",
            "$x SET WEEK ${ $x GET WEEK }",
        ] {
            prop_assert_eq!(of(&evaluator, x(), amount, chain), shown.clone(), "{}", chain);
        }
        prop_assert_eq!(of(&evaluator, x(), 0, "$x TO EPOCH"), second.to_string());
        let span = "$x PLUS $y SECONDS -> LATER $x";
        prop_assert_eq!(of(&evaluator, x(), amount, span), (amount * 1000).to_string());
    });
}
