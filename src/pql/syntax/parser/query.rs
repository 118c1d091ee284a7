//! Queries as values: raw SQL, EXEC, and the statements that have a value.

use crate::pql::syntax::keywords::{self, QUERIES, QUERY_VERBS};
use crate::pql::syntax::parser::chain::Arrow;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Query, Sql, SqlEffect};

impl Parser<'_> {
    /// Tells whether a query begins here.
    pub(super) fn at_query(&self) -> bool {
        let Some(word) = self.peek_word(0) else {
            return false;
        };
        if word.is("SHOW") {
            return self.shows_words();
        }
        let is_test = (word.is("FILE") || word.is("DIR"))
            && (self.is_word_at(1, "EXISTS")
                || (self.is_word_at(1, "NOT") && self.is_word_at(2, "EXISTS")));
        let is_query = keywords::is_verb(word) || keywords::is_one_of(word, QUERIES);
        is_query && !is_test
    }

    fn is_word_at(&self, distance: usize, word: &str) -> bool {
        self.peek_word(distance).is_some_and(|name| name.is(word))
    }

    /// Tells whether SHOW is sent to the database: without words it prints the buffer.
    fn shows_words(&self) -> bool {
        let is_hash = matches!(self.peek(1).kind, TokenKind::Symbol(Symbol::Hash));
        self.peek_word(1).is_some() || is_hash
    }

    /// Parses a query with its links; the first arrow is mandatory.
    pub(super) fn query(&mut self) -> Step<Expression> {
        let data = match self.peek_word(0) {
            Some(word) if keywords::is_verb(word) => self.sql()?,
            Some(word) if word.is("EXEC") => self.exec()?,
            _ => self.other_query()?,
        };
        self.links_of(data, Arrow::First)
    }

    fn other_query(&mut self) -> Step<Expression> {
        let start = self.span().start;
        let query = if self.at_word("FILE") || self.at_word("DIR") {
            self.path_query()?
        } else if self.eat_word("PARSE") {
            self.parse_query()?
        } else if self.eat_word("RUN") {
            Query::Run(self.run_query()?)
        } else if self.eat_word("SEND") {
            self.mail()?
        } else if self.eat_word("REDIS") {
            let start = self.span().start;
            Query::Redis(self.raw(start, Placeholders::None, RawEnd::Arrow)?)
        } else if self.eat_word("INVOKE") {
            self.invoke()
        } else {
            return self.fail("a query");
        };
        Ok(Expression {
            kind: ExpressionKind::Query(Box::new(query)),
            span: self.span_from(start),
        })
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
