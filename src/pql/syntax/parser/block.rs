//! Lists of statements, blocks with their END, and the way on after a fault.

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::Span;
use crate::pql::syntax::keywords;
use crate::pql::syntax::lexer::replace_character_codes;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, OpenBlock, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Block, Statement, StatementKind};

/// Words that end the statements of a branch.
const BRANCH_ENDS: &[&str] = &["ELSIF", "ELSE", "WHEN", "END"];

impl Parser<'_> {
    /// Parses to the end of the text.
    pub(super) fn program(&mut self) -> Block {
        let mut body = Block::new();
        loop {
            body.append(&mut self.statements());
            if matches!(self.kind(), TokenKind::End) {
                return body;
            }
            self.statement_start = self.span().start;
            let word = self.quoted(self.span()).to_uppercase();
            let opener = match word.as_str() {
                "WHEN" => "`CASE`",
                "ELSE" => "`IF` or `CASE`",
                "ELSIF" => "`IF`",
                _ => "block",
            };
            let title = format!("`{word}` without an open {opener}");
            let fault = faults::syntax(self.span(), title).with_label("nothing to belong to");
            self.report(fault);
            self.skip_statement();
        }
    }

    /// Parses statements up to a word that ends a branch, or to the end.
    pub(super) fn statements(&mut self) -> Block {
        let mut body = Block::new();
        loop {
            match self.kind() {
                TokenKind::End => return body,
                TokenKind::Semicolon => {
                    self.advance();
                }
                TokenKind::TextPiece => {
                    let span = self.advance().span;
                    let text = replace_character_codes(self.source.slice(span));
                    body.push(Statement {
                        kind: StatementKind::Echo(text.into()),
                        span,
                    });
                }
                _ if self.at_any_word(BRANCH_ENDS) => return body,
                _ => body.extend(self.statement_or_skip()),
            }
        }
    }

    /// Parses one statement; after a fault, reports it and goes on behind the next `;`.
    fn statement_or_skip(&mut self) -> Option<Statement> {
        let start = self.span().start;
        self.statement_start = start;
        let result = self.statement();
        let statement = match result {
            Ok(kind) => kind.map(|kind| Statement {
                kind,
                span: self.span_from(start),
            }),
            Err(fault) => {
                self.report(*fault);
                self.skip_statement();
                return None;
            }
        };
        if !self.at_statement_end() {
            // An END that closes an outer block has been reported already.
            let here = self.span();
            if self.diagnostics.last().is_none_or(|last| last.span != here) {
                let fault = self.leftover("`;`");
                self.report(fault);
            }
            // `PRINT 1 ELSE`: only the `;` is missing.
            if !self.at_any_word(BRANCH_ENDS) {
                self.skip_statement();
            }
        }
        statement
    }

    /// The fault of something that stands behind a complete statement or value.
    pub(super) fn leftover(&self, what: &str) -> Diagnostic {
        let fault = self.expected(what);
        let script = match self.kind() {
            TokenKind::Open(Bracket::Round) if self.is_adjacent(0) => {
                Some("there are no methods: use a link, as in `$s SUBSTR 1 TO 3`, or a function")
            }
            TokenKind::Symbol(Symbol::Question) => Some("write `IF test THEN a ELSE b END`"),
            _ => None,
        };
        if let Some(help) = script {
            return faults::not_supported(self.span(), "JavaScript").with_help(help);
        }
        let Some(word) = self.peek_word(0) else {
            return fault;
        };
        if keywords::is_reserved(word) {
            return fault.with_help("end the statement before it with `;`");
        }
        let mut fault = faults::syntax(self.span(), format!("unknown link `{}`", word.to_upper()))
            .with_label("neither a link nor the end of the statement");
        if let Some(near) = faults::nearest(word.as_str(), self.links.words()) {
            fault = fault.with_help(format!("did you mean `{near}`?"));
        }
        fault
    }

    /// Goes behind the next `;`.
    pub(super) fn skip_statement(&mut self) {
        loop {
            match self.kind() {
                TokenKind::End | TokenKind::TextPiece | TokenKind::OutputStart => return,
                TokenKind::Semicolon => {
                    self.advance();
                    return;
                }
                _ => {
                    self.advance();
                }
            }
        }
    }

    /// Parses the head of a block up to its closing word. After a fault goes on behind that
    /// word, so that the block itself is understood.
    pub(super) fn head<T>(
        &mut self,
        statement: &str,
        closer: &str,
        step: impl FnOnce(&mut Self) -> Step<T>,
    ) -> Option<T> {
        let result = step(self).and_then(|part| {
            if self.eat_word(closer) {
                return Ok(part);
            }
            let title = format!("`{statement}` without `{closer}`, found {}", self.found());
            Err(Box::new(
                faults::syntax(self.span(), title).with_label(format!("expected `{closer}`")),
            ))
        });
        match result {
            Ok(part) => Some(part),
            Err(fault) => {
                self.report(*fault);
                while !self.at_statement_end() && !self.at_word(closer) {
                    self.advance();
                }
                self.eat_word(closer);
                None
            }
        }
    }

    /// Begins a block; refuses too deep nesting.
    pub(super) fn open_block(
        &mut self,
        word: &'static str,
        end: &'static str,
        span: Span,
    ) -> Step<()> {
        let limit = self.source.nesting_max();
        if self.blocks.len() >= limit {
            return Err(Box::new(faults::too_deep(span, limit)));
        }
        self.blocks.push(OpenBlock { word, end, span });
        Ok(())
    }

    /// Parses the statements of one branch of the innermost block.
    pub(super) fn branch(&mut self) -> Block {
        match self.nested(Context::default(), |parser| Ok(parser.statements())) {
            Ok(body) => body,
            Err(fault) => {
                self.report(*fault);
                self.skip_statement();
                Block::new()
            }
        }
    }

    /// Ends the innermost block with its END, or reports what stands there instead.
    pub(super) fn close_block(&mut self) {
        let Some(block) = self.blocks.pop() else {
            return;
        };
        let line = self.source.line(block.span.start);
        let not_closed = format!("`{}` opened at line {line} is not closed", block.word);
        let wanted = format!("END {}", block.end);
        let wanted = wanted.trim_end();
        if matches!(self.kind(), TokenKind::End) {
            if !self.lexed.swallowed {
                let fault = faults::syntax(block.span, not_closed).with_label("opened here");
                self.push_fault(fault.with_help(format!("write `{wanted};`")));
            }
            return;
        }
        let here = self.span();
        let mut found = "";
        if self.at_word("END") {
            let words = ["IF", "CASE", "LOOP"];
            let is_next = |word: &&str| self.peek_word(1).is_some_and(|name| name.is(word));
            found = words
                .into_iter()
                .find(|word| is_next(word))
                .unwrap_or_default();
            if found == block.end {
                self.advance();
                if !found.is_empty() {
                    self.advance();
                }
                return;
            }
        }
        self.statement_start = here.start;
        let fault = faults::syntax(here, not_closed)
            .with_label(format!("expected `{wanted}`"))
            .with_other(block.span, "opened here");
        self.report(fault);
        // An END that an outer block waits for is left to it; any other one was meant for this.
        let is_for_outer = self.blocks.iter().any(|outer| outer.end == found);
        if !is_for_outer || !self.at_word("END") {
            while !self.at_statement_end() {
                self.advance();
            }
        }
    }
}
