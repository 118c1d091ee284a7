//! FOR and WHILE.

use crate::pql::syntax::Span;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::Symbol;
use crate::pql::syntax::tree::{
    Block, Condition, ConditionKind, Expression, ExpressionKind, For, ForMode, Literal, Sigil,
    StatementKind, Target, While,
};

impl Parser<'_> {
    pub(super) fn for_statement(&mut self) -> Step<StatementKind> {
        let word = self.word_before();
        self.open_block("FOR", "LOOP", word)?;
        let head = self.head("FOR", "LOOP", Self::for_head);
        let body = self.loop_body();
        let (targets, mode, collection) =
            head.unwrap_or_else(|| (Vec::new(), ForMode::In, nothing(word)));
        Ok(StatementKind::For(For {
            targets,
            mode,
            collection,
            body,
        }))
    }

    fn for_head(&mut self) -> Step<(Vec<Target>, ForMode, Expression)> {
        let mut targets = vec![self.loop_variable()?];
        while self.eat_symbol(Symbol::Comma) {
            targets.push(self.loop_variable()?);
        }
        let mode_span = self.span();
        let mode = if self.eat_word("IN") {
            ForMode::In
        } else if self.eat_word("OF") {
            ForMode::Of
        } else {
            return self.fail("`IN` or `OF`");
        };
        if mode == ForMode::Of && targets.len() > 1 {
            let title = format!("`FOR .. OF` takes one variable, found {}", targets.len());
            let help = "use `IN` to spread the cells of a row over variables";
            return Err(Box::new(faults::syntax(mode_span, title).with_help(help)));
        }
        if self.at_query() {
            let fault = faults::syntax(self.span(), "the query of `FOR` stands in parentheses");
            let help = "write `FOR $x IN (SELECT ..) LOOP`";
            return Err(Box::new(fault.with_label("expected `(`").with_help(help)));
        }
        let collection = self.chain()?;
        Ok((targets, mode, collection))
    }

    fn loop_variable(&mut self) -> Step<Target> {
        let target = self.target()?;
        if target.sigil == Sigil::User {
            return Ok(target);
        }
        let title = format!(
            "`FOR` assigns user variables, found `{}`",
            self.quoted(target.span)
        );
        Err(Box::new(
            faults::syntax(target.span, title).with_label("expected `$`"),
        ))
    }

    pub(super) fn while_statement(&mut self) -> Step<StatementKind> {
        let word = self.word_before();
        self.open_block("WHILE", "LOOP", word)?;
        let condition = self.head("WHILE", "LOOP", Self::condition);
        let body = self.loop_body();
        let condition = condition.unwrap_or_else(|| Condition {
            kind: ConditionKind::Truth(nothing(word)),
            span: word,
        });
        Ok(StatementKind::While(While { condition, body }))
    }

    fn loop_body(&mut self) -> Block {
        self.loops += 1;
        let body = self.branch();
        self.loops -= 1;
        self.close_block();
        body
    }
}

/// Stands for a part that could not be understood, in a program that will not run.
fn nothing(span: Span) -> Expression {
    Expression {
        kind: ExpressionKind::Literal(Literal::Null),
        span,
    }
}
