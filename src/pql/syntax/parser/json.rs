//! JSON literals with embedded items (2.6).

use std::sync::Arc;

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::decode_literal;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Json, JsonKind, Literal};

impl Parser<'_> {
    /// Parses an object or array.
    pub(super) fn json(&mut self) -> Step<Json> {
        let start = self.span().start;
        let context = Context {
            in_rows: self.context.in_rows,
            in_list: true,
            ..Context::default()
        };
        let is_object = self.at_open(Bracket::Curly);
        self.advance();
        let kind = if is_object {
            JsonKind::Object(self.nested(context, Self::json_fields)?)
        } else {
            JsonKind::Array(self.nested(context, Self::json_elements)?)
        };
        Ok(Json {
            kind,
            span: self.span_from(start),
        })
    }

    fn json_fields(&mut self) -> Step<Vec<(Arc<str>, Json)>> {
        let mut fields = Vec::new();
        if self.eat_close(Bracket::Curly) {
            return Ok(fields);
        }
        loop {
            let key = self.json_key()?;
            if !self.eat_symbol(Symbol::Colon) {
                return Err(self.invalid_json("`:` after the key").into());
            }
            fields.push((key, self.json_value()?));
            if self.eat_close(Bracket::Curly) {
                return Ok(fields);
            }
            if !self.eat_symbol(Symbol::Comma) {
                return Err(self.invalid_json("`,` or `}`").into());
            }
        }
    }

    fn json_key(&mut self) -> Step<Arc<str>> {
        let span = self.span();
        if !matches!(self.kind(), TokenKind::Text) {
            return Err(self.invalid_json("a key in double quotes").into());
        }
        self.advance();
        Ok(decode_literal(self.source.slice(span)).into())
    }

    fn json_elements(&mut self) -> Step<Vec<Json>> {
        let mut elements = Vec::new();
        if self.eat_close(Bracket::Square) {
            return Ok(elements);
        }
        loop {
            elements.push(self.json_value()?);
            if self.eat_close(Bracket::Square) {
                return Ok(elements);
            }
            if !self.eat_symbol(Symbol::Comma) {
                return Err(self.invalid_json("`,` or `]`").into());
            }
        }
    }

    fn json_value(&mut self) -> Step<Json> {
        let span = self.span();
        if self.at_item() {
            let item = self.item()?;
            let span = item.span;
            return Ok(Json {
                kind: JsonKind::Item(Box::new(item)),
                span,
            });
        }
        if self.context.in_rows
            && let Some(placeholder) = self.placeholder_here()
        {
            let span = placeholder.span();
            let kind = JsonKind::Cell(placeholder);
            return Ok(Json { kind, span });
        }
        let literal = match self.kind() {
            TokenKind::Open(Bracket::Curly | Bracket::Square) => return self.json(),
            TokenKind::Text => Literal::Text(decode_literal(self.source.slice(span)).into()),
            TokenKind::Number => self.number_literal(span)?,
            TokenKind::Symbol(Symbol::Minus)
                if self.is_adjacent(1) && matches!(self.peek(1).kind, TokenKind::Number) =>
            {
                self.advance();
                self.number_literal(span.to(self.span()))?
            }
            TokenKind::Word(name) => match name.as_str() {
                "null" => Literal::Null,
                "true" => Literal::Boolean(true),
                "false" => Literal::Boolean(false),
                _ => return Err(self.invalid_json("a value").into()),
            },
            _ => return Err(self.invalid_json("a value").into()),
        };
        self.advance();
        Ok(Json {
            kind: JsonKind::Literal(literal),
            span: self.span_from(span.start),
        })
    }

    fn invalid_json(&self, what: &str) -> Diagnostic {
        let title = format!(
            "invalid JSON literal: expected {what}, found {}",
            self.found()
        );
        let fault = faults::syntax(self.span(), title).with_label(format!("expected {what}"));
        let is_close = matches!(self.kind(), TokenKind::Close(_));
        let help = match self.kind() {
            TokenKind::Word(_) => "keys and texts stand in double quotes",
            TokenKind::Symbol(_) => "an expression in JSON is written `${ .. }`",
            _ if is_close => "a comma must not stand before the closing bracket",
            _ => return fault,
        };
        fault.with_help(help)
    }
}
