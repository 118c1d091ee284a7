//! Parameters, positions after replacement, embedded text, single values, EXEC, root names.

use crate::fault::Code;
use crate::pql::diagnostics::{Style, render, to_json};
use crate::pql::syntax::parameters::TEXT_MAX_BYTES;
use crate::pql::syntax::tree::{Slots, StatementKind};
use crate::pql::syntax::{
    Parsed, Place, Source, Span, parse, parse_embedded, parse_expression, parse_statement,
};

fn replaced(text: &str, arguments: &[(&str, &str)]) -> String {
    Source::with_arguments("t.pql", text, arguments)
        .text()
        .to_owned()
}

#[test]
fn parameters_are_replaced_by_the_rules_of_4_41() {
    let arguments = [("Name", "O'Ha\"ra\\"), ("n", "#{name}"), ("NAME", "second")];
    let table = [
        ("a #{name} b", "a O'Ha\"ra\\ b"),
        ("#{NAME}#{nAmE}", "O'Ha\"ra\\O'Ha\"ra\\"),
        ("'#{'name'}'", "'O''Ha\"ra\\\\'"),
        ("\"#{\"name\"}\"", "\"O'Ha\"\"ra\\\\\""),
        ("#{n}", "#{name}"),
        (
            "#{other} #{1} #{ name } #{name",
            "#{other} #{1} #{ name } #{name",
        ),
        ("-- #{n}", "-- #{name}"),
        ("é#{n}é", "é#{name}é"),
    ];
    for (text, expected) in table {
        assert_eq!(replaced(text, &arguments), expected, "{text}");
    }
}

#[test]
fn positions_after_replacement_point_into_the_file() {
    let source = Source::with_arguments("t.pql", "é #{a} x\n#{a}y", &[("a", "1\n\n2")]);
    let at = |wanted: char| u32::try_from(source.text().find(wanted).unwrap()).unwrap();
    assert_eq!(source.place(at('x')), Place { line: 1, column: 8 });
    assert_eq!(source.place(at('2')), Place { line: 1, column: 3 });
    assert_eq!(source.place(at('y')), Place { line: 2, column: 5 });
    let inside = source.to_original(Span::new(at('1'), at('2') + 1));
    assert_eq!(source.original().get(inside.range()).unwrap(), "#{a}");
    let whole = source.to_original(Span::new(0, u32::try_from(source.text().len()).unwrap()));
    assert_eq!(
        source.original().get(whole.range()).unwrap(),
        source.original()
    );
}

#[test]
fn a_fault_inside_a_value_is_shown_at_its_parameter() {
    let source = Source::with_arguments("t.pql", "PRINT 1;\nPRINT (#{a};\n", &[("a", "2 [")]);
    insta::assert_snapshot!(render(&parse(&source).diagnostics, &source, Style::Plain), @r#"
    error: line 2: unclosed bracket `[`
     --> t.pql:2:8
    2 | PRINT (#{a};
      |        ^^^^ opened here
      = help: close it with `]` before the statement ends
      = code: KP-2001
    "#);
}

fn echoes(text: &str) -> Vec<String> {
    let parsed = parse_embedded(&Source::new("t.pql", text));
    assert_eq!(parsed.diagnostics, [], "{text}");
    let texts = parsed
        .program
        .body
        .iter()
        .map(|statement| match &statement.kind {
            StatementKind::Echo(text) => text.to_string(),
            StatementKind::Output(_) => "(output)".into(),
            StatementKind::If(branches) => format!("(if {})", branches.branches[0].body.len()),
            StatementKind::Case(case) => format!("(case {})", case.branches.len()),
            other => format!("{other:?}"),
        });
    texts.collect()
}

#[test]
fn embedded_text_becomes_echo_and_output() {
    assert_eq!(echoes("a $x #{y} ${z};"), ["a $x #{y} ${z};"]);
    assert_eq!(
        echoes("a\n<%= $d FORMAT 'x' %>\nb~u003b"),
        ["a\n", "(output)", "\nb;"]
    );
    assert_eq!(echoes("<% IF $f THEN %> --full<% END IF %>"), ["(if 1)"]);
    assert_eq!(
        echoes("<% CASE $f %>\n<% WHEN 1 THEN %>x<% END CASE; %>y"),
        ["(case 1)", "y"]
    );
    assert_eq!(echoes("<%= SELECT 1 -> FIRST CELL %><%%>"), ["(output)"]);
}

#[test]
fn an_output_block_without_a_value_is_a_fault_at_its_end() {
    let source = Source::new("t.pql", "a\n<p><%= %></p> <%=%><% OUTPUT; %>");
    let diagnostics = parse_embedded(&source).diagnostics;
    insta::assert_snapshot!(render(&diagnostics, &source, Style::Plain), @r"
    error: line 2: expected a value, found `%>`
     --> t.pql:2:8
    2 | <p><%= %></p> <%=%><% OUTPUT; %>
      |        ^ expected a value
      = code: KP-2002
    error: line 2: expected a value, found `%>`
     --> t.pql:2:18
    2 | <p><%= %></p> <%=%><% OUTPUT; %>
      |                  ^ expected a value
      = code: KP-2002
    ");
}

#[test]
fn an_unclosed_block_is_a_fault_at_its_opener() {
    let source = Source::new("t.pql", "a\n<% PRINT 1;");
    let diagnostics = parse_embedded(&source).diagnostics;
    insta::assert_snapshot!(render(&diagnostics, &source, Style::Plain), @r#"
    error: line 2: unclosed `<%`
     --> t.pql:2:1
    2 | <% PRINT 1;
      | ^^ opened here
      = help: close it with `%>`
      = code: KP-2001
    "#);
}

fn titles(parsed: &Parsed) -> Vec<&str> {
    parsed
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.title.as_str())
        .collect()
}

#[test]
fn one_value_is_parsed_for_printing() {
    let parsed = parse_expression(&Source::new("eval", "'a' + 1 TO UPPER"));
    assert!(parsed.is_runnable());
    assert!(matches!(&parsed.program.body[0].kind, StatementKind::Print(p) if p.values.len() == 1));
    let parsed = parse_expression(&Source::new("eval", "1; 2"));
    assert_eq!(
        titles(&parsed),
        ["expected the end of the expression, found `2`"]
    );
    let parsed = parse_expression(&Source::new("eval", ""));
    assert_eq!(
        titles(&parsed),
        ["expected a value, found the end of the text"]
    );
}

#[test]
fn exec_takes_exactly_one_statement() {
    let titles_of = |text: &str| {
        let parsed = parse_statement(&Source::new("exec", text), &Slots::default());
        titles(&parsed)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(titles_of(";PRINT $f(1);;"), [""; 0]);
    assert_eq!(
        titles_of("PRINT 1; PRINT 2;"),
        ["`EXEC` takes one statement, found another"]
    );
    assert_eq!(titles_of(" ; "), ["`EXEC` takes one statement, found none"]);
    assert_eq!(
        titles_of("FUNCTION $f () BEGIN END;"),
        ["`EXEC` cannot define a function"]
    );
}

#[test]
fn root_names_are_those_of_3_2_7() {
    let text = "PRINT '#{used}'; PRINT $read; SET $set := 1; PRINT $set; \
        IF $Tested IS UNDEFINED THEN SET $tested := 1; END IF; VAR $var; \
        FOR $item IN $list LOOP PRINT $item; END LOOP; LET $edited ADD 1; \
        FUNCTION $f ($parameter) BEGIN RETURN $parameter; END; \
        PRINT '''$rich $f($named := 1)'''; SELECT $sql, @global, '$no'; PRINT $named;";
    let source = Source::with_arguments("t.pql", text, &[("passed", "1")]);
    let names = parse(&source).program.parameters;
    let names: Vec<&str> = names.iter().map(crate::pql::syntax::Name::as_str).collect();
    assert_eq!(
        names,
        [
            "edited", "list", "passed", "read", "rich", "sql", "tested", "used"
        ]
    );
}

#[test]
fn a_text_that_is_too_long_is_refused() {
    for text in [
        " ".repeat(TEXT_MAX_BYTES + 1),
        "#{a}".repeat(TEXT_MAX_BYTES / 4),
    ] {
        let source = Source::with_arguments("t.pql", text, &[("a", "12345678")]);
        let parsed = parse(&source);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.diagnostics[0].code, Code::PQL_LIMIT);
    }
}

#[test]
fn many_warnings_do_not_hide_an_error() {
    let text = format!("{} SET $x;", "SET $x := a;".repeat(1_000));
    assert!(!parse(&Source::new("t.pql", text)).is_runnable());
}

#[test]
fn a_bom_is_no_column() {
    let source = Source::new("t.pql", "\u{feff}PRIMT 1;");
    let diagnostics = parse(&source).diagnostics;
    assert_eq!(
        source.place(diagnostics[0].span.start),
        Place { line: 1, column: 1 }
    );
}

#[test]
fn diagnostics_are_data() {
    let source = Source::new("t.pql", "SET $x := IF 1 THEN 2\n;");
    let json = to_json(&parse(&source).diagnostics, &source);
    insta::assert_snapshot!(format!("{:#}", json[0]), @r#"
    {
      "code": "KP-2002",
      "severity": "error",
      "message": "short `IF` without `ELSE`, found `;`",
      "file": "t.pql",
      "line": 2,
      "column": 1,
      "end_line": 2,
      "end_column": 2,
      "label": "expected `ELSE`",
      "others": [
        {
          "line": 1,
          "column": 11,
          "text": "begins here"
        }
      ],
      "help": [
        "a short `IF` ends with `ELSE value END` and has no `;` inside"
      ]
    }
    "#);
}

#[test]
fn long_lines_and_tabs_keep_the_caret_in_place() {
    let source = Source::new("t.pql", format!("\tPRINT {}, 2;", "1+".repeat(300) + "1"));
    let shown = render(&parse(&source).diagnostics, &source, Style::Plain);
    let lines: Vec<&str> = shown.lines().collect();
    let caret = lines[3].chars().position(|c| c == '^').unwrap();
    assert_eq!(lines[2].chars().nth(caret), Some(','));
    let source = Source::new("t.pql", "\tPRINT 1, 2;");
    let shown = render(&parse(&source).diagnostics, &source, Style::Coloured);
    assert!(
        shown.contains("  | \t       \u{1b}[1;31m^\u{1b}[0m a second one"),
        "{shown}"
    );
}

#[test]
fn the_grammar_for_editors_knows_every_first_word() {
    let grammar = include_str!("../../../docs/pql/pql.tmLanguage.json");
    let lists = [
        crate::pql::syntax::keywords::STATEMENTS,
        crate::pql::syntax::keywords::QUERY_VERBS,
        crate::pql::syntax::keywords::NON_QUERY_VERBS,
    ];
    for word in lists.concat() {
        let is_known = grammar
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|found| found == word);
        assert!(is_known, "{word}");
    }
}
