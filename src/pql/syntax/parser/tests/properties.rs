//! No text makes the parser panic, run long, or point outside the text.

use std::fmt::Write;

use proptest::prelude::*;

use crate::pql::diagnostics::{Diagnostic, Style, render, to_json};
use crate::pql::syntax::tree::Slots;
use crate::pql::syntax::{
    Parsed, Place, Source, parse, parse_embedded, parse_expression, parse_statement,
};

/// Pieces that mean something to the lexer or the parser.
const PIECES: &[&str] = &[
    "PRINT",
    "SET",
    "VAR",
    "LET",
    "IF",
    "THEN",
    "ELSIF",
    "ELSE",
    "END",
    "CASE",
    "WHEN",
    "FOR",
    "IN",
    "OF",
    "LOOP",
    "WHILE",
    "EXISTS",
    "NOT",
    "AND",
    "OR",
    "IS",
    "NULL",
    "UNDEFINED",
    "LIKE",
    "FUNCTION",
    "BEGIN",
    "CALL",
    "RETURN",
    "EXIT",
    "CONTINUE",
    "CODE",
    "OPEN",
    "SAVE",
    "TO",
    "AS",
    "USE",
    "DATABASE",
    "SELECT",
    "INSERT",
    "VALUES",
    "GET",
    "PUT",
    "PREP",
    "CACHE",
    "OUTPUT",
    "EXEC",
    "ECHO",
    "SLEEP",
    "DEBUG",
    "PASS",
    "TRIM",
    "UPPER",
    "ADD",
    "MAP",
    "TAKE",
    "BETWEEN",
    "$x",
    "@x",
    "%x",
    "$(x)",
    "$f(",
    "@F(",
    ".first",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "${",
    "${{",
    "}}",
    "}",
    "'''",
    "\"\"\"",
    "'",
    "\"",
    "'a'",
    "\"b\"",
    "#{p}",
    "#{'p'}",
    "#",
    "&n",
    "?",
    "!",
    ";",
    ";",
    ";",
    "->",
    ":=",
    "=:",
    "=",
    "===",
    "<>",
    "+",
    "-",
    "*",
    "/",
    "%",
    ",",
    ":",
    ".",
    "--",
    "/*",
    "*/",
    "\n",
    "~u0024",
    "~u12",
    "\\",
    "1",
    "2.5",
    "1e9",
    "<%",
    "%>",
    "<%=",
    "<%!",
    "é",
    "\u{a0}",
    "\u{feff}",
    "`",
    "abc",
];

fn every_parse(text: &str) -> Vec<(Source, Parsed)> {
    let statement = |source: &Source| parse_statement(source, &Slots::default());
    let entries: [&dyn Fn(&Source) -> Parsed; 4] =
        [&parse, &parse_embedded, &parse_expression, &statement];
    let arguments = [("p", "it's \\ #{p} $x ; '"), ("Q", "")];
    let plain = entries.map(|entry| {
        let source = Source::new("t.pql", text);
        let parsed = entry(&source);
        (source, parsed)
    });
    let source = Source::with_arguments("t.pql", text, &arguments);
    let parsed = parse(&source);
    plain.into_iter().chain([(source, parsed)]).collect()
}

fn check(text: &str) -> Result<(), TestCaseError> {
    for (source, parsed) in every_parse(text) {
        let length = u32::try_from(source.text().len()).unwrap();
        let spans = parsed.diagnostics.iter().flat_map(|diagnostic| {
            std::iter::once(diagnostic.span).chain(diagnostic.others.iter().map(|o| o.span))
        });
        for span in spans.chain(tree_spans(&parsed)) {
            prop_assert!(span.end <= length, "{span:?} in a text of {length} bytes");
            prop_assert!(
                source.text().get(span.range()).is_some(),
                "{span:?} cuts a character"
            );
            let original = source.to_original(span);
            prop_assert!(
                original.end as usize <= source.original().len(),
                "{original:?}"
            );
        }
        render(&parsed.diagnostics, &source, Style::Coloured);
        to_json(&parsed.diagnostics, &source);
    }
    Ok(())
}

/// All spans of a tree, read from its debugging form, which prints them as `1..2`.
fn tree_spans(parsed: &Parsed) -> Vec<crate::pql::syntax::Span> {
    let mut text = String::new();
    write!(text, "{:?}", parsed.program.body).unwrap();
    let mut spans = Vec::new();
    for (at, _) in text.match_indices("span: ") {
        let rest = text.get(at + "span: ".len()..).unwrap();
        let end = rest.find([',', ' ', '}', ')']).unwrap_or(rest.len());
        if let Some((start, end)) = rest.get(..end).unwrap().split_once("..")
            && let (Ok(start), Ok(end)) = (start.parse(), end.parse())
        {
            spans.push(crate::pql::syntax::Span { start, end });
        }
    }
    spans
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed(text in "\\PC{0,200}") {
        check(&text)?;
    }

    #[test]
    fn any_sequence_of_pieces_is_parsed(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60),
        separator in prop::sample::select(&["", " "][..]),
    ) {
        check(&pieces.join(separator))?;
    }

    #[test]
    fn a_broken_program_is_parsed(cut in 0..900_usize, insert in prop::sample::select(PIECES)) {
        let program = "OPEN mysql.a; SET $x, $y := SELECT a FROM t WHERE b = $c -> FIRST ROW;\n\
            IF $x.a[1] > 3 AND $y IN ('a', \"b\") THEN PRINT INFO '''n ${ $x + 1 } $f(1)'''; \n\
            ELSIF EXISTS (SELECT 1) THEN OUTPUT { \"a\": [1, $x!], \"b\": ${{ SELECT 2 }} }; \n\
            ELSE FOR $i IN 1 TO 9 LOOP CONTINUE WHEN $i % 2 = 0; END LOOP; END IF;\n\
            CASE $x WHEN 1 THEN PUT # INSERT INTO t VALUES (#a, &b); ELSE EXIT CODE 1; END CASE;\n\
            FUNCTION $f ($a, $b DEFAULT 'x') BEGIN RETURN IF $a THEN 1 ELSE 2 END; END;\n";
        let cut = cut.min(program.len());
        if let Some((before, after)) = program.split_at_checked(cut) {
            check(&format!("{before}{insert}{after}"))?;
            check(&format!("{before}{insert}"))?;
            check(after)?;
        }
    }
}

/// Texts that would hurt a parser that looks at them twice, or nests without a limit.
fn hard_texts(count: usize) -> Vec<String> {
    let bombs = [
        "(",
        "[",
        "{",
        "${",
        "${{",
        "'''",
        "'",
        "\"",
        "/*",
        "-",
        "!",
        "NOT ",
        "IF ",
        "IF 1 THEN ",
        "CASE ",
        "CASE WHEN 1 THEN ",
        "ELSIF ",
        "ELSE ",
        "END ",
        "END IF;",
        "WHILE 1 LOOP ",
        "FUNCTION $f() BEGIN ",
        "$f(",
        "$x[",
        "$x.a",
        "{\"a\":",
        "[1,",
        "PRINT (",
        "PRINT $x ADD ",
        "#{x}",
        "#{'x'}",
        "~u0041",
        "<%",
        "<%=",
        "%>",
        "a ",
        "$x ",
        "1+",
        "a,",
        "; ",
        "PRINT ;",
        "SELECT $x, ",
        "PRINT '''$x ${ $y }''';",
        "'''$x'''",
        "PRINT -> ",
        "PRINT 1 -> TRIM ",
        "INSERT (a) VALUES ",
        "PUT # ",
        "-- \n",
        "/* */ ",
        "SELECT /* */ 1 ",
        ")",
        "([{",
        ")]}",
        "PRINT $g(1);",
        "SET $a := a ",
        "PRINT IF 1 THEN ",
        "VAR $a := SELECT 1, ",
        "?",
    ];
    let repeated = bombs.iter().map(|bomb| bomb.repeat(count));
    let printed = bombs
        .iter()
        .map(|bomb| format!("PRINT {}", bomb.repeat(count)));
    let mirrored = format!("{}{}", "(".repeat(count), "]".repeat(count));
    let functions = (0..count / 10).map(|i| format!("FUNCTION $f{i}() BEGIN $g{i}(); END;"));
    repeated
        .chain(printed)
        .chain([mirrored, functions.collect()])
        .collect()
}

/// Work per byte is measured in time, with a bound so wide that only a parser which is not
/// linear can miss it.
#[test]
#[expect(clippy::disallowed_methods, reason = "nothing but a stopwatch")]
fn hard_texts_take_linear_time() {
    for text in hard_texts(10_000) {
        let start = std::time::Instant::now();
        let source = Source::new("t.pql", text.as_str());
        let parsed = parse(&source);
        let taken = start.elapsed();
        let shown: String = text.chars().take(30).collect();
        assert!(taken.as_secs() < 3, "{shown} took {taken:?}");
        assert!(
            parsed.diagnostics.len() <= 301,
            "{shown}: {}",
            parsed.diagnostics.len()
        );
    }
}

#[test]
fn positions_are_cheap_to_ask_for_and_count_characters() {
    let source = Source::new("t.pql", "é\n  ü x");
    let at = u32::try_from(source.text().find('x').unwrap()).unwrap();
    assert_eq!(source.place(at), Place { line: 2, column: 5 });
}

#[test]
fn nesting_ends_with_its_code() {
    for text in ["(", "IF 1 THEN ", "- ", "NOT ", "{\"a\":", "$f("] {
        let program = format!("PRINT {}", text.repeat(5_000));
        let source = Source::new("t.pql", program.replace("PRINT IF 1 THEN ", "IF 1 THEN "));
        let parsed = parse(&source);
        let is_limit = |d: &Diagnostic| d.code == crate::fault::Code::PQL_LIMIT;
        assert!(parsed.diagnostics.iter().any(is_limit), "{text}");
    }
}
