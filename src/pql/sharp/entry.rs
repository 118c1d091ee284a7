//! One link on one kind of data.

use std::sync::Arc;

use crate::clock::Civil;
use crate::pql::eval::Done;
use crate::pql::sharp::Call;
use crate::value::{DateTime, Kind, Row, Table, Value};

/// A link: its names, what it takes, what the manual says, and its code.
pub(crate) struct Entry {
    /// Its names in upper case, the usual one first.
    pub(crate) words: &'static [&'static str],
    /// The arguments as the manual shows them; empty when there are none.
    pub(crate) arguments: &'static str,
    /// The data it works on.
    pub(crate) takes: Takes,
    /// One or two sentences for the manual.
    pub(crate) text: &'static str,
    /// Programs of one expression with what they print.
    pub(crate) examples: &'static [(&'static str, &'static str)],
    rule: Rule,
}

/// The types of data of a link, with the word for them in the manual.
#[derive(Clone, Copy)]
pub(crate) struct Takes {
    /// What the manual calls them.
    pub(crate) name: &'static str,
    /// A bit for each.
    kinds: u32,
}

/// The code of a link on a text.
pub(crate) type TextRule = fn(&mut Call<'_>, &str) -> Done<Value>;

/// The code of a link, by the type that its data is converted to.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// On the canonical text.
    Text(TextRule),
    /// On a date-time.
    DateTime(fn(&mut Call<'_>, Civil) -> Done<Value>),
    /// On the elements of an array.
    List(fn(&mut Call<'_>, Arc<Vec<Value>>) -> Done<Value>),
    /// On a row.
    Row(fn(&mut Call<'_>, Arc<Row>) -> Done<Value>),
    /// On a table.
    Table(fn(&mut Call<'_>, Arc<Table>) -> Done<Value>),
    /// On the value as it is.
    Value(fn(&mut Call<'_>, Value) -> Done<Value>),
}

const PRESENT: &[Kind] = &[
    Kind::Boolean,
    Kind::Integer,
    Kind::Decimal,
    Kind::Text,
    Kind::DateTime,
    Kind::Bytes,
    Kind::Array,
    Kind::HashSet,
    Kind::Row,
    Kind::Table,
];

/// The types of all data.
pub(super) const ALL: &[Kind] = &[
    Kind::Undefined,
    Kind::Null,
    Kind::Boolean,
    Kind::Integer,
    Kind::Decimal,
    Kind::Text,
    Kind::DateTime,
    Kind::Bytes,
    Kind::Array,
    Kind::HashSet,
    Kind::Row,
    Kind::Table,
];

impl Takes {
    /// Everything, also NULL and UNDEFINED.
    pub(crate) const ALL: Self = Self::kinds("any value or none", ALL);
    /// Everything but NULL and UNDEFINED.
    pub(crate) const ANY: Self = Self::kinds("any value", PRESENT);
    /// Everything, converted to TEXT.
    pub(crate) const TEXT: Self = Self::kinds("TEXT", PRESENT);
    /// TEXT only.
    pub(crate) const LETTERS: Self = Self::kinds("TEXT", &[Kind::Text]);
    /// Numbers only.
    pub(crate) const NUMBER: Self = Self::kinds("numbers", &[Kind::Integer, Kind::Decimal]);
    /// What may read as a number.
    pub(crate) const NUMERIC: Self = Self::kinds(
        "numbers",
        &[Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Text],
    );
    /// What may read as a date-time.
    pub(crate) const DATETIME: Self = Self::kinds(
        "DATETIME",
        &[Kind::DateTime, Kind::Text, Kind::Integer, Kind::Decimal],
    );
    /// A date-time or its text, but no epoch number.
    pub(crate) const WRITTEN_DATETIME: Self =
        Self::kinds("DATETIME", &[Kind::DateTime, Kind::Text]);
    /// An ARRAY, or a HASHSET by its elements.
    pub(crate) const ARRAY: Self = Self::kinds("ARRAY", &[Kind::Array, Kind::HashSet]);
    /// A HASHSET only.
    pub(crate) const HASHSET: Self = Self::kinds("HASHSET", &[Kind::HashSet]);
    /// Everything, converted to ARRAY.
    pub(crate) const LIST: Self = Self::kinds("ARRAY", PRESENT);
    /// A ROW.
    pub(crate) const ROW: Self = Self::kinds("ROW", &[Kind::Row]);
    /// A TABLE.
    pub(crate) const TABLE: Self = Self::kinds("TABLE", &[Kind::Table]);
    /// Everything, converted to TABLE.
    pub(crate) const ROWS: Self = Self::kinds("TABLE", PRESENT);

    const fn kinds(name: &'static str, mut kinds: &'static [Kind]) -> Self {
        let mut bits = 0;
        while let [kind, rest @ ..] = kinds {
            bits |= bit(*kind);
            kinds = rest;
        }
        Self { name, kinds: bits }
    }

    /// Tells whether data of a type is taken.
    pub(crate) fn accepts(&self, kind: Kind) -> bool {
        self.kinds & bit(kind) != 0
    }
}

const fn bit(kind: Kind) -> u32 {
    1 << kind as u32
}

impl Entry {
    /// An entry without its page in the manual.
    pub(crate) const fn new(
        words: &'static [&'static str],
        arguments: &'static str,
        takes: Takes,
        rule: Rule,
    ) -> Self {
        Self {
            words,
            arguments,
            takes,
            text: "",
            examples: &[],
            rule,
        }
    }

    /// What the manual says.
    pub(crate) const fn says(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    /// What the manual shows: expressions with what they print.
    pub(crate) const fn shows(mut self, examples: &'static [(&'static str, &'static str)]) -> Self {
        self.examples = examples;
        self
    }

    /// The code, when it works on texts.
    pub(super) fn text_rule(&self) -> Option<TextRule> {
        match self.rule {
            Rule::Text(code) => Some(code),
            _ => None,
        }
    }

    /// Converts the data and runs the code.
    pub(crate) fn apply(&self, call: &mut Call<'_>, data: Value) -> Done<Value> {
        match self.rule {
            Rule::Text(code) => {
                let text = call.run.needed_text(&data)?;
                code(call, &text)
            }
            Rule::DateTime(code) => {
                let DateTime { civil, .. } = data.to_datetime(call.frame())?;
                code(call, civil)
            }
            Rule::List(code) => {
                let items = data.to_array();
                // Its only owner may change a collection in place.
                drop(data);
                code(call, items)
            }
            Rule::Row(code) => {
                let row = data.to_row();
                drop(data);
                code(call, row)
            }
            // Without elements there is no column to name `item`.
            Rule::Table(code) if data.as_items().is_some_and(|items| items.is_empty()) => {
                code(call, Arc::default())
            }
            Rule::Table(code) => {
                let table = data.to_table();
                drop(data);
                code(call, table)
            }
            Rule::Value(code) => code(call, data),
        }
    }
}
