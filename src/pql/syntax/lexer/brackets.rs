//! Brackets: which one closes which.

use crate::fault::Code;
use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::NESTING_MAX;
use crate::pql::syntax::lexer::scan::Scanner;
use crate::pql::syntax::token::{Bracket, TokenKind};

impl Scanner<'_> {
    pub(super) fn scan_opener(&mut self, first: u8) {
        let start = self.cursor.position;
        let bracket = bracket(first);
        let index = self.lexed.tokens.len();
        self.cursor.advance(1);
        self.open_bracket(bracket, index, start);
        self.push(TokenKind::Open(bracket), start);
    }

    /// Remembers an opening bracket; refuses more than the limit of nesting, which also keeps
    /// the search for the opener of a closing bracket short.
    pub(super) fn open_bracket(&mut self, bracket: Bracket, index: usize, start: usize) {
        if self.open.len() < NESTING_MAX {
            return self.open.push((bracket, index));
        }
        let title = format!("brackets are nested deeper than {NESTING_MAX}");
        let here = self.cursor.span_from(start);
        let fault = Diagnostic::error(Code::PQL_LIMIT, here, title).with_label("one too many");
        self.add_fault(fault);
        self.open.truncate(self.base);
    }

    pub(super) fn scan_closer(&mut self, first: u8) {
        let start = self.cursor.position;
        let bracket = bracket(first);
        self.cursor.advance(1);
        let here = self.cursor.span_from(start);
        let inner = self.open.get(self.base..).unwrap_or_default();
        match inner.iter().rposition(|(open, _)| *open == bracket) {
            None => {
                let title = format!("stray closing `{}`", bracket.signs().1);
                self.fault(here, &title, "nothing is open that this closes", "");
            }
            Some(depth) => {
                self.close_all(self.base + depth + 1);
                if let Some((_, opener)) = self.open.pop() {
                    self.lexed.pairs.push((opener, self.lexed.tokens.len()));
                }
            }
        }
        self.push(TokenKind::Close(bracket), start);
    }

    /// Reports the innermost bracket that is open above a depth, and forgets all of them.
    pub(crate) fn close_all(&mut self, depth: usize) {
        if self.open.len() <= depth {
            return;
        }
        let innermost = self.open.last().copied();
        self.open.truncate(depth);
        let Some((bracket, index)) = innermost else {
            return;
        };
        let Some(opener) = self.lexed.tokens.get(index).map(|token| token.span) else {
            return;
        };
        let (sign, closer) = bracket.signs();
        let is_embedding = opener.end - opener.start > 1;
        let sign = if is_embedding {
            "${".to_owned()
        } else {
            sign.to_string()
        };
        let help = format!("close it with `{closer}` before the statement ends");
        self.fault(
            opener,
            &format!("unclosed bracket `{sign}`"),
            "opened here",
            &help,
        );
    }
}

fn bracket(sign: u8) -> Bracket {
    match sign {
        b'(' | b')' => Bracket::Round,
        b'[' | b']' => Bracket::Square,
        _ => Bracket::Curly,
    }
}
