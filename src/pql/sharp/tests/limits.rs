//! Every limit of the links has an expression that reaches it, and one just below it.

use std::sync::Arc;

use crate::clock::SeededChance;
use crate::pql::tests::Evaluator;
use crate::value::Value;

#[test]
fn ten_million_elements_are_the_most() {
    let evaluator = Evaluator::new();
    for (expression, link) in [
        ("1 TO 10000001", "TO"),
        ("0 UNTIL 10000001", "UNTIL"),
        ("5 UNTIL -10000000", "UNTIL"),
        ("-9223372036854775808 TO 9223372036854775807", "TO"),
        ("[1] ADD 1 TO 10000001", "ADD"),
        ("[7] RANDOM 10000001", "RANDOM"),
    ] {
        let error = evaluator.evaluate(expression).unwrap_err();
        assert!(
            error.starts_with(&format!("KP-3007 link `{link}`: ")),
            "{error}"
        );
        assert!(error.contains("more than 10000000 elements"), "{error}");
    }
    assert_eq!(
        evaluator.evaluate("1 TO 10000000 -> LAST").as_deref(),
        Ok("10000000")
    );
}

#[test]
fn copies_make_at_most_64_mebibytes() {
    let evaluator = Evaluator::new();
    let most = 64 << 20;
    let fits = evaluator.evaluate(&format!("'a' REPEAT {most} -> LENGTH"));
    assert_eq!(fits, Ok(most.to_string()));
    for expression in [
        format!("'a' REPEAT {}", most + 1),
        format!("'数' REPEAT {}", most / 3 + 1),
        "'a' REPEAT 9223372036854775807".to_owned(),
        format!("@REPEAT('ab', {most})"),
        format!("'a' RANDOM {most}"),
    ] {
        let error = evaluator.evaluate(&expression).unwrap_err();
        assert!(error.starts_with("KP-3007"), "{expression}: {error}");
        assert!(
            error.contains("beyond 67108864 bytes"),
            "{expression}: {error}"
        );
    }
}

#[test]
fn a_pattern_has_at_most_ten_thousand_characters() {
    let evaluator = Evaluator::new();
    let with = |length: usize, chain: &str| {
        // The characters of a pattern are counted, not its bytes.
        let pattern = Value::from("数".repeat(length));
        evaluator.evaluate_with(&[("p", pattern)], chain)
    };
    for chain in [
        "'a' MATCHES $p",
        "$p TEST 'a'",
        "'a' REPLACE ALL $p TO ''",
        "'a.' SPLIT ${ $p CONCAT '.' -> DROP 1 }",
        "$p FIND ALL IN 'a'",
        "@REGEXP_LIKE('a', $p)",
    ] {
        assert!(with(10_000, chain).is_ok(), "{chain}");
        let error = with(10_001, chain).unwrap_err();
        assert!(error.starts_with("KP-3007"), "{chain}: {error}");
        assert!(
            error.contains("longer than 10000 characters"),
            "{chain}: {error}"
        );
    }
}

#[test]
fn no_pattern_is_slow() {
    let evaluator = Evaluator::new();
    // Each needs time that doubles with every letter where patterns are tried one way after the
    // other: 100,000 letters would never end.
    let text = Value::from(format!("{}!", "a".repeat(100_000)));
    for pattern in [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "(.*)(.*)(.*)x",
        "^((a*)*)*b",
    ] {
        let found = evaluator.evaluate_with(
            &[("t", text.clone()), ("p", pattern.into())],
            "$t MATCHES $p",
        );
        assert_eq!(found.as_deref(), Ok("false"), "{pattern}");
    }
}

#[test]
fn the_same_seed_draws_the_same() {
    let draw = |seed| {
        let mut evaluator = Evaluator::new();
        evaluator.draw_from(Arc::new(SeededChance::new(seed)));
        [
            "'abcdefghij' RANDOM 20",
            "1 TO 1000 -> RANDOM 5",
            "1 TO 1000 -> TO TABLE -> RANDOM 5",
            "@RANDOM(1, 1000000)",
            "@RANDOM()",
        ]
        .map(|expression| evaluator.evaluate(expression).unwrap())
    };
    assert_eq!(draw(7), draw(7));
    for (one, other) in draw(7).into_iter().zip(draw(8)) {
        assert_ne!(one, other);
    }
}
