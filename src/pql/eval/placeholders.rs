//! Statements that are filled from the rows of the buffer (4.6).

use crate::pql::eval::json::RowCells;
use crate::pql::eval::{Done, Rendered, drivers};
use crate::pql::syntax::tree::Placeholder;
use crate::pql::syntax::{Name, Source};
use crate::sql::Dialect;
use crate::value::{Value, write_shell_text};

/// A rendered statement with its placeholders still open.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pieces: Vec<Piece>,
    dialect: Dialect,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// The placeholder and what was written: it stays when no column has the name.
    Open(Placeholder, String),
}

impl Prepared {
    /// Takes the pieces of a template; `source` is the text that they were written in.
    pub(crate) fn new(pieces: Vec<Rendered>, dialect: Dialect, source: &Source) -> Self {
        let pieces = pieces.into_iter().map(|piece| match piece {
            Rendered::Text(text) => Piece::Text(text),
            Rendered::Placeholder(placeholder) => {
                let written = source.slice(placeholder.span()).to_owned();
                Piece::Open(placeholder, written)
            }
        });
        Self {
            pieces: pieces.collect(),
            dialect,
        }
    }

    /// The text with the placeholders as they were written, `?` among them.
    pub(crate) fn text(&self) -> String {
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) | Piece::Open(_, text) => text.as_str(),
        });
        texts.collect()
    }

    /// Tells whether there is anything to fill.
    pub(crate) fn has_placeholders(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Open(..)))
    }

    /// The number of placeholders.
    pub(crate) fn width(&self) -> usize {
        let open = self.pieces.iter();
        open.filter(|piece| matches!(piece, Piece::Open(..)))
            .count()
    }

    /// The cells of a row for the `?`, as many as there are; columns beyond are not sent.
    pub(crate) fn parameters(&self, cells: &[Value]) -> Vec<Value> {
        cells.iter().take(self.width()).cloned().collect()
    }

    /// The text for one row.
    pub(crate) fn fill(&self, row: RowCells<'_>) -> Done<String> {
        let mut sql = String::new();
        self.fill_into(row, &mut sql)?;
        Ok(sql)
    }

    /// Appends the text for one row.
    pub(crate) fn fill_into(&self, row: RowCells<'_>, sql: &mut String) -> Done<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => sql.push_str(text),
                Piece::Open(placeholder, written) => {
                    let cell = placeholder
                        .column()
                        .and_then(|name| row.find(name.as_str()));
                    match (cell, placeholder) {
                        (None, _) => sql.push_str(written),
                        (Some(cell), Placeholder::Value { .. }) => {
                            drivers::write_literal(cell, self.dialect, sql)?;
                        }
                        (Some(cell), _) => write_escaped(cell, self.dialect, sql),
                    }
                }
            }
        }
        Ok(())
    }

    /// The values of a row, when the statement inserts one row, has its placeholders among the
    /// values and ends with them: then one statement may insert many rows.
    pub(crate) fn inserted(&self) -> Option<Inserted<'_>> {
        let mut bare = Vec::new();
        let mut scan = InsertScan::default();
        let mut offset = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => {
                    scan.read(text, offset)?;
                    offset = offset.saturating_add(text.len());
                }
                // What is filled in moves everything behind it.
                Piece::Open(..) if scan.values_at.is_none() => return None,
                Piece::Open(Placeholder::Text { name, .. }, _) if scan.quote.is_none() => {
                    bare.push(name);
                }
                Piece::Open(..) => {}
            }
        }
        let values_at = scan.values_at.filter(|_| scan.is_complete)?;
        Some(Inserted { values_at, bare })
    }

    /// The text for one row, whose cells become quoted words.
    pub(crate) fn fill_words(&self, row: RowCells<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Open(placeholder, written) => {
                    let name = placeholder.column();
                    match name.and_then(|name| row.find(name.as_str())) {
                        Some(value) => write_shell_text(&value.render(), &mut text),
                        None => text.push_str(written),
                    }
                }
            }
        }
        text
    }

    /// The text in which each mark `@{..}` is replaced by the next of some numbers; the last one
    /// goes on for all that follow.
    pub(crate) fn fill_marks(&self, numbers: &[i64]) -> String {
        let mut numbers = numbers.iter();
        let mut number = numbers.next().copied().unwrap_or_default();
        let mut sql = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Open(Placeholder::Mark { .. }, _) => {
                    sql.push_str(&number.to_string());
                    number = numbers.next().copied().unwrap_or(number);
                }
                Piece::Text(text) | Piece::Open(_, text) => sql.push_str(text),
            }
        }
        sql
    }
}

/// Where the values of an INSERT are.
pub(crate) struct Inserted<'a> {
    /// The byte at which they begin.
    pub(crate) values_at: usize,
    /// The columns whose text stands among them without quotes.
    bare: Vec<&'a Name>,
}

impl Inserted<'_> {
    /// Tells whether a row may stand behind others: a text without quotes may be anything, even
    /// the beginning of a comment.
    pub(crate) fn takes(&self, row: RowCells<'_>) -> bool {
        let mut bare = self.bare.iter();
        bare.all(|name| !matches!(row.find(name.as_str()), Some(Value::Text(_))))
    }
}

/// Finds the values of an INSERT in the text between its placeholders.
#[derive(Default)]
struct InsertScan {
    /// The sign that ends the literal or name around here.
    quote: Option<char>,
    depth: usize,
    /// The letters of the word that ends here, in upper case.
    word: String,
    /// Whether the word before was VALUES, outside of parentheses.
    after_values: bool,
    values_at: Option<usize>,
    is_complete: bool,
}

impl InsertScan {
    /// Reads on; `None` when this is nothing that rows may share.
    fn read(&mut self, text: &str, offset: usize) -> Option<()> {
        for (at, letter) in text.char_indices() {
            if let Some(quote) = self.quote {
                self.quote = Some(quote).filter(|quote| *quote != letter);
                // Whether it escapes depends on the server.
                (letter != '\\').then_some(())?;
                continue;
            }
            if letter.is_alphanumeric() || letter == '_' {
                self.word.push(letter.to_ascii_uppercase());
                // Nothing follows the values, and no query looks at the rows before.
                (!self.is_complete && self.word != "SELECT").then_some(())?;
                continue;
            }
            match std::mem::take(&mut self.word).as_str() {
                "" => {}
                word => self.after_values = self.depth == 0 && word == "VALUES",
            }
            match letter {
                '(' => {
                    if self.depth == 0 && self.after_values {
                        self.values_at = Some(offset.checked_add(at)?);
                    }
                    self.depth = self.depth.checked_add(1)?;
                }
                ')' => {
                    self.depth = self.depth.checked_sub(1)?;
                    self.is_complete = self.depth == 0 && self.values_at.is_some();
                }
                ' ' | '\n' | '\r' | '\t' => {}
                _ if self.is_complete => return None,
                '\'' | '"' | '`' => self.quote = Some(letter),
                '-' | '/' | '#' | '$' | ';' => return None,
                _ => {}
            }
        }
        Some(())
    }
}

/// Text without quotes of its own that may stand inside those of the statement.
fn write_escaped(cell: &Value, dialect: Dialect, sql: &mut String) {
    if cell.is_number() {
        cell.render_into(sql);
        return;
    }
    let text = cell.render().replace('\'', "''");
    sql.push_str(&match dialect {
        Dialect::MySql => text.replace('\\', "\\\\"),
        Dialect::Sqlite | Dialect::Postgres => text,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the values of a statement begin; `_` stands for a placeholder.
    fn values_of(statement: &str) -> Option<&str> {
        let mut pieces = Vec::new();
        for (index, text) in statement.split('_').enumerate() {
            if index > 0 {
                let name = Name::new("a");
                let span = crate::pql::syntax::Span::default();
                let placeholder = Placeholder::Value { name, span };
                pieces.push(Piece::Open(placeholder, "&a".to_owned()));
            }
            pieces.push(Piece::Text(text.to_owned()));
        }
        let dialect = Dialect::Sqlite;
        let prepared = Prepared { pieces, dialect };
        statement.get(prepared.inserted()?.values_at..)
    }

    #[test]
    fn rows_share_a_statement_that_ends_with_its_values() {
        for (statement, values) in [
            ("INSERT INTO t VALUES (_)", Some("(_)")),
            (
                "insert into t (a, b) values (_, '_x', f(1)) ",
                Some("(_, '_x', f(1)) "),
            ),
            (
                "REPLACE INTO `values (` (a) VALUES\n(_, ')')",
                Some("(_, ')')"),
            ),
            ("INSERT INTO _ (a) VALUES (1)", None),
            ("INSERT INTO t (a) VALUES (_), (_)", None),
            (
                "INSERT INTO t (a) VALUES (_) ON DUPLICATE KEY UPDATE a = 1",
                None,
            ),
            ("INSERT INTO t (a) VALUES (_) RETURNING a", None),
            ("INSERT INTO t (a) VALUES ((SELECT MAX(a) FROM t))", None),
            ("INSERT INTO t SELECT _", None),
            ("INSERT INTO t (a) VALUES (_ -- one\n)", None),
            (r"INSERT INTO t (a) VALUES ('\'', _)", None),
            ("UPDATE t SET a = _ WHERE (b = _)", None),
            ("INSERT INTO t (a) VALUES (_", None),
        ] {
            assert_eq!(values_of(statement), values, "{statement}");
        }
    }
}
