//! The manual of links and functions: what `keeper pql help` and the pages in `docs/pql` show.
//!
//! Everything in it comes from the entries themselves; nothing is written twice.

mod pages;

use std::fmt::Write;

use crate::pql::functions::functions;
use crate::pql::sharp::entries;
use crate::pql::syntax::nearest;

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

/// What a name stands for, in any case, with or without `@`.
///
/// # Errors
/// Nothing has this name: the one that comes nearest, if one does.
pub fn find(name: &str) -> Result<Vec<Topic>, Option<String>> {
    let wanted = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_it = |own: &String| {
        own.eq_ignore_ascii_case(&wanted)
            || own
                .strip_prefix('@')
                .is_some_and(|own| own.eq_ignore_ascii_case(&wanted))
    };
    let mut all = links();
    all.extend(built_in_functions());
    let found: Vec<Topic> = all
        .iter()
        .filter(|topic| topic.names.iter().any(is_it))
        .cloned()
        .collect();
    if found.is_empty() {
        let names = all.iter().flat_map(|topic| &topic.names);
        return Err(nearest(&wanted, names.map(String::as_str)).map(str::to_owned));
    }
    Ok(found)
}
