//! SAVE into files and into tables of CACHE and TEMP.

use std::sync::Arc;

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol};
use crate::pql::syntax::tree::{
    Expression, FileFormat, Headers, SaveExcel, SaveFile, SaveTable, Scratch, StatementKind,
    TableKey,
};

impl Parser<'_> {
    /// Parses what follows `SAVE TO` or `SAVE AS` when it is a table or a file.
    pub(super) fn save_target(&mut self, replaces: bool) -> Step<Option<StatementKind>> {
        if self.eat_words(&["CACHE", "TABLE"]) {
            return self.save_table(Scratch::Cache).map(Some);
        }
        if self.eat_words(&["TEMP", "TABLE"]) {
            return self.save_table(Scratch::Temp).map(Some);
        }
        let is_stream = |at: usize| self.peek_word(at).is_some_and(|word| word.is("STREAM"));
        if (is_stream(0) || is_stream(1)) && !self.at_words(&["NEW"]) && !self.is_lone_name() {
            return Err(Box::new(faults::not_supported(
                self.span(),
                "SAVE AS STREAM",
            )));
        }
        let replaces = self.eat_new() || replaces;
        let Some(format) = self.file_format() else {
            return Ok(None);
        };
        let file = self.phrase_argument("SAVE")?;
        match format {
            FileFormat::Excel => self.save_excel(file, replaces).map(Some),
            FileFormat::Gzip => {
                let fault = faults::not_supported(self.span(), "SAVE AS GZ FILE");
                Err(Box::new(fault))
            }
            _ => self.save_file(format, file, replaces).map(Some),
        }
    }

    fn is_lone_name(&self) -> bool {
        use crate::pql::syntax::token::TokenKind;
        matches!(self.peek(1).kind, TokenKind::Semicolon | TokenKind::End)
    }

    /// NEW before a file.
    fn eat_new(&mut self) -> bool {
        let file_follows = ["CSV", "TXT", "JSON", "EXCEL"]
            .iter()
            .any(|word| self.at_words(&["NEW", word]));
        file_follows && self.eat_word("NEW")
    }

    /// `name [PRIMARY KEY col] {UNIQUE KEY (cols) | KEY (cols)}`
    fn save_table(&mut self, place: Scratch) -> Step<StatementKind> {
        let name = self.phrase_argument("SAVE AS .. TABLE")?;
        let mut primary_key = None;
        let mut keys = Vec::new();
        while !self.at_statement_end() {
            let span = self.span();
            if self.eat_words(&["PRIMARY", "KEY"]) {
                let name = self.plain_name()?;
                Self::say_once(&mut primary_key, name, "PRIMARY KEY", span)?;
            } else if self.eat_words(&["UNIQUE", "KEY"]) {
                keys.push(self.table_key(true)?);
            } else if self.eat_word("KEY") {
                keys.push(self.table_key(false)?);
            } else {
                return self.fail("`PRIMARY KEY`, `UNIQUE KEY` or `KEY`");
            }
        }
        Ok(StatementKind::SaveTable(SaveTable {
            place,
            name,
            primary_key,
            keys,
        }))
    }

    fn table_key(&mut self, is_unique: bool) -> Step<TableKey> {
        let columns = self.plain_names()?;
        Ok(TableKey { is_unique, columns })
    }

    fn save_file(
        &mut self,
        format: FileFormat,
        file: Expression,
        replaces: bool,
    ) -> Step<StatementKind> {
        let (mut headers, mut delimiter) = (None, None);
        let has_headers = format != FileFormat::Json;
        let has_fields = format == FileFormat::Text;
        while !self.at_statement_end() {
            let span = self.span();
            if has_headers && self.eat_words(&["WITHOUT", "HEADERS"]) {
                Self::say_once(&mut headers, Headers::None, "HEADERS", span)?;
            } else if has_headers && self.eat_words(&["WITH", "HEADERS"]) {
                let labels = Headers::Names(self.header_labels()?);
                Self::say_once(&mut headers, labels, "HEADERS", span)?;
            } else if has_fields && self.eat_words(&["DELIMITED", "BY"]) {
                let text = self.phrase_argument("DELIMITED BY")?;
                Self::say_once(&mut delimiter, text, "DELIMITED BY", span)?;
            } else {
                return self.fail(match format {
                    FileFormat::Json => "the end of the statement",
                    FileFormat::Csv => "`WITH HEADERS` or `WITHOUT HEADERS`",
                    _ => "`WITH HEADERS`, `WITHOUT HEADERS` or `DELIMITED BY`",
                });
            }
        }
        Ok(StatementKind::SaveFile(SaveFile {
            format,
            file,
            replaces,
            delimiter,
            headers: headers.unwrap_or(Headers::Names(Vec::new())),
        }))
    }

    /// `(a AS x, b)`
    fn header_labels(&mut self) -> Step<Vec<(Arc<str>, Option<Arc<str>>)>> {
        let mut labels = Vec::new();
        if !self.at_open(Bracket::Round) {
            return Ok(labels);
        }
        self.advance();
        loop {
            let name = self.plain_name()?;
            let label = if self.eat_word("AS") {
                Some(self.plain_name()?)
            } else {
                None
            };
            labels.push((name, label));
            if !self.eat_symbol(Symbol::Comma) {
                break;
            }
        }
        self.expect_close(Bracket::Round)?;
        Ok(labels)
    }

    fn save_excel(&mut self, file: Expression, replaces: bool) -> Step<StatementKind> {
        let mut template = None;
        if self.eat_words(&["USE", "DEFAULT", "TEMPLATE"]) {
            template = Some(None);
        } else if self.eat_words(&["USE", "TEMPLATE"]) {
            template = Some(Some(self.phrase_argument("USE TEMPLATE")?));
        }
        Ok(StatementKind::SaveExcel(SaveExcel {
            file,
            replaces,
            template,
        }))
    }
}
