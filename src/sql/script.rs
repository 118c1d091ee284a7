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
    let dollar = || dollar_quoted(text).filter(|_| dialect == Dialect::Postgres);
    comment(text, dialect)
        .or_else(|| quoted(text, dialect))
        .or_else(dollar)
}

/// The length of what begins here and is not code: quoted text or a comment.
pub(super) fn opaque(text: &str, dialect: Dialect) -> Option<usize> {
    skipped(text, dialect)
}

/// `$tag$ .. $tag$` of PostgreSQL.
fn dollar_quoted(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('$')?;
    let end = inside.find('$')?;
    let tag = inside.get(..end)?;
    let is_tag = tag.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !tag.starts_with(|c: char| c.is_ascii_digit());
    if !is_tag {
        return None;
    }
    let mark = text.get(..end.saturating_add(2))?;
    let body = text.get(mark.len()..)?;
    let close = body.find(mark)?;
    Some(mark.len().saturating_add(close).saturating_add(mark.len()))
}

fn comment(text: &str, dialect: Dialect) -> Option<usize> {
    if text.starts_with("/*") {
        let end = text.find("*/").map(|at| at.saturating_add(2));
        return Some(end.unwrap_or(text.len()));
    }
    // MySQL wants a blank after the dashes: `5--1` is arithmetic there.
    let is_dashes = text.strip_prefix("--").is_some_and(|rest| {
        dialect != Dialect::MySql || rest.chars().next().is_none_or(char::is_whitespace)
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
    fn dollars_quote_in_postgresql() {
        let script = "a $f$ ; $$ ; $f$; $1; b $$;$$";
        let expected = ["a $f$ ; $$ ; $f$", "$1", "b $$;$$"];
        assert_eq!(statements(script, Dialect::Postgres), expected);
        assert_eq!(statements("a $$;$$", Dialect::Sqlite), ["a $$", "$$"]);
    }

    #[test]
    fn dialects_differ_in_backslashes_dashes_and_hashes() {
        assert_eq!(statements("a '\\';'; b", Dialect::MySql), ["a '\\';'", "b"]);
        assert_eq!(statements("a '\\'; b", Dialect::Sqlite), ["a '\\'", "b"]);
        assert_eq!(statements("5--1; b", Dialect::MySql), ["5--1", "b"]);
        assert_eq!(statements("a # ;\n; b", Dialect::MySql), ["a # ;", "b"]);
    }
}
