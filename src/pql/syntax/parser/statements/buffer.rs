//! GET, PREP, PUT, CACHE and TEMP.

use crate::pql::syntax::parser::faults;
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
        self.non_query("PREP", Placeholders::None)
            .map(StatementKind::Prep)
    }

    pub(super) fn put(&mut self) -> Step<StatementKind> {
        self.expect_hash("PUT")?;
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
        let body = self.non_query("PUT", placeholders)?;
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
        Ok(StatementKind::Put(Put { mode, body }))
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

    fn non_query(&mut self, word: &str, placeholders: Placeholders) -> Step<Template> {
        if self.at_word("REDIS") {
            return Err(Box::new(faults::not_supported(self.span(), "REDIS")));
        }
        if self.at_statement_end() {
            return self.fail(&format!("the statement of `{word}`"));
        }
        let start = self.span().start;
        self.raw(start, placeholders, RawEnd::Statement)
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
