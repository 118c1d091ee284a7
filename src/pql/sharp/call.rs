//! What the code of a link sees: its arguments, evaluated when asked for, and the run.

use std::sync::Arc;

use crate::clock::Chance;
use crate::fault::Code;
use crate::pql::cancel::{Cancel, Lookout};
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::title;
use crate::pql::syntax::Span;
use crate::pql::syntax::tree::{
    Column, ColumnSource, Expression, ExpressionKind, Link, LinkArgument, Literal, Slot,
};
use crate::value::{DateTime, Frame, Text, Value};

/// One application of a link.
pub(crate) struct Call<'a> {
    /// The run it happens in.
    pub(crate) run: &'a mut Run,
    link: &'a Link,
    /// The variable that LET edits, until it lets go of its value.
    edited: Option<Slot>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(run: &'a mut Run, link: &'a Link, edited: Option<Slot>) -> Self {
        Self { run, link, edited }
    }

    /// To be called between reading the arguments and changing the data. The variable that LET
    /// edits lets go of its value, which it gets back at the end: so the data has one holder and
    /// is changed in place.
    pub(crate) fn release(&mut self) {
        if let Some(slot) = self.edited.take() {
            self.run.scopes.assign(slot, Value::Null);
        }
    }

    /// Date and zone for conversions.
    pub(crate) fn frame(&self) -> Frame<'_> {
        self.run.shared.frame()
    }

    /// Where random numbers come from.
    pub(crate) fn chance(&self) -> Arc<dyn Chance> {
        Arc::clone(&self.run.shared.environment.chance)
    }

    /// What stops the run.
    pub(crate) fn cancel(&self) -> &Cancel {
        &self.run.shared.cancel
    }

    /// For loops over many values.
    pub(crate) fn lookout(&self) -> Lookout {
        Lookout::new(self.cancel())
    }

    /// The items until the run is stopped; half of them are enough for a result that nobody sees.
    pub(crate) fn until_stopped<I: Iterator>(
        &self,
        items: I,
    ) -> impl Iterator<Item = I::Item> + use<I> {
        self.lookout().among(items)
    }

    /// The argument as it stands in the tree.
    pub(crate) fn raw(&self) -> Option<&'a LinkArgument> {
        self.link.argument.as_ref()
    }

    /// The one argument.
    pub(crate) fn value(&mut self) -> Done<Value> {
        match self.optional()? {
            Some(value) => Ok(value),
            None => Err(fail("an argument is missing")),
        }
    }

    /// The one argument, where there may be none.
    pub(crate) fn optional(&mut self) -> Done<Option<Value>> {
        match self.raw() {
            None => Ok(None),
            Some(LinkArgument::Value(value)) => self.run.evaluate(value).map(Some),
            Some(_) => Err(fail("one value is needed")),
        }
    }

    /// The one argument as text.
    #[inline]
    pub(crate) fn text(&mut self) -> Done<Words<'a>> {
        if let Some(LinkArgument::Value(value)) = self.raw() {
            return self.words(value);
        }
        let value = self.value()?;
        self.made(value)
    }

    #[inline]
    fn words(&mut self, expression: &'a Expression) -> Done<Words<'a>> {
        if let ExpressionKind::Literal(Literal::Text(text)) = &expression.kind {
            return Ok(Words::Written(text));
        }
        let value = self.run.evaluate(expression)?;
        self.made(value)
    }

    fn made(&self, value: Value) -> Done<Words<'a>> {
        Ok(Words::Made(match value {
            Value::Text(text) => text,
            other => self.run.needed_text(&other)?.into(),
        }))
    }

    /// The argument of a list as text, when it is the only one.
    pub(crate) fn only_text(&mut self) -> Done<Option<Words<'a>>> {
        match self.raw() {
            Some(LinkArgument::List(values)) => match values.as_slice() {
                [only] => self.words(only).map(Some),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// The one argument as text, where there may be none.
    pub(crate) fn optional_text(&mut self) -> Done<Option<Words<'a>>> {
        match self.raw() {
            None => Ok(None),
            Some(_) => self.text().map(Some),
        }
    }

    /// The one argument as a whole number.
    pub(crate) fn integer(&mut self) -> Done<i64> {
        if let Some(LinkArgument::Value(value)) = self.raw()
            && let Some(number) = self.run.integer_of(value)
        {
            return Ok(number);
        }
        let value = self.value()?;
        Ok(value.to_integer(self.frame())?)
    }

    /// The one argument as a whole number, where there may be none.
    pub(crate) fn optional_integer(&mut self) -> Done<Option<i64>> {
        match self.optional()? {
            None => Ok(None),
            Some(value) => Ok(Some(value.to_integer(self.frame())?)),
        }
    }

    /// The one argument as a date-time.
    pub(crate) fn datetime(&mut self) -> Done<DateTime> {
        let value = self.value()?;
        Ok(value.to_datetime(self.frame())?)
    }

    /// The values with commas, at least one.
    pub(crate) fn list(&mut self) -> Done<Vec<Value>> {
        match self.raw() {
            Some(LinkArgument::List(values)) => self.evaluate_all(values),
            _ => Ok(vec![self.value()?]),
        }
    }

    /// Sets the place of an error of this link that is narrower than the link.
    pub(crate) fn at(&self, halt: Halt, span: Span) -> Halt {
        halt.about(|| title(self.link)).at(span)
    }

    /// Evaluates from left to right.
    pub(crate) fn evaluate_all(&mut self, values: &[Expression]) -> Done<Vec<Value>> {
        values
            .iter()
            .map(|value| self.run.evaluate(value))
            .collect()
    }

    /// The columns, where there may be none.
    pub(crate) fn columns(&self) -> &'a [Column] {
        match self.raw() {
            Some(LinkArgument::Names(columns)) => columns,
            _ => &[],
        }
    }

    /// The columns as plain values, where nothing else has a meaning.
    pub(crate) fn names(&mut self) -> Done<Vec<Value>> {
        self.columns()
            .iter()
            .map(|column| match (&column.source, &column.alias) {
                (ColumnSource::Named(name), None) => self.run.evaluate(name),
                _ => Err(self.at(fail("plain names are needed"), column.span)),
            })
            .collect()
    }

    /// The columns as texts, where nothing else has a meaning.
    pub(crate) fn text_names(&mut self) -> Done<Vec<Arc<str>>> {
        self.names()?.into_iter().map(into_name).collect()
    }

    /// `name=value` with commas.
    pub(crate) fn pairs(&mut self) -> Done<Vec<(Arc<str>, Value)>> {
        let Some(LinkArgument::Pairs(pairs)) = self.raw() else {
            return Err(fail("`name=value` is needed"));
        };
        pairs
            .iter()
            .map(|(name, value)| {
                let name = into_name(self.run.evaluate(name)?)?;
                Ok((name, self.run.evaluate(value)?))
            })
            .collect()
    }

    /// Tells whether a tail was written.
    pub(crate) fn has_tail(&self, word: &str) -> bool {
        self.link.find_tail(word).is_some()
    }

    /// The word of the first tail in upper case, for units.
    pub(crate) fn unit(&self) -> Option<String> {
        self.link.tails.first().map(|tail| tail.word.to_upper())
    }

    /// The value of a tail.
    pub(crate) fn tail(&mut self, word: &str) -> Done<Option<Value>> {
        match self
            .link
            .find_tail(word)
            .and_then(|tail| tail.value.as_ref())
        {
            Some(value) => self.run.evaluate(value).map(Some),
            None => Ok(None),
        }
    }

    /// The value of a tail as text.
    #[inline]
    pub(crate) fn tail_text(&mut self, word: &str) -> Done<Option<Words<'a>>> {
        let tail = self.link.find_tail(word);
        let value = tail.and_then(|tail| tail.value.as_ref());
        value.map(|value| self.words(value)).transpose()
    }

    /// The value of a tail that must be there, as text.
    #[inline]
    pub(crate) fn needed_tail(&mut self, word: &str) -> Done<Words<'a>> {
        let text = self.tail_text(word)?;
        text.ok_or_else(|| fail(&format!("`{word}` and a value are missing")))
    }
}

/// An argument that is a text.
#[derive(Clone)]
pub(crate) enum Words<'a> {
    /// As it stands in the program.
    Written(&'a str),
    /// From a variable or the like.
    Made(Text),
}

impl Words<'_> {
    /// As a value keeps it.
    pub(crate) fn into_shared(self) -> Text {
        match self {
            Self::Written(text) => text.into(),
            Self::Made(text) => text,
        }
    }
}

impl Default for Words<'_> {
    fn default() -> Self {
        Self::Written("")
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Self::Written(text)
    }
}

impl From<String> for Words<'_> {
    fn from(text: String) -> Self {
        Self::Made(text.into())
    }
}

impl std::fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}

impl std::ops::Deref for Words<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Written(text) => text,
            Self::Made(text) => text,
        }
    }
}

/// A value as text; absent values have none.
pub(crate) fn into_text(value: Value) -> Done<Text> {
    match value {
        Value::Text(text) => Ok(text),
        other => Ok(other.to_text()?.into()),
    }
}

/// A value as the name of a column or field.
pub(crate) fn into_name(value: Value) -> Done<Arc<str>> {
    into_text(value).map(Into::into)
}

/// A failure of a link for which there is no narrower code.
pub(crate) fn fail(message: &str) -> Halt {
    Halt::new(Code::PQL_STATEMENT, message)
}

/// A failure to find a place in a collection or text, counted from 1.
pub(crate) fn out_of_range(index: i64, what: &str, count: usize) -> Halt {
    let message = format!("{what} `{index}` is out of range, there are {count} counted from 1");
    Halt::new(Code::PQL_ACCESS, message)
}

/// A failure because there is nothing to take from.
pub(crate) fn empty(what: &str) -> Halt {
    Halt::new(Code::PQL_ACCESS, format!("the {what} is empty"))
}

/// A failure to find a name.
pub(crate) fn unknown(what: &str, name: &str) -> Halt {
    Halt::new(Code::PQL_ACCESS, format!("there is no {what} `{name}`"))
}

/// A failure because something would become too large.
pub(crate) fn too_large(message: String) -> Halt {
    Halt::new(Code::PQL_LIMIT, message)
}
