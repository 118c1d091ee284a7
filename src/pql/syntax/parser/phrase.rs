//! Phrase statements (4.0): option phrases in any order, and their arguments, which are single
//! operands with optional quotes.

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::replace_character_codes;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Segment, Template};
use crate::pql::syntax::{Name, Span};

/// One option phrase of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct PhraseForm {
    /// Its words; the first one may be left out when it stands in brackets: `[USE] METHOD`.
    pub(super) words: &'static str,
    pub(super) takes: Takes,
}

/// What follows the words of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    Value,
    /// Values with commas; the phrase may be repeated.
    Values,
}

/// The phrases that a statement has, by their form.
pub(super) struct Phrases {
    forms: &'static [PhraseForm],
    found: Vec<Option<Vec<Expression>>>,
}

impl PhraseForm {
    /// A phrase with one value.
    pub(super) const fn one(words: &'static str) -> Self {
        let takes = Takes::Value;
        Self { words, takes }
    }

    /// A phrase with values, which may be repeated.
    pub(super) const fn many(words: &'static str) -> Self {
        let takes = Takes::Values;
        Self { words, takes }
    }

    /// A phrase that is only its words.
    pub(super) const fn flag(words: &'static str) -> Self {
        let takes = Takes::Nothing;
        Self { words, takes }
    }

    /// Its words without brackets, as they are named in messages and by [`Phrases::take`].
    fn name(&self) -> &'static str {
        self.words.split("] ").last().unwrap_or(self.words)
    }

    /// The number of words from the cursor on that are this phrase.
    fn length_at(&self, parser: &Parser<'_>) -> Option<usize> {
        let words: Vec<&str> = self.name().split(' ').collect();
        let optional = self
            .words
            .strip_prefix('[')
            .and_then(|rest| rest.split(']').next());
        let whole: Vec<&str> = optional.into_iter().chain(words.iter().copied()).collect();
        let longest_first = [whole, words];
        let found = longest_first.iter().find(|words| parser.at_words(words));
        found.map(Vec::len)
    }
}

impl Phrases {
    /// The value of a phrase.
    pub(super) fn take(&mut self, name: &str) -> Option<Expression> {
        self.take_all(name).and_then(|mut values| values.pop())
    }

    /// All values of a phrase; empty for one that takes none.
    pub(super) fn take_all(&mut self, name: &str) -> Option<Vec<Expression>> {
        let index = self.forms.iter().position(|form| form.name() == name)?;
        self.found.get_mut(index)?.take()
    }

    /// Tells whether a phrase stands there.
    pub(super) fn has(&mut self, name: &str) -> bool {
        self.take_all(name).is_some()
    }
}

impl Parser<'_> {
    /// Option phrases in any order, each at most once unless it takes a list.
    pub(super) fn phrases(
        &mut self,
        statement: &str,
        forms: &'static [PhraseForm],
    ) -> Step<Phrases> {
        let mut phrases = Phrases {
            forms,
            found: vec![None; forms.len()],
        };
        while !self.at_phrases_end() {
            let matches = forms.iter().enumerate();
            let matches =
                matches.filter_map(|(index, form)| Some((form.length_at(self)?, index, form)));
            let Some((length, index, form)) = matches.max_by_key(|(length, ..)| *length) else {
                return Err(self.unknown_phrase(statement, forms).into());
            };
            let span = self.span();
            for _ in 0..length {
                self.advance();
            }
            let mut values = self.phrase_values(form)?;
            let Some(slot) = phrases.found.get_mut(index) else {
                continue;
            };
            match slot {
                Some(earlier) if form.takes == Takes::Values => earlier.append(&mut values),
                Some(_) => {
                    let title = format!("`{}` stands twice in `{statement}`", form.name());
                    return Err(Box::new(faults::syntax(span, title)));
                }
                None => *slot = Some(values),
            }
        }
        Ok(phrases)
    }

    /// Keeps what a phrase says; one that was said before is a fault at `span`.
    pub(super) fn say_once<T>(
        slot: &mut Option<T>,
        value: T,
        phrase: &str,
        span: Span,
    ) -> Step<()> {
        if slot.replace(value).is_some() {
            let title = format!("`{phrase}` stands twice in the statement");
            return Err(Box::new(faults::syntax(span, title)));
        }
        Ok(())
    }

    /// Tells whether a statement of phrases ends here, also as a query inside another one.
    pub(super) fn at_phrases_end(&self) -> bool {
        self.at_statement_end()
            || matches!(
                self.kind(),
                TokenKind::Close(_)
                    | TokenKind::Symbol(Symbol::Arrow | Symbol::Comma | Symbol::Hash)
            )
    }

    fn phrase_values(&mut self, form: &PhraseForm) -> Step<Vec<Expression>> {
        let mut values = Vec::new();
        if form.takes == Takes::Nothing {
            return Ok(values);
        }
        values.push(self.phrase_argument(form.name())?);
        while form.takes == Takes::Values && self.eat_symbol(Symbol::Comma) {
            values.push(self.phrase_argument(form.name())?);
        }
        Ok(values)
    }

    fn unknown_phrase(&self, statement: &str, forms: &[PhraseForm]) -> Diagnostic {
        let title = format!("unknown phrase {} in `{statement}`", self.found());
        let wanted: Vec<String> = forms
            .iter()
            .map(|form| format!("`{}`", form.name()))
            .collect();
        let names = forms.iter().map(PhraseForm::name);
        let word = self.peek_word(0).map(Name::to_upper).unwrap_or_default();
        let near = faults::nearest(&word, names);
        let fault = faults::syntax(self.span(), title);
        match near {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault.with_help(format!("what may follow: {}", wanted.join(", "))),
        }
    }

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
