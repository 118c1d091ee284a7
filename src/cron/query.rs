//! The query-string form, such as `HOUR=2&MINUTE=0` (`cron.md` 6).

use super::classic::Place;
use super::error::Fault;
use super::fields::Fields;
use super::suggest;
use super::text::{Glyph, Piece};

/// Whether a part is written in this form.
pub(super) fn is_query(part: Piece<'_>) -> bool {
    part.contains('=') || part.contains('&')
}

/// Reads a part; blanks count nowhere.
pub(super) fn parse(part: Piece<'_>) -> Result<Fields, Fault> {
    let is_ink = |glyph: &Glyph| !glyph.is_blank();
    let glyphs: Vec<Glyph> = part.glyphs().iter().copied().filter(is_ink).collect();
    let mut fields = Fields::default();
    let mut seen = Vec::new();
    for pair in Piece::new(&glyphs, part.end()).split('&') {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(pair.fault("KEY=value between two `&`"));
        };
        let place = place(key)?;
        if seen.contains(&place) {
            return Err(key.fault("each key once"));
        }
        seen.push(place);
        if value.is_empty() {
            return Err(value.fault(format!("a value after `{}=`", key.upper())));
        }
        place.read(value, &mut fields)?;
    }
    Ok(fields)
}

fn place(key: Piece<'_>) -> Result<Place, Fault> {
    let known = Place::ALL.iter().find(|(_, name)| key.is(name));
    known.map(|(place, _)| *place).ok_or_else(|| {
        let names: Vec<&str> = Place::ALL.iter().map(|(_, name)| *name).collect();
        let hint = suggest::nearest(&key.upper(), names.iter().copied());
        key.fault("a key: SECOND, MINUTE, HOUR, DAY, MONTH, WEEK or YEAR")
            .hint(hint)
    })
}
