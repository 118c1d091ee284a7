//! From a text to the fields of its parts: which form a part has (`cron.md` 2).

use super::error::{Fault, ParseError};
use super::fields::Fields;
use super::readable::Readable;
use super::text::{Piece, glyphs};
use super::{classic, query};

/// Reads a plan, part by part.
pub(super) fn read_plan(text: &str) -> Result<Vec<Fields>, ParseError> {
    read_parts(text).map_err(|fault| ParseError::locate(fault, text))
}

fn read_parts(text: &str) -> Result<Vec<Fields>, Fault> {
    let glyphs = glyphs(text)?;
    let whole = Piece::new(&glyphs, glyphs.len() + 1);
    let mut mode: Option<Readable> = None;
    let mut parts = Vec::new();
    for part in pieces(whole, "a part such as `0 2` or `DAILY 2:00`")? {
        if query::is_query(part) {
            parts.push(query::parse(part)?);
            continue;
        }
        let readable = match (Readable::open(part)?, &mode) {
            (Some(opened), _) => opened,
            (None, Some(before)) => before.follow(part)?,
            (None, None) => {
                parts.push(classic::parse(part)?);
                continue;
            }
        };
        parts.push(readable.fields.clone());
        mode = Some(readable);
    }
    Ok(parts)
}

/// The trimmed pieces between separators; one separator may end the text.
pub(super) fn pieces<'a>(whole: Piece<'a>, expected: &str) -> Result<Vec<Piece<'a>>, Fault> {
    let mut pieces: Vec<Piece<'a>> = whole.split(';').into_iter().map(Piece::trim).collect();
    if pieces.len() > 1 && pieces.last().is_some_and(|last| last.is_empty()) {
        pieces.pop();
    }
    match pieces.iter().find(|piece| piece.is_empty()) {
        Some(empty) => Err(empty.fault(expected)),
        None => Ok(pieces),
    }
}

/// Reads one part that must not be readable: what may follow `@` in an endless job.
pub(super) fn read_plain(part: Piece<'_>) -> Result<Fields, Fault> {
    if query::is_query(part) {
        return query::parse(part);
    }
    if Readable::open(part).map_or(true, |opened| opened.is_some()) {
        return Err(part.fault("fields or KEY=value after `@`"));
    }
    classic::parse(part)
}
