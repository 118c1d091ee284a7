//! Taking secrets out of text that people may see.

use std::sync::LazyLock;

use regex::Regex;

/// The value of a `token` or password field and of an `Authorization` or token header.
static FIELDS: LazyLock<Regex> = LazyLock::new(|| {
    compile(r#"(?i)(\b(?:token|password|passwd|pwd)["']?\s*[=:]\s*["']?|\bbearer\s+)[^\s&"',;]+"#)
});

/// The password of a URL; it may contain `@`, so the last one ends it.
static URLS: LazyLock<Regex> =
    LazyLock::new(|| compile(r#"(?i)(\b[a-z][a-z0-9+.-]*://[^\s/:@"']*:)[^\s"'/]+@"#));

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns are constants that a test compiles")
}

/// Replaces every secret of a known shape by `***`.
pub fn redact(text: &str) -> String {
    let urls = URLS.replace_all(text, "${1}***@");
    FIELDS.replace_all(&urls, "${1}***").into_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::redact;

    #[rstest]
    #[case("PUT /x?token=abc123&name=y", "PUT /x?token=***&name=y")]
    #[case("Authorization: Bearer abc.def", "Authorization: Bearer ***")]
    #[case("X-Keeper-Token: abc123", "X-Keeper-Token: ***")]
    #[case(
        "open mysql://joe:p4ss@host:3306/db",
        "open mysql://joe:***@host:3306/db"
    )]
    #[case(r#"{"token":"abc"}"#, r#"{"token":"***"}"#)]
    #[case("password = hunter2", "password = ***")]
    #[case("http://127.0.0.1:7700/health", "http://127.0.0.1:7700/health")]
    #[case("nothing to hide", "nothing to hide")]
    fn secrets_are_hidden_and_nothing_else(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(redact(text), expected);
    }
}
