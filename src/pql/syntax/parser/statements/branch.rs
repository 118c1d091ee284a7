//! IF and CASE as statements.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{Block, Case, CaseBranch, CaseSubject, If, IfBranch, StatementKind};

impl Parser<'_> {
    pub(super) fn if_statement(&mut self) -> Step<StatementKind> {
        self.open_block("IF", "IF", self.word_before())?;
        let mut branches = Vec::new();
        let mut word = "IF";
        loop {
            let condition = self.head(word, "THEN", Self::condition);
            let body = self.branch();
            branches.extend(condition.map(|condition| IfBranch { condition, body }));
            self.statement_start = self.span().start;
            if !self.eat_word("ELSIF") {
                break;
            }
            word = "ELSIF";
        }
        let otherwise = self.else_branch("IF", &["ELSIF", "ELSE"]);
        self.close_block();
        Ok(StatementKind::If(If {
            branches,
            otherwise,
        }))
    }

    pub(super) fn case(&mut self) -> Step<StatementKind> {
        self.open_block("CASE", "CASE", self.word_before())?;
        let subject = match self.case_subject() {
            Ok(subject) => subject,
            Err(fault) => {
                self.report(*fault);
                while !self.at_statement_end() && !self.at_word("WHEN") {
                    self.advance();
                }
                CaseSubject::FirstTrue
            }
        };
        self.skip_blank_text();
        if !self.at_word("WHEN") {
            self.statement_start = self.span().start;
            let fault = self
                .expected("`WHEN`")
                .with_help("`CASE` needs at least one `WHEN`");
            self.report(fault);
            while !self.at_statement_end() && !self.at_word("WHEN") {
                self.advance();
            }
            self.branch();
        }
        let mut branches = Vec::new();
        while self.eat_word("WHEN") {
            let test = self.head("WHEN", "THEN", |parser| parser.case_test(&subject));
            let body = self.branch();
            branches.extend(test.map(|test| CaseBranch { test, body }));
            self.statement_start = self.span().start;
        }
        let otherwise = self.else_branch("CASE", &["WHEN", "ELSE"]);
        self.close_block();
        Ok(StatementKind::Case(Case {
            subject,
            branches,
            otherwise,
        }))
    }

    /// Empty statements, and blank text between `<% CASE %>` and `<% WHEN %>`.
    fn skip_blank_text(&mut self) {
        loop {
            let is_blank = match self.kind() {
                TokenKind::Semicolon => true,
                TokenKind::TextPiece => self.source.slice(self.span()).trim().is_empty(),
                _ => false,
            };
            if !is_blank {
                return;
            }
            self.advance();
        }
    }

    /// ELSE with its statements; reports branches that follow it.
    fn else_branch(&mut self, word: &str, misplaced: &[&str]) -> Option<Block> {
        let span = self.span();
        if !self.eat_word("ELSE") {
            return None;
        }
        let body = self.branch();
        while self.at_any_word(misplaced) {
            let found = self.quoted(self.span()).to_uppercase();
            let line = self.source.line(span.start);
            let title = format!("`{found}` after the `ELSE` of line {line} in the same `{word}`");
            let fault = faults::syntax(self.span(), title)
                .with_label("not after `ELSE`")
                .with_other(span, "`ELSE` is here");
            self.statement_start = self.span().start;
            self.report(fault);
            // What follows is understood as a branch of its own.
            self.advance();
            if found != "ELSE" {
                while !self.at_statement_end() && !self.eat_word("THEN") {
                    self.advance();
                }
            }
            self.branch();
        }
        Some(body)
    }

    /// The span of the token before the cursor: the first word of the statement.
    pub(super) fn word_before(&self) -> crate::pql::syntax::Span {
        self.span_from(self.statement_start)
    }
}
