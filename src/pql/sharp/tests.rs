//! Tests of all links together.

use std::collections::BTreeSet;

use crate::pql::sharp::entries;
use crate::pql::syntax::{ArgumentForm, LinkNames, Name};
use crate::pql::tests::evaluated;

#[test]
fn every_example_of_the_manual_holds() {
    let mut faults = Vec::new();
    for entry in entries() {
        for (program, expected) in entry.examples {
            let found = evaluated(program);
            if found.as_deref() != Ok(*expected) {
                faults.push(format!("{program}\n  wants {expected}\n  gives {found:?}"));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
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
