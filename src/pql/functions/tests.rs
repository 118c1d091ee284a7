//! Tests of all functions together.

use std::collections::BTreeSet;

use crate::pql::functions::functions;
use crate::pql::tests::Evaluator;

#[test]
fn every_example_of_the_manual_holds() {
    let examples = functions().flat_map(|function| function.examples.iter().copied());
    Evaluator::new().check(examples);
}

#[test]
fn every_function_has_its_page_and_its_name_alone() {
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for function in functions() {
        for name in function.names {
            if !names.insert(*name) {
                faults.push(format!("@{name} is there twice"));
            }
        }
        let shown = function
            .examples
            .iter()
            .any(|(program, _)| function.names.iter().any(|name| program.contains(name)));
        if !shown || !function.text.ends_with('.') {
            faults.push(format!("@{}: no example or no text", function.name()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Values of every type, with what is hard about them.
const ODD_VALUES: &[&str] = &[
    "null",
    "$undefined",
    "''",
    "'a'",
    "'数据'",
    "'e\u{301}'",
    "'👩‍👩‍👧'",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "0.5",
    "true",
    "@NOW",
    "[]",
    "[1, null]",
    "{}",
    "{\"a\":1}",
    "[{\"a\":1}]",
];

#[test]
fn odd_arguments_give_an_answer_or_an_error_and_no_panic() {
    let evaluator = Evaluator::new();
    for function in functions() {
        let most = (*function.arguments.end()).min(3);
        for count in *function.arguments.start()..=most {
            for value in ODD_VALUES {
                for other in ["2", "'a'", "null", value] {
                    let mut arguments = vec![other; count];
                    if let Some(first) = arguments.first_mut() {
                        *first = value;
                    }
                    let call = format!("@{}({})", function.name(), arguments.join(", "));
                    if let Err(error) = evaluator.evaluate(&call) {
                        assert!(error.starts_with("KP-3"), "{call}: {error}");
                    }
                }
            }
        }
    }
}
