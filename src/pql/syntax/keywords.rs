//! The words that have a meaning of their own.

use crate::pql::syntax::Name;

/// First words of statements that begin a query sent to the source.
pub(crate) const QUERY_VERBS: &[&str] = &["SELECT", "SHOW"];

/// First words of statements that are sent to the source and answer with a number.
pub(crate) const NON_QUERY_VERBS: &[&str] = &[
    "INSERT", "UPDATE", "UPSERT", "DELETE", "REPLACE", "CREATE", "ALTER", "DROP", "TRUNCATE",
    "GRANT", "RENAME", "USE",
];

/// First words of the statements of the language itself.
pub(crate) const STATEMENTS: &[&str] = &[
    "OPEN", "SAVE", "LOAD", "SET", "VAR", "LET", "PRINT", "ECHO", "DEBUG", "EXEC", "SLEEP", "EXIT",
    "CONTINUE", "IF", "ELSIF", "ELSE", "END", "CASE", "WHEN", "FOR", "WHILE", "FUNCTION", "CALL",
    "REQUEST", "PARSE", "REDIS", "SEND", "FILE", "DIR", "RUN", "INVOKE", "GET", "PUT", "PREP",
    "PASS", "TRANS", "SHIFT", "PAGE", "PROCESS", "BATCH", "PAR", "OUTPUT", "RETURN", "CACHE",
    "TEMP", "BLOCK",
];

/// Statements with a value, which may stand where a query may.
pub(crate) const QUERIES: &[&str] = &[
    "EXEC", "PARSE", "REDIS", "SEND", "FILE", "DIR", "RUN", "INVOKE",
];

/// Words inside statements that are never text of themselves.
pub(crate) const INNER: &[&str] = &[
    "THEN",
    "LOOP",
    "BEGIN",
    "AND",
    "OR",
    "NOT",
    "IN",
    "OF",
    "IS",
    "LIKE",
    "EXISTS",
    "EMPTY",
    "UNDEFINED",
    "DEFINED",
];

/// Tells whether a word is one of a list.
pub(crate) fn is_one_of(name: &Name, words: &[&str]) -> bool {
    words.iter().any(|word| name.is(word))
}

/// Tells whether a word is sent to a database together with what follows it.
pub(crate) fn is_verb(name: &Name) -> bool {
    is_one_of(name, QUERY_VERBS) || is_one_of(name, NON_QUERY_VERBS)
}

/// Tells whether a word cannot be text of itself (appendix B).
pub(crate) fn is_reserved(name: &Name) -> bool {
    is_verb(name) || is_one_of(name, STATEMENTS) || is_one_of(name, INNER)
}
