//! PASS, TRANS and SHIFT.

use crate::pql::syntax::parser::chain::Arrow;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Bracket, TokenKind};
use crate::pql::syntax::tree::{PassRows, RowQuery, StatementKind};

impl Parser<'_> {
    /// `PASS # query -> links`
    pub(super) fn pass(&mut self) -> Step<StatementKind> {
        self.expect_hash("PASS")?;
        let query = if self.eat_word("REDIS") {
            let start = self.span().start;
            RowQuery::Redis(self.raw(start, Placeholders::Names, RawEnd::Arrow)?)
        } else if self.at_word("SELECT") {
            self.eat_verb_prefix();
            RowQuery::Sql(self.row_statement("PASS", RawEnd::Arrow)?)
        } else {
            return self.fail("`SELECT` or `REDIS`");
        };
        let links = self.link_list(Arrow::First)?;
        Ok(StatementKind::Pass(PassRows { query, links }))
    }

    /// `TRANS # json`
    pub(super) fn trans(&mut self) -> Step<StatementKind> {
        self.expect_hash("TRANS")?;
        let is_json = matches!(
            self.kind(),
            TokenKind::Open(Bracket::Curly | Bracket::Square)
        );
        if !is_json {
            return self.fail("a JSON object or array");
        }
        let context = Context {
            in_rows: true,
            ..Context::default()
        };
        self.nested(context, Self::json).map(StatementKind::Trans)
    }

    /// `SHIFT # links`
    pub(super) fn shift(&mut self) -> Step<StatementKind> {
        self.expect_hash("SHIFT")?;
        let links = self.link_list(Arrow::Optional)?;
        if links.is_empty() {
            return Err(self.unknown_link().into());
        }
        Ok(StatementKind::Shift(links))
    }

    /// Drops the verb of the form `SELECT # text`.
    pub(super) fn eat_verb_prefix(&mut self) {
        let is_prefix = matches!(
            self.peek(1).kind,
            TokenKind::Symbol(crate::pql::syntax::token::Symbol::Hash)
        ) && !self.is_adjacent(2);
        if is_prefix {
            self.advance();
            self.advance();
        }
    }
}
