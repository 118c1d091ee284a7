//! Statements that are filled from the rows of the buffer (4.6).

use crate::pql::eval::json::RowCells;
use crate::pql::eval::{Done, Rendered, drivers};
use crate::pql::syntax::Source;
use crate::pql::syntax::tree::Placeholder;
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
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => sql.push_str(text),
                Piece::Open(placeholder, written) => {
                    let filled = fill_one(placeholder, row, self.dialect)?;
                    sql.push_str(filled.as_deref().unwrap_or(written));
                }
            }
        }
        Ok(sql)
    }

    /// The text for one row, whose cells become quoted words.
    pub(crate) fn fill_words(&self, row: RowCells<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Open(placeholder, written) => {
                    let cell = match placeholder {
                        Placeholder::Text { name, .. } | Placeholder::Value { name, .. } => {
                            row.find(name.as_str())
                        }
                        _ => None,
                    };
                    match cell {
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

fn fill_one(
    placeholder: &Placeholder,
    row: RowCells<'_>,
    dialect: Dialect,
) -> Done<Option<String>> {
    Ok(match placeholder {
        Placeholder::Position { .. } | Placeholder::Mark { .. } => None,
        Placeholder::Text { name, .. } => {
            let value = row.find(name.as_str());
            value.map(|value| escaped(&value.render(), dialect))
        }
        Placeholder::Value { name, .. } => {
            let value = row.find(name.as_str());
            let literal = value.map(|value| drivers::literal(value, dialect));
            literal.transpose()?
        }
    })
}

/// Text without quotes of its own that may stand inside those of the statement.
fn escaped(text: &str, dialect: Dialect) -> String {
    let text = text.replace('\'', "''");
    match dialect {
        Dialect::MySql => text.replace('\\', "\\\\"),
        Dialect::Sqlite | Dialect::Postgres => text,
    }
}
