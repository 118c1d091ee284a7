//! Text with embedded items: raw SQL and rich strings cut into segments.

use crate::pql::syntax::lexer::replace_character_codes;
use crate::pql::syntax::parameters::{first_parameter, parameter_at};
use crate::pql::syntax::parser::state::{Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Placeholder, Segment, Sigil, Template};
use crate::pql::syntax::{Name, Span};

/// Which buffer placeholders a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placeholders {
    None,
    /// `?` outside literals.
    Positions,
    /// `#name` and `&name`, also inside literals.
    Names,
    /// `@{name}` outside literals.
    Marks,
}

/// Where raw text ends, besides the end of the statement and of the brackets around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RawEnd {
    /// At a top-level `->`.
    Arrow,
    /// There, and where a link begins.
    Link,
    /// Nowhere else.
    Statement,
}

impl Parser<'_> {
    /// Parses raw text from an offset, at which or behind which the cursor stands.
    pub(super) fn raw(
        &mut self,
        start: u32,
        placeholders: Placeholders,
        end: RawEnd,
    ) -> Step<Template> {
        let mut builder = Builder::new(start);
        let mut depth = 0_usize;
        while !self.at_raw_end(depth, end) {
            let span = self.span();
            match self.kind() {
                TokenKind::Open(_) => depth += 1,
                TokenKind::Close(_) => depth = depth.saturating_sub(1),
                TokenKind::Parameter(name) => {
                    builder.text_to(self, span.start);
                    builder.push(
                        Segment::Unassigned {
                            name: name.clone(),
                            span,
                        },
                        span.end,
                    );
                }
                TokenKind::Text => self.raw_literal(&mut builder, placeholders),
                TokenKind::Symbol(Symbol::Question) if placeholders == Placeholders::Positions => {
                    builder.text_to(self, span.start);
                    let placeholder = Placeholder::Position { span };
                    builder.push(Segment::Placeholder(placeholder), span.end);
                }
                TokenKind::Other if placeholders == Placeholders::Marks => {
                    if let Some(name) = self.mark_ahead() {
                        builder.text_to(self, span.start);
                        self.advance();
                        self.advance();
                        self.advance();
                        let span = Span::new(span.start, self.span().end);
                        let placeholder = Placeholder::Mark { name, span };
                        builder.push(Segment::Placeholder(placeholder), span.end);
                    }
                }
                TokenKind::Symbol(Symbol::Hash | Symbol::Ampersand)
                    if placeholders == Placeholders::Names =>
                {
                    if let Some(placeholder) = placeholder_at(self.rest_from(span.start), span) {
                        builder.text_to(self, span.start);
                        self.skip_to(placeholder.span().end);
                        let end = placeholder.span().end;
                        builder.push(Segment::Placeholder(placeholder), end);
                        continue;
                    }
                }
                _ if self.at_item() => {
                    builder.text_to(self, span.start);
                    let item = self.item()?;
                    let end = item.span.end;
                    builder.push(Segment::Item(item), end);
                    continue;
                }
                _ => {}
            }
            self.advance();
        }
        builder.text_to(self, self.previous_end());
        Ok(builder.finish(self.span_from(start)))
    }

    /// Takes the placeholder under the cursor.
    pub(super) fn placeholder_here(&mut self) -> Option<Placeholder> {
        if !self.at_symbol(Symbol::Hash) && !self.at_symbol(Symbol::Ampersand) {
            return None;
        }
        let span = self.span();
        let placeholder = placeholder_at(self.rest_from(span.start), span)?;
        self.skip_to(placeholder.span().end);
        Some(placeholder)
    }

    /// The name of a mark `@{name}` under the cursor.
    fn mark_ahead(&self) -> Option<Name> {
        let is_mark = self.source.slice(self.span()) == "@"
            && self.is_adjacent(1)
            && matches!(self.peek(1).kind, TokenKind::Open(Bracket::Curly))
            && matches!(self.peek(3).kind, TokenKind::Close(Bracket::Curly));
        self.peek_word(2).filter(|_| is_mark).cloned()
    }

    fn at_raw_end(&self, depth: usize, end: RawEnd) -> bool {
        if self.at_statement_end()
            || matches!(self.kind(), TokenKind::RichText | TokenKind::RichEnd)
        {
            return true;
        }
        if depth > 0 {
            return false;
        }
        match self.kind() {
            TokenKind::Close(_) => true,
            TokenKind::Symbol(Symbol::Arrow) => end != RawEnd::Statement,
            TokenKind::Symbol(Symbol::Comma) => self.context.in_var && self.at_next_var_item(),
            _ => end == RawEnd::Link && self.at_link_end(),
        }
    }

    /// Tells whether the comma under the cursor begins the next item of VAR: `, $x :=`.
    pub(super) fn at_next_var_item(&self) -> bool {
        let is_variable = matches!(
            self.peek(1).kind,
            TokenKind::Variable(Sigil::User | Sigil::Job, _)
                | TokenKind::ClosedVariable(Sigil::User | Sigil::Job, _)
        );
        is_variable && matches!(self.peek(2).kind, TokenKind::Symbol(Symbol::Assign))
    }

    /// The text from an offset to the end of the statement's line of tokens.
    fn rest_from(&self, start: u32) -> &str {
        self.source.text().get(start as usize..).unwrap_or_default()
    }

    /// Goes on at the first token that does not begin before an offset.
    fn skip_to(&mut self, offset: u32) {
        while self.span().start < offset && !self.at_statement_end() {
            self.advance();
        }
    }

    /// A literal of raw text: opaque but for parameters and named placeholders.
    fn raw_literal(&mut self, builder: &mut Builder, placeholders: Placeholders) {
        let span = self.span();
        let text = self.source.slice(span);
        let mut offset = 0;
        while let Some(at) = text.get(offset..).and_then(|rest| rest.find(['#', '&'])) {
            let at = offset + at;
            offset = at + 1;
            let start = span
                .start
                .saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let rest = text.get(at..).unwrap_or_default();
            let segment = if let Some(found) = parameter_at(rest) {
                let length = u32::try_from(found.length).unwrap_or(u32::MAX);
                let span = Span::new(start, start.saturating_add(length));
                Segment::Unassigned {
                    name: Name::new(found.name),
                    span,
                }
            } else if placeholders == Placeholders::Names
                && let Some(found) = placeholder_at(rest, Span::at(start))
            {
                Segment::Placeholder(found)
            } else {
                continue;
            };
            let end = segment_end(&segment);
            builder.literal_to(self, start);
            offset = (end - span.start) as usize;
            builder.push(segment, end);
        }
        builder.literal_to(self, span.end);
    }

    /// Parses a rich string; the cursor is on its opening mark.
    pub(super) fn rich(&mut self) -> Step<Expression> {
        let start = self.advance().span;
        let mut builder = Builder::new(start.end);
        loop {
            let span = self.span();
            match self.kind() {
                TokenKind::RichText => {
                    self.advance();
                    self.rich_text(&mut builder, span);
                }
                TokenKind::RichEnd => {
                    self.advance();
                    let span = self.span_from(start.start);
                    let template = builder.finish(span);
                    return Ok(Expression {
                        kind: ExpressionKind::Rich(template),
                        span,
                    });
                }
                _ => {
                    let item = self.item()?;
                    let end = item.span.end;
                    builder.push(Segment::Item(item), end);
                }
            }
        }
    }

    fn rich_text(&mut self, builder: &mut Builder, span: Span) {
        let text = self.source.slice(span);
        let mut offset = 0;
        while let Some((at, found)) = text.get(offset..).and_then(first_parameter) {
            let place = |at: usize| span.start + u32::try_from(at).unwrap_or(u32::MAX);
            let whole = Span::new(place(offset + at), place(offset + at + found.length));
            builder.literal_to(self, whole.start);
            let name = Name::new(found.name);
            offset += at + found.length;
            builder.push(Segment::Unassigned { name, span: whole }, whole.end);
        }
        builder.literal_to(self, span.end);
    }
}

/// Reads `#name`, `#(name)`, `&name` or `&(name)` at the beginning of a text.
fn placeholder_at(text: &str, at: Span) -> Option<Placeholder> {
    let sign = text
        .chars()
        .next()
        .filter(|sign| matches!(sign, '#' | '&'))?;
    let rest = text.get(1..)?;
    let (inside, brackets) = rest
        .strip_prefix('(')
        .map_or((rest, 0), |inside| (inside, 2));
    let is_inner = |character: char| character.is_alphanumeric() || character == '_';
    let length = inside
        .find(|character| !is_inner(character))
        .unwrap_or(inside.len());
    let name = inside.get(..length)?;
    let is_closed = brackets == 0 || inside.get(length..)?.starts_with(')');
    if !is_closed || !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        return None;
    }
    let length = u32::try_from(1 + length + brackets).ok()?;
    let span = Span::new(at.start, at.start.saturating_add(length));
    let name = Name::new(name);
    Some(match sign {
        '#' => Placeholder::Text { name, span },
        _ => Placeholder::Value { name, span },
    })
}

fn segment_end(segment: &Segment) -> u32 {
    match segment {
        Segment::Unassigned { span, .. } => span.end,
        Segment::Placeholder(placeholder) => placeholder.span().end,
        Segment::Item(item) => item.span.end,
        Segment::Text(_) => 0,
    }
}

/// Collects the segments of one text.
struct Builder {
    segments: Vec<Segment>,
    text: String,
    /// Up to here the text is in the segments.
    done: u32,
}

impl Builder {
    fn new(start: u32) -> Self {
        Self {
            segments: Vec::new(),
            text: String::new(),
            done: start,
        }
    }

    /// Adds the text up to an offset without its comments.
    fn text_to(&mut self, parser: &Parser<'_>, end: u32) {
        let comments = &parser.lexed.comments;
        let first = comments.partition_point(|comment| comment.start < self.done);
        for comment in comments.get(first..).unwrap_or_default() {
            if comment.end > end {
                break;
            }
            self.literal_to(parser, comment.start);
            // A block comment separates words; a line comment leaves its line end.
            if parser.source.slice(*comment).starts_with("/*") {
                self.text.push(' ');
            }
            self.done = comment.end;
        }
        self.literal_to(parser, end);
    }

    /// Adds the text up to an offset, in which no comment can stand.
    fn literal_to(&mut self, parser: &Parser<'_>, end: u32) {
        if end > self.done {
            let text = parser.source.slice(Span::new(self.done, end));
            self.text.push_str(&replace_character_codes(text));
            self.done = end;
        }
    }

    fn push(&mut self, segment: Segment, end: u32) {
        self.flush();
        self.segments.push(segment);
        self.done = self.done.max(end);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.segments.push(Segment::Text(text.into()));
        }
    }

    fn finish(mut self, span: Span) -> Template {
        self.flush();
        Template {
            segments: self.segments,
            span,
        }
    }
}

impl Parser<'_> {
    /// Tells whether a token of the statement, from the cursor to its end, is wanted; the
    /// function gets the distance of the token.
    pub(super) fn statement_has(&self, is_wanted: impl Fn(&Self, usize) -> bool) -> bool {
        let is_end = |kind: &TokenKind| matches!(kind, TokenKind::Semicolon | TokenKind::End);
        let mut distances = (0..).take_while(|distance| !is_end(&self.peek(*distance).kind));
        distances.any(|distance| is_wanted(self, distance))
    }
}
