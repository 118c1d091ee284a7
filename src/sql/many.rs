//! `INSERT .. VALUES (?, ..)` for many rows at once: servers answer each statement over the
//! network, so one statement for hundreds of rows is many times as fast as one for each.

use std::borrow::Cow;
use std::ops::Range;

use super::Dialect;
use super::script::opaque;
use crate::value::Value;

/// Rows of one statement; more bring no more speed.
const ROWS_MAX: usize = 1000;

/// Marks of one statement; servers of the MySQL protocol and PostgreSQL allow 65,535.
const MARKS_MAX: usize = 60_000;

/// Bytes of the values of one statement, below what the least patient servers take in one packet.
const BYTES_MAX: usize = 512 << 10;

/// What makes a value of other values alone; anything else may look at the rows before.
const PURE: [&str; 40] = [
    "ABS",
    "CAST",
    "CEIL",
    "CEILING",
    "CHAR",
    "COALESCE",
    "CONCAT",
    "CONCAT_WS",
    "CONVERT",
    "DATE",
    "DATETIME",
    "DATE_FORMAT",
    "DECIMAL",
    "FLOOR",
    "FROM_UNIXTIME",
    "GREATEST",
    "HEX",
    "IF",
    "IFNULL",
    "LEAST",
    "LEFT",
    "LENGTH",
    "LOWER",
    "LPAD",
    "LTRIM",
    "NOW",
    "NULLIF",
    "NUMERIC",
    "REPLACE",
    "RIGHT",
    "ROUND",
    "RPAD",
    "RTRIM",
    "STR_TO_DATE",
    "SUBSTR",
    "SUBSTRING",
    "TRIM",
    "UNHEX",
    "UPPER",
    "VARCHAR",
];

/// An INSERT of one row that can be made one of many, with the same rows in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowInsert {
    /// The bytes of the parenthesis with the values; nothing but `;` follows.
    pub(crate) values: Range<usize>,
    /// Where a `?` stands among the values.
    pub(crate) marks: Vec<usize>,
    /// The texts in single quotes, each with its quotes.
    pub(crate) literals: Vec<Range<usize>>,
}

impl RowInsert {
    /// Finds the values; `None` when this is no INSERT or REPLACE that ends with one row, when a
    /// `?` stands elsewhere, when the row may depend on rows before it, and when it cannot be told.
    pub(crate) fn parse(sql: &str, dialect: Dialect) -> Option<Self> {
        let tokens = tokens(sql, dialect)?;
        let (verb, _) = tokens.first()?;
        if !["INSERT", "REPLACE"].iter().any(|word| verb.is(word)) {
            return None;
        }
        let begin = find_values(&tokens)?;
        let (mut depth, mut end) = (0_usize, None);
        let (mut marks, mut literals) = (Vec::new(), Vec::new());
        let mut rest = tokens.get(begin..)?.iter().peekable();
        while let Some((token, span)) = rest.next() {
            if end.is_some() && *token != Token::Sign(';') {
                return None;
            }
            match token {
                Token::Sign('(') => depth = depth.checked_add(1)?,
                Token::Sign(')') => {
                    depth = depth.checked_sub(1)?;
                    end = Some(span.end).filter(|_| depth == 0);
                }
                Token::Sign('?') => marks.push(span.start),
                Token::Text => literals.push(span.clone()),
                Token::Word(word) => {
                    let is_call = rest
                        .peek()
                        .is_some_and(|(next, _)| *next == Token::Sign('('));
                    let is_pure = || PURE.iter().any(|pure| word.eq_ignore_ascii_case(pure));
                    if token.is_query() || is_call && !is_pure() {
                        return None;
                    }
                }
                Token::Name | Token::Sign(_) => {}
            }
        }
        let (_, first) = tokens.get(begin)?;
        Some(Self {
            values: first.start..end?,
            marks,
            literals,
        })
    }

    /// The statement for a number of rows.
    fn for_rows(&self, sql: &str, count: usize) -> String {
        let head = sql.get(..self.values.start).unwrap_or_default();
        let group = sql.get(self.values.clone()).unwrap_or_default();
        let each = group.len().saturating_add(1);
        let size = head.len().saturating_add(count.saturating_mul(each));
        let mut sql = String::with_capacity(size);
        sql.push_str(head);
        for index in 0..count {
            if index > 0 {
                sql.push(',');
            }
            sql.push_str(group);
        }
        sql
    }

    /// Tells whether every row has a value for each mark.
    fn fits(&self, rows: &[Vec<Value>]) -> bool {
        let marks = self.marks.len();
        marks > 0 && rows.iter().all(|row| row.len() == marks)
    }

    /// The most rows of a statement.
    fn most(&self) -> usize {
        let by_marks = MARKS_MAX.checked_div(self.marks.len());
        by_marks.unwrap_or(MARKS_MAX).clamp(1, ROWS_MAX)
    }

    /// How many of some rows, at least one, the next statement takes.
    fn take(&self, rows: &[Vec<Value>]) -> usize {
        let mut bytes = 0_usize;
        let fitting = rows.iter().take(self.most()).take_while(|row| {
            bytes = row.iter().map(size).fold(bytes, usize::saturating_add);
            bytes <= BYTES_MAX
        });
        fitting.count().clamp(1, rows.len().max(1))
    }
}

/// Rows that share a statement.
pub(super) struct Group<'r> {
    pub(super) sql: Cow<'r, str>,
    pub(super) rows: &'r [Vec<Value>],
    /// Whether other groups have the same statement, so that it is worth keeping.
    pub(super) is_common: bool,
}

/// The statements that bring all rows: one for many rows where that means the same, else the
/// statement itself for each row.
pub(super) fn groups<'r>(
    sql: &'r str,
    dialect: Dialect,
    rows: &'r [Vec<Value>],
) -> impl Iterator<Item = Group<'r>> {
    let many = Some(rows.len())
        .filter(|count| *count > 1)
        .and_then(|_| RowInsert::parse(sql, dialect))
        .filter(|insert| insert.fits(rows));
    let mut rest = rows;
    std::iter::from_fn(move || {
        rest.first()?;
        let count = many.as_ref().map_or(1, |insert| insert.take(rest));
        let (rows, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        rest = behind;
        Some(match &many {
            Some(insert) if count > 1 => Group {
                sql: insert.for_rows(sql, count).into(),
                rows,
                is_common: count == insert.most(),
            },
            _ => Group {
                sql: sql.into(),
                rows,
                is_common: true,
            },
        })
    })
}

/// About what a value takes in a statement.
fn size(value: &Value) -> usize {
    const NUMBER: usize = 20;
    match value {
        Value::Null => "null".len(),
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(_) | Value::HashSet(_) | Value::Row(_) | Value::Table(_) => {
            value.to_json().len()
        }
        _ => NUMBER,
    }
}

/// The place of the parenthesis behind the word VALUES, outside of all others; no `?` may stand
/// before it, and no query.
fn find_values(tokens: &[(Token<'_>, Range<usize>)]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_after_word = false;
    for (place, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(') if depth == 0 && is_after_word => return Some(place),
            Token::Sign('(') => depth = depth.checked_add(1)?,
            Token::Sign(')') => depth = depth.checked_sub(1)?,
            Token::Sign('?') => return None,
            token if token.is_query() => return None,
            _ => {}
        }
        is_after_word = token.is("VALUES");
    }
    None
}

/// What a statement is made of, without its blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// In single quotes.
    Text,
    /// In other quotes.
    Name,
    Sign(char),
}

impl Token<'_> {
    fn is(&self, name: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(name))
    }

    fn is_query(&self) -> bool {
        self.is("SELECT") || self.is("TABLE")
    }
}

/// Takes a statement apart; `None` where what it means depends on the server or its settings:
/// backslashes in quotes, quotes with a word before them, comments, quotes of dollars.
fn tokens(sql: &str, dialect: Dialect) -> Option<Vec<(Token<'_>, Range<usize>)>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut at = 0_usize;
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next()?;
        let (token, length) = if let Some(length) = opaque(rest, dialect) {
            let inside = rest.get(..length)?;
            let is_marked = sql.get(..at)?.ends_with(is_word);
            if is_marked || inside.contains('\\') || !inside.ends_with(first) {
                return None;
            }
            match first {
                '\'' => (Token::Text, length),
                '"' | '`' => (Token::Name, length),
                _ => return None,
            }
        } else if first == '$' {
            return None;
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Token::Word(rest.get(..length)?), length)
        } else {
            (Token::Sign(first), first.len_utf8())
        };
        let end = at.checked_add(length)?;
        if !first.is_whitespace() {
            tokens.push((token, at..end));
        }
        at = end;
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_becomes_many() {
        let cases = [
            (
                "INSERT INTO t VALUES (?, ?)",
                Some("INSERT INTO t VALUES (?, ?),(?, ?)"),
            ),
            (
                "replace into `values` (a) values(?) ;",
                Some("replace into `values` (a) values(?),(?)"),
            ),
            (
                "INSERT INTO t (a, b) VALUES (lower(?), '(?')",
                Some("INSERT INTO t (a, b) VALUES (lower(?), '(?'),(lower(?), '(?')"),
            ),
            (
                "INSERT INTO t VALUES (cast(? as decimal (10, 2)), 'it''s')",
                Some(
                    "INSERT INTO t VALUES (cast(? as decimal (10, 2)), 'it''s'),\
                     (cast(? as decimal (10, 2)), 'it''s')",
                ),
            ),
            (
                "INSERT INTO [values] (a) VALUES (-?)",
                Some("INSERT INTO [values] (a) VALUES (-?),(-?)"),
            ),
            ("INSERT INTO t VALUES (?), (?)", None),
            ("INSERT INTO t VALUES (?) RETURNING a", None),
            ("INSERT INTO t VALUES (?) -- one", None),
            ("INSERT INTO t VALUES (? -- one\n)", None),
            (
                "INSERT INTO t VALUES (?) /*! ON DUPLICATE KEY UPDATE a = 1 */",
                None,
            ),
            ("INSERT INTO t VALUES (?, (SELECT MAX(n) + 1 FROM t))", None),
            ("INSERT INTO t VALUES (?, last_insert_id())", None),
            ("INSERT INTO t VALUES (?, next_number (2))", None),
            ("INSERT INTO t SELECT 0 UNION ALL VALUES (?)", None),
            ("INSERT INTO t (a) VALUES ($$?$$, ?)", None),
            (r"INSERT INTO t VALUES ('\', ?)", None),
            ("INSERT INTO t VALUES (E'x', ?)", None),
            ("INSERT INTO t VALUES (?, 'x", None),
            ("INSERT INTO t (a, ?) VALUES (1)", None),
            (
                "MERGE INTO t USING s ON 1 WHEN NOT MATCHED THEN INSERT VALUES (?)",
                None,
            ),
            (
                "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = 1",
                None,
            ),
            ("INSERT INTO t SELECT ?", None),
            ("INSERT INTO t.values_old SELECT ?", None),
            ("UPDATE t SET a = ?", None),
            ("INSERT INTO t VALUES (?", None),
            ("", None),
        ];
        for (sql, expected) in cases {
            for dialect in [Dialect::MySql, Dialect::Postgres] {
                let found = RowInsert::parse(sql, dialect);
                let found = found.map(|insert| insert.for_rows(sql, 2));
                assert_eq!(found.as_deref(), expected, "{sql}");
            }
        }
    }

    #[test]
    fn statements_have_a_largest_size() {
        let parse = |sql| RowInsert::parse(sql, Dialect::MySql).unwrap();
        let insert = parse("INSERT INTO t VALUES (?, ?)");
        let small = vec![vec![Value::Integer(1), Value::Null]; 3000];
        assert_eq!(insert.take(&small), ROWS_MAX);
        assert_eq!(insert.take(&small[..7]), 7);
        let large = vec![vec![Value::text("x".repeat(BYTES_MAX / 4)), Value::Null]; 9];
        assert_eq!(insert.take(&large), 3);
        let huge = vec![vec![Value::text("x".repeat(BYTES_MAX * 2)), Value::Null]; 2];
        assert_eq!(insert.take(&huge), 1);
        assert!(!insert.fits(&[vec![Value::Null]]));
        let marks = vec!["?"; 30_000].join(",");
        let sql = format!("INSERT INTO t VALUES ({marks})");
        assert_eq!(parse(&sql).take(&vec![vec![Value::Null; 30_000]; 5]), 2);
        assert!(!parse("INSERT INTO t VALUES (1)").fits(&[Vec::new(), Vec::new()]));
    }
}
