//! Texts inside JSON and inside shell double quotes (`pql-core.md` 2.8). SQL is quoted in `sql`.

use std::fmt::Write;

/// Appends `text` as a JSON string with its quotes; only what must be escaped is.
pub fn write_json_text(text: &str, out: &mut String) {
    out.reserve(text.len().saturating_add(2));
    out.push('"');
    let mut plain = text;
    while let Some(at) = plain.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        let (head, tail) = plain.split_at(at);
        out.push_str(head);
        let mut chars = tail.chars();
        if let Some(escaped) = chars.next() {
            write_escape(escaped, out);
        }
        plain = chars.as_str();
    }
    out.push_str(plain);
    out.push('"');
}

/// Appends `text` in shell double quotes; `"`, `\`, `$` and the backquote get a backslash.
pub fn write_shell_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}

fn write_escape(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        // Writing into a String cannot fail.
        other => drop(write!(out, "\\u{:04x}", u32::from(other))),
    }
}
