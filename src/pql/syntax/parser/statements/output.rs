//! PRINT, ECHO, DEBUG, OUTPUT and RETURN.

use crate::pql::syntax::Span;
use crate::pql::syntax::keywords;
use crate::pql::syntax::lexer::replace_character_codes;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{DebugMode, Print, PrintLabel, StatementKind};

/// Words that begin a value and are no labels of PRINT.
const NO_LABELS: &[&str] = &["NULL", "TRUE", "FALSE", "MATH"];

impl Parser<'_> {
    pub(super) fn print(&mut self) -> Step<StatementKind> {
        let label = self.print_label();
        if self.at_statement_end() {
            return Ok(StatementKind::Print(Print {
                label,
                values: Vec::new(),
            }));
        }
        let values = if self.at_print_list() {
            self.group()?.0
        } else {
            vec![self.print_value()?]
        };
        if self.at_symbol(Symbol::Comma) {
            let fault = faults::syntax(self.span(), "`PRINT` takes one value");
            let help = "write `PRINT (a, b)` or join texts with `+`";
            return Err(Box::new(fault.with_label("a second one").with_help(help)));
        }
        Ok(StatementKind::Print(Print { label, values }))
    }

    fn print_value(&mut self) -> Step<crate::pql::syntax::tree::Expression> {
        // A lone word is the text itself and worth no warning here.
        let is_lone = self
            .peek_word(0)
            .is_some_and(|word| !keywords::is_reserved(word))
            && matches!(self.peek(1).kind, TokenKind::Semicolon | TokenKind::End);
        if is_lone {
            self.link_value()
        } else {
            self.value()
        }
    }

    /// A word with a value behind it.
    fn print_label(&mut self) -> Option<PrintLabel> {
        let word = self.peek_word(0)?;
        let is_text = |character: char| character.is_alphabetic();
        let may_be = word.as_str().chars().all(is_text)
            && !keywords::is_reserved(word)
            && !keywords::is_one_of(word, NO_LABELS)
            && !self.is_adjacent(1);
        let next = &self.peek(1).kind;
        let value_follows = match next {
            TokenKind::Word(next) => {
                !keywords::is_one_of(next, &["IN", "IS", "LIKE", "AND", "OR", "EXISTS"])
                    && self.link_ahead(1).is_none()
            }
            TokenKind::Symbol(Symbol::Minus) => self.is_adjacent(2),
            TokenKind::Number
            | TokenKind::Text
            | TokenKind::RichStart
            | TokenKind::Variable(..)
            | TokenKind::ClosedVariable(..)
            | TokenKind::Callee(..)
            | TokenKind::EmbedValue
            | TokenKind::EmbedQuery
            | TokenKind::Parameter(_)
            | TokenKind::Open(_) => true,
            _ => false,
        };
        if !may_be || !value_follows {
            return None;
        }
        let span = self.advance().span;
        Some(PrintLabel {
            text: word.to_upper().into(),
            span,
        })
    }

    /// Tells whether parentheses with a comma inside are all that is printed.
    fn at_print_list(&self) -> bool {
        if !self.at_open(Bracket::Round) {
            return false;
        }
        let Some(closer) = self.closing_token() else {
            return false;
        };
        let length = closer.saturating_sub(self.position());
        let mut depth = 0_usize;
        let mut has_comma = false;
        for distance in 1..length {
            match self.peek(distance).kind {
                TokenKind::Open(_) | TokenKind::EmbedValue => depth += 1,
                TokenKind::EmbedQuery => depth += 2,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                TokenKind::Symbol(Symbol::Comma) if depth == 0 => has_comma = true,
                _ => {}
            }
        }
        has_comma
    }

    /// `ECHO text`: verbatim to the end of the statement.
    pub(super) fn echo(&mut self) -> Option<StatementKind> {
        let word_end = self.previous_end();
        while !self.at_statement_end() {
            self.advance();
        }
        let end = self.span().start.max(word_end);
        let mut text = String::new();
        let mut done = word_end;
        let comments = &self.lexed.comments;
        let first = comments.partition_point(|comment| comment.start < word_end);
        let inside = comments.get(first..).unwrap_or_default().iter();
        for comment in inside.take_while(|comment| comment.end <= end) {
            text.push_str(self.source.slice(Span::new(done, comment.start)));
            done = comment.end;
        }
        text.push_str(self.source.slice(Span::new(done, end)));
        let text = text
            .strip_prefix(|first: char| first.is_whitespace())
            .unwrap_or(&text);
        // `ECHO;` stands where a statement must stand and nothing is to be done.
        (!text.is_empty()).then(|| StatementKind::Echo(replace_character_codes(text).into()))
    }

    pub(super) fn debug(&mut self) -> Step<StatementKind> {
        let is_lone = matches!(self.peek(1).kind, TokenKind::Semicolon | TokenKind::End);
        let mode = if is_lone && self.eat_word("ON") {
            DebugMode::On
        } else if is_lone && self.eat_word("OFF") {
            DebugMode::Off
        } else {
            DebugMode::Value(self.value()?)
        };
        Ok(StatementKind::Debug(mode))
    }

    /// `OUTPUT [#] ..`
    pub(super) fn prefixed_output(&mut self) -> Step<StatementKind> {
        self.eat_symbol(Symbol::Hash);
        self.output()
    }

    /// The value of OUTPUT or of `<%= %>`.
    pub(super) fn output(&mut self) -> Step<StatementKind> {
        let is_empty = self.at_statement_end();
        let value = if is_empty {
            None
        } else {
            Some(self.value_or_query()?)
        };
        Ok(StatementKind::Output(value))
    }

    /// `RETURN [#] ..`
    pub(super) fn return_statement(&mut self) -> Step<StatementKind> {
        self.eat_symbol(Symbol::Hash);
        let is_empty = self.at_statement_end();
        let value = if is_empty {
            None
        } else {
            Some(self.value_or_query()?)
        };
        Ok(StatementKind::Return(value))
    }
}
