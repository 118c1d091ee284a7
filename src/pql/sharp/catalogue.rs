//! All links, and the choice among those of one name by the type of the data.

use std::sync::OnceLock;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Run};
use crate::pql::sharp::{
    Call, Entry, TextRule, array, choice, datetime, json, number, regex, row, table, text,
};
use crate::pql::syntax::tree::{Link, Slot};
use crate::pql::syntax::{LinkNames, Name};
use crate::value::{Kind, Value};

/// The families in the order of the manual. Of two entries with one name, the first that takes
/// the data is applied: exact types stand before those that convert anything.
const FAMILIES: &[&[&[Entry]]] = &[
    choice::FAMILIES,
    row::FAMILIES,
    table::FAMILIES,
    array::FAMILIES,
    number::FAMILIES,
    datetime::FAMILIES,
    json::FAMILIES,
    regex::FAMILIES,
    text::FAMILIES,
];

/// Lists every entry.
pub(crate) fn entries() -> impl Iterator<Item = &'static Entry> {
    FAMILIES
        .iter()
        .flat_map(|families| families.iter())
        .flat_map(|family| family.iter())
}

/// Applies one link.
pub(crate) fn apply(run: &mut Run, data: Value, link: &Link) -> Done<Value> {
    apply_in(run, data, link, None)
}

/// Applies the link of a LET to the value of its variable, which is unspecified until the result
/// is written to it.
pub(crate) fn edit(run: &mut Run, slot: Slot, link: &Link) -> Done<Value> {
    let data = run.read_slot(slot);
    apply_in(run, data, link, Some(slot))
}

/// Applies a link to the text of a variable where it is, which spares a holder of the text; `None`
/// when the variable holds no text, or more than the text is needed.
#[inline]
pub(crate) fn apply_to_variable(run: &mut Run, slot: Slot, link: &Link) -> Option<Done<Value>> {
    if !link.is_constant {
        return None;
    }
    let code = (*catalogue().text_rules.get(link.number)?)?;
    let text = run.scopes.lend_text(slot)?;
    let done = code(&mut Call::new(run, link, None), &text);
    run.scopes.give_back(slot, text);
    Some(finished(run, link, done))
}

fn apply_in(run: &mut Run, data: Value, link: &Link, edited: Option<Slot>) -> Done<Value> {
    let Some(entry) = entry(link, data.kind()) else {
        return Err(refuse(&link.name, find(link), &data).at(link.span));
    };
    let done = entry.apply(&mut Call::new(run, link, edited), data);
    finished(run, link, done)
}

#[inline]
fn finished(run: &Run, link: &Link, done: Done<Value>) -> Done<Value> {
    // A stopped link leaves off in the middle: nobody may see what it has.
    match run.look() {
        Ok(()) if done.as_ref().is_ok_and(|value| run.is_fit(value)) => done,
        Ok(()) => done
            .and_then(|value| run.fit(value))
            .map_err(|halt| halt.about(|| title(link)).at(link.span)),
        Err(stop) => Err(stop),
    }
}

/// How a message calls a link.
pub(crate) fn title(link: &Link) -> String {
    format!("link `{}`", link.name.to_upper())
}

/// The entry for data of a type.
fn entry(link: &Link, kind: Kind) -> Option<&'static Entry> {
    let mut named = find(link).iter();
    named.find(|entry| entry.takes.accepts(kind)).copied()
}

/// The entries of the words of a link.
fn find(link: &Link) -> &'static [&'static Entry] {
    let found = catalogue().entries.get(link.number);
    found.map(Vec::as_slice).unwrap_or_default()
}

/// What the numbers of links mean.
struct Catalogue {
    entries: Vec<Vec<&'static Entry>>,
    /// The code for a text, where it needs nothing else of it.
    text_rules: Vec<Option<TextRule>>,
}

#[inline]
fn catalogue() -> &'static Catalogue {
    static ALL: OnceLock<Catalogue> = OnceLock::new();
    ALL.get_or_init(|| {
        let named = |words| entries().filter(move |entry| entry.words.contains(&words));
        let words = LinkNames::standard().words();
        let entries: Vec<Vec<_>> = words.map(|words| named(words).collect()).collect();
        let text_rules = entries.iter().map(|named| {
            let entry = named.iter().find(|entry| entry.takes.accepts(Kind::Text));
            entry.and_then(|entry| entry.text_rule())
        });
        Catalogue {
            text_rules: text_rules.collect(),
            entries,
        }
    })
}

fn refuse(name: &Name, named: &[&Entry], data: &Value) -> Halt {
    let name = name.to_upper();
    if named.is_empty() {
        return Halt::new(
            Code::PQL_NOT_SUPPORTED,
            format!("there is no link `{name}`"),
        );
    }
    let kind = data.kind();
    if data.is_absent() {
        let message = format!("link `{name}` needs data, and there is {kind}; see `IF NULL`");
        return Halt::new(Code::PQL_UNDEFINED, message);
    }
    let mut takes: Vec<&str> = named.iter().map(|entry| entry.takes.name).collect();
    takes.dedup();
    let message = format!(
        "link `{name}` works on {}, not on the {kind} `{}`",
        takes.join(" or "),
        data.excerpt()
    );
    Halt::new(Code::PQL_CONVERSION, message)
}
