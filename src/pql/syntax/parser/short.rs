//! Short IF and CASE: expressions that choose a value (4.23).

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::Span;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::TokenKind;
use crate::pql::syntax::tree::{
    CaseSubject, CaseTest, Expression, ExpressionKind, Literal, ShortCase, ShortIf,
};

impl Parser<'_> {
    pub(super) fn at_short_form(&self) -> bool {
        self.at_word("IF") || self.at_word("CASE")
    }

    /// Parses a short IF or CASE up to its END.
    pub(super) fn short_form(&mut self) -> Step<Expression> {
        let opener = self.span();
        let context = Context {
            in_list: true,
            ..Context::default()
        };
        let kind = self.nested(context, |parser| {
            if parser.eat_word("IF") {
                parser.short_if(opener)
            } else {
                parser.short_case(opener)
            }
        })?;
        Ok(Expression {
            kind,
            span: self.span_from(opener.start),
        })
    }

    fn short_if(&mut self, opener: Span) -> Step<ExpressionKind> {
        let mut branches = Vec::new();
        loop {
            let condition = self.condition()?;
            self.then(opener, "IF")?;
            branches.push((condition, self.value_or_query()?));
            if !self.eat_word("ELSIF") {
                break;
            }
        }
        let otherwise = self.otherwise(opener, "IF")?;
        Ok(ExpressionKind::If(Box::new(ShortIf {
            branches,
            otherwise,
        })))
    }

    fn short_case(&mut self, opener: Span) -> Step<ExpressionKind> {
        self.advance();
        let subject = self.case_subject()?;
        let mut branches = Vec::new();
        if !self.at_word("WHEN") {
            return self.fail("`WHEN`");
        }
        while self.eat_word("WHEN") {
            let test = self.case_test(&subject)?;
            self.then(opener, "CASE")?;
            branches.push((test, self.value_or_query()?));
        }
        let otherwise = self.otherwise(opener, "CASE")?;
        Ok(ExpressionKind::Case(Box::new(ShortCase {
            subject,
            branches,
            otherwise,
        })))
    }

    /// What stands between CASE and WHEN. Only the written `true` and `false` choose the first
    /// true or false condition; a variable is compared.
    pub(super) fn case_subject(&mut self) -> Step<CaseSubject> {
        let is_blank = |parser: &Self| {
            matches!(parser.kind(), TokenKind::TextPiece)
                && parser.source.slice(parser.span()).trim().is_empty()
        };
        if self.at_word("WHEN") || self.at_statement_end() || is_blank(self) {
            return Ok(CaseSubject::FirstTrue);
        }
        let value = self.value()?;
        Ok(match value.kind {
            ExpressionKind::Literal(Literal::Boolean(true)) => CaseSubject::FirstTrue,
            ExpressionKind::Literal(Literal::Boolean(false)) => CaseSubject::FirstFalse,
            _ => CaseSubject::Value(value),
        })
    }

    pub(super) fn case_test(&mut self, subject: &CaseSubject) -> Step<CaseTest> {
        match subject {
            CaseSubject::Value(_) => self.chain().map(CaseTest::Value),
            CaseSubject::FirstTrue | CaseSubject::FirstFalse => {
                self.condition().map(CaseTest::Condition)
            }
        }
    }

    fn then(&mut self, opener: Span, word: &str) -> Step<()> {
        if self.eat_word("THEN") {
            Ok(())
        } else {
            Err(self.short_fault(opener, word, "THEN").into())
        }
    }

    fn otherwise(&mut self, opener: Span, word: &str) -> Step<Expression> {
        if !self.eat_word("ELSE") {
            return Err(self.short_fault(opener, word, "ELSE").into());
        }
        let value = self.value_or_query()?;
        if !self.eat_word("END") {
            return Err(self.short_fault(opener, word, "END").into());
        }
        Ok(value)
    }

    fn short_fault(&self, opener: Span, word: &str, missing: &str) -> Diagnostic {
        let title = format!("short `{word}` without `{missing}`, found {}", self.found());
        let fault = faults::syntax(self.span(), title)
            .with_label(format!("expected `{missing}`"))
            .with_other(opener, "begins here");
        let help = format!("a short `{word}` ends with `ELSE value END` and has no `;` inside");
        fault.with_help(help)
    }
}
