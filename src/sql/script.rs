//! Splitting a script into statements.

use super::Dialect;

/// The statements of a script without their `;`, in order; blank ones are left out. Semicolons
/// inside quotes and comments do not count.
pub(super) fn statements(script: &str, dialect: Dialect) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = script;
    while !rest.is_empty() {
        let end = statement_end(rest, dialect);
        let (statement, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if has_words(statement, dialect) {
            found.push(statement.trim());
        }
        rest = tail.strip_prefix(';').unwrap_or(tail);
    }
    found
}

fn statement_end(text: &str, dialect: Dialect) -> usize {
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if c == ';' {
            return at;
        }
        let length = skipped(rest, dialect).unwrap_or(c.len_utf8());
        at = at.saturating_add(length);
    }
    text.len()
}

/// Tells whether anything but blanks and comments is there.
fn has_words(text: &str, dialect: Dialect) -> bool {
    let mut rest = text.trim_start();
    while let Some(length) = comment(rest, dialect) {
        // MySQL runs what stands in `/*! .. */`.
        if rest.starts_with("/*!") {
            return true;
        }
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    !rest.is_empty()
}

/// The length of the quoted text or comment that begins here.
fn skipped(text: &str, dialect: Dialect) -> Option<usize> {
    comment(text, dialect).or_else(|| quoted(text, dialect))
}

fn comment(text: &str, dialect: Dialect) -> Option<usize> {
    if text.starts_with("/*") {
        let end = text.find("*/").map(|at| at.saturating_add(2));
        return Some(end.unwrap_or(text.len()));
    }
    // MySQL wants a blank after the dashes: `5--1` is arithmetic there.
    let is_dashes = text.strip_prefix("--").is_some_and(|rest| {
        dialect == Dialect::Sqlite || rest.chars().next().is_none_or(char::is_whitespace)
    });
    let is_hash = dialect == Dialect::MySql && text.starts_with('#');
    (is_dashes || is_hash).then(|| text.find('\n').unwrap_or(text.len()))
}

fn quoted(text: &str, dialect: Dialect) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, quote) = chars
        .next()
        .filter(|(_, c)| matches!(c, '\'' | '"' | '`'))?;
    while let Some((at, c)) = chars.next() {
        if c == '\\' && dialect == Dialect::MySql && quote != '`' {
            chars.next();
        } else if c == quote {
            // A doubled quote begins a new quoted text at once, which comes to the same.
            return Some(at.saturating_add(1));
        }
    }
    Some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_ends_a_statement_only_outside_quotes_and_comments() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            (" ; ;\n", &[]),
            ("a; b", &["a", "b"]),
            ("a 'x;''y' ; b", &["a 'x;''y'", "b"]),
            ("a \"x;\" `;` ; b", &["a \"x;\" `;`", "b"]),
            ("a -- x;\n1; b", &["a -- x;\n1", "b"]),
            ("a /* ; */; -- end;", &["a /* ; */"]),
            ("a 'open;", &["a 'open;"]),
        ];
        for (script, expected) in cases {
            for dialect in [Dialect::Sqlite, Dialect::MySql] {
                assert_eq!(
                    statements(script, dialect),
                    *expected,
                    "{script} {dialect:?}"
                );
            }
        }
    }

    #[test]
    fn dialects_differ_in_backslashes_dashes_and_hashes() {
        assert_eq!(statements("a '\\';'; b", Dialect::MySql), ["a '\\';'", "b"]);
        assert_eq!(statements("a '\\'; b", Dialect::Sqlite), ["a '\\'", "b"]);
        assert_eq!(statements("5--1; b", Dialect::MySql), ["5--1", "b"]);
        assert_eq!(statements("a # ;\n; b", Dialect::MySql), ["a # ;", "b"]);
    }
}
