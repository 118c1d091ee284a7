//! OPEN of files: virtual tables that are read as `:name`.

use std::sync::Arc;

use crate::pql::syntax::lexer::decode_literal;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, FileColumn, FileFormat, FileTable};

/// The first words of the forms; those with FILE need that word.
const FORMATS: &[(&[&str], FileFormat)] = &[
    (&["CSV", "FILE"], FileFormat::Csv),
    (&["TXT", "FILE"], FileFormat::Text),
    (&["GZ", "FILE"], FileFormat::Gzip),
    (&["JSON", "FILE"], FileFormat::Json),
    (&["EXCEL"], FileFormat::Excel),
];

impl Parser<'_> {
    /// Parses what follows OPEN when it is a file.
    pub(super) fn file_table(&mut self) -> Step<Option<FileTable>> {
        let Some(format) = self.file_format() else {
            return Ok(None);
        };
        let file = self.phrase_argument("OPEN")?;
        let mut table = FileTable {
            format,
            file,
            name: None,
            columns: Vec::new(),
            has_headers: format == FileFormat::Excel,
            brackets: None,
            delimiter: None,
            skip: None,
        };
        while !self.at_statement_end() {
            self.file_table_clause(&mut table)?;
        }
        let names_itself = matches!(format, FileFormat::Json | FileFormat::Excel);
        if !names_itself && !table.has_headers && table.columns.is_empty() {
            return self.fail("`WITH FIRST ROW HEADERS` or the columns in parentheses");
        }
        Ok(Some(table))
    }

    /// Takes the words of a file format; a lone `EXCEL;` is the name of a connection.
    pub(super) fn file_format(&mut self) -> Option<FileFormat> {
        let is_form = |(words, _): &&(&[&str], FileFormat)| {
            let next = &self.peek(words.len()).kind;
            self.at_words(words) && !matches!(next, TokenKind::Semicolon | TokenKind::End)
        };
        let (words, format) = FORMATS.iter().find(is_form)?;
        self.eat_words(words);
        Some(*format)
    }

    fn file_table_clause(&mut self, table: &mut FileTable) -> Step<()> {
        let span = self.span();
        let has_columns = table.format != FileFormat::Json;
        let has_fields = matches!(table.format, FileFormat::Text | FileFormat::Gzip);
        if self.eat_word("AS") {
            self.eat_lone_word("TABLE");
            let name = self.phrase_argument("AS")?;
            Self::say_once(&mut table.name, name, "AS", span)?;
        } else if self.eat_word("SKIP") {
            let lines = self.phrase_argument("SKIP")?;
            Self::say_once(&mut table.skip, lines, "SKIP", span)?;
        } else if has_columns && self.eat_words(&["WITH", "FIRST", "ROW", "HEADERS"]) {
            table.has_headers = true;
        } else if has_columns && self.at_open(Bracket::Round) {
            table.columns = self.file_columns()?;
        } else if has_fields && self.eat_words(&["DELIMITED", "BY"]) {
            let text = self.phrase_argument("DELIMITED BY")?;
            Self::say_once(&mut table.delimiter, text, "DELIMITED BY", span)?;
        } else if has_fields && self.eat_words(&["BRACKETED", "BY"]) {
            let left = self.phrase_argument("BRACKETED BY")?;
            let right = if self.eat_symbol(Symbol::Comma) {
                self.phrase_argument("BRACKETED BY")?
            } else {
                Expression::clone(&left)
            };
            Self::say_once(&mut table.brackets, (left, right), "BRACKETED BY", span)?;
        } else {
            return self.fail(match table.format {
                FileFormat::Json => "`AS` or `SKIP`",
                FileFormat::Csv | FileFormat::Excel => {
                    "`AS`, `WITH FIRST ROW HEADERS`, columns in parentheses or `SKIP`"
                }
                FileFormat::Text | FileFormat::Gzip => {
                    "`AS`, `WITH FIRST ROW HEADERS`, columns in parentheses, `DELIMITED BY`, \
                     `BRACKETED BY` or `SKIP`"
                }
            });
        }
        Ok(())
    }

    /// `(name [type], ..)`
    fn file_columns(&mut self) -> Step<Vec<FileColumn>> {
        self.advance();
        let mut columns = Vec::new();
        loop {
            let name = self.plain_name()?;
            let kind = self.peek_word(0).cloned();
            if kind.is_some() {
                self.advance();
            }
            columns.push(FileColumn { name, kind });
            if !self.eat_symbol(Symbol::Comma) {
                break;
            }
        }
        self.expect_close(Bracket::Round)?;
        Ok(columns)
    }

    /// A bare or quoted name that is known while parsing.
    pub(super) fn plain_name(&mut self) -> Step<Arc<str>> {
        let text = self.source.slice(self.span());
        let name = match self.kind() {
            TokenKind::Text => decode_literal(text),
            TokenKind::Word(_) => text.to_owned(),
            _ => return self.fail("a name"),
        };
        self.advance();
        Ok(name.into())
    }

    /// `(name, ..)`
    pub(super) fn plain_names(&mut self) -> Step<Vec<Arc<str>>> {
        if !self.at_open(Bracket::Round) {
            return self.fail("names in parentheses");
        }
        self.advance();
        let mut names = vec![self.plain_name()?];
        while self.eat_symbol(Symbol::Comma) {
            names.push(self.plain_name()?);
        }
        self.expect_close(Bracket::Round)?;
        Ok(names)
    }
}
