//! Changing a few places of an XML text and leaving every other byte as it is.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What is wrong with a part, for people.
pub(super) type Result<T> = std::result::Result<T, String>;

/// A tag or what stands between tags, as it is written.
pub(super) struct Piece<'a> {
    pub(super) event: Event<'a>,
    pub(super) raw: &'a str,
}

/// The pieces of a text, one behind the other; together they are the text.
pub(super) struct Pieces<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self {
            text,
            reader: Reader::from_str(text),
            at: 0,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Piece<'a>>> {
        let event = self
            .reader
            .read_event()
            .map_err(|error| error.to_string())?;
        let from = self.at;
        self.at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        if matches!(event, Event::Eof) {
            return Ok(None);
        }
        let raw = self.text.get(from..self.at).unwrap_or_default();
        Ok(Some(Piece { event, raw }))
    }

    /// What stands between a start tag that was just read and its end, both left out.
    pub(super) fn inside(&mut self, tag: &BytesStart<'_>) -> Result<&'a str> {
        let span = self.reader.read_to_end(tag.to_end().name());
        let span = span.map_err(|error| error.to_string())?;
        self.at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let place = |at| usize::try_from(at).unwrap_or(usize::MAX);
        let inside = self.text.get(place(span.start)..place(span.end));
        Ok(inside.unwrap_or_default())
    }
}

/// The name of a tag without its namespace.
pub(super) fn local<'a>(tag: &'a BytesStart<'_>) -> &'a str {
    tag.name().local_name().into_inner()
}

/// The namespace of a tag, ready to be put before other names: empty or with a colon behind it.
pub(super) fn prefix(tag: &BytesStart<'_>) -> String {
    let name = tag.name();
    let prefix = name.prefix();
    prefix.map_or_else(String::new, |prefix| format!("{}:", prefix.as_ref()))
}

/// The value of an attribute, whatever its namespace.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let found = all
        .with_checks(false)
        .flatten()
        .find(|one| one.key.local_name().as_ref() == name)?;
    let value = quick_xml::escape::unescape(&found.value).map(Cow::into_owned);
    Some(value.unwrap_or_else(|_| found.value.into_owned()))
}

/// A number in an attribute.
pub(super) fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

/// Whether an attribute says yes.
pub(super) fn flag(tag: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(tag, name).as_deref(), Some("1" | "true"))
}

/// The start of a tag with other values of some attributes; `None` leaves one out.
pub(super) fn with_attributes(tag: &BytesStart<'_>, new: &[(&str, Option<&str>)]) -> String {
    let mut text = format!("<{}", tag.name().as_ref());
    for old in tag.attributes().with_checks(false).flatten() {
        let name = old.key.as_ref();
        if !new.iter().any(|(changed, _)| *changed == name) {
            text.extend([" ", name, "=\"", &old.value.replace('"', "&quot;"), "\""]);
        }
    }
    for (name, value) in new {
        if let Some(value) = value {
            text.extend([" ", name, "=\"", &escaped(value), "\""]);
        }
    }
    text
}

/// A text as it is written between tags or in an attribute.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// What to do with an element.
pub(super) enum Edit {
    Keep,
    Remove,
    /// Instead of the start tag, written without `>`; what the element holds stays.
    Change(String),
}

/// Changes elements by their start tags, and writes something before the end of one of them.
pub(super) fn edit(
    text: &str,
    mut each: impl FnMut(&BytesStart<'_>) -> Edit,
    (parent, more): (&str, &str),
) -> Result<String> {
    let mut pieces = Pieces::new(text);
    let mut edited = String::with_capacity(text.len().saturating_add(more.len()));
    while let Some(piece) = pieces.next()? {
        match &piece.event {
            Event::Start(tag) => match each(tag) {
                Edit::Keep => edited.push_str(piece.raw),
                Edit::Remove => drop(pieces.inside(tag)?),
                Edit::Change(start) => edited.extend([&start, ">"]),
            },
            Event::Empty(tag) => match each(tag) {
                Edit::Keep => edited.push_str(piece.raw),
                Edit::Remove => {}
                Edit::Change(start) => edited.extend([&start, "/>"]),
            },
            Event::End(tag) if tag.name().local_name().as_ref() == parent => {
                edited.extend([more, piece.raw]);
            }
            _ => edited.push_str(piece.raw),
        }
    }
    Ok(edited)
}

/// Writes something behind the last element that has one of some names.
pub(super) fn insert_behind(text: &str, names: &[&str], more: &str) -> Result<String> {
    let mut pieces = Pieces::new(text);
    let mut edited = String::with_capacity(text.len().saturating_add(more.len()));
    let mut behind = None;
    while let Some(piece) = pieces.next()? {
        edited.push_str(piece.raw);
        let name = match &piece.event {
            Event::Empty(tag) => local(tag).to_owned(),
            Event::End(tag) => tag.name().local_name().as_ref().to_owned(),
            _ => continue,
        };
        if names.contains(&name.as_str()) {
            behind = Some(edited.len());
        }
    }
    if let Some(behind) = behind {
        edited.insert_str(behind, more);
    }
    Ok(edited)
}
