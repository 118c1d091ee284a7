//! The scanner of code.

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::Lexed;
use crate::pql::syntax::lexer::cursor::{Cursor, span};
use crate::pql::syntax::lexer::embedded::{self, Region};
use crate::pql::syntax::lexer::literal::{CODE_LENGTH, is_code};
use crate::pql::syntax::token::{Bracket, SYMBOLS, Symbol, Token, TokenKind};
use crate::pql::syntax::tree::Sigil;
use crate::pql::syntax::{Name, Span, parameters};

/// How deep brackets, blocks and operators may be nested: unoptimised code takes about 18 KB of
/// stack for a level, and a thread has 2 MB.
pub(crate) const NESTING_MAX: usize = 64;

/// How many faults of one text are reported; more help nobody.
pub(crate) const FAULTS_MAX: usize = 100;

/// Cuts a program.
pub(crate) fn tokenise(text: &str, quoted: &[u32]) -> Lexed {
    let mut scanner = Scanner::new(text, quoted);
    scanner.cursor.position = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    scanner.scan_code();
    scanner.finish()
}

/// Cuts text with code blocks. Blocks `<%! %>` come first.
pub(crate) fn tokenise_embedded(text: &str, quoted: &[u32]) -> Lexed {
    let mut scanner = Scanner::new(text, quoted);
    let (regions, unclosed) = embedded::split(text);
    let (first, others): (Vec<_>, Vec<_>) = regions
        .into_iter()
        .partition(|region| matches!(region, Region::Prelude(_)));
    for region in first.into_iter().chain(others) {
        scanner.scan_region(&region);
    }
    if let Some(at) = unclosed {
        scanner.fault(
            span(at, at + 2),
            "unclosed `<%`",
            "opened here",
            "close it with `%>`",
        );
        scanner.lexed.swallowed = true;
    }
    scanner.finish()
}

/// Where code is read: it decides what a `;` and a triple quote mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Program,
    /// Inside an item of a rich string: to the end of that item.
    RichItem,
}

pub(super) struct Scanner<'a> {
    pub(crate) cursor: Cursor<'a>,
    pub(crate) lexed: Lexed,
    /// Open brackets: kind and index of the token; `${{` counts twice.
    pub(crate) open: Vec<(Bracket, usize)>,
    /// Brackets below this depth belong to what surrounds the rich string.
    pub(crate) base: usize,
    pub(crate) mode: Mode,
    /// Where values begin that `#{'name'}` was replaced by: a quote there is never part of a
    /// triple quote.
    pub(crate) quoted: &'a [u32],
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, quoted: &'a [u32]) -> Self {
        let lexed = Lexed {
            tokens: Vec::new(),
            pairs: Vec::new(),
            comments: Vec::new(),
            faults: Vec::new(),
            swallowed: false,
        };
        let cursor = Cursor {
            text,
            position: 0,
            end: text.len(),
        };
        Self {
            cursor,
            lexed,
            open: Vec::new(),
            base: 0,
            mode: Mode::Program,
            quoted,
        }
    }

    fn finish(mut self) -> Lexed {
        self.close_all(0);
        let end = span(self.cursor.text.len(), self.cursor.text.len());
        self.lexed.tokens.push(Token {
            kind: TokenKind::End,
            span: end,
        });
        self.lexed.pairs.sort_unstable();
        self.lexed.faults.sort_by_key(|fault| fault.span);
        self.lexed
    }

    fn scan_region(&mut self, region: &Region) {
        let (kind, range) = match region {
            Region::Text(range) => (Some(TokenKind::TextPiece), range),
            Region::Output(range) => (Some(TokenKind::OutputStart), range),
            Region::Code(range) | Region::Prelude(range) => (None, range),
        };
        if let Some(kind) = kind {
            let is_text = kind == TokenKind::TextPiece;
            let end = if is_text { range.end } else { range.start };
            self.lexed.tokens.push(Token {
                kind,
                span: span(range.start, end),
            });
            if is_text {
                return;
            }
        }
        self.cursor.position = range.start;
        self.cursor.end = range.end;
        self.scan_code();
        self.close_all(0);
        let end = span(range.end, range.end);
        self.lexed.tokens.push(Token {
            kind: TokenKind::Semicolon,
            span: end,
        });
        self.cursor.end = self.cursor.text.len();
    }

    fn scan_code(&mut self) {
        while self.skip_blank() {
            self.scan_token();
        }
    }

    pub(crate) fn push(&mut self, kind: TokenKind, start: usize) {
        let span = self.cursor.span_from(start);
        self.lexed.tokens.push(Token { kind, span });
    }

    /// Reports a fault of this stage.
    pub(crate) fn fault(&mut self, span: Span, title: &str, label: &str, help: &str) {
        let mut fault = Diagnostic::error(Code::PQL_LEXICAL, span, title).with_label(label);
        if !help.is_empty() {
            fault = fault.with_help(help);
        }
        self.add_fault(fault);
    }

    pub(super) fn add_fault(&mut self, fault: Diagnostic) {
        if self.lexed.faults.len() < FAULTS_MAX {
            self.lexed.faults.push(fault);
        }
    }

    /// Skips blanks and comments; false at the end.
    pub(crate) fn skip_blank(&mut self) -> bool {
        loop {
            let rest = self.cursor.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.cursor.advance(blank);
            let start = self.cursor.position;
            if self.cursor.starts_with("--") {
                let rest = self.cursor.rest();
                self.cursor.advance(rest.find('\n').unwrap_or(rest.len()));
            } else if self.cursor.starts_with("/*") {
                let inside = self.cursor.rest().get(2..);
                if let Some(length) = inside.and_then(|inside| inside.find("*/")) {
                    self.cursor.advance(length + 4);
                } else {
                    let opener = span(start, start + 2);
                    self.fault(
                        opener,
                        "unclosed comment",
                        "opened here",
                        "close it with `*/`",
                    );
                    self.lexed.swallowed = true;
                    self.cursor.position = self.cursor.end;
                }
            } else {
                return !self.cursor.is_at_end();
            }
            let comment = self.cursor.span_from(start);
            self.lexed.comments.push(comment);
        }
    }

    /// Reads one token; the cursor stands on no blank and not at the end.
    pub(crate) fn scan_token(&mut self) {
        let start = self.cursor.position;
        let first = self.cursor.byte(0);
        match first {
            b'\'' | b'"' => return self.scan_quote(first),
            b'(' | b'[' | b'{' => return self.scan_opener(first),
            b')' | b']' | b'}' => return self.scan_closer(first),
            b'$' | b'@' | b'%' if self.scan_sigil(first) => return,
            b'0'..=b'9' => {
                self.cursor.advance(number_length(self.cursor.rest()));
                return self.push(TokenKind::Number, start);
            }
            b'#' => {
                if let Some(found) = parameters::parameter_at(self.cursor.rest()) {
                    self.cursor.advance(found.length);
                    return self.push(TokenKind::Parameter(Name::new(found.name)), start);
                }
            }
            b'~' if is_code(self.cursor.rest()) => {
                self.cursor.advance(CODE_LENGTH);
                return self.push(TokenKind::CharacterCode, start);
            }
            b';' => {
                self.cursor.advance(1);
                if self.mode == Mode::RichItem {
                    return self.push(TokenKind::Other, start);
                }
                self.close_all(0);
                return self.push(TokenKind::Semicolon, start);
            }
            _ => {}
        }
        if let Some(length) = word_length(self.cursor.rest()) {
            let name = Name::new(self.cursor.part(0, length));
            self.cursor.advance(length);
            return self.push(TokenKind::Word(name), start);
        }
        if self.cursor.starts_with("<!--") {
            self.cursor.advance(4);
            return self.push(TokenKind::Other, start);
        }
        if let Some((sign, symbol)) = SYMBOLS
            .iter()
            .find(|(sign, _)| self.cursor.starts_with(sign))
        {
            self.cursor.advance(sign.len());
            return self.push(TokenKind::Symbol(*symbol), start);
        }
        self.cursor.advance_character();
        self.push(TokenKind::Other, start);
    }

    /// Reads what begins with `$`, `@` or `%`; false when it is only the sign.
    pub(crate) fn scan_sigil(&mut self, first: u8) -> bool {
        let start = self.cursor.position;
        let sigil = match first {
            b'$' => Sigil::User,
            b'@' => Sigil::Global,
            _ => Sigil::Job,
        };
        if first == b'$' && self.cursor.byte(1) == b'{' {
            let is_query = self.cursor.byte(2) == b'{';
            let index = self.lexed.tokens.len();
            self.cursor.advance(if is_query { 3 } else { 2 });
            if is_query {
                self.open_bracket(Bracket::Curly, index, start);
            }
            self.open_bracket(Bracket::Curly, index, start);
            let kind = if is_query {
                TokenKind::EmbedQuery
            } else {
                TokenKind::EmbedValue
            };
            self.push(kind, start);
            return true;
        }
        if first == b'@' && self.cursor.byte(1) == b'@' {
            // A system variable of a database, such as `@@version`.
            self.cursor.advance(2 + self.cursor.name_length(2));
            self.push(TokenKind::Other, start);
            return true;
        }
        if first == b'%' && self.mode == Mode::Program && self.follows_operand(start) {
            return false;
        }
        let is_closed = self.cursor.byte(1) == b'(';
        let distance = if is_closed { 2 } else { 1 };
        let length = self.cursor.name_length(distance);
        if length == 0 || (is_closed && self.cursor.byte(distance + length) != b')') {
            return false;
        }
        let name = Name::new(self.cursor.part(distance, length));
        // The home folder in a path is no variable.
        if sigil == Sigil::Job && name.is("QROSS_HOME") {
            return false;
        }
        self.cursor
            .advance(distance + length + usize::from(is_closed));
        let kind = if is_closed {
            TokenKind::ClosedVariable(sigil, name)
        } else if sigil != Sigil::Job && self.cursor.byte(0) == b'(' {
            TokenKind::Callee(sigil, name)
        } else {
            TokenKind::Variable(sigil, name)
        };
        self.push(kind, start);
        true
    }

    /// Tells whether the token before is a value, so that `%` is the modulo sign (1.6.5).
    fn follows_operand(&self, start: usize) -> bool {
        let mut before = self.lexed.tokens.iter().rev();
        let Some(mut last) = before.next() else {
            return false;
        };
        let mut end = start;
        // The `!` of a raw value stands at its end, that of a test before one.
        if last.kind == TokenKind::Symbol(Symbol::Bang) {
            let Some(value) = before.next() else {
                return false;
            };
            end = last.span.start as usize;
            last = value;
        }
        let is_adjacent = last.span.end as usize == end;
        match last.kind {
            TokenKind::Number
            | TokenKind::Text
            | TokenKind::RichEnd
            | TokenKind::Variable(..)
            | TokenKind::ClosedVariable(..)
            | TokenKind::Parameter(_)
            | TokenKind::Close(_) => end == start || is_adjacent,
            // Nearly all words say what comes next; of a column in `n%m` only the place tells.
            TokenKind::Word(_) => end == start && is_adjacent,
            _ => false,
        }
    }
}

/// Length of a word: letters of any script, digits and `_`.
fn word_length(text: &str) -> Option<usize> {
    let is_first = |character: char| character.is_alphabetic() || character == '_';
    if !text.starts_with(is_first) {
        return None;
    }
    let is_inner = |character: char| character.is_alphanumeric() || character == '_';
    Some(
        text.find(|character| !is_inner(character))
            .unwrap_or(text.len()),
    )
}

/// Length of a number: digits, a fraction, an exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}
