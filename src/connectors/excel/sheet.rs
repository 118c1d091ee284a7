//! Putting rows between those of a sheet.

use std::collections::BTreeMap;
use std::io::Write;
use std::iter::Peekable;

use quick_xml::events::{BytesStart, Event};

use super::styles::Styles;
use super::xml::{
    Pieces, Result, attribute, escaped, flag, local, number, prefix, with_attributes,
};
use crate::clock::{Civil, Date};
use crate::value::{DateTime, DateTimeForm, Value};

/// The most characters that a cell may hold, in units of UTF-16.
const TEXT_MAX: usize = 32_767;

/// The new cells of a row, by column from 0.
pub(super) type Cells = BTreeMap<u16, Value>;
/// New rows, from 0.
pub(super) type Rows = BTreeMap<u32, Cells>;

/// The first row behind all that hold something, from 0.
pub(super) fn free_row(text: &str) -> Result<u32> {
    let mut pieces = Pieces::new(text);
    let (mut row, mut free) = (0_u32, 0);
    while let Some(piece) = pieces.next()? {
        match &piece.event {
            Event::Start(tag) | Event::Empty(tag) if local(tag) == "row" => {
                row = number(tag, "r").unwrap_or_else(|| row.saturating_add(1));
            }
            Event::Start(tag) | Event::Empty(tag) if matches!(local(tag), "v" | "f" | "is") => {
                free = row;
            }
            Event::End(tag) if tag.name().local_name().as_ref() == "sheetData" => break,
            _ => {}
        }
    }
    Ok(free)
}

/// Writes a sheet with new rows. A cell that is there gives its format to the new one; where there
/// is none, its row or column does.
pub(super) fn write(out: &mut dyn Write, text: &str, rows: &Rows, looks: Looks<'_>) -> Result<()> {
    let mut sheet = Sheet {
        out,
        looks,
        sign: String::new(),
        columns: Vec::new(),
    };
    let mut rows = rows.iter().peekable();
    let mut pieces = Pieces::new(text);
    let mut at = 0_u32;
    while let Some(piece) = pieces.next()? {
        match &piece.event {
            // What it says about the size is no longer true, and it may be left out.
            Event::Empty(tag) if local(tag) == "dimension" => {}
            Event::Start(tag) if local(tag) == "dimension" => drop(pieces.inside(tag)?),
            Event::Start(tag) | Event::Empty(tag) if local(tag) == "col" => {
                sheet.columns.extend(Columns::of(tag));
                sheet.put(piece.raw)?;
            }
            Event::Start(tag) if local(tag) == "sheetData" => {
                sheet.sign = prefix(tag);
                sheet.put(piece.raw)?;
            }
            Event::Empty(tag) if local(tag) == "sheetData" => {
                sheet.sign = prefix(tag);
                sheet.put(&format!("<{}>", tag.name().as_ref()))?;
                sheet.rows_before(&mut rows, u32::MAX)?;
                sheet.put(&format!("</{}>", tag.name().as_ref()))?;
            }
            Event::End(tag) if tag.name().local_name().as_ref() == "sheetData" => {
                sheet.rows_before(&mut rows, u32::MAX)?;
                sheet.put(piece.raw)?;
            }
            Event::Start(tag) if local(tag) == "row" => {
                at = number(tag, "r").unwrap_or_else(|| at.saturating_add(1));
                let place = at.saturating_sub(1);
                sheet.rows_before(&mut rows, place)?;
                match rows.next_if(|(row, _)| **row == place) {
                    Some((_, cells)) => {
                        let inside = pieces.inside(tag)?;
                        sheet.merged(tag, (place, cells), inside)?;
                    }
                    None => sheet.put(piece.raw)?,
                }
            }
            Event::Empty(tag) if local(tag) == "row" => {
                at = number(tag, "r").unwrap_or_else(|| at.saturating_add(1));
                let place = at.saturating_sub(1);
                sheet.rows_before(&mut rows, place)?;
                match rows.next_if(|(row, _)| **row == place) {
                    Some((_, cells)) => sheet.merged(tag, (place, cells), "")?,
                    None => sheet.put(piece.raw)?,
                }
            }
            _ => sheet.put(piece.raw)?,
        }
    }
    match rows.next() {
        None => Ok(()),
        Some(_) => Err("a sheet has no place for rows".to_owned()),
    }
}

/// What the workbook says about how cells look.
pub(super) struct Looks<'a> {
    /// Without them moments are texts.
    pub(super) styles: Option<&'a mut Styles>,
    /// Whether moments are counted from 1904.
    pub(super) is_1904: bool,
}

/// The style of some columns, from 1.
struct Columns {
    from: u32,
    to: u32,
    style: u32,
}

impl Columns {
    fn of(tag: &BytesStart<'_>) -> Option<Self> {
        Some(Self {
            from: number(tag, "min")?,
            to: number(tag, "max")?,
            style: number(tag, "style")?,
        })
    }
}

struct Sheet<'a> {
    out: &'a mut dyn Write,
    looks: Looks<'a>,
    /// The namespace of its tags.
    sign: String,
    columns: Vec<Columns>,
}

impl Sheet<'_> {
    fn put(&mut self, text: &str) -> Result<()> {
        let written = self.out.write_all(text.as_bytes());
        written.map_err(|error| error.to_string())
    }

    fn rows_before<'r>(
        &mut self,
        rows: &mut Peekable<impl Iterator<Item = (&'r u32, &'r Cells)>>,
        end: u32,
    ) -> Result<()> {
        while let Some((row, cells)) = rows.next_if(|(row, _)| **row < end) {
            let sign = self.sign.clone();
            self.put(&format!("<{sign}row r=\"{}\">", row.saturating_add(1)))?;
            for (column, value) in cells {
                let style = self.column_style(*column);
                self.cell((*row, *column), value, style)?;
            }
            self.put(&format!("</{sign}row>"))?;
        }
        Ok(())
    }

    /// A row that is there, with new cells.
    fn merged(
        &mut self,
        tag: &BytesStart<'_>,
        (row, cells): (u32, &Cells),
        inside: &str,
    ) -> Result<()> {
        // How far its cells reach may be left out.
        self.put(&with_attributes(tag, &[("spans", None)]))?;
        self.put(">")?;
        let own = number(tag, "s").filter(|_| flag(tag, "customFormat"));
        let mut cells = cells.iter().peekable();
        let mut pieces = Pieces::new(inside);
        let mut at = None;
        while let Some(piece) = pieces.next()? {
            let (Event::Start(tag) | Event::Empty(tag)) = &piece.event else {
                self.put(piece.raw)?;
                continue;
            };
            if local(tag) != "c" {
                self.put(piece.raw)?;
                continue;
            }
            let next = at.map_or(0, |at: u16| at.saturating_add(1));
            let column = attribute(tag, "r").and_then(|name| column_of(&name));
            let column = column.unwrap_or(next);
            at = Some(column);
            let end = match &piece.event {
                Event::Start(_) => format!("</{}>", tag.name().as_ref()),
                _ => String::new(),
            };
            let held = match &piece.event {
                Event::Start(_) => pieces.inside(tag)?,
                _ => "",
            };
            self.cells_before(&mut cells, (row, column), own)?;
            match cells.next_if(|(place, _)| **place == column) {
                Some((_, value)) => {
                    self.cell((row, column), value, number(tag, "s").unwrap_or_default())?;
                }
                None => self.put(&[piece.raw, held, &end].concat())?,
            }
        }
        self.cells_before(&mut cells, (row, u16::MAX), own)?;
        self.put(&format!("</{}>", tag.name().as_ref()))
    }

    fn cells_before<'r>(
        &mut self,
        cells: &mut Peekable<impl Iterator<Item = (&'r u16, &'r Value)>>,
        (row, end): (u32, u16),
        row_style: Option<u32>,
    ) -> Result<()> {
        while let Some((column, value)) = cells.next_if(|(column, _)| **column < end) {
            let style = row_style.unwrap_or_else(|| self.column_style(*column));
            self.cell((row, *column), value, style)?;
        }
        Ok(())
    }

    fn column_style(&self, column: u16) -> u32 {
        let place = u32::from(column).saturating_add(1);
        let mut columns = self.columns.iter();
        let found = columns.find(|one| (one.from..=one.to).contains(&place));
        found.map_or(0, |one| one.style)
    }

    fn cell(&mut self, (row, column): (u32, u16), value: &Value, style: u32) -> Result<()> {
        let (style, kind, held) = match value {
            Value::Null | Value::Undefined if style == 0 => return Ok(()),
            Value::Null | Value::Undefined => (style, "", None),
            Value::Integer(number) => (style, "", Some(number.to_string())),
            Value::Decimal(number) if number.is_finite() => (style, "", Some(number.to_string())),
            Value::Boolean(flag) => (style, "b", Some(u8::from(*flag).to_string())),
            Value::DateTime(moment) => match self.moment(*moment, style)? {
                Some((style, number)) => (style, "", Some(number.to_string())),
                None => (style, "inlineStr", Some(value.render().into_owned())),
            },
            other => (style, "inlineStr", Some(other.render().into_owned())),
        };
        let sign = self.sign.clone();
        let name = column_name(column);
        let mut text = format!("<{sign}c r=\"{name}{}\"", row.saturating_add(1));
        if style != 0 {
            text.extend([" s=\"", &style.to_string(), "\""]);
        }
        if !kind.is_empty() {
            text.extend([" t=\"", kind, "\""]);
        }
        match held {
            None => text.push_str("/>"),
            Some(held) if kind == "inlineStr" => {
                if held.encode_utf16().count() > TEXT_MAX {
                    let row = row.saturating_add(1);
                    return Err(format!(
                        "the text for cell {name}{row} is longer than {TEXT_MAX} characters"
                    ));
                }
                let open = ["><", &sign, "is><", &sign, "t xml:space=\"preserve\">"];
                text.extend(open);
                text.push_str(&cell_text(&held));
                text.extend(["</", &sign, "t></", &sign, "is></", &sign, "c>"]);
            }
            Some(held) => {
                text.extend(["><", &sign, "v>", &held, "</", &sign, "v></", &sign, "c>"]);
            }
        }
        self.put(&text)
    }

    /// The number and style of a moment; `None` where it cannot be more than a text.
    fn moment(&mut self, moment: DateTime, style: u32) -> Result<Option<(u32, f64)>> {
        let Some(styles) = self.looks.styles.as_deref_mut() else {
            return Ok(None);
        };
        let Some(number) = serial(moment, self.looks.is_1904) else {
            return Ok(None);
        };
        Ok(Some((styles.moment(style, moment.form)?, number)))
    }
}

/// The days since the first one that the format knows; none before it.
fn serial(moment: DateTime, is_1904: bool) -> Option<f64> {
    const DAY_NANOS: f64 = 86_400e9;
    let civil: Civil = moment.civil;
    let midnight = civil.date().to_datetime(crate::clock::Time::midnight());
    let nanos = civil.duration_since(midnight).as_nanos();
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of workbooks are doubles"
    )]
    let part = nanos as f64 / DAY_NANOS;
    if moment.form == DateTimeForm::Time {
        return Some(part);
    }
    let first = if is_1904 {
        Date::constant(1904, 1, 1)
    } else {
        Date::constant(1899, 12, 30)
    };
    let hours = civil.date().duration_since(first).as_hours();
    let mut days = i32::try_from(hours / 24).ok()?;
    // The format has a 29 February 1900, which never was.
    if !is_1904 && days <= 60 {
        days = days.saturating_sub(1);
    }
    (days >= i32::from(!is_1904)).then_some(f64::from(days) + part)
}

/// A text as a cell holds it: characters that XML does not have are written as `_xHHHH_`.
fn cell_text(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let is_like_code = rest.starts_with("_x")
            && rest.get(6..7) == Some("_")
            && rest
                .get(2..6)
                .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match letter {
            '\t' | '\n' => written.push(letter),
            '_' if is_like_code => written.push_str("_x005F_"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                written.extend(["_x", &format!("{:04X}", u32::from(letter)), "_"]);
            }
            other => written.push(other),
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    escaped(&written).into_owned()
}

/// `A` for 0.
pub(super) fn column_name(column: u16) -> String {
    let mut letters = Vec::new();
    let mut left = u32::from(column).saturating_add(1);
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A'.saturating_add(digit)));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// 0 for `A7`.
pub(super) fn column_of(cell: &str) -> Option<u16> {
    let letters = cell.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let mut column = 0_u16;
    for letter in letters.bytes() {
        let digit = letter.to_ascii_uppercase().checked_sub(b'A')?;
        column = column.checked_mul(26)?.checked_add(u16::from(digit) + 1)?;
    }
    column.checked_sub(1)
}
