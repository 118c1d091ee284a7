//! Values and conditions: tests and their combination, above chains of links.

use crate::pql::syntax::parser::chain::{JOINTS, TESTS};
use crate::pql::syntax::parser::faults;
use crate::pql::syntax::parser::state::{Context, Parser, Step};
use crate::pql::syntax::token::{Bracket, Symbol, TokenKind};
use crate::pql::syntax::tree::{
    Comparison, Condition, ConditionKind, Expression, ExpressionKind, PathKind, Set, Sigil, State,
};
use crate::pql::syntax::{Name, Span};

/// The words behind IS.
const STATES: &[(&str, State)] = &[
    ("NULL", State::Null),
    ("EMPTY", State::Empty),
    ("UNDEFINED", State::Undefined),
    ("DEFINED", State::Defined),
    ("TABLE", State::Table),
    ("DATATABLE", State::Table),
    ("ROW", State::Row),
    ("DATAROW", State::Row),
    ("ARRAY", State::Array),
    ("LIST", State::Array),
    ("HASHSET", State::HashSet),
    ("TEXT", State::Text),
    ("STRING", State::Text),
    ("INTEGER", State::Integer),
    ("INT", State::Integer),
    ("DECIMAL", State::Decimal),
    ("NUMERIC", State::Decimal),
    ("BOOLEAN", State::Boolean),
    ("BOOL", State::Boolean),
    ("DATETIME", State::DateTime),
];

impl Parser<'_> {
    /// Parses a condition, where AND and OR combine tests.
    pub(super) fn condition(&mut self) -> Step<Condition> {
        let outer = self.context;
        self.context = Context {
            in_condition: true,
            ..outer
        };
        let result = self.any();
        self.context = outer;
        result
    }

    /// Parses a value: an expression with links, or a test that gives a BOOLEAN.
    pub(super) fn value(&mut self) -> Step<Expression> {
        let value = self.any()?;
        if !self.context.in_condition && self.at_any_word(JOINTS) {
            return self.fail_to_join();
        }
        Ok(into_expression(value))
    }

    /// Parses what stands beside a test, where AND and OR would be read as one of its links.
    fn beside<T>(&mut self, part: fn(&mut Self) -> Step<T>) -> Step<T> {
        let outer = self.context;
        self.context.in_test = true;
        let result = part(self);
        self.context = outer;
        result
    }

    /// Gives the error of AND or OR that joins tests where words do not.
    pub(super) fn fail_to_join<T>(&self) -> Step<T> {
        let help = "AND and OR join the tests of IF and WHILE; in a value write `&&`, `||`";
        let title = "AND and OR join no tests in a value";
        Err(Box::new(faults::syntax(self.span(), title).with_help(help)))
    }

    /// Tells whether a test of the value before begins here.
    pub(super) fn at_test(&self) -> bool {
        let symbol = TokenKind::Symbol;
        self.comparison_ahead().is_some()
            || self.at_any_word(TESTS)
            || [symbol(Symbol::DoubleBar), symbol(Symbol::DoubleAmpersand)].contains(self.kind())
    }

    /// Parses a value or, where one may stand bare, a query with its links.
    pub(super) fn value_or_query(&mut self) -> Step<Expression> {
        if self.at_query() {
            self.query()
        } else {
            self.value()
        }
    }

    fn any(&mut self) -> Step<Condition> {
        let first = self.all()?;
        let mut parts = vec![first];
        while self.eat_symbol(Symbol::DoubleBar)
            || (self.context.in_condition && self.eat_word("OR"))
        {
            parts.push(self.beside(Self::all)?);
        }
        Ok(combine(parts, ConditionKind::Any))
    }

    fn all(&mut self) -> Step<Condition> {
        let first = self.negation()?;
        let mut parts = vec![first];
        while self.eat_symbol(Symbol::DoubleAmpersand)
            || (self.context.in_condition && self.eat_word("AND"))
        {
            parts.push(self.beside(Self::negation)?);
        }
        Ok(combine(parts, ConditionKind::All))
    }

    fn negation(&mut self) -> Step<Condition> {
        let start = self.span().start;
        if self.eat_word("NOT") || self.eat_symbol(Symbol::Bang) {
            let inner = self.nested(self.context, |parser| parser.beside(Self::negation))?;
            return Ok(negate(inner, self.span_from(start)));
        }
        self.test()
    }

    fn test(&mut self) -> Step<Condition> {
        let start = self.span().start;
        if self.eat_word("EXISTS") {
            let query = self.primary()?;
            let kind = ConditionKind::Exists(Box::new(query));
            return Ok(Condition {
                kind,
                span: self.span_from(start),
            });
        }
        if let Some(test) = self.path_exists()? {
            return Ok(test);
        }
        let left = self.chain()?;
        if let Some(comparison) = self.comparison() {
            let right = self.beside(Self::chain)?;
            if self.comparison_ahead().is_some() {
                return self.fail("one comparison, joined to the next by AND");
            }
            let kind = ConditionKind::Compare {
                comparison,
                left,
                right,
            };
            return Ok(Condition {
                kind,
                span: self.span_from(start),
            });
        }
        let is_negated = self.at_word("NOT")
            && self
                .peek_word(1)
                .is_some_and(|word| word.is("IN") || word.is("LIKE"));
        if is_negated {
            self.advance();
        }
        let kind = if self.eat_word("IN") {
            ConditionKind::In {
                value: left,
                set: self.set()?,
            }
        } else if self.eat_word("LIKE") {
            ConditionKind::Like {
                value: left,
                pattern: self.beside(Self::chain)?,
            }
        } else if self.eat_word("IS") {
            let is_not = self.eat_word("NOT");
            let test = self.state_test(left, start)?;
            let span = test.span;
            return Ok(if is_not { negate(test, span) } else { test });
        } else {
            return Ok(truth(left));
        };
        let test = Condition {
            kind,
            span: self.span_from(start),
        };
        let span = test.span;
        Ok(if is_negated { negate(test, span) } else { test })
    }

    fn state_test(&mut self, value: Expression, start: u32) -> Step<Condition> {
        let found = STATES.iter().find(|(word, _)| self.at_word(word));
        let Some((_, state)) = found else {
            return self.fail("a state such as `NULL`, `EMPTY`, `UNDEFINED`, or a type");
        };
        self.advance();
        if let (State::Undefined, Some(name)) = (state, plain_user_variable(&value)) {
            self.names.tested.insert(name.clone());
        }
        let kind = ConditionKind::Is {
            value,
            state: *state,
        };
        Ok(Condition {
            kind,
            span: self.span_from(start),
        })
    }

    /// `FILE [NOT] EXISTS path`, `DIR [NOT] EXISTS path`
    fn path_exists(&mut self) -> Step<Option<Condition>> {
        let path_kind = if self.at_word("FILE") {
            PathKind::File
        } else if self.at_word("DIR") {
            PathKind::Directory
        } else {
            return Ok(None);
        };
        let is_word = |at, word: &str| self.peek_word(at).is_some_and(|name| name.is(word));
        let is_negated = is_word(1, "NOT") && is_word(2, "EXISTS");
        if !is_negated && !is_word(1, "EXISTS") {
            return Ok(None);
        }
        let start = self.span().start;
        for _ in 0..if is_negated { 3 } else { 2 } {
            self.advance();
        }
        let path = self.beside(Self::chain)?;
        let span = self.span_from(start);
        let test = Condition {
            kind: ConditionKind::PathExists { path_kind, path },
            span,
        };
        Ok(Some(if is_negated { negate(test, span) } else { test }))
    }

    fn set(&mut self) -> Step<Set> {
        if !self.at_open(Bracket::Round) {
            return Ok(Set::Value(Box::new(self.primary()?)));
        }
        self.group().map(|(members, _)| Set::List(members))
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let comparison = self.comparison_ahead()?;
        self.advance();
        Some(comparison)
    }

    fn comparison_ahead(&self) -> Option<Comparison> {
        let TokenKind::Symbol(symbol) = self.kind() else {
            return None;
        };
        Some(match symbol {
            Symbol::Equal | Symbol::DoubleEqual => Comparison::Equal,
            Symbol::NotEqual | Symbol::Unlike => Comparison::NotEqual,
            Symbol::TripleEqual => Comparison::Identical,
            Symbol::NotIdentical => Comparison::NotIdentical,
            Symbol::Greater => Comparison::Greater,
            Symbol::GreaterOrEqual => Comparison::GreaterOrEqual,
            Symbol::Less => Comparison::Less,
            Symbol::LessOrEqual => Comparison::LessOrEqual,
            _ => return None,
        })
    }
}

/// The name of a user variable without access chain.
fn plain_user_variable(value: &Expression) -> Option<&Name> {
    match &value.kind {
        ExpressionKind::Variable(variable)
            if variable.sigil == Sigil::User && variable.access.is_empty() =>
        {
            Some(&variable.name)
        }
        _ => None,
    }
}

fn negate(inner: Condition, span: Span) -> Condition {
    Condition {
        kind: ConditionKind::Not(Box::new(inner)),
        span,
    }
}

/// A value used as a condition; a condition in parentheses becomes itself again.
fn truth(value: Expression) -> Condition {
    let span = value.span;
    match value.kind {
        ExpressionKind::Test(condition) => Condition {
            kind: condition.kind,
            span,
        },
        _ => Condition {
            kind: ConditionKind::Truth(value),
            span,
        },
    }
}

/// A condition used as a value; the truth of a value becomes that value again.
fn into_expression(condition: Condition) -> Expression {
    let span = condition.span;
    match condition.kind {
        ConditionKind::Truth(value) => value,
        _ => Expression {
            kind: ExpressionKind::Test(Box::new(condition)),
            span,
        },
    }
}

fn combine(mut parts: Vec<Condition>, kind: fn(Vec<Condition>) -> ConditionKind) -> Condition {
    let last = parts.last().map(|part| part.span).unwrap_or_default();
    let span = parts.first().map_or(last, |first| first.span.to(last));
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            Condition {
                kind: kind(parts),
                span,
            }
        }
    }
}
