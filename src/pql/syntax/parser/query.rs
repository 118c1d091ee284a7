//! Queries as values: raw SQL, EXEC, and the later ones that are refused.

use crate::pql::syntax::keywords::{self, LATER_QUERIES, QUERY_VERBS};
use crate::pql::syntax::parser::chain::Arrow;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Sql, SqlEffect};

impl Parser<'_> {
    /// Tells whether a query begins here.
    pub(super) fn at_query(&self) -> bool {
        let Some(word) = self.peek_word(0) else {
            return false;
        };
        keywords::is_verb(word) || word.is("EXEC") || keywords::is_one_of(word, LATER_QUERIES)
    }

    /// Parses a query with its links; the first arrow is mandatory.
    pub(super) fn query(&mut self) -> Step<Expression> {
        let data = if self.at_word("EXEC") {
            self.exec()?
        } else {
            match self.peek_word(0) {
                Some(word) if keywords::is_verb(word) => self.sql()?,
                Some(word) => {
                    return Err(Box::new(faults::not_supported(
                        self.span(),
                        &word.to_upper(),
                    )));
                }
                None => return self.fail("a query"),
            }
        };
        self.links_of(data, Arrow::First)
    }

    fn exec(&mut self) -> Step<Expression> {
        let start = self.advance().span.start;
        let context = Context {
            in_list: true,
            ..self.context
        };
        let text = self.nested(context, |parser| {
            let data = parser.sum()?;
            parser.links_of(data, Arrow::None)
        })?;
        let kind = ExpressionKind::Exec(Box::new(text));
        Ok(Expression {
            kind,
            span: self.span_from(start),
        })
    }

    /// `VERB text` or `VERB # text`
    fn sql(&mut self) -> Step<Expression> {
        let token = self.advance();
        let start = token.span.start;
        let TokenKind::Word(verb) = &token.kind else {
            return self.fail("a query");
        };
        let is_query = keywords::is_one_of(verb, QUERY_VERBS);
        let effect = if is_query {
            SqlEffect::Query
        } else {
            SqlEffect::NonQuery
        };
        let is_prefix = self.eat_symbol(Symbol::Hash);
        if verb.is("SHOW") && !is_prefix && self.peek_word(0).is_none() && !self.at_item() {
            let fault = faults::not_supported(token.span, "SHOW");
            return Err(Box::new(
                fault.with_help("`SHOW words` is sent to the database"),
            ));
        }
        if is_prefix && self.at_statement_end() {
            return self.fail("the statement to send");
        }
        let body_start = if is_prefix { self.span().start } else { start };
        let body = self.raw(body_start, Placeholders::None, RawEnd::Arrow)?;
        let kind = ExpressionKind::Sql(Sql {
            effect,
            verb: verb.clone(),
            body,
        });
        Ok(Expression {
            kind,
            span: self.span_from(start),
        })
    }
}
