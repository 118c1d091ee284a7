//! The formats of cells with moments.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::xml::{Edit, Pieces, Result, edit, local, number, prefix, with_attributes};
use crate::value::DateTimeForm;

/// The first number that a file may give to a format of its own.
const OWN_FORMATS: u32 = 164;
/// The formats that say nothing: `General`, and that of texts.
const PLAIN: &[u32] = &[0, 49];

/// The styles of a workbook, with those that its new cells need.
pub(super) struct Styles {
    text: String,
    /// The namespace of its tags.
    sign: String,
    all: Vec<Style>,
    known: usize,
    /// Whether it has formats of its own to put the new ones to.
    has_formats: bool,
    formats: Vec<String>,
    next_format: u32,
    made: HashMap<(u32, DateTimeForm), u32>,
}

/// One style of cells.
struct Style {
    format: u32,
    text: String,
}

impl Styles {
    pub(super) fn read(text: String) -> Result<Self> {
        let (mut all, mut next_format, mut sign) = (Vec::new(), OWN_FORMATS, String::new());
        let mut pieces = Pieces::new(&text);
        let (mut is_inside, mut has_formats) = (false, false);
        while let Some(piece) = pieces.next()? {
            match &piece.event {
                Event::Start(tag) if local(tag) == "cellXfs" => {
                    is_inside = true;
                    sign = prefix(tag);
                }
                Event::End(tag) if tag.name().local_name().as_ref() == "cellXfs" => {
                    is_inside = false;
                }
                Event::Start(tag) if is_inside && local(tag) == "xf" => {
                    let end = format!("</{}>", tag.name().as_ref());
                    let inside = pieces.inside(tag)?;
                    all.push(Style::of(tag, [piece.raw, inside, &end].concat()));
                }
                Event::Empty(tag) if is_inside && local(tag) == "xf" => {
                    all.push(Style::of(tag, piece.raw.to_owned()));
                }
                Event::Start(tag) if local(tag) == "numFmts" => has_formats = true,
                Event::Start(tag) | Event::Empty(tag) if local(tag) == "numFmt" => {
                    let own = number(tag, "numFmtId").unwrap_or_default();
                    next_format = next_format.max(own.saturating_add(1));
                }
                _ => {}
            }
        }
        Ok(Self {
            known: all.len(),
            text,
            sign,
            all,
            has_formats,
            formats: Vec::new(),
            next_format,
            made: HashMap::new(),
        })
    }

    /// Tells whether cells can have a style.
    pub(super) fn has_any(&self) -> bool {
        !self.all.is_empty()
    }

    /// The style for a moment in a cell of this style: the same, with a format of moments where it
    /// says nothing.
    pub(super) fn moment(&mut self, base: u32, form: DateTimeForm) -> Result<u32> {
        if let Some(made) = self.made.get(&(base, form)) {
            return Ok(*made);
        }
        let place = usize::try_from(base).unwrap_or(usize::MAX);
        let style = match self.all.get(place) {
            Some(style) if !PLAIN.contains(&style.format) => base,
            Some(style) => {
                let format = self.next_format;
                self.next_format = format.saturating_add(1);
                let code = match form {
                    DateTimeForm::Full => "yyyy\\-mm\\-dd hh:mm:ss",
                    DateTimeForm::Date => "yyyy\\-mm\\-dd",
                    DateTimeForm::Time => "hh:mm:ss",
                };
                let sign = &self.sign;
                self.formats.push(format!(
                    "<{sign}numFmt numFmtId=\"{format}\" formatCode=\"{code}\"/>"
                ));
                let text = style.with_format(format)?;
                self.all.push(Style { format, text });
                u32::try_from(self.all.len().saturating_sub(1)).unwrap_or(base)
            }
            None => return Err(format!("it has no style {base}")),
        };
        self.made.insert((base, form), style);
        Ok(style)
    }

    /// The text of the part with the new styles; `None` when there are none.
    pub(super) fn changed(&self) -> Result<Option<String>> {
        let new = self.all.get(self.known..).unwrap_or_default();
        if new.is_empty() {
            return Ok(None);
        }
        let styles: String = new.iter().map(|style| style.text.as_str()).collect();
        let count = self.all.len().to_string();
        let text = edit(
            &self.text,
            |tag| match local(tag) {
                "cellXfs" => Edit::Change(with_attributes(tag, &[("count", Some(&count))])),
                // How many there are may be left out.
                "numFmts" if self.has_formats => {
                    Edit::Change(with_attributes(tag, &[("count", None)]))
                }
                "numFmts" => Edit::Remove,
                _ => Edit::Keep,
            },
            ("cellXfs", &styles),
        )?;
        let formats = self.formats.concat();
        if self.has_formats {
            return edit(&text, |_| Edit::Keep, ("numFmts", &formats)).map(Some);
        }
        // The formats are the first thing of all.
        let sign = &self.sign;
        let mut is_first = true;
        let mut pieces = Pieces::new(&text);
        let mut changed = String::with_capacity(text.len());
        while let Some(piece) = pieces.next()? {
            changed.push_str(piece.raw);
            if is_first && matches!(piece.event, Event::Start(_)) {
                is_first = false;
                let tag = format!("{sign}numFmts");
                changed.extend(["<", &tag, ">", &formats, "</", &tag, ">"]);
            }
        }
        Ok(Some(changed))
    }
}

impl Style {
    fn of(tag: &BytesStart<'_>, text: String) -> Self {
        Self {
            format: number(tag, "numFmtId").unwrap_or_default(),
            text,
        }
    }

    fn with_format(&self, format: u32) -> Result<String> {
        let format = format.to_string();
        let change = [
            ("numFmtId", Some(&*format)),
            ("applyNumberFormat", Some("1")),
        ];
        edit(
            &self.text,
            |tag| match local(tag) {
                "xf" => Edit::Change(with_attributes(tag, &change)),
                _ => Edit::Keep,
            },
            ("", ""),
        )
    }
}
