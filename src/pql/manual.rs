//! The manual of links and functions: what `keeper pql help` and the pages in `docs/pql` show.
//!
//! Everything in it comes from the entries themselves; nothing is written twice.

mod pages;

use std::fmt::Write;

use crate::pql::functions::functions;
use crate::pql::sharp::entries;
use crate::pql::syntax::nearest;
use crate::value::Kind;

pub use pages::{functions_page, links_page};

/// One link or function.
#[derive(Debug, Clone)]
pub struct Topic {
    /// All its names, the usual one first; those of functions begin with `@`.
    pub names: Vec<String>,
    /// How it is written, with its arguments.
    pub signature: String,
    /// The type of data a link works on; none for functions.
    pub data: Option<&'static str>,
    /// One or two sentences.
    pub text: &'static str,
    /// Expressions with what they print.
    pub examples: &'static [(&'static str, &'static str)],
}

impl Topic {
    /// Where it stands in the manual: the type of data, or `functions`.
    pub fn heading(&self) -> &'static str {
        self.data.unwrap_or("functions")
    }

    /// The first sentence, for lists.
    pub fn summary(&self) -> &'static str {
        let first = self.text.split_inclusive(". ").next();
        first.unwrap_or_default().trim_end()
    }

    /// The topic as text for a terminal.
    pub fn render(&self) -> String {
        let mut text = self.signature.clone();
        // Writing into a String cannot fail.
        if let Some(data) = self.data {
            let _ = write!(text, "\n    works on {data}");
        }
        if let [_, others @ ..] = self.names.as_slice()
            && !others.is_empty()
        {
            let _ = write!(text, "\n    also {}", others.join(", "));
        }
        let _ = write!(text, "\n    {}", self.text);
        for (expression, printed) in self.examples {
            let _ = write!(text, "\n      {expression}\n        {printed}");
        }
        text
    }
}

/// Every link, in the order of the manual.
pub fn links() -> Vec<Topic> {
    entries()
        .map(|entry| Topic {
            names: entry
                .words
                .iter()
                .map(|words| (*words).to_owned())
                .collect(),
            signature: [
                entry.words.first().copied().unwrap_or_default(),
                entry.arguments,
            ]
            .join(" ")
            .trim_end()
            .to_owned(),
            data: Some(entry.takes.name),
            text: entry.text,
            examples: entry.examples,
        })
        .collect()
}

/// Every built-in function, in the order of the manual.
pub fn built_in_functions() -> Vec<Topic> {
    functions()
        .map(|function| Topic {
            names: function
                .names
                .iter()
                .map(|name| format!("@{name}"))
                .collect(),
            signature: format!("@{}({})", function.name(), function.parameters),
            data: None,
            text: function.text,
            examples: function.examples,
        })
        .collect()
}

/// Every link and every function, in the order of the manual.
pub fn all() -> Vec<Topic> {
    let mut all = links();
    all.extend(built_in_functions());
    all
}

/// What a name stands for, in any case, with or without `@`.
///
/// # Errors
/// Nothing has this name: the one that comes nearest, if one does.
pub fn find(name: &str) -> Result<Vec<Topic>, Option<String>> {
    let wanted = folded(name);
    let (found, others): (Vec<Topic>, Vec<Topic>) = all()
        .into_iter()
        .partition(|topic| topic.names.iter().any(|own| is_name(own, &wanted)));
    if found.is_empty() {
        let names = others.iter().flat_map(|topic| &topic.names);
        return Err(nearest(&wanted, names.map(String::as_str)).map(str::to_owned));
    }
    Ok(found)
}

/// What else has a name that goes on after this beginning, in any case, with or without `@`.
pub fn beginning_with(name: &str) -> Vec<Topic> {
    let wanted = folded(name);
    let goes_on = |own: &String| {
        let is_longer = |own: &str| own.len() > wanted.len() && own.starts_with(&wanted);
        is_longer(own) || own.strip_prefix('@').is_some_and(is_longer)
    };
    let is_other = |topic: &Topic| !topic.names.iter().any(|own| is_name(own, &wanted));
    all()
        .into_iter()
        .filter(|topic| topic.names.iter().any(goes_on) && is_other(topic))
        .collect()
}

/// What works on a type of data, by its heading in the manual or a type word; `functions` gives
/// the functions.
///
/// # Errors
/// There is no such heading: all of them.
pub fn working_on(data: &str) -> Result<Vec<Topic>, Vec<&'static str>> {
    let heading = match Kind::from_word(data) {
        Some(Kind::Integer | Kind::Decimal) => "numbers",
        Some(kind) => kind.word(),
        None => data,
    };
    let topics = all();
    let found: Vec<Topic> = topics
        .iter()
        .filter(|topic| topic.heading().eq_ignore_ascii_case(heading))
        .cloned()
        .collect();
    if found.is_empty() {
        let mut headings: Vec<&str> = topics.iter().map(Topic::heading).collect();
        headings.sort_unstable();
        headings.dedup();
        return Err(headings);
    }
    Ok(found)
}

/// A name as the manual writes it.
fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_uppercase()
}

fn is_name(own: &str, wanted: &str) -> bool {
    own == wanted || own.strip_prefix('@') == Some(wanted)
}
