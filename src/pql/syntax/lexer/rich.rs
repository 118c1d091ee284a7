//! Quotes: literals and rich strings.

use crate::pql::syntax::lexer::cursor::span;
use crate::pql::syntax::lexer::scan::{Mode, Scanner};
use crate::pql::syntax::parameters;
use crate::pql::syntax::token::{Symbol, TokenKind};

/// Length of the mark of a rich string.
const MARK: usize = 3;

impl Scanner<'_> {
    /// Reads a literal or a rich string. Four quotes in a row are the literal of one quote, as
    /// SQL writes it; three, five and more open a rich string.
    pub(crate) fn scan_quote(&mut self, quote: u8) {
        let rest = self.cursor.rest();
        let run = rest.bytes().take_while(|byte| *byte == quote).count();
        let next = u32::try_from(self.cursor.position + 1).unwrap_or(u32::MAX);
        let is_value = self.quoted.binary_search(&next).is_ok();
        if run < MARK || run == MARK + 1 || is_value {
            return self.scan_literal(quote);
        }
        let start = self.cursor.position;
        if self.mode == Mode::RichItem {
            self.cursor.advance(MARK);
            let mark = self.cursor.span_from(start);
            let help = "close the outer one first, or use a plain literal";
            self.fault(
                mark,
                "a rich string inside a rich string",
                "not allowed here",
                help,
            );
            return self.push(TokenKind::Other, start);
        }
        let Some(inside) = closing_mark(rest, quote) else {
            let mark = span(start, start + MARK);
            let quotes = rest.get(..MARK).unwrap_or_default();
            let help = format!("close it with `{quotes}`");
            self.fault(mark, "unclosed rich string", "opened here", &help);
            self.lexed.swallowed = true;
            self.cursor.position = self.cursor.end;
            return self.push(TokenKind::Other, start);
        };
        self.cursor.advance(MARK);
        self.push(TokenKind::RichStart, start);
        self.scan_rich(self.cursor.position + inside);
        let end = self.cursor.position;
        self.cursor.advance(MARK);
        self.push(TokenKind::RichEnd, end);
    }

    fn scan_literal(&mut self, quote: u8) {
        let start = self.cursor.position;
        self.cursor.advance(1);
        loop {
            let rest = self.cursor.rest();
            let special = |byte: u8| byte == quote || matches!(byte, b'\\' | b'#');
            let Some(at) = rest.bytes().position(special) else {
                let opener = span(start, start + 1);
                let help = format!("close it with `{}`", char::from(quote));
                self.fault(opener, "unclosed literal", "opened here", &help);
                self.lexed.swallowed = true;
                self.cursor.position = self.cursor.end;
                break;
            };
            self.cursor.advance(at);
            if self.cursor.byte(0) == b'#' {
                // The quotes of `#{'x'}` are no quotes of this literal.
                let found = parameters::parameter_at(self.cursor.rest());
                self.cursor.advance(found.map_or(1, |found| found.length));
            } else if self.cursor.byte(0) == b'\\' {
                self.cursor.advance(1);
                self.cursor.advance_character();
            } else if self.cursor.byte(1) == quote {
                self.cursor.advance(2);
            } else {
                self.cursor.advance(1);
                break;
            }
        }
        self.push(TokenKind::Text, start);
    }

    /// Reads the inside of a rich string up to a position.
    fn scan_rich(&mut self, end: usize) {
        let outer_end = std::mem::replace(&mut self.cursor.end, end);
        let outer_base = std::mem::replace(&mut self.base, self.open.len());
        let outer_mode = std::mem::replace(&mut self.mode, Mode::RichItem);
        let mut text_start = self.cursor.position;
        let is_sigil = |byte: u8| matches!(byte, b'$' | b'@' | b'%');
        while let Some(at) = self.cursor.rest().bytes().position(is_sigil) {
            self.cursor.advance(at);
            if !self.is_at_item() {
                // Both signs of `@@name` are text.
                let is_double = self.cursor.starts_with("@@");
                self.cursor.advance(if is_double { 2 } else { 1 });
                continue;
            }
            if text_start < self.cursor.position {
                self.push(TokenKind::RichText, text_start);
            }
            self.scan_item();
            text_start = self.cursor.position;
        }
        self.cursor.position = end;
        if text_start < end {
            self.push(TokenKind::RichText, text_start);
        }
        self.cursor.end = outer_end;
        self.base = outer_base;
        self.mode = outer_mode;
    }

    /// Tells whether an item of a rich string begins at the sigil under the cursor.
    fn is_at_item(&self) -> bool {
        let next = self.cursor.byte(1);
        if self.cursor.byte(0) == b'$' && next == b'{' {
            return true;
        }
        if next == b'(' {
            let length = self.cursor.name_length(2);
            return length > 0 && self.cursor.byte(2 + length) == b')';
        }
        self.cursor.name_length(1) > 0
    }

    /// Reads one item: `${ }`, a variable with its access chain, or a call; and its `!`.
    fn scan_item(&mut self) {
        let depth = self.open.len();
        self.scan_sigil(self.cursor.byte(0));
        match self.lexed.tokens.last().map(|token| &token.kind) {
            Some(TokenKind::EmbedValue | TokenKind::EmbedQuery) => self.scan_inside(depth),
            Some(TokenKind::Callee(..)) => {
                self.scan_token();
                self.scan_inside(depth);
            }
            Some(TokenKind::Variable(..)) => self.scan_access(depth),
            _ => {}
        }
        if self.cursor.byte(0) == b'!' {
            let start = self.cursor.position;
            self.cursor.advance(1);
            self.push(TokenKind::Symbol(Symbol::Bang), start);
        }
    }

    /// Reads `.name` and `[index]` as long as they follow without a blank.
    fn scan_access(&mut self, depth: usize) {
        loop {
            let start = self.cursor.position;
            if self.cursor.byte(0) == b'[' {
                self.scan_token();
                self.scan_inside(depth);
                continue;
            }
            let length = self.cursor.name_length(1);
            if self.cursor.byte(0) != b'.' || length == 0 {
                return;
            }
            self.cursor.advance(1);
            self.push(TokenKind::Symbol(Symbol::Dot), start);
            self.scan_token();
        }
    }

    /// Reads code until as few brackets are open as before the item.
    fn scan_inside(&mut self, depth: usize) {
        while self.open.len() > depth && self.skip_blank() {
            self.scan_token();
        }
        self.close_all(depth);
    }
}

/// Offset of the first three quotes that no fourth one follows, measured from behind the
/// opening mark.
fn closing_mark(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes().get(MARK..)?;
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        run = if *byte == quote { run + 1 } else { 0 };
        if run >= MARK && bytes.get(at + 1) != Some(&quote) {
            return Some(at + 1 - MARK);
        }
    }
    None
}
