//! Arguments of phrase statements: single operands, in which quotes are optional (4.0).

use crate::pql::syntax::lexer::replace_character_codes;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Segment, Template};

impl Parser<'_> {
    /// Parses the argument of a phrase, such as `conn` of OPEN.
    pub(super) fn phrase_argument(&mut self, phrase: &str) -> Step<Expression> {
        let is_whole = matches!(
            self.kind(),
            TokenKind::Text
                | TokenKind::RichStart
                | TokenKind::Open(Bracket::Curly | Bracket::Square)
        );
        if is_whole {
            return self.primary();
        }
        if !self.at_item() && !self.at_bare() {
            let title = format!("`{phrase}` needs an argument, found {}", self.found());
            let fault = faults::syntax(self.span(), title).with_label("expected the argument");
            return Err(Box::new(fault));
        }
        self.bare_argument()
    }

    /// Tells whether a token may be part of a bare argument.
    fn at_bare(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Word(_)
                | TokenKind::Number
                | TokenKind::CharacterCode
                | TokenKind::Symbol(
                    Symbol::Dot
                        | Symbol::Minus
                        | Symbol::Colon
                        | Symbol::Slash
                        | Symbol::Backslash
                        | Symbol::Percent
                        | Symbol::Question
                        | Symbol::Equal
                        | Symbol::Ampersand
                )
        )
    }

    /// Letters, signs and items up to the next blank.
    fn bare_argument(&mut self) -> Step<Expression> {
        let start = self.span().start;
        let mut segments = Vec::new();
        let mut is_first = true;
        while is_first || self.is_adjacent(0) {
            let span = self.span();
            if self.at_item() && !matches!(self.kind(), TokenKind::RichStart) {
                segments.push(Segment::Item(self.item()?));
            } else if self.at_bare() {
                self.advance();
                while self.is_adjacent(0) && self.at_bare() {
                    self.advance();
                }
                let text = replace_character_codes(self.source.slice(self.span_from(span.start)));
                segments.push(Segment::Text(text.into()));
            } else {
                break;
            }
            is_first = false;
        }
        let span = self.span_from(start);
        let kind = match (segments.pop(), segments.is_empty()) {
            (Some(Segment::Text(text)), true) => ExpressionKind::Word(text),
            (Some(Segment::Item(item)), true) => item.expression.kind,
            (last, _) => {
                segments.extend(last);
                ExpressionKind::Rich(Template { segments, span })
            }
        };
        Ok(Expression { kind, span })
    }

    /// Tells whether a keyword stands here that is no part of a longer bare word.
    pub(super) fn at_lone_word(&self, word: &str) -> bool {
        let is_longer = self.is_adjacent(1)
            && matches!(
                self.peek(1).kind,
                TokenKind::Symbol(Symbol::Dot | Symbol::Minus | Symbol::Colon | Symbol::Slash)
            );
        self.at_word(word) && !is_longer
    }

    pub(super) fn eat_lone_word(&mut self, word: &str) -> bool {
        let found = self.at_lone_word(word);
        if found {
            self.advance();
        }
        found
    }
}
