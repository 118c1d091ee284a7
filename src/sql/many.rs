//! `INSERT .. VALUES (?, ..)` for many rows at once: servers answer each statement over the
//! network, so one statement for hundreds of rows is many times as fast as one for each.

use std::borrow::Cow;

use super::Dialect;
use super::script::opaque;
use crate::value::Value;

/// Rows of one statement; more bring no more speed.
const ROWS_MAX: usize = 1000;

/// Marks of one statement; servers of the MySQL protocol and PostgreSQL allow 65,535.
const MARKS_MAX: usize = 60_000;

/// Bytes of the values of one statement, far below what servers take in one packet.
const BYTES_MAX: usize = 1 << 20;

/// An INSERT of one row that can be made one of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowInsert<'a> {
    /// All before the parenthesis.
    head: &'a str,
    /// The parenthesis with its marks.
    group: &'a str,
    marks: usize,
}

impl<'a> RowInsert<'a> {
    /// Takes a statement apart; `None` when it is no INSERT or REPLACE that ends with one row of
    /// values, all marks in that row.
    fn parse(sql: &'a str, dialect: Dialect) -> Option<Self> {
        let verb = sql.split_whitespace().next()?;
        if !["INSERT", "REPLACE"]
            .iter()
            .any(|word| verb.eq_ignore_ascii_case(word))
        {
            return None;
        }
        let (at, after) = find_values(sql, dialect)?;
        let open = after.len().checked_sub(after.trim_start().len())?;
        let begin = at.checked_add(open)?;
        let (length, marks) = measure_group(sql.get(begin..)?, dialect)?;
        let end = begin.checked_add(length)?;
        let tail = sql.get(end..)?.trim_end_matches(';');
        if marks == 0 || !tail.trim().is_empty() {
            return None;
        }
        Some(Self {
            head: sql.get(..begin)?,
            group: sql.get(begin..end)?,
            marks,
        })
    }

    /// The statement for a number of rows.
    fn for_rows(&self, count: usize) -> String {
        let each = self.group.len().saturating_add(1);
        let size = self.head.len().saturating_add(count.saturating_mul(each));
        let mut sql = String::with_capacity(size);
        sql.push_str(self.head);
        for index in 0..count {
            if index > 0 {
                sql.push(',');
            }
            sql.push_str(self.group);
        }
        sql
    }

    /// Tells whether every row has a value for each mark.
    fn fits(&self, rows: &[Vec<Value>]) -> bool {
        rows.iter().all(|row| row.len() == self.marks)
    }

    /// How many of some rows, at least one, the next statement takes.
    fn take(&self, rows: &[Vec<Value>]) -> usize {
        let most = (MARKS_MAX / self.marks).clamp(1, ROWS_MAX);
        let mut bytes = 0_usize;
        let fitting = rows.iter().take(most).take_while(|row| {
            bytes = row.iter().map(size).fold(bytes, usize::saturating_add);
            bytes <= BYTES_MAX
        });
        fitting.count().clamp(1, rows.len().max(1))
    }
}

/// The statements that bring all rows, each with its rows: one for many rows where that means the
/// same, else the statement itself for each row.
pub(super) fn groups<'r>(
    sql: &'r str,
    dialect: Dialect,
    rows: &'r [Vec<Value>],
) -> impl Iterator<Item = (Cow<'r, str>, &'r [Vec<Value>])> {
    let many = RowInsert::parse(sql, dialect).filter(|insert| insert.fits(rows));
    let mut rest = rows;
    std::iter::from_fn(move || {
        rest.first()?;
        let count = many.map_or(1, |insert| insert.take(rest));
        let (group, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        rest = behind;
        let text = match many {
            Some(insert) if count > 1 => insert.for_rows(count).into(),
            _ => sql.into(),
        };
        Some((text, group))
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

/// Where the text behind the word VALUES begins, and that text; no mark may stand before it.
fn find_values(sql: &str, dialect: Dialect) -> Option<(usize, &str)> {
    const WORD: &str = "VALUES";
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut depth = 0_usize;
    let mut before = ' ';
    let mut at = 0_usize;
    while let Some(rest) = sql.get(at..) {
        let first = rest.chars().next()?;
        if let Some(length) = opaque(rest, dialect) {
            at = at.checked_add(length)?;
            before = ' ';
            continue;
        }
        match first {
            '(' => depth = depth.checked_add(1)?,
            ')' => depth = depth.checked_sub(1)?,
            '?' => return None,
            _ => {}
        }
        let word = rest.get(..WORD.len());
        if depth == 0 && !is_word(before) && word.is_some_and(|w| w.eq_ignore_ascii_case(WORD)) {
            let after = rest.get(WORD.len()..)?;
            if !after.starts_with(is_word) {
                return Some((at.checked_add(WORD.len())?, after));
            }
        }
        before = first;
        at = at.checked_add(first.len_utf8())?;
    }
    None
}

/// The length of the parenthesis that begins here, and its marks.
fn measure_group(text: &str, dialect: Dialect) -> Option<(usize, usize)> {
    if !text.starts_with('(') {
        return None;
    }
    let (mut at, mut depth, mut marks) = (0_usize, 0_usize, 0_usize);
    while let Some(rest) = text.get(at..) {
        let first = rest.chars().next()?;
        if let Some(length) = opaque(rest, dialect) {
            at = at.checked_add(length)?;
            continue;
        }
        match first {
            '(' => depth = depth.checked_add(1)?,
            ')' => depth = depth.checked_sub(1)?,
            '?' => marks = marks.checked_add(1)?,
            _ => {}
        }
        at = at.checked_add(first.len_utf8())?;
        if depth == 0 {
            return Some((at, marks));
        }
    }
    None
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
            ("INSERT INTO t VALUES (1)", None),
            ("INSERT INTO t VALUES (?), (?)", None),
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
                let found = RowInsert::parse(sql, dialect).map(|insert| insert.for_rows(2));
                assert_eq!(found.as_deref(), expected, "{sql}");
            }
        }
    }

    #[test]
    fn statements_have_a_largest_size() {
        let insert = RowInsert::parse("INSERT INTO t VALUES (?, ?)", Dialect::MySql).unwrap();
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
        let wide = RowInsert::parse(&sql, Dialect::MySql).unwrap();
        assert_eq!(wide.take(&vec![vec![Value::Null; 30_000]; 5]), 2);
    }
}
