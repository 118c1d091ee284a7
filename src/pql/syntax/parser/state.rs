//! The parser: where it stands and what it has learned.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::lexer::{FAULTS_MAX, Lexed};
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::token::{Bracket, Symbol, Token, TokenKind};
use crate::pql::syntax::tree::{Function, Slots};
use crate::pql::syntax::{LinkNames, Name, Source, Span};

/// What a parsing function gives: a part of the tree, or the fault that prevents it. The fault
/// travels up to the statement, which reports it.
pub(crate) type Step<T> = Result<T, Box<Diagnostic>>;

pub(crate) struct Parser<'a> {
    pub(super) source: &'a Source,
    pub(super) lexed: &'a Lexed,
    pub(super) links: &'a LinkNames,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) context: Context,
    pub(super) functions: IndexMap<Name, Arc<Function>>,
    /// Calls of `$f(..)`, to be checked when all functions are known.
    pub(super) calls: Vec<(Name, Span)>,
    pub(super) names: NameUse,
    /// The numbers of the user variables; EXEC goes on with those of its program.
    pub(super) slots: Slots,
    /// Blocks that wait for their END, outermost first.
    pub(super) blocks: Vec<OpenBlock>,
    /// Loops around the current statement, inside the same function.
    pub(super) loops: usize,
    /// Where the statement begins that is being parsed.
    pub(super) statement_start: u32,
    position: usize,
    depth: usize,
    errors: usize,
    warnings: usize,
    /// Index of the token that ends the statement in which a fault was last reported.
    statement_end: usize,
}

/// What the surroundings say about the meaning of a few tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers to independent questions, set by name"
)]
pub(crate) struct Context {
    /// AND and OR combine conditions and are no links or tails.
    pub(crate) in_condition: bool,
    /// Beside a test of a value, where AND and OR are no links.
    pub(crate) in_test: bool,
    /// A comma separates arguments or elements, not the values of a link.
    pub(crate) in_list: bool,
    /// `, $x :=` begins the next item of VAR.
    pub(crate) in_var: bool,
    /// Inside the index of an access chain.
    pub(crate) in_index: bool,
    /// Inside the JSON of TRANS, where `#name` and `&name` are cells.
    pub(crate) in_rows: bool,
    /// A bare word is an ordinary argument and worth no warning.
    pub(crate) in_link: bool,
}

/// How the user variables of a text are used (3.2.7).
#[derive(Debug, Default)]
pub(crate) struct NameUse {
    pub(crate) read: BTreeSet<Name>,
    pub(crate) assigned: BTreeSet<Name>,
    pub(crate) tested: BTreeSet<Name>,
}

/// A block that waits for its END.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenBlock {
    /// IF, CASE, FOR, WHILE or FUNCTION.
    pub(crate) word: &'static str,
    /// What follows END: IF, CASE, LOOP or nothing.
    pub(crate) end: &'static str,
    pub(crate) span: Span,
}

static END: Token = Token {
    kind: TokenKind::End,
    span: Span { start: 0, end: 0 },
};

impl<'a> Parser<'a> {
    pub(crate) fn new(source: &'a Source, lexed: &'a Lexed, links: &'a LinkNames) -> Self {
        Self {
            source,
            lexed,
            links,
            diagnostics: Vec::new(),
            context: Context::default(),
            functions: IndexMap::new(),
            calls: Vec::new(),
            names: NameUse::default(),
            slots: Slots::default(),
            blocks: Vec::new(),
            loops: 0,
            statement_start: 0,
            position: 0,
            depth: 0,
            errors: 0,
            warnings: 0,
            statement_end: 0,
        }
    }

    /// Gives the known numbers of user variables.
    pub(crate) fn with_slots(mut self, slots: Slots) -> Self {
        self.slots = slots;
        self
    }

    /// The token at a distance; the last one (`End`) behind the end.
    pub(super) fn peek(&self, distance: usize) -> &'a Token {
        let tokens = &self.lexed.tokens;
        tokens
            .get(self.position.saturating_add(distance))
            .or(tokens.last())
            .unwrap_or(&END)
    }

    pub(super) fn token(&self) -> &'a Token {
        self.peek(0)
    }

    pub(super) fn kind(&self) -> &'a TokenKind {
        &self.token().kind
    }

    pub(super) fn span(&self) -> Span {
        self.token().span
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Goes on behind the token.
    pub(super) fn advance(&mut self) -> &'a Token {
        let token = self.token();
        self.position = (self.position + 1).min(self.lexed.tokens.len());
        token
    }

    /// Where the token before ends.
    pub(super) fn previous_end(&self) -> u32 {
        let before = self
            .position
            .checked_sub(1)
            .and_then(|index| self.lexed.tokens.get(index));
        before.map_or(0, |token| token.span.end)
    }

    /// The span from an offset to the end of the token before.
    pub(super) fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.previous_end())
    }

    /// Tells whether the token at a distance follows the one before it without a blank.
    pub(super) fn is_adjacent(&self, distance: usize) -> bool {
        let index = self.position.saturating_add(distance);
        let before = index
            .checked_sub(1)
            .and_then(|index| self.lexed.tokens.get(index));
        before.is_some_and(|before| before.span.end == self.peek(distance).span.start)
    }

    /// The word at a distance.
    pub(super) fn peek_word(&self, distance: usize) -> Option<&'a Name> {
        match &self.peek(distance).kind {
            TokenKind::Word(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.peek_word(0).is_some_and(|name| name.is(word))
    }

    pub(super) fn at_any_word(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.at_word(word))
    }

    /// Tells whether these words follow one another from here on.
    pub(super) fn at_words(&self, words: &[&str]) -> bool {
        let is_word = |(at, word): (usize, &&str)| self.peek_word(at).is_some_and(|n| n.is(word));
        words.iter().enumerate().all(is_word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.at_words(words);
        if found {
            for _ in words {
                self.advance();
            }
        }
        found
    }

    pub(super) fn at_symbol(&self, symbol: Symbol) -> bool {
        matches!(self.kind(), TokenKind::Symbol(found) if *found == symbol)
    }

    pub(super) fn eat_symbol(&mut self, symbol: Symbol) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn at_open(&self, bracket: Bracket) -> bool {
        matches!(self.kind(), TokenKind::Open(found) if *found == bracket)
    }

    pub(super) fn at_close(&self, bracket: Bracket) -> bool {
        matches!(self.kind(), TokenKind::Close(found) if *found == bracket)
    }

    pub(super) fn eat_close(&mut self, bracket: Bracket) -> bool {
        let found = self.at_close(bracket);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Step<()> {
        if self.eat_word(word) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{word}`")).into())
        }
    }

    pub(super) fn expect_close(&mut self, bracket: Bracket) -> Step<()> {
        if self.eat_close(bracket) {
            return Ok(());
        }
        Err(self.expected(&format!("`{}`", bracket.signs().1)).into())
    }

    /// Tells whether the statement ends here.
    pub(super) fn at_statement_end(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::Semicolon | TokenKind::End | TokenKind::TextPiece | TokenKind::OutputStart
        )
    }

    /// The index of the token that closes the bracket under the cursor.
    pub(super) fn closing_token(&self) -> Option<usize> {
        let pairs = &self.lexed.pairs;
        let index = pairs
            .binary_search_by_key(&self.position, |(opener, _)| *opener)
            .ok()?;
        pairs.get(index).map(|(_, closer)| *closer)
    }

    /// Runs a step one level deeper, in a context of its own.
    pub(super) fn nested<T>(
        &mut self,
        context: Context,
        step: impl FnOnce(&mut Self) -> Step<T>,
    ) -> Step<T> {
        let limit = self.source.nesting_max();
        if self.depth >= limit {
            return Err(Box::new(faults::too_deep(self.span(), limit)));
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.context, context);
        let result = step(self);
        self.context = outer;
        self.depth -= 1;
        result
    }

    /// Keeps a fault, unless the lexer has already found one in the same statement: then this
    /// one is most likely its consequence.
    pub(super) fn report(&mut self, fault: Diagnostic) {
        if !fault.is_error() {
            return self.push_fault(fault);
        }
        let start = self.statement_start;
        let end = self.statement_end().max(fault.span.end);
        let faults = &self.lexed.faults;
        let first = faults.partition_point(|known| known.span.start < start);
        if faults.get(first).is_none_or(|known| known.span.start > end) {
            self.push_fault(fault);
        }
    }

    /// Where the statement under the cursor ends. The end is remembered, so that many faults of
    /// one long statement do not search for it again and again.
    fn statement_end(&mut self) -> u32 {
        let is_end = |kind: &TokenKind| matches!(kind, TokenKind::Semicolon | TokenKind::End);
        if self.statement_end <= self.position {
            let tokens = self.lexed.tokens.get(self.position..).unwrap_or_default();
            let length = tokens.iter().position(|token| is_end(&token.kind));
            self.statement_end = self.position + length.unwrap_or(tokens.len());
        }
        let end = self.lexed.tokens.get(self.statement_end);
        end.map_or(u32::MAX, |token| token.span.end)
    }

    /// Keeps a fault as long as there are not too many; warnings never displace errors.
    pub(super) fn push_fault(&mut self, fault: Diagnostic) {
        let count = if fault.is_error() {
            &mut self.errors
        } else {
            &mut self.warnings
        };
        if *count < FAULTS_MAX {
            *count += 1;
            self.diagnostics.push(fault);
        }
    }

    /// Tells whether further errors are not kept.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= FAULTS_MAX
    }
}
