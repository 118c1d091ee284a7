//! Chains: data and the links applied to it.

use crate::pql::diagnostics::Diagnostic;
use crate::pql::syntax::keywords;
use crate::pql::syntax::links::LinkForm;
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Symbol, TokenKind};
use crate::pql::syntax::tree::{Expression, ExpressionKind, Link, LinkTail};
use crate::pql::syntax::{Name, Span};

/// Whether `->` must stand between data and links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrow {
    /// It may.
    Optional,
    /// Before the first link it must.
    First,
    /// It belongs to somebody else.
    None,
}

/// Words that are tests of conditions and no links, unless an arrow says so.
pub(super) const TESTS: &[&str] = &["IN", "LIKE", "IS", "NOT"];

/// Words that join the tests of a condition, and are links of what stands alone in a value.
pub(super) const JOINTS: &[&str] = &["AND", "OR"];

/// How many words an unknown link is quoted with.
const UNKNOWN_WORDS: usize = 3;

impl Parser<'_> {
    /// `sum { link }`
    pub(super) fn chain(&mut self) -> Step<Expression> {
        let data = self.sum()?;
        self.links_of(data, Arrow::Optional)
    }

    /// Parses the links that follow some data.
    pub(super) fn links_of(&mut self, data: Expression, arrow: Arrow) -> Step<Expression> {
        let links = self.link_list(arrow)?;
        if links.is_empty() {
            return Ok(data);
        }
        let is_joined = links
            .iter()
            .any(|link| keywords::is_one_of(&link.name, JOINTS));
        if is_joined && !self.context.in_condition && self.at_test() {
            return self.fail_to_join();
        }
        let span = self.span_from(data.span.start);
        Ok(Expression {
            kind: ExpressionKind::Chain {
                data: Box::new(data),
                links,
            },
            span,
        })
    }

    pub(super) fn link_list(&mut self, arrow: Arrow) -> Step<Vec<Link>> {
        let mut links = Vec::new();
        loop {
            if arrow != Arrow::None && self.eat_symbol(Symbol::Arrow) {
                let Some(found) = self.link_ahead(0) else {
                    return Err(self.unknown_link().into());
                };
                links.push(self.link(found)?);
                continue;
            }
            if (links.is_empty() && arrow == Arrow::First) || self.at_any_word(TESTS) {
                return Ok(links);
            }
            let Context {
                in_condition,
                in_test,
                ..
            } = self.context;
            if (in_condition || in_test) && self.at_any_word(JOINTS) {
                return Ok(links);
            }
            let Some(found) = self.link_ahead(0) else {
                return Ok(links);
            };
            links.push(self.link(found)?);
        }
    }

    /// Finds the longest link name that begins at a distance: its name, the number of its
    /// words, and its form.
    pub(super) fn link_ahead(&self, distance: usize) -> Option<(Name, usize, LinkForm)> {
        let first = self.peek_word(distance)?;
        let longest = self.links.longest(first);
        let words: Vec<&str> = (distance..distance + longest)
            .map_while(|at| self.peek_word(at).map(Name::as_str))
            .collect();
        (1..=words.len()).rev().find_map(|count| {
            let name = Name::new(&words.get(..count)?.join(" "));
            let form = self.links.find(&name)?;
            Some((name, count, *form))
        })
    }

    /// Tells whether a link name or anything else begins here that ends the text of a link.
    pub(super) fn at_link_end(&self) -> bool {
        self.link_ahead(0).is_some() || self.at_any_word(&["THEN", "LOOP", "END"])
    }

    fn link(&mut self, (name, count, form): (Name, usize, LinkForm)) -> Step<Link> {
        let start = self.span().start;
        for _ in 0..count {
            self.advance();
        }
        let name_span = self.span_from(start);
        let number = self.links.number(&name).unwrap_or(usize::MAX);
        let argument = self.link_argument(&form, &name)?;
        let mut tails = Vec::new();
        while tails.len() < form.tails.len()
            && let Some(tail) = self.tail(form.tails)?
        {
            tails.push(tail);
        }
        Ok(Link {
            name,
            number,
            name_span,
            is_constant: Link::are_constant(argument.as_ref(), &tails),
            argument,
            tails,
            span: self.span_from(start),
        })
    }

    /// Finds the tail that begins here: its words and whether a value follows.
    pub(super) fn tail_ahead(
        &self,
        tails: &'static [&'static str],
    ) -> Option<(Vec<&'static str>, bool)> {
        tails.iter().find_map(|tail| {
            let (words, takes_value) = tail
                .strip_suffix(" _")
                .map_or((*tail, false), |words| (words, true));
            if words == "AND" && self.context.in_condition {
                return None;
            }
            let words: Vec<&str> = words.split(' ').collect();
            self.at_words(&words).then_some((words, takes_value))
        })
    }

    fn tail(&mut self, tails: &'static [&'static str]) -> Step<Option<LinkTail>> {
        let Some((words, takes_value)) = self.tail_ahead(tails) else {
            return Ok(None);
        };
        let start = self.span().start;
        self.eat_words(&words);
        let value = if takes_value {
            Some(self.link_value()?)
        } else {
            None
        };
        let word = Name::new(&words.join(" "));
        Ok(Some(LinkTail {
            word,
            value,
            span: self.span_from(start),
        }))
    }

    /// The fault of an arrow that no known link follows.
    pub(super) fn unknown_link(&self) -> Diagnostic {
        let words: Vec<&Name> = (0..UNKNOWN_WORDS)
            .map_while(|at| self.peek_word(at))
            .collect();
        if words.is_empty() {
            return self.expected("a link after `->`");
        }
        let count = words.len();
        let written: Vec<String> = words.into_iter().map(Name::to_upper).collect();
        let candidates = || {
            (1..=count)
                .rev()
                .map(|count| written.get(..count).unwrap_or_default())
        };
        let near =
            candidates().find_map(|words| faults::nearest(&words.join(" "), self.links.words()));
        let span = Span::new(self.span().start, self.peek(count - 1).span.end);
        let fault = faults::syntax(span, format!("unknown link `{}`", written.join(" ")));
        let fault = fault.with_label("no link has this name");
        match near {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        }
    }

    /// Tells whether a value may begin with the token under the cursor.
    pub(super) fn at_value_start(&self) -> bool {
        self.at_item()
            || matches!(
                self.kind(),
                TokenKind::Number
                    | TokenKind::Text
                    | TokenKind::Parameter(_)
                    | TokenKind::Open(_)
                    | TokenKind::Word(_)
                    | TokenKind::Symbol(Symbol::Minus)
            )
    }
}
