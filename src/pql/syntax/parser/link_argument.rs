//! The arguments of links, by the form that the table of links gives.

use crate::pql::syntax::keywords;
use crate::pql::syntax::links::{ArgumentForm, LinkForm};
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::parser::template::{Placeholders, RawEnd};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{Column, ColumnSource, Expression, ExpressionKind, LinkArgument};
use crate::pql::syntax::{Name, Span};

impl Parser<'_> {
    pub(super) fn link_argument(
        &mut self,
        form: &LinkForm,
        name: &Name,
    ) -> Step<Option<LinkArgument>> {
        let is_absent = if form.argument.is_optional() {
            form.argument == ArgumentForm::None || !self.at_optional_argument(form)
        } else {
            !self.at_value_start() && !self.at_name_start(form.argument)
        };
        if is_absent && form.argument.is_optional() {
            return Ok(None);
        }
        if is_absent {
            let title = format!("the link `{}` needs an argument", name.to_upper());
            let fault = faults::syntax(self.span(), title).with_label("expected the argument");
            return Err(Box::new(fault));
        }
        let argument = match form.argument {
            ArgumentForm::None => return Ok(None),
            ArgumentForm::Value | ArgumentForm::OptionalValue => {
                let value = self.link_value()?;
                self.refuse_bare(name, &value)?;
                LinkArgument::Value(value)
            }
            ArgumentForm::List | ArgumentForm::OptionalList => {
                LinkArgument::List(self.link_values()?)
            }
            ArgumentForm::Names | ArgumentForm::OptionalNames => {
                LinkArgument::Names(self.columns()?)
            }
            ArgumentForm::Pairs => LinkArgument::Pairs(self.pairs()?),
            ArgumentForm::Rows => self.rows()?,
            ArgumentForm::Template => self.link_template()?,
        };
        Ok(Some(argument))
    }

    /// Refuses a bare word where it cannot be what was meant: a condition without its quotes ends
    /// behind its first column, and no range ends at a word.
    fn refuse_bare(&self, name: &Name, value: &Expression) -> Step<()> {
        let ExpressionKind::Word(word) = &value.kind else {
            return Ok(());
        };
        let name = name.to_upper();
        let fault = match name.as_str() {
            "WHERE" | "DELETE" => {
                let title = format!("the condition of `{name}` is a text");
                faults::syntax(value.span, title).with_help(format!("write `{name} '{word} = 1'`"))
            }
            "TO" => {
                let written = format!("TO {}", word.to_uppercase());
                let fault = faults::syntax(value.span, format!("unknown link `{written}`"));
                match faults::nearest(&written, self.links.words()) {
                    Some(near) => fault.with_help(format!("did you mean `{near}`?")),
                    None => fault,
                }
            }
            _ => return Ok(()),
        };
        Err(Box::new(fault))
    }

    /// Other signs than those of values with which names may begin: `*` and a backquote.
    fn at_name_start(&self, form: ArgumentForm) -> bool {
        match form {
            ArgumentForm::Names | ArgumentForm::Pairs => {
                self.at_symbol(Symbol::Star) || self.at_backquote()
            }
            ArgumentForm::Template => !self.at_statement_end() && !self.at_symbol(Symbol::Arrow),
            _ => false,
        }
    }

    /// Tells whether what follows is the optional argument and not what comes after the link.
    fn at_optional_argument(&self, form: &LinkForm) -> bool {
        if !self.at_value_start() || self.tail_ahead(form.tails).is_some() {
            return false;
        }
        let Some(word) = self.peek_word(0) else {
            return true;
        };
        !keywords::is_reserved(word) && self.link_ahead(0).is_none() && !word.is("AS")
    }

    /// One argument or tail: arithmetic, JSON, or a word that is text of itself.
    pub(super) fn link_value(&mut self) -> Step<Expression> {
        let outer = self.context;
        self.context = Context {
            in_link: true,
            ..outer
        };
        let result = self.sum();
        self.context = outer;
        result
    }

    fn link_values(&mut self) -> Step<Vec<Expression>> {
        if self.at_open(Bracket::Round) && self.is_whole_group() {
            return self.link_group();
        }
        let mut values = vec![self.link_value()?];
        while self.eat_link_comma() {
            values.push(self.link_value()?);
        }
        Ok(values)
    }

    /// `(a, b)` with bare words as text.
    fn link_group(&mut self) -> Step<Vec<Expression>> {
        self.advance();
        let context = Context {
            in_list: true,
            in_link: true,
            ..Context::default()
        };
        let values = self.nested(context, |parser| {
            let mut values = Vec::new();
            while !parser.at_close(Bracket::Round) {
                values.push(parser.value_or_query()?);
                if !parser.eat_symbol(Symbol::Comma) {
                    break;
                }
            }
            Ok(values)
        })?;
        self.expect_close(Bracket::Round)?;
        Ok(values)
    }

    /// Tells whether the parentheses under the cursor are the whole argument and not the
    /// beginning of arithmetic such as `(1 + 2) * 3`.
    fn is_whole_group(&self) -> bool {
        let Some(closer) = self.closing_token() else {
            return true;
        };
        let next = closer.saturating_sub(self.position()).saturating_add(1);
        !matches!(
            self.peek(next).kind,
            TokenKind::Symbol(
                Symbol::Plus | Symbol::Minus | Symbol::Star | Symbol::Slash | Symbol::Percent
            )
        )
    }

    /// Takes a comma that separates the values of a link and nothing else.
    fn eat_link_comma(&mut self) -> bool {
        let is_ours = self.at_symbol(Symbol::Comma)
            && !self.context.in_list
            && !(self.context.in_var && self.at_next_var_item());
        is_ours && self.eat_symbol(Symbol::Comma)
    }

    fn columns(&mut self) -> Step<Vec<Column>> {
        if !self.at_open(Bracket::Round) || !self.is_whole_group() {
            let mut columns = vec![self.column()?];
            while self.eat_link_comma() {
                columns.push(self.column()?);
            }
            return Ok(columns);
        }
        self.advance();
        let mut columns = vec![self.column()?];
        while self.eat_symbol(Symbol::Comma) {
            columns.push(self.column()?);
        }
        self.expect_close(Bracket::Round)?;
        Ok(columns)
    }

    fn column(&mut self) -> Step<Column> {
        let start = self.span().start;
        let source = match self.kind() {
            TokenKind::Symbol(Symbol::Star) => {
                self.advance();
                ColumnSource::All
            }
            TokenKind::Word(function)
                if matches!(self.peek(1).kind, TokenKind::Open(Bracket::Round))
                    && self.is_adjacent(1) =>
            {
                self.advance();
                ColumnSource::Aggregate {
                    function: function.clone(),
                    argument: self.inside()?,
                }
            }
            _ => ColumnSource::Named(self.column_name()?),
        };
        let alias = if self.eat_word("AS") {
            Some(self.column_name()?)
        } else {
            None
        };
        Ok(Column {
            source,
            alias,
            span: self.span_from(start),
        })
    }

    /// The text between the parentheses under the cursor, trimmed.
    fn inside(&mut self) -> Step<std::sync::Arc<str>> {
        let Some(closer) = self.closing_token() else {
            return self.fail("`)`");
        };
        let start = self.span().end;
        while self.position() < closer && !self.at_statement_end() {
            self.advance();
        }
        let text = self
            .source
            .slice(Span::new(start, self.span().start))
            .trim()
            .into();
        self.expect_close(Bracket::Round)?;
        Ok(text)
    }

    fn at_backquote(&self) -> bool {
        matches!(self.kind(), TokenKind::Other) && self.source.slice(self.span()) == "`"
    }

    fn column_name(&mut self) -> Step<Expression> {
        let start = self.span();
        let text = if self.at_backquote() {
            self.advance();
            while !self.at_backquote() && !self.at_statement_end() {
                self.advance();
            }
            let text = self.source.slice(Span::new(start.end, self.span().start));
            if self.at_statement_end() {
                return self.fail("a closing backquote");
            }
            text
        } else if matches!(self.kind(), TokenKind::Word(_)) {
            self.source.slice(start)
        } else {
            return self.link_value();
        };
        self.advance();
        let kind = ExpressionKind::Word(text.into());
        Ok(Expression {
            kind,
            span: self.span_from(start.start),
        })
    }

    fn pairs(&mut self) -> Step<Vec<(Expression, Expression)>> {
        let mut pairs = Vec::new();
        loop {
            let name = self.column_name()?;
            if !self.eat_symbol(Symbol::Equal) {
                return self.fail("`=`");
            }
            pairs.push((name, self.link_value()?));
            if !self.eat_link_comma() {
                return Ok(pairs);
            }
        }
    }

    fn rows(&mut self) -> Step<LinkArgument> {
        let values_follow = self.closing_token().is_some_and(|closer| {
            let next = closer.saturating_sub(self.position()).saturating_add(1);
            self.peek_word(next).is_some_and(|word| word.is("VALUES"))
        });
        if !self.at_open(Bracket::Round) || !values_follow {
            return Ok(LinkArgument::Value(self.link_value()?));
        }
        let names = self.columns()?;
        self.expect_word("VALUES")?;
        let mut rows = Vec::new();
        loop {
            if !self.at_open(Bracket::Round) {
                return self.fail("`(`");
            }
            rows.push(self.link_group()?);
            // A comma before `(` can only continue the rows.
            let continues = self.at_symbol(Symbol::Comma)
                && matches!(self.peek(1).kind, TokenKind::Open(Bracket::Round));
            if !continues {
                return Ok(LinkArgument::Rows { names, rows });
            }
            self.advance();
        }
    }

    fn link_template(&mut self) -> Step<LinkArgument> {
        if self.at_item() || matches!(self.kind(), TokenKind::Text) {
            return Ok(LinkArgument::Value(self.link_value()?));
        }
        let start = self.span().start;
        let template = self.raw(start, Placeholders::None, RawEnd::Link)?;
        Ok(LinkArgument::Template(template))
    }
}
