//! FUNCTION and CALL.

use std::collections::HashSet;
use std::sync::Arc;

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Call, Function, Parameter, Sigil, StatementKind};
use crate::pql::syntax::{Name, Span};

impl Parser<'_> {
    /// `FUNCTION $f (parameters) BEGIN body END`; the definition goes into the program.
    pub(super) fn function(&mut self, word: Span) -> Step<()> {
        self.open_block("FUNCTION", "", word)?;
        let head = self.head("FUNCTION", "BEGIN", |parser| parser.function_head(word));
        let loops = std::mem::take(&mut self.loops);
        let body = self.branch();
        self.loops = loops;
        self.close_block();
        let Some((name, parameters, span)) = head else {
            return Ok(());
        };
        if let Some(first) = self.functions.get(&name) {
            let line = self.source.line(first.span.start);
            let title = format!("the function `${name}` is already defined at line {line}");
            let fault = faults::syntax(span, title)
                .with_label("defined again")
                .with_other(first.span, "first definition");
            self.push_fault(fault);
            return Ok(());
        }
        let function = Function {
            name: name.clone(),
            parameters,
            body,
            span,
        };
        self.functions.insert(name, Arc::new(function));
        Ok(())
    }

    fn function_head(&mut self, word: Span) -> Step<(Name, Vec<Parameter>, Span)> {
        let (TokenKind::Callee(sigil, name) | TokenKind::Variable(sigil, name)) = self.kind()
        else {
            return self.fail("the name of the function with `$`");
        };
        if *sigil != Sigil::User {
            let title = format!("`FUNCTION` cannot define the system function `@{name}`");
            let help = "a program defines functions with `$`; those with `@` are registered";
            return Err(Box::new(faults::syntax(self.span(), title).with_help(help)));
        }
        self.advance();
        if !self.at_open(Bracket::Round) {
            return self.fail("`(` with the parameters");
        }
        self.advance();
        let context = Context {
            in_list: true,
            ..Context::default()
        };
        let parameters = self.nested(context, Self::parameters)?;
        self.expect_close(Bracket::Round)?;
        Ok((name.clone(), parameters, self.span_from(word.start)))
    }

    fn parameters(&mut self) -> Step<Vec<Parameter>> {
        let mut parameters = Vec::new();
        let mut known = HashSet::new();
        while !self.at_close(Bracket::Round) {
            let start = self.span().start;
            let TokenKind::Variable(Sigil::User, name) = self.kind() else {
                return self.fail("a parameter with `$`");
            };
            self.advance();
            self.names.assigned.insert(name.clone());
            if !known.insert(name) {
                let title = format!("the parameter `${name}` stands twice");
                return Err(Box::new(faults::syntax(self.span_from(start), title)));
            }
            let default = if self.eat_word("DEFAULT") {
                Some(self.value()?)
            } else {
                None
            };
            parameters.push(Parameter {
                name: name.clone(),
                slot: self.slots.of(name),
                default,
                span: self.span_from(start),
            });
            if !self.eat_symbol(Symbol::Comma) {
                break;
            }
            if self.at_close(Bracket::Round) {
                return self.fail("a parameter with `$`");
            }
        }
        Ok(parameters)
    }

    /// `CALL $f(..)`, `CALL @F(..)`, `CALL @F`
    pub(super) fn call_statement(&mut self) -> Step<StatementKind> {
        match self.kind() {
            TokenKind::Callee(sigil, name) => self.call(*sigil, name).map(StatementKind::Call),
            TokenKind::Variable(Sigil::Global, name) => {
                let span = self.advance().span;
                let arguments = Vec::new();
                let call = Call {
                    sigil: Sigil::Global,
                    name: name.clone(),
                    arguments,
                    span,
                };
                Ok(StatementKind::Call(call))
            }
            _ => self.fail("a function such as `$f(..)` or `@F(..)`"),
        }
    }
}
