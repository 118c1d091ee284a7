//! Diagnostics as text for people and as JSON for programs.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::json;

use crate::pql::diagnostics::{Diagnostic, Severity};
use crate::pql::syntax::{Place, Source, Span};

/// How to decorate the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// No escape sequences.
    Plain,
    /// Colours of an ANSI terminal.
    Coloured,
}

/// The longest line that is shown whole, in characters; of a longer one a window around the
/// caret is shown.
const LINE_MAX_CHARACTERS: usize = 160;

/// Writes diagnostics one after the other: the headline `error: line L: message`, the place
/// `FILE:LINE:COLUMN`, the line with a caret under the span, other places, and help.
pub fn render(diagnostics: &[Diagnostic], source: &Source, style: Style) -> String {
    let mut output = String::new();
    for diagnostic in diagnostics {
        render_one(&mut output, diagnostic, source, style);
    }
    output
}

/// Gives diagnostics as a JSON array; lines and columns count from 1.
pub fn to_json(diagnostics: &[Diagnostic], source: &Source) -> serde_json::Value {
    diagnostics
        .iter()
        .map(|diagnostic| one_to_json(diagnostic, source))
        .collect()
}

fn one_to_json(diagnostic: &Diagnostic, source: &Source) -> serde_json::Value {
    let place = source.place(diagnostic.span.start);
    let end = source.original_place(source.to_original(diagnostic.span).end);
    let others = diagnostic.others.iter().map(|other| {
        let place = source.place(other.span.start);
        json!({ "line": place.line, "column": place.column, "text": other.text })
    });
    json!({
        "code": diagnostic.code.to_string(),
        "severity": severity(diagnostic.severity),
        "message": diagnostic.title,
        "file": source.name(),
        "line": place.line,
        "column": place.column,
        "end_line": end.line,
        "end_column": end.column,
        "label": diagnostic.label,
        "others": others.collect::<Vec<_>>(),
        "help": diagnostic.help,
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn render_one(output: &mut String, diagnostic: &Diagnostic, source: &Source, style: Style) {
    let paint = Paint::new(style, diagnostic.severity);
    let place = source.place(diagnostic.span.start);
    let lines = diagnostic
        .others
        .iter()
        .map(|other| source.line(other.span.start));
    let widest = lines.chain([place.line]).max().unwrap_or(place.line);
    let width = widest.to_string().len();
    let mut line = |text: String| {
        output.push_str(text.trim_end());
        output.push('\n');
    };
    let word = severity(diagnostic.severity);
    line(format!(
        "{}{word}{}: line {}: {}",
        paint.strong, paint.end, place.line, diagnostic.title
    ));
    line(format!(
        "{:width$}--> {}:{}:{}",
        "",
        source.name(),
        place.line,
        place.column
    ));
    for text in excerpt(diagnostic.span, &diagnostic.label, source, width, &paint) {
        line(text);
    }
    for other in &diagnostic.others {
        if source.line(other.span.start) != place.line {
            line(format!("{:width$} :", ""));
        }
        for text in excerpt(other.span, &other.text, source, width, &paint) {
            line(text);
        }
    }
    for help in &diagnostic.help {
        line(format!("{:width$} = help: {help}", ""));
    }
    line(format!("{:width$} = code: {}", "", diagnostic.code));
}

/// The line of a span and the carets under it.
fn excerpt(span: Span, label: &str, source: &Source, width: usize, paint: &Paint) -> [String; 2] {
    let original = source.to_original(span);
    let place = source.original_place(original.start);
    let end = source.original_place(original.end);
    let (shown, indent, carets) = marked(source.line_text(place.line), place, end);
    let under = format!(
        "{:width$} | {indent}{}{carets}{} {label}",
        "", paint.strong, paint.end
    );
    [format!("{:width$} | {shown}", place.line), under]
}

/// The password of a URL, which may contain `@`, or among its parameters, and the literal behind a
/// name that tells a secret. What is kept comes first, then what is hidden.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    let word = r"[\w.]*(?:password|passwd|pwd|secret|token|api_?key|authorization)\w*";
    let name = format!(r#"\b{word}(?:\s+|["']?\s*(?::=|=:|[=:])\s*)"#);
    let patterns = [
        r#"(://[^\s/:@"']*:)([^\s"'/]+@)"#.to_owned(),
        format!(r#"([?&;]{word}=)([^&;'"\s]+)"#),
        format!(r"({name}'''|{name}')((?:''|[^'])+)"),
        format!(r#"({name}"""|{name}")((?:""|[^"])+)"#),
    ];
    let pattern = format!("(?i)(?:{})", patterns.join("|"));
    Regex::new(&pattern).expect("constants that a test compiles")
});

/// A text without its secrets, and as long as before.
pub(crate) fn without_secrets(text: &str) -> Cow<'_, str> {
    SECRETS.replace_all(text, |found: &Captures<'_>| {
        let mut parts = found.iter().skip(1).flatten().map(|part| part.as_str());
        let (kept, secret) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let (secret, end) = match secret.strip_suffix('@') {
            Some(password) => (password, "@"),
            None => (secret, ""),
        };
        format!("{kept}{}{end}", "*".repeat(secret.chars().count()))
    })
}

/// The part of a line that is shown, the blanks in front of its mark, and the mark.
pub(crate) fn marked(text: &str, place: Place, end: Place) -> (String, String, String) {
    let text = without_secrets(text);
    let length = text.chars().count();
    let start = (place.column as usize).saturating_sub(1).min(length);
    let stop = if end.line == place.line {
        (end.column as usize).saturating_sub(1)
    } else {
        length
    };
    let stop = stop.clamp(start, length.max(start));

    let skipped = if length > LINE_MAX_CHARACTERS {
        start.saturating_sub(LINE_MAX_CHARACTERS / 3)
    } else {
        0
    };
    let shown: String = text
        .chars()
        .skip(skipped)
        .take(LINE_MAX_CHARACTERS)
        .collect();
    // Tabs are kept, so that the caret stands right whatever their width is.
    let blank = |character: char| if character == '\t' { '\t' } else { ' ' };
    let indent: String = text
        .chars()
        .skip(skipped)
        .take(start - skipped)
        .map(blank)
        .collect();
    let carets = (stop - start).clamp(
        1,
        LINE_MAX_CHARACTERS.saturating_sub(start - skipped).max(1),
    );
    (shown, indent, "^".repeat(carets))
}

/// The escape sequences of one diagnostic.
struct Paint {
    strong: &'static str,
    end: &'static str,
}

impl Paint {
    fn new(style: Style, severity: Severity) -> Self {
        match (style, severity) {
            (Style::Plain, _) => Self {
                strong: "",
                end: "",
            },
            (Style::Coloured, Severity::Error) => Self {
                strong: "\u{1b}[1;31m",
                end: "\u{1b}[0m",
            },
            (Style::Coloured, Severity::Warning) => Self {
                strong: "\u{1b}[1;33m",
                end: "\u{1b}[0m",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_secrets;

    #[test]
    fn a_line_is_shown_without_its_secrets() {
        for (line, shown) in [
            (
                "OPEN DATABASE 'mysql://joe:p@ss@h/x?a=b@c';",
                "OPEN DATABASE 'mysql://joe:****@h/x?a=b@c';",
            ),
            (
                "OPEN 'mysql://h/x' USER 'joe' PASSWORD 'gehöim'; SELECT 1;",
                "OPEN 'mysql://h/x' USER 'joe' PASSWORD '******'; SELECT 1;",
            ),
            ("SET $password := \"s3\"; x", "SET $password := \"**\"; x"),
            (
                "PARSE { \"token\": \"abc\" };",
                "PARSE { \"token\": \"***\" };",
            ),
            ("$db_password := 'top'; $x", "$db_password := '***'; $x"),
            (
                "{ \"Authorization\": \"Bearer a\" }",
                "{ \"Authorization\": \"********\" }",
            ),
            ("PASSWORD 'it''s' x", "PASSWORD '*****' x"),
            ("PASSWORD '''abc''' x", "PASSWORD '''*****' x"),
            (
                "'jdbc:x://h/d?user=joe&password=abc'",
                "'jdbc:x://h/d?user=joe&password=***'",
            ),
            (
                "REQUEST 'http://h:80/a'; PRINT 'token';",
                "REQUEST 'http://h:80/a'; PRINT 'token';",
            ),
        ] {
            assert_eq!(without_secrets(line), shown);
        }
    }
}
