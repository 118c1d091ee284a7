//! Tokens: what the lexer gives to the parser.

use crate::pql::syntax::tree::Sigil;
use crate::pql::syntax::{Name, Span};

/// A token and its place.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    /// A run of letters, digits and `_` that does not begin with a digit.
    Word(Name),
    /// `42`, `1.25`, `1e3`
    Number,
    /// `'..'` or `".."` with its quotes.
    Text,
    /// `'''` or `"""`, followed by `RichText` and items up to `RichEnd`.
    RichStart,
    RichText,
    RichEnd,
    /// `$x`, `@x`, `%x`; an access chain may follow.
    Variable(Sigil, Name),
    /// `$(x)` and the like; nothing belongs to it but `!`.
    ClosedVariable(Sigil, Name),
    /// `$f` directly before `(`.
    Callee(Sigil, Name),
    /// `${`
    EmbedValue,
    /// `${{`
    EmbedQuery,
    /// `#{name}` without an argument.
    Parameter(Name),
    /// `~uXXXX`
    CharacterCode,
    Open(Bracket),
    Close(Bracket),
    Symbol(Symbol),
    /// `;`, and the end of a code block of embedded text.
    Semicolon,
    /// A text piece of embedded text.
    TextPiece,
    /// `<%=`
    OutputStart,
    /// Any other character; it has a meaning only in raw SQL.
    Other,
    /// Behind the last token.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bracket {
    Round,
    Square,
    Curly,
}

impl Bracket {
    pub(crate) fn signs(self) -> (char, char) {
        match self {
            Self::Round => ('(', ')'),
            Self::Square => ('[', ']'),
            Self::Curly => ('{', '}'),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol {
    Comma,
    Dot,
    Colon,
    Question,
    Hash,
    Ampersand,
    Bang,
    Plus,
    Minus,
    Star,
    Slash,
    Backslash,
    Percent,
    Arrow,
    Assign,
    AssignWhole,
    Equal,
    DoubleEqual,
    TripleEqual,
    NotEqual,
    NotIdentical,
    Unlike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    DoubleAmpersand,
    DoubleBar,
}

/// The signs, longest first.
pub(crate) const SYMBOLS: &[(&str, Symbol)] = &[
    ("===", Symbol::TripleEqual),
    ("!==", Symbol::NotIdentical),
    (":=", Symbol::Assign),
    ("=:", Symbol::AssignWhole),
    ("==", Symbol::DoubleEqual),
    ("!=", Symbol::NotEqual),
    ("<>", Symbol::Unlike),
    ("<=", Symbol::LessOrEqual),
    (">=", Symbol::GreaterOrEqual),
    ("->", Symbol::Arrow),
    ("&&", Symbol::DoubleAmpersand),
    ("||", Symbol::DoubleBar),
    (",", Symbol::Comma),
    (".", Symbol::Dot),
    (":", Symbol::Colon),
    ("?", Symbol::Question),
    ("#", Symbol::Hash),
    ("&", Symbol::Ampersand),
    ("!", Symbol::Bang),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Star),
    ("/", Symbol::Slash),
    ("\\", Symbol::Backslash),
    ("%", Symbol::Percent),
    ("=", Symbol::Equal),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
];
