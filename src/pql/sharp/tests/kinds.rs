//! What every link makes of nothing, of empty data, of the wrong type and of letters outside ASCII.
//!
//! The cases are made from the registry, with the arguments of each link's first example, so that
//! no link can be left out; what comes out is kept in `snapshots`, one file for each type of data.
//! A new link changes its file: look at the new lines before keeping them.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::pql::sharp::{Entry, entries, entry};
use crate::pql::tests::Evaluator;
use crate::value::{HashSet, Kind, Table, Value};

/// A row of each column that the examples name, with letters of two to four bytes and a combining
/// mark.
const LETTER_TABLE: &str = "$letters";
const LETTER_ROWS: &str = r#"[
    {"name":"数据","age":"é","a":"👍🏽","b":"e\u0301","n":"数","id":"数","pid":"👍","x":"é","y":"数"},
    {"name":"数据","age":"É","a":"👍","b":"é","n":"库","id":"👍","pid":0,"x":"é","y":"库"}
]"#;

/// The data of the cases: what is empty, and what has letters outside ASCII.
fn data(heading: &str) -> (&'static str, &'static str) {
    match heading {
        "ARRAY" => ("[]", r#"["数","e\u0301","👍🏽","数"]"#),
        "HASHSET" => ("$nothing", "$set"),
        "ROW" => ("{}", r#"{"名":"数","e\u0301":"👍🏽"}"#),
        "TABLE" => ("$empty", LETTER_TABLE),
        "numbers" => ("''", "'１２'"),
        "DATETIME" => ("''", "'２０１９年４月'"),
        _ => ("''", "'数e\u{301}👍🏽,数'"),
    }
}

/// Data of a type that is not taken; where all are, data that has to be converted.
fn wrong(entry: &Entry) -> &'static str {
    let data = [
        (Kind::Integer, "5"),
        (Kind::Array, "[1, null]"),
        (Kind::Boolean, "true"),
        (Kind::Text, "'x'"),
    ];
    let refused = data.iter().find(|(kind, _)| !entry.takes.accepts(*kind));
    refused.map_or("[1, null]", |(_, data)| data)
}

/// What follows the data in the first example of a link that names it.
fn chain(entry: &Entry) -> Option<String> {
    let examples = entry.examples.iter();
    let found = examples.flat_map(|(expression, _)| {
        let names = entry.words.iter();
        names.filter_map(move |name| Some((expression.find(name)?, *expression)))
    });
    let (at, expression) = found.min_by_key(|(at, _)| *at)?;
    expression.get(at..).map(str::to_owned)
}

/// One of each kind of case, with what it gives.
fn cases(evaluator: &Evaluator, entry: &Entry) -> String {
    let chain = chain(entry).expect("another test sees to it that an example shows the link");
    let (empty, letters) = data(entry.takes.name);
    let variables = [
        ("letters", Value::from_json(LETTER_ROWS).unwrap()),
        ("empty", Table::new(vec!["a".into(), "b".into()]).into()),
        ("nothing", HashSet::default().into()),
        (
            "set",
            ["数", "e\u{301}", "👍🏽"]
                .into_iter()
                .map(Into::into)
                .collect::<HashSet>()
                .into(),
        ),
    ];
    let mut text = String::new();
    for data in ["null", empty, wrong(entry), letters] {
        let expression = format!("{data} -> {chain}");
        let found = match evaluator.evaluate_with(&variables, &expression) {
            Ok(printed) => format!("= {printed}"),
            Err(error) => format!("! {error}"),
        };
        // Line ends that a text has would look like further lines.
        let found = found.replace('\n', "\\n");
        writeln!(text, "{expression}\n    {found}").unwrap();
    }
    text
}

#[test]
fn every_link_answers_to_all_kinds_of_data() {
    let evaluator = Evaluator::new();
    let mut pages: BTreeMap<&str, String> = BTreeMap::new();
    for entry in entries() {
        let page = pages.entry(entry.takes.name).or_default();
        writeln!(page, "\n{} {}", entry.words.join(" | "), entry.arguments).unwrap();
        page.push_str(&cases(&evaluator, entry));
    }
    for (heading, page) in pages {
        insta::assert_snapshot!(heading.replace(' ', "_").to_lowercase(), page);
    }
}

/// Of entries with one name the first that takes the data is applied: one that comes after others
/// that take all its data would never be.
#[test]
fn every_entry_can_be_reached() {
    let all: Vec<&Entry> = entries().collect();
    for (index, entry) in all.iter().enumerate() {
        for name in entry.words {
            let before: Vec<&&Entry> = all[..index]
                .iter()
                .filter(|other| other.words.contains(name))
                .collect();
            let is_reached = entry::ALL.iter().any(|kind| {
                let is_taken = before.iter().any(|other| other.takes.accepts(*kind));
                entry.takes.accepts(*kind) && !is_taken
            });
            assert!(is_reached, "{name} on {}", entry.takes.name);
        }
    }
}
