//! RUN, PAR and INVOKE.

use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{Query, RunQuery, StatementKind};

impl Parser<'_> {
    /// `RUN SHELL text` or `RUN PQL file`; the cursor is behind RUN.
    pub(in crate::pql::syntax::parser) fn run_query(&mut self) -> Step<RunQuery> {
        if self.eat_word("PQL") {
            return self.phrase_argument("RUN PQL").map(RunQuery::Pql);
        }
        if !self.eat_word("SHELL") && !self.eat_word("COMMAND") {
            return self.fail("`SHELL`, `COMMAND` or `PQL`");
        }
        if self.at_statement_end() {
            return self.fail("the command");
        }
        let is_whole = matches!(
            self.peek(1).kind,
            TokenKind::Semicolon
                | TokenKind::End
                | TokenKind::Close(_)
                | TokenKind::Symbol(Symbol::Arrow)
        );
        if matches!(self.kind(), TokenKind::Text) && is_whole {
            return self.primary().map(RunQuery::Text);
        }
        if matches!(self.kind(), TokenKind::RichStart) {
            return self.rich().map(RunQuery::Text);
        }
        let start = self.span().start;
        self.raw(start, Placeholders::None, RawEnd::Arrow)
            .map(RunQuery::Shell)
    }

    /// `PAR # RUN ..`
    pub(super) fn par(&mut self) -> Step<StatementKind> {
        self.expect_hash("PAR")?;
        self.expect_word("RUN")?;
        self.run_query().map(StatementKind::Par)
    }

    /// What stands behind INVOKE is not looked at.
    pub(in crate::pql::syntax::parser) fn invoke(&mut self) -> Query {
        let mut depth = 0_usize;
        while !self.at_statement_end() {
            match self.kind() {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) if depth == 0 => break,
                TokenKind::Close(_) => depth -= 1,
                TokenKind::Symbol(Symbol::Arrow) => break,
                _ => {}
            }
            self.advance();
        }
        Query::Invoke
    }
}
