//! What must hold for every text that is read as PQL.

use crate::pql::diagnostics::{Style, render, to_json};
use crate::pql::syntax::tree::Slots;
use crate::pql::syntax::{Parsed, Source, parse, parse_embedded, parse_expression, parse_statement};

const ARGUMENTS: [(&str, &str); 2] = [("p", "it's \\ #{p} $x ; '"), ("Q", "")];

/// Reads the text in every way there is: nothing panics, and what is said about it points at
/// whole characters of it.
pub fn check(text: &str) {
    let statement = |source: &Source| parse_statement(source, &Slots::default());
    let ways: [&dyn Fn(&Source) -> Parsed; 4] =
        [&parse, &parse_embedded, &parse_expression, &statement];
    let source = Source::new("t.pql", text);
    for way in ways {
        check_parsed(&source, &way(&source));
    }
    let source = Source::with_arguments("t.pql", text, &ARGUMENTS);
    check_parsed(&source, &parse(&source));
}

fn check_parsed(source: &Source, parsed: &Parsed) {
    for diagnostic in &parsed.diagnostics {
        assert!(!diagnostic.title.is_empty());
        let others = diagnostic.others.iter().map(|label| label.span);
        for span in others.chain([diagnostic.span]) {
            assert!(source.text().get(span.range()).is_some(), "{span:?}");
            let original = source.to_original(span);
            assert!(original.end as usize <= source.original().len(), "{original:?}");
        }
    }
    render(&parsed.diagnostics, source, Style::Coloured);
    to_json(&parsed.diagnostics, source);
}
