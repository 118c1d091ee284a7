//! The INSERT of a row of a workbook (4.10).

use std::collections::{BTreeMap, HashSet};

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::statements::file_query::quoted;
use crate::value::Value;

/// The cells that were written into a statement, by the byte at which each begins.
pub(super) type Cells = BTreeMap<usize, Value>;

/// `INSERT INTO sheet [ROW n] (A, B) VALUES (v, v)`
pub(super) struct Insert {
    pub(super) sheet: String,
    /// Counted from 0.
    pub(super) row: u32,
    pub(super) columns: Vec<u16>,
    /// As many as there are columns.
    pub(super) cells: Vec<Cell>,
}

pub(super) enum Cell {
    Value(Value),
    /// A bare word: the column of that name.
    Word(String),
}

/// What is wrong with a statement.
type Read<T> = Result<T, String>;

impl Insert {
    pub(super) fn parse(text: &str, written: &Cells) -> Done<Self> {
        Self::read(text, written).map_err(|reason| {
            let message = format!(
                "a workbook takes `INSERT INTO sheet [ROW n] (A, B) VALUES (..)` or `DROP SHEET \
                 name`, not `{text}`: {reason}"
            );
            Halt::new(Code::PQL_STATEMENT, message)
        })
    }

    fn read(text: &str, written: &Cells) -> Read<Self> {
        let rest = after_word(text, "INSERT").and_then(|rest| after_word(rest, "INTO"));
        let rest = rest.ok_or("it does not begin with INSERT INTO")?;
        let (sheet, rest) = name(rest).ok_or("the name of a sheet is missing")?;
        let (row, rest) = match after_word(rest, "ROW") {
            None => (0, rest),
            Some(rest) => row(rest)?,
        };
        let list = rest.trim_start().strip_prefix('(');
        let list = list.and_then(|rest| rest.split_once(')'));
        let (list, rest) = list.ok_or("the columns in parentheses are missing")?;
        let columns = columns(list)?;
        let rest = after_word(rest, "VALUES").ok_or("VALUES is missing")?;
        let values = rest.trim_start().strip_prefix('(');
        let values = values.ok_or("the values in parentheses are missing")?;
        let begin = text.len().saturating_sub(values.len());
        let (cells, rest) = cells(values, begin, written)?;
        if !matches!(rest.trim(), "" | ";") {
            let rest = rest.trim();
            return Err(format!(
                "it writes one row, and nothing stands behind its values: found `{rest}`"
            ));
        }
        if columns.len() != cells.len() {
            let (columns, values) = (columns.len(), cells.len());
            return Err(format!(
                "each column takes one value: there are columns: {columns}, values: {values}"
            ));
        }
        Ok(Self {
            sheet,
            row,
            columns,
            cells,
        })
    }
}

/// What follows a word, when the text begins with it.
pub(super) fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_start();
    let (first, rest) = text.split_at_checked(word.len())?;
    let is_whole = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    (first.eq_ignore_ascii_case(word) && is_whole).then_some(rest)
}

/// A bare or quoted name, and what follows it.
pub(super) fn name(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    if matches!(first, '\'' | '"' | '`') {
        let (name, length) = quoted(text, first);
        return Some((name, text.get(length..)?));
    }
    let end = text.find(|next: char| next.is_whitespace() || next == '(');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    (!name.is_empty()).then(|| (name.to_owned(), rest))
}

/// The number behind ROW, counted from 0, and what follows it.
fn row(rest: &str) -> Read<(u32, &str)> {
    let (number, rest) = rest.split_at(rest.find('(').unwrap_or(rest.len()));
    let number = number.trim();
    let row = number.parse::<u32>().ok();
    let row = row.and_then(|row| row.checked_sub(1));
    let row = row.ok_or_else(|| format!("rows are counted from 1, and ROW has `{number}`"))?;
    Ok((row, rest))
}

fn columns(list: &str) -> Read<Vec<u16>> {
    let mut known = HashSet::new();
    let column = |name: &str| {
        let name = name.trim();
        let index = column(name)
            .ok_or_else(|| format!("a column is a letter or a number from 1, not `{name}`"))?;
        if !known.insert(index) {
            return Err(format!("the column `{name}` is written twice"));
        }
        Ok(index)
    };
    list.split(',').map(column).collect()
}

/// A letter or a number from 1.
fn column(name: &str) -> Option<u16> {
    let name = name.trim_matches(['\'', '"', '`']);
    if let Ok(number) = name.parse::<u16>() {
        return number.checked_sub(1);
    }
    let mut index = 0_u16;
    for letter in name.chars() {
        let digit = letter.to_ascii_uppercase().to_digit(36)?.checked_sub(9)?;
        index = index
            .checked_mul(26)?
            .checked_add(u16::try_from(digit).ok()?)?;
    }
    index.checked_sub(1)
}

/// The values behind an opening parenthesis at a byte of the statement, and what follows the
/// closing one: cells that were written there, quoted texts, numbers, words.
fn cells<'a>(inside: &'a str, begin: usize, written: &Cells) -> Read<(Vec<Cell>, &'a str)> {
    let mut cells = Vec::new();
    let mut rest = inside;
    loop {
        rest = rest.trim_start();
        let at = begin.saturating_add(inside.len().saturating_sub(rest.len()));
        let first = rest.chars().next().unwrap_or_default();
        let (cell, length) = if matches!(first, '\'' | '"') {
            let (text, length) = quoted(rest, first);
            (Cell::Value(text.into()), length)
        } else {
            let length = rest.find([',', ')']).unwrap_or(rest.len());
            (bare(rest.get(..length).unwrap_or_default().trim())?, length)
        };
        cells.push(match written.get(&at) {
            Some(value) => Cell::Value(value.clone()),
            None => cell,
        });
        rest = rest.get(length..).unwrap_or_default().trim_start();
        if let Some(more) = rest.strip_prefix(',') {
            rest = more;
        } else if let Some(rest) = rest.strip_prefix(')') {
            return Ok((cells, rest));
        } else {
            let number = cells.len();
            return Err(format!(
                "a comma or `)` is missing behind the value number {number}"
            ));
        }
    }
}

/// A value without quotes; what `#name` left of NULL is empty.
fn bare(word: &str) -> Read<Cell> {
    const SIGNS: &[char] = &['?', '(', '\'', '"', '`', '+', '*', '=', '<', '>', '|', ';'];
    if word.eq_ignore_ascii_case("null") || word.is_empty() {
        return Ok(Cell::Value(Value::Null));
    }
    if let Ok(number) = word.parse() {
        return Ok(Cell::Value(Value::Integer(number)));
    }
    match word.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Cell::Value(Value::Decimal(number))),
        _ if word.contains(SIGNS) => Err(format!(
            "`{word}` is no value: a value is a number, the name of a column, or a text in \
             quotes; a cell of the buffer is `&name`, and nothing is computed here"
        )),
        _ => Ok(Cell::Word(word.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> String {
        match Insert::read(text, &Cells::new()) {
            Ok(_) => String::new(),
            Err(reason) => reason,
        }
    }

    #[test]
    fn one_row_of_values_is_taken() {
        for text in [
            "INSERT INTO s (A, B) VALUES (1, 'a, (b)')",
            "insert into 'a sheet' ROW 7 (2, `c`) values ( , word ) ;",
            "INSERT INTO s(A)VALUES(-1.5e3)",
            "INSERT INTO s (A) VALUES ()",
        ] {
            assert_eq!(reason(text), "", "{text}");
        }
    }

    #[test]
    fn all_else_is_refused_with_a_reason() {
        for (text, part) in [
            ("INSERT INTO s (A, B) VALUES (5)", "columns: 2, values: 1"),
            (
                "INSERT INTO s (A) VALUES (5, 6, 7)",
                "columns: 1, values: 3",
            ),
            ("INSERT INTO s (A) VALUES (1), (2)", "found `, (2)`"),
            ("INSERT INTO s (A) VALUES (?)", "`?` is no value"),
            ("INSERT INTO s (A) VALUES (x+1)", "`x+1` is no value"),
            ("INSERT INTO s (A) VALUES (NOW())", "is no value"),
            ("INSERT INTO s (A, B) VALUES ('a' 'b')", "value number 1"),
            ("INSERT INTO s (A) VALUES ('a", "value number 1"),
            ("INSERT INTO s (A) VALUES (1", "value number 1"),
            ("INSERT INTO s (A) VALUES", "the values in parentheses"),
            ("INSERT INTO s (A) (1)", "VALUES is missing"),
            ("INSERT INTO s VALUES (1)", "the columns in parentheses"),
            ("INSERT INTO s ROW 0 (A) VALUES (1)", "ROW has `0`"),
            ("INSERT INTO s ROW x (A) VALUES (1)", "ROW has `x`"),
            ("INSERT INTO s (a, A) VALUES (1, 2)", "`A` is written twice"),
            ("INSERT INTO s (0) VALUES (1)", "not `0`"),
            ("INSERT INTO", "the name of a sheet"),
            ("DELETE FROM s", "INSERT INTO"),
        ] {
            assert!(reason(text).contains(part), "{text}: {}", reason(text));
        }
    }
}
