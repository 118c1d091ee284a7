//! GET, PREP, PUT, SHOW, CACHE and TEMP.

use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{
    Placeholder, Put, PutMode, Scratch, Segment, StatementKind, Store, Template,
};

impl Parser<'_> {
    pub(super) fn get(&mut self) -> Step<StatementKind> {
        self.expect_hash("GET")?;
        self.value_or_query().map(StatementKind::Get)
    }

    pub(super) fn prep(&mut self) -> Step<StatementKind> {
        self.expect_hash("PREP")?;
        if self.eat_word("REDIS") {
            let start = self.span().start;
            let body = self.raw(start, Placeholders::None, RawEnd::Statement)?;
            return Ok(StatementKind::PrepRedis(body));
        }
        self.non_query("PREP", Placeholders::None, RawEnd::Statement)
            .map(StatementKind::Prep)
    }

    pub(super) fn put(&mut self) -> Step<StatementKind> {
        self.expect_hash("PUT")?;
        if self.eat_word("REDIS") {
            let start = self.span().start;
            let body = self.raw(start, Placeholders::Names, RawEnd::Statement)?;
            return Ok(StatementKind::PutRedis(body));
        }
        self.row_statement("PUT", RawEnd::Statement)
            .map(StatementKind::Put)
    }

    /// A statement with placeholders for the rows of the buffer.
    pub(super) fn row_statement(&mut self, word: &str, end: RawEnd) -> Step<Put> {
        let is_positional = self.statement_has(|parser, distance| {
            matches!(
                parser.peek(distance).kind,
                TokenKind::Symbol(Symbol::Question)
            )
        });
        let placeholders = if is_positional {
            Placeholders::Positions
        } else {
            Placeholders::Names
        };
        let is_short = self.is_short_insert();
        let body = self.non_query(word, placeholders, end)?;
        let has = |is_wanted: fn(&Placeholder) -> bool| {
            let mut segments = body.segments.iter();
            segments.any(|s| matches!(s, Segment::Placeholder(found) if is_wanted(found)))
        };
        let mode = if has(|found| matches!(found, Placeholder::Position { .. })) {
            PutMode::Positional
        } else if has(|_| true) {
            PutMode::Named
        } else if is_short {
            PutMode::ShortInsert
        } else {
            PutMode::Once
        };
        Ok(Put { mode, body })
    }

    /// INSERT or REPLACE without VALUES and without a query that gives the rows.
    fn is_short_insert(&self) -> bool {
        let is_insert = self.at_word("INSERT") || self.at_word("REPLACE");
        let has_rows = |parser: &Self, distance: usize| {
            let word = parser.peek_word(distance);
            word.is_some_and(|word| word.is("VALUES") || word.is("VALUE") || word.is("SELECT"))
        };
        is_insert && !self.statement_has(has_rows)
    }

    fn non_query(&mut self, word: &str, placeholders: Placeholders, end: RawEnd) -> Step<Template> {
        if self.at_statement_end() {
            return self.fail(&format!("the statement of `{word}`"));
        }
        let start = self.span().start;
        self.raw(start, placeholders, end)
    }

    /// `SHOW` or `SHOW n`
    pub(super) fn show_buffer(&mut self) -> Step<StatementKind> {
        let count = if self.at_statement_end() {
            None
        } else {
            Some(self.sum()?)
        };
        Ok(StatementKind::ShowBuffer(count))
    }

    /// `CACHE name # body`, `TEMP name # body`
    pub(super) fn store(&mut self) -> Step<StatementKind> {
        let is_temp = self
            .source
            .slice(self.word_before())
            .eq_ignore_ascii_case("temp");
        let (word, place) = if is_temp {
            ("TEMP", Scratch::Temp)
        } else {
            ("CACHE", Scratch::Cache)
        };
        let name = self.phrase_argument(word)?;
        self.expect_hash(&format!("{word} name"))?;
        let body = self.value_or_query()?;
        Ok(StatementKind::Store(Store { place, name, body }))
    }
}
