//! Arithmetic and what it is made of.

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::keywords;
use crate::pql::syntax::lexer::decode_literal;
use crate::pql::syntax::parameters::first_parameter;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{
    ArithmeticOperator, Embedded, Expression, ExpressionKind, Literal, Term, WholeSum,
};
use crate::pql::syntax::{Name, Span};

impl Parser<'_> {
    /// `product { ("+" | "-") product }`
    pub(super) fn sum(&mut self) -> Step<Expression> {
        let first = self.product()?;
        self.terms(first, Self::product, |symbol| match symbol {
            Symbol::Plus => Some(ArithmeticOperator::Add),
            Symbol::Minus => Some(ArithmeticOperator::Subtract),
            _ => None,
        })
    }

    fn product(&mut self) -> Step<Expression> {
        let first = self.unary()?;
        self.terms(first, Self::unary, |symbol| match symbol {
            Symbol::Star => Some(ArithmeticOperator::Multiply),
            Symbol::Slash => Some(ArithmeticOperator::Divide),
            Symbol::Percent => Some(ArithmeticOperator::Modulo),
            _ => None,
        })
    }

    fn terms(
        &mut self,
        first: Expression,
        operand: fn(&mut Self) -> Step<Expression>,
        operator: fn(Symbol) -> Option<ArithmeticOperator>,
    ) -> Step<Expression> {
        let mut rest = Vec::new();
        while let TokenKind::Symbol(symbol) = self.kind()
            && let Some(operator) = operator(*symbol)
        {
            let operator_span = self.advance().span;
            rest.push(Term {
                operator,
                operator_span,
                operand: operand(self)?,
            });
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let span = self.span_from(first.span.start);
        Ok(Expression {
            kind: ExpressionKind::Arithmetic {
                whole: WholeSum::of(&first, &rest).map(Arc::new),
                first: Box::new(first),
                rest,
            },
            span,
        })
    }

    fn unary(&mut self) -> Step<Expression> {
        let start = self.span().start;
        if !self.eat_symbol(Symbol::Minus) {
            return self.primary();
        }
        if matches!(self.kind(), TokenKind::Number) && self.is_adjacent(0) {
            // With its sign, so that the smallest whole number can be written.
            self.advance();
            return self.number(self.span_from(start));
        }
        let inner = self.nested(self.context, Self::unary)?;
        let kind = ExpressionKind::Negate(Box::new(inner));
        Ok(Expression {
            kind,
            span: self.span_from(start),
        })
    }

    /// Parses one operand, without operators and links.
    pub(super) fn primary(&mut self) -> Step<Expression> {
        let span = self.span();
        match self.kind() {
            TokenKind::Number => {
                self.advance();
                self.number(span)
            }
            TokenKind::Text => {
                self.advance();
                Ok(self.literal(span))
            }
            TokenKind::Variable(..)
            | TokenKind::ClosedVariable(..)
            | TokenKind::Callee(..)
            | TokenKind::EmbedValue
            | TokenKind::EmbedQuery
            | TokenKind::RichStart => self.item().map(|item| item.expression),
            TokenKind::Open(Bracket::Round) => self.parenthesised(),
            TokenKind::Open(_) => {
                let json = self.json()?;
                let span = json.span;
                Ok(Expression {
                    kind: ExpressionKind::Json(json),
                    span,
                })
            }
            TokenKind::Parameter(name) => {
                self.advance();
                let text = self.source.slice(span).into();
                let kind = ExpressionKind::Unassigned {
                    text,
                    name: name.clone(),
                };
                Ok(Expression { kind, span })
            }
            TokenKind::Word(name) => self.word(name, span),
            _ => self.fail("a value"),
        }
    }

    fn word(&mut self, name: &Name, span: Span) -> Step<Expression> {
        if self.at_short_form() {
            return self.short_form();
        }
        let constant = match name.as_str() {
            "null" => Some(Literal::Null),
            "true" => Some(Literal::Boolean(true)),
            "false" => Some(Literal::Boolean(false)),
            "math" => self.constant_of_mathematics(),
            _ => None,
        };
        if let Some(literal) = constant {
            self.advance();
            let kind = ExpressionKind::Literal(literal);
            return Ok(Expression {
                kind,
                span: self.span_from(span.start),
            });
        }
        if keywords::is_reserved(name) && !self.context.in_link {
            let fault = self.expected("a value");
            return Err(Box::new(if self.at_query() {
                fault.with_help("a query inside a value is written `${{ query }}`")
            } else {
                fault
            }));
        }
        self.advance();
        if !self.context.in_link {
            let word = self.quoted(span);
            let title = format!("the bare word `{word}` is taken as text");
            let warning = Diagnostic::warning(Code::PQL_SYNTAX, span, title)
                .with_label("taken as text")
                .with_help(format!("write `'{word}'`"));
            self.report(warning);
        }
        Ok(Expression {
            kind: ExpressionKind::Word(self.source.slice(span).into()),
            span,
        })
    }

    /// `Math.PI` or `Math.E`; leaves the cursor on the last word.
    fn constant_of_mathematics(&mut self) -> Option<Literal> {
        let is_dot = matches!(self.peek(1).kind, TokenKind::Symbol(Symbol::Dot));
        let value = match self.peek_word(2)?.as_str() {
            "pi" => std::f64::consts::PI,
            "e" => std::f64::consts::E,
            _ => return None,
        };
        if !is_dot || !self.is_adjacent(1) || !self.is_adjacent(2) {
            return None;
        }
        self.advance();
        self.advance();
        Some(Literal::Decimal(value))
    }

    /// The value of a number that is written, with its sign, at a span.
    fn number(&mut self, span: Span) -> Step<Expression> {
        let kind = ExpressionKind::Literal(self.number_literal(span)?);
        Ok(Expression { kind, span })
    }

    pub(super) fn number_literal(&self, span: Span) -> Step<Literal> {
        let text = self.source.slice(span);
        let is_whole = !text.contains(['.', 'e', 'E']);
        let whole = if is_whole {
            text.parse().ok().map(Literal::Integer)
        } else {
            None
        };
        let decimal = || match text.parse::<f64>() {
            Ok(value) if value.is_finite() && !is_whole => Some(Literal::Decimal(value)),
            _ => None,
        };
        whole.or_else(decimal).ok_or_else(|| {
            let title = format!("the number `{}` is too large", self.quoted(span));
            let help = "whole numbers have 64 bits, decimals end at 1.8e308";
            Box::new(faults::syntax(span, title).with_help(help))
        })
    }

    /// The value of a literal that stands at a span.
    fn literal(&self, span: Span) -> Expression {
        let text = decode_literal(self.source.slice(span));
        let unassigned = first_parameter(&text).map(|(_, found)| Name::new(found.name));
        let kind = match unassigned {
            Some(name) => ExpressionKind::Unassigned {
                text: text.into(),
                name,
            },
            None => ExpressionKind::Literal(Literal::Text(text.into())),
        };
        Expression { kind, span }
    }

    /// `( value )`
    fn parenthesised(&mut self) -> Step<Expression> {
        let opener = self.span();
        let (mut values, span) = self.group()?;
        match (values.pop(), values.is_empty()) {
            (Some(only), true) => Ok(Expression { span, ..only }),
            (last, _) => {
                let title = if last.is_none() {
                    "the parentheses are empty"
                } else {
                    "a list in parentheses is no value"
                };
                let help = "a list as a value is written `[a, b]`";
                Err(Box::new(faults::syntax(opener, title).with_help(help)))
            }
        }
    }

    /// `( value , value .. )`, possibly empty, and its span with the parentheses.
    pub(super) fn group(&mut self) -> Step<(Vec<Expression>, Span)> {
        let start = self.span().start;
        self.advance();
        let context = Context {
            in_condition: self.context.in_condition,
            in_list: true,
            ..Context::default()
        };
        let values = self.nested(context, |parser| {
            let mut values = Vec::new();
            while !parser.at_close(Bracket::Round) {
                values.push(parser.value_or_query()?);
                if !parser.eat_symbol(Symbol::Comma) {
                    break;
                }
                if parser.at_close(Bracket::Round) {
                    return parser.fail("a value");
                }
            }
            Ok(values)
        })?;
        self.expect_close(Bracket::Round)?;
        Ok((values, self.span_from(start)))
    }

    /// `${ value }` and `${{ query }}`
    pub(super) fn embedded(&mut self) -> Step<Expression> {
        let start = self.span().start;
        let is_query = matches!(self.kind(), TokenKind::EmbedQuery);
        self.advance();
        let body = Box::new(self.nested(Context::default(), Self::value_or_query)?);
        self.expect_close(Bracket::Curly)?;
        let embedded = if is_query {
            self.expect_close(Bracket::Curly)?;
            Embedded::Query(body)
        } else {
            Embedded::Value(body)
        };
        let span = self.span_from(start);
        Ok(Expression {
            kind: ExpressionKind::Embedded(embedded),
            span,
        })
    }
}
