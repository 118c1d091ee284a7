//! Statements that are filled from the rows of the buffer (4.6).

use std::ops::Range;

use crate::pql::eval::json::RowCells;
use crate::pql::eval::{Done, Rendered, drivers};
use crate::pql::syntax::Source;
use crate::pql::syntax::tree::Placeholder;
use crate::sql::{Dialect, RowInsert};
use crate::value::{Table, Value, write_shell_text};

/// A rendered statement with its placeholders still open.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pieces: Vec<Piece>,
    dialect: Dialect,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    /// The placeholder, what was written, which stays when no column has the name, and whether it
    /// stands in quotes.
    Open(Placeholder, String, bool),
}

impl Prepared {
    /// Takes the pieces of a template; `source` is the text that they were written in.
    pub(crate) fn new(pieces: Vec<Rendered>, dialect: Dialect, source: &Source) -> Self {
        let mut quote = None;
        let pieces = pieces.into_iter().map(|piece| match piece {
            Rendered::Text(text) => {
                quote = quote_behind(quote, &text, dialect);
                Piece::Text(text)
            }
            Rendered::Placeholder(placeholder) => {
                let written = source.slice(placeholder.span()).to_owned();
                let placeholder = match placeholder {
                    // The quotes of a value would end the literal around it.
                    Placeholder::Value { name, span } if quote.is_some() => {
                        Placeholder::Text { name, span }
                    }
                    other => other,
                };
                Piece::Open(placeholder, written, quote.is_some())
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
            Piece::Text(text) | Piece::Open(_, text, _) => text.as_str(),
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
            self.fill_piece(piece, row, sql)?;
        }
        Ok(())
    }

    /// As [`Self::fill_into`] for a workbook, whose cells have kinds: `each` hears where a value
    /// was written that stands alone. The text of a column is not read again as something else.
    pub(crate) fn fill_cells(
        &self,
        row: RowCells<'_>,
        text: &mut String,
        mut each: impl FnMut(usize, Value),
    ) -> Done<()> {
        for (index, piece) in self.pieces.iter().enumerate() {
            let cell = match piece {
                Piece::Open(placeholder, _, false) => {
                    let name = placeholder.column();
                    let cell = name.and_then(|name| row.find(name.as_str()));
                    cell.map(|cell| (placeholder, cell))
                }
                _ => None,
            };
            match cell {
                Some((Placeholder::Value { .. }, cell)) => {
                    each(text.len(), cell.clone());
                    self.fill_piece(piece, row, text)?;
                }
                Some((Placeholder::Text { .. }, cell)) if self.is_alone(index) => {
                    let is_plain = cell.is_number() || cell.is_absent();
                    let is_kept = is_plain || matches!(cell, Value::Boolean(_));
                    let rendered = || Value::text(cell.render());
                    each(text.len(), if is_kept { cell.clone() } else { rendered() });
                    text.push_str("''");
                }
                _ => self.fill_piece(piece, row, text)?,
            }
        }
        Ok(())
    }

    fn fill_piece(&self, piece: &Piece, row: RowCells<'_>, sql: &mut String) -> Done<()> {
        let (placeholder, written) = match piece {
            Piece::Text(text) => {
                sql.push_str(text);
                return Ok(());
            }
            Piece::Open(placeholder, written, _) => (placeholder, written),
        };
        let name = placeholder.column();
        match (name.and_then(|name| row.find(name.as_str())), placeholder) {
            (None, _) => sql.push_str(written),
            (Some(cell), Placeholder::Value { .. }) if cell.is_collection() => {
                drivers::write_literal(&cell.to_json().into(), self.dialect, sql)?;
            }
            (Some(cell), Placeholder::Value { .. }) => {
                drivers::write_literal(cell, self.dialect, sql)?;
            }
            (Some(cell), _) => write_escaped(cell, self.dialect, sql),
        }
        Ok(())
    }

    /// Tells whether a placeholder is one of the values of an INSERT, and all of it.
    fn is_alone(&self, index: usize) -> bool {
        let (before, rest) = self.pieces.split_at_checked(index).unwrap_or_default();
        let begins = match before.last() {
            Some(Piece::Text(text)) => text.trim_end().ends_with(['(', ',']),
            _ => false,
        };
        let ends = match rest.get(1) {
            Some(Piece::Text(text)) => text.trim_start().starts_with([')', ',']),
            _ => false,
        };
        let mut before = before.iter();
        begins
            && ends
            && before.any(|piece| match piece {
                Piece::Text(text) => text.to_ascii_uppercase().contains("VALUES"),
                Piece::Open(..) => false,
            })
    }

    /// How the rows of a table may share a statement: when it inserts one row, and all its
    /// placeholders stand among the values of that row.
    pub(crate) fn inserted(&self, table: &Table) -> Option<Inserted<'_>> {
        let mut text = String::new();
        let mut open = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Open(placeholder, ..) => {
                    open.push((text.len(), placeholder));
                    text.push('?');
                }
            }
        }
        let insert = RowInsert::parse(&text, self.dialect)?;
        let mut bare = Vec::new();
        for (at, placeholder) in open {
            // What is filled in moves everything behind it, and what stays as it was written may
            // be anything.
            let name = placeholder
                .column()
                .filter(|_| insert.values.contains(&at))?;
            let name = name.as_str();
            table.column(name)?;
            let is_guarded = match placeholder {
                Placeholder::Text { .. } => insert.literals.iter().any(|text| text.contains(&at)),
                _ => insert.marks.contains(&at),
            };
            if !is_guarded {
                bare.push(name);
            }
        }
        Some(Inserted {
            begin: insert.values.start,
            behind: text.len().saturating_sub(insert.values.end),
            bare,
        })
    }

    /// The text for one row, whose cells become quoted words.
    pub(crate) fn fill_words(&self, row: RowCells<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Open(placeholder, written, _) => {
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
                Piece::Open(Placeholder::Mark { .. }, ..) => {
                    sql.push_str(&number.to_string());
                    number = numbers.next().copied().unwrap_or(number);
                }
                Piece::Text(text) | Piece::Open(_, text, _) => sql.push_str(text),
            }
        }
        sql
    }
}

/// The quote that is open behind a text, which begins with `quote` open.
fn quote_behind(quote: Option<char>, text: &str, dialect: Dialect) -> Option<char> {
    let mut quote = quote;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match quote {
            Some(_) if letter == '\\' && dialect == Dialect::MySql => {
                letters.next();
            }
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '\'' | '"' | '`') => quote = Some(letter),
            _ => {}
        }
    }
    quote
}

/// Where the values of an INSERT are.
pub(crate) struct Inserted<'a> {
    /// The byte at which they begin.
    begin: usize,
    /// The bytes that follow them.
    behind: usize,
    /// The columns whose cells stand among them without the quotes that keep them apart.
    bare: Vec<&'a str>,
}

impl Inserted<'_> {
    /// The values in a statement that was filled from a row, when they may stand behind those of
    /// other rows: a text without quotes may be anything, even the beginning of a comment.
    pub(crate) fn values(&self, sql: &str, row: RowCells<'_>) -> Option<Range<usize>> {
        let mut bare = self.bare.iter();
        let is_text = |name: &&str| matches!(row.find(name), Some(Value::Text(_)));
        let end = sql.len().checked_sub(self.behind)?;
        Some(self.begin..end).filter(|_| !bare.any(is_text))
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
    use std::sync::Arc;

    use super::*;
    use crate::pql::syntax::Name;

    /// The statement for two rows of the columns a and b; `_` stands for a placeholder of the first
    /// one, `=` for its text.
    fn for_two(statement: &str, a: &Value) -> Option<String> {
        let mut pieces = Vec::new();
        for part in statement.split_inclusive(['_', '=', '~']) {
            let text = part.trim_end_matches(['_', '=', '~']);
            pieces.push(Piece::Text(text.to_owned()));
            let span = crate::pql::syntax::Span::default();
            let name = Name::new(if part.ends_with('~') { "other" } else { "a" });
            let open = match part.get(text.len()..).unwrap_or_default() {
                "" => continue,
                "_" => Placeholder::Value { name, span },
                _ => Placeholder::Text { name, span },
            };
            pieces.push(Piece::Open(open, "#other".to_owned(), false));
        }
        let dialect = Dialect::MySql;
        let prepared = Prepared { pieces, dialect };
        let columns: Vec<Arc<str>> = vec!["a".into(), "b".into()];
        let cells = [a.clone(), Value::Null];
        let table = Table::with_rows(columns, vec![cells.to_vec()]);
        let row = RowCells {
            table: &table,
            cells: &cells,
        };
        let sql = prepared.fill(row).ok()?;
        let inserted = prepared.inserted(&table)?;
        let values = inserted.values(&sql, row)?;
        let (head, values) = (sql.get(..values.end)?, sql.get(values)?);
        Some([head, values].join(", "))
    }

    #[test]
    fn rows_share_a_statement_that_ends_with_its_values() {
        let one = Value::Integer(1);
        for (statement, expected) in [
            (
                "INSERT INTO t VALUES (_)",
                Some("INSERT INTO t VALUES (1), (1)"),
            ),
            (
                "insert into t (a, b) values (_, 'x =', lower(_)) ;",
                Some("insert into t (a, b) values (1, 'x 1', lower(1)), (1, 'x 1', lower(1))"),
            ),
            ("INSERT INTO _ (a) VALUES (1)", None),
            ("INSERT INTO `=` (a) VALUES (1)", None),
            ("INSERT INTO t (a) VALUES (_), (_)", None),
            ("INSERT INTO t (a) VALUES (1)_", None),
            ("INSERT INTO t (a) VALUES (1)=", None),
            ("INSERT INTO t (a) VALUES (~)", None),
            ("INSERT INTO t SELECT _", None),
            ("UPDATE t SET a = _ WHERE (b = _)", None),
            ("INSERT INTO t (a) VALUES (_", None),
        ] {
            let found = for_two(statement, &one);
            assert_eq!(found.as_deref(), expected, "{statement}");
        }
    }

    #[test]
    fn a_text_shares_a_statement_only_within_its_quotes() {
        let text = Value::text("x');--");
        for (statement, is_shared) in [
            ("INSERT INTO t VALUES (_)", true),
            ("INSERT INTO t VALUES ('=')", true),
            ("INSERT INTO t VALUES (=)", false),
            ("INSERT INTO t VALUES (\"=\")", false),
            ("INSERT INTO t VALUES ('_')", false),
        ] {
            assert_eq!(
                for_two(statement, &text).is_some(),
                is_shared,
                "{statement}"
            );
        }
    }
}
