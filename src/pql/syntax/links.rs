//! The names of the Sharp links and the form of their arguments, as data for the parser.

mod catalogue;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::pql::syntax::Name;

/// One link: its words, what follows them, and the tails it may have.
#[derive(Debug, Clone, Copy)]
pub struct LinkForm {
    /// Upper case, words separated by one blank, such as `TO UPPER`.
    pub words: &'static str,
    /// What follows the words.
    pub argument: ArgumentForm,
    /// Words that may follow the argument and bind to this link. A word followed by `_` takes
    /// a value (`TO _`); without it, none (`TO ROW`, `SECONDS`).
    pub tails: &'static [&'static str],
}

/// What follows the words of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentForm {
    /// Nothing.
    None,
    /// One value.
    Value,
    /// One value or nothing.
    OptionalValue,
    /// Values with commas.
    List,
    /// Values with commas, or nothing.
    OptionalList,
    /// Names with commas.
    Names,
    /// Names with commas, or nothing.
    OptionalNames,
    /// `name=value` with commas.
    Pairs,
    /// `(names) VALUES (..), (..)`, or one value.
    Rows,
    /// One value, or raw text up to the next link or the end.
    Template,
}

impl ArgumentForm {
    /// Tells whether the link may stand without an argument.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::None | Self::OptionalValue | Self::OptionalList | Self::OptionalNames
        )
    }
}

/// The links that a parser knows.
#[derive(Debug, Clone, Default)]
pub struct LinkNames {
    forms: Vec<LinkForm>,
    /// The places in `forms`.
    by_name: HashMap<Name, usize>,
    /// For each first word the largest number of words of a link that begins with it.
    longest: HashMap<Name, usize>,
}

impl LinkNames {
    /// Gives the links of the language.
    pub fn standard() -> &'static Self {
        static STANDARD: OnceLock<LinkNames> = OnceLock::new();
        STANDARD.get_or_init(|| Self::new(catalogue::LINKS.iter().copied()))
    }

    /// Makes a table; a later form of the same words replaces the earlier one.
    pub fn new(forms: impl IntoIterator<Item = LinkForm>) -> Self {
        let mut names = Self::default();
        for form in forms {
            let words: Vec<&str> = form.words.split(' ').collect();
            if let Some(first) = words.first() {
                let longest = names.longest.entry(Name::new(first)).or_default();
                *longest = words.len().max(*longest);
            }
            names
                .by_name
                .insert(Name::new(form.words), names.forms.len());
            names.forms.push(form);
        }
        names
    }

    /// Finds a link by its words with single blanks.
    pub fn find(&self, name: &Name) -> Option<&LinkForm> {
        self.forms.get(self.number(name)?)
    }

    /// The number of a link: its place in the table.
    pub fn number(&self, name: &Name) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Gives the largest number of words of a link that begins with this one; 0 for none.
    pub fn longest(&self, first: &Name) -> usize {
        self.longest.get(first).copied().unwrap_or_default()
    }

    /// Lists the words of every link, by number.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.forms.iter().map(|form| form.words)
    }
}
