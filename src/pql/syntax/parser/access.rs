//! Embedded items: variables with their access chains, calls, `${ }`, rich strings.

use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{
    Access, Argument, Call, Expression, ExpressionKind, Item, Quoting, Sigil, Slot, Target,
    Variable,
};
use crate::pql::syntax::{Name, Span};

impl Parser<'_> {
    /// Tells whether an item begins here.
    pub(super) fn at_item(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Variable(..)
                | TokenKind::ClosedVariable(..)
                | TokenKind::Callee(..)
                | TokenKind::EmbedValue
                | TokenKind::EmbedQuery
                | TokenKind::RichStart
        )
    }

    /// Parses an item with its `!`.
    pub(super) fn item(&mut self) -> Step<Item> {
        let start = self.span().start;
        let expression = match self.kind() {
            TokenKind::Variable(sigil, name) => self.variable(*sigil, name)?,
            TokenKind::ClosedVariable(sigil, name) => {
                let span = self.advance().span;
                self.read_variable(*sigil, name, span)
            }
            TokenKind::Callee(sigil, name) => {
                let call = self.call(*sigil, name)?;
                let span = call.span;
                Expression {
                    kind: ExpressionKind::Call(call),
                    span,
                }
            }
            TokenKind::EmbedValue | TokenKind::EmbedQuery => self.embedded()?,
            TokenKind::RichStart => self.rich()?,
            _ => return self.fail("a variable, a call or `${ }`"),
        };
        let is_raw = self.at_symbol(Symbol::Bang) && self.is_adjacent(0);
        if is_raw {
            self.advance();
        }
        let quoting = if is_raw {
            Quoting::Raw
        } else {
            Quoting::Target
        };
        Ok(Item {
            expression,
            quoting,
            span: self.span_from(start),
        })
    }

    /// The number of a user variable; others have none.
    fn slot(&mut self, sigil: Sigil, name: &Name) -> Slot {
        match sigil {
            Sigil::User => self.slots.of(name),
            Sigil::Global | Sigil::Job => Slot::default(),
        }
    }

    fn read_variable(&mut self, sigil: Sigil, name: &Name, name_span: Span) -> Expression {
        if sigil == Sigil::User {
            self.names.read.insert(name.clone());
        }
        let variable = Variable {
            sigil,
            name: name.clone(),
            slot: self.slot(sigil, name),
            name_span,
            access: Vec::new(),
        };
        Expression {
            kind: ExpressionKind::Variable(variable),
            span: name_span,
        }
    }

    /// `$x` with its access chain, which follows without blanks.
    fn variable(&mut self, sigil: Sigil, name: &Name) -> Step<Expression> {
        let name_span = self.advance().span;
        let mut expression = self.read_variable(sigil, name, name_span);
        let mut access = Vec::new();
        while self.is_adjacent(0)
            && let Some(step) = self.access_step()?
        {
            if self.context.in_index {
                let title = "access inside an index is not supported";
                let help = "store the inner value in a variable first";
                let fault = faults::syntax(step.span(), title).with_label("not here");
                return Err(Box::new(fault.with_help(help)));
            }
            access.push(step);
        }
        expression.span = self.span_from(name_span.start);
        if let ExpressionKind::Variable(variable) = &mut expression.kind {
            variable.access = access;
        }
        Ok(expression)
    }

    fn access_step(&mut self) -> Step<Option<Access>> {
        let start = self.span().start;
        if self.at_symbol(Symbol::Dot) {
            let Some(name) = self.peek_word(1).filter(|_| self.is_adjacent(1)) else {
                return Ok(None);
            };
            self.advance();
            self.advance();
            return Ok(Some(Access::Field {
                name: name.clone(),
                span: self.span_from(start),
            }));
        }
        if !self.at_open(Bracket::Square) {
            return Ok(None);
        }
        self.advance();
        let context = Context {
            in_index: true,
            ..Context::default()
        };
        let index = self.nested(context, Self::sum)?;
        self.expect_close(Bracket::Square)?;
        Ok(Some(Access::Index {
            index,
            span: self.span_from(start),
        }))
    }

    /// `$f(..)`; the cursor is on the name.
    pub(super) fn call(&mut self, sigil: Sigil, name: &Name) -> Step<Call> {
        let name_span = self.advance().span;
        if sigil == Sigil::User {
            self.calls.push((name.clone(), name_span));
        }
        if !self.at_open(Bracket::Round) {
            return self.fail("`(`");
        }
        self.advance();
        let context = Context {
            in_list: true,
            // Units and weekdays are written as bare words.
            in_link: sigil == Sigil::Global,
            ..Context::default()
        };
        let arguments = self.nested(context, Self::arguments)?;
        self.expect_close(Bracket::Round)?;
        let span = self.span_from(name_span.start);
        Ok(Call {
            sigil,
            name: name.clone(),
            arguments,
            span,
        })
    }

    fn arguments(&mut self) -> Step<Vec<Argument>> {
        let mut arguments = Vec::new();
        while !self.at_close(Bracket::Round) {
            let mut name = None;
            if let TokenKind::Variable(Sigil::User, found) = self.kind()
                && matches!(self.peek(1).kind, TokenKind::Symbol(Symbol::Assign))
            {
                self.advance();
                self.advance();
                self.names.assigned.insert(found.clone());
                name = Some((found.clone(), self.slots.of(found)));
            }
            arguments.push(Argument {
                name,
                value: self.value()?,
            });
            if !self.eat_symbol(Symbol::Comma) {
                break;
            }
            if self.at_close(Bracket::Round) {
                return self.fail("an argument");
            }
        }
        Ok(arguments)
    }

    /// A variable that is assigned.
    pub(super) fn target(&mut self) -> Step<Target> {
        let (TokenKind::Variable(sigil, name) | TokenKind::ClosedVariable(sigil, name)) =
            self.kind()
        else {
            return self.fail("a variable");
        };
        let span = self.advance().span;
        if self.is_adjacent(0) && (self.at_symbol(Symbol::Dot) || self.at_open(Bracket::Square)) {
            let title = "a part of a variable cannot be assigned";
            let help = "use `LET $x SET ..` to change a collection in place";
            return Err(Box::new(faults::syntax(self.span(), title).with_help(help)));
        }
        if *sigil == Sigil::User {
            self.names.assigned.insert(name.clone());
        }
        Ok(Target {
            sigil: *sigil,
            name: name.clone(),
            slot: self.slot(*sigil, name),
            span,
        })
    }
}
