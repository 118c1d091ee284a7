//! From the name of a link to its rule.

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::ranges;
use crate::pql::syntax::tree::{Expression, Link, LinkArgument};
use crate::value::Value;

/// A link and what it computes.
pub(crate) struct LinkRule {
    /// All its words in upper case with single blanks.
    pub(crate) words: &'static str,
    /// Makes the new value out of the old one.
    pub(crate) apply: fn(&mut Run, Value, &Link) -> Done<Value>,
}

/// The tables of the links, by the data they work on.
const TABLES: &[&[LinkRule]] = &[ranges::LINKS];

/// Applies one link.
pub(crate) fn apply(run: &mut Run, value: Value, link: &Link) -> Done<Value> {
    let mut rules = TABLES.iter().flat_map(|table| table.iter());
    match rules.find(|rule| link.name.is(rule.words)) {
        Some(rule) => (rule.apply)(run, value, link),
        None => {
            let name = link.name.to_upper();
            let message = format!("link `{name}` is not supported in this version");
            Err(Halt::new(Code::PQL_NOT_SUPPORTED, message))
        }
    }
}

/// The one argument of a link that needs it.
pub(crate) fn argument(link: &Link) -> Done<&Expression> {
    match &link.argument {
        Some(LinkArgument::Value(value)) => Ok(value),
        _ => {
            let message = format!("link `{}` needs a value", link.name.to_upper());
            Err(Halt::new(Code::PQL_STATEMENT, message))
        }
    }
}
