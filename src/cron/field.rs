//! What all fields share: `*`, lists, ranges and steps (`cron.md` 3.1).

use super::error::Fault;
use super::text::{Glyph, Piece};
use std::fmt;

/// A field as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field<I> {
    /// `*`, or `?` where it may stand.
    Any,
    /// Items separated by commas.
    List {
        items: Vec<I>,
        /// Written `*/n`, which is read from the smallest number of the field.
        is_starred: bool,
    },
}

impl<I> Field<I> {
    pub(super) const fn is_restricted(&self) -> bool {
        matches!(self, Self::List { .. })
    }

    /// The items; none when unrestricted.
    pub(super) fn items(&self) -> &[I] {
        match self {
            Self::Any => &[],
            Self::List { items, .. } => items,
        }
    }

    pub(super) const fn is_starred(&self) -> bool {
        matches!(
            self,
            Self::List {
                is_starred: true,
                ..
            }
        )
    }
}

impl<I: fmt::Display> fmt::Display for Field<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_restricted() {
            return f.write_str("*");
        }
        for (index, item) in self.items().iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

/// `a`, `a-b`, `a/n` or `a-b/n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range<T> {
    pub from: T,
    pub to: Option<T>,
    pub step: Option<u32>,
}

impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.from.fmt(f)?;
        if let Some(to) = &self.to {
            write!(f, "-{to}")?;
        }
        match self.step {
            Some(step) => write!(f, "/{step}"),
            None => Ok(()),
        }
    }
}

impl Range<u32> {
    /// Its numbers, up to `max` when it has a step and no end.
    pub(super) fn numbers(&self, max: u32) -> impl Iterator<Item = u32> + use<> {
        let open_end = if self.step.is_some() { max } else { self.from };
        let step = usize::try_from(self.step.unwrap_or(1)).unwrap_or(usize::MAX);
        (self.from..=self.to.unwrap_or(open_end)).step_by(step)
    }
}

/// What the list reader must know of a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// For messages, such as `minute`.
    pub name: &'static str,
    /// Where `*/n` begins.
    pub min: u32,
    /// Whether `?` may stand for `*`.
    pub has_question: bool,
}

/// Reads a whole field, item by item.
pub(super) fn parse_field<I>(
    text: Piece<'_>,
    manner: Manner,
    item: impl Fn(Piece<'_>) -> Result<I, Fault>,
) -> Result<Field<I>, Fault> {
    if text.is("*") || (manner.has_question && text.is("?")) {
        return Ok(Field::Any);
    }
    let starts_with_star = text.chars().next() == Some('*');
    let is_starred = starts_with_star && text.strip_prefix("*/").is_some() && !text.contains(',');
    let glyphs = if is_starred {
        from_minimum(text, manner.min)
    } else {
        text.glyphs().to_vec()
    };
    let mut items = Vec::new();
    for piece in Piece::new(&glyphs, text.end()).split(',') {
        items.push(item(checked_item(piece, manner)?)?);
    }
    Ok(Field::List { items, is_starred })
}

/// Writes `*/n` as the smallest number and the step; the number keeps the place of the star.
fn from_minimum(text: Piece<'_>, min: u32) -> Vec<Glyph> {
    let minimum = min.to_string();
    let star = text.glyphs().iter().take(1).flat_map(|star| {
        minimum
            .chars()
            .map(|ch| Glyph { ch, ..*star })
            .collect::<Vec<_>>()
    });
    star.chain(text.glyphs().iter().skip(1).copied()).collect()
}

/// Refuses what no item of any field may be.
fn checked_item(item: Piece<'_>, manner: Manner) -> Result<Piece<'_>, Fault> {
    let name = manner.name;
    if item.is_empty() {
        return Err(item
            .fault(format!("an item of the {name} list"))
            .hint("a comma stands between two items only".to_owned()));
    }
    if item.contains('?') && !manner.has_question {
        return Err(item.fault(format!("no `?` in the {name}, only in day and week")));
    }
    let foreign = item.chars().find_map(|ch| match ch {
        '\u{ff0c}' | '\u{3001}' => Some((ch, ',')),
        '\u{ff1a}' => Some((ch, ':')),
        '\u{ff0a}' => Some((ch, '*')),
        '\u{ff0d}' | '\u{2013}' => Some((ch, '-')),
        '\u{ff0f}' => Some((ch, '/')),
        _ => None,
    });
    if let Some((foreign, plain)) = foreign {
        return Err(item
            .fault(format!("an item of the {name} list"))
            .hint(format!("write `{plain}` for `{foreign}`")));
    }
    if item.contains('*') || item.contains('?') {
        let alone = if item.contains('*') { '*' } else { '?' };
        return Err(item.fault(format!("`{alone}` to stand alone in the {name}")));
    }
    Ok(item)
}

/// Reads `a`, `a-b`, `a/n` or `a-b/n`; whether the ends fit together is the caller's affair.
pub(super) fn parse_range<T>(
    item: Piece<'_>,
    name: &str,
    value: impl Fn(Piece<'_>) -> Result<T, Fault>,
) -> Result<Range<T>, Fault> {
    let (ends, step) = match item.split_once('/') {
        Some((ends, step)) => (ends, Some(parse_step(step, name)?)),
        None => (item, None),
    };
    let (from, to) = match ends.split_once('-') {
        Some((_, to)) if to.contains('-') => {
            return Err(item.fault(format!("one dash at most in a range of the {name}")));
        }
        Some((from, to)) => (value(from)?, Some(value(to)?)),
        None => (value(ends)?, None),
    };
    Ok(Range { from, to, step })
}

fn parse_step(step: Piece<'_>, name: &str) -> Result<u32, Fault> {
    if step.contains('/') {
        return Err(step.fault(format!("one step at most in an item of the {name}")));
    }
    match step.number() {
        Some(number) if number > 0 => Ok(number),
        _ => Err(step.fault(format!("the step of the {name} as a number from 1"))),
    }
}

/// The suggestion for a range that runs backwards: around the end of the field.
pub(super) fn wrapped(from: &str, last: &str, first: &str, to: &str) -> String {
    let span = |a: &str, b: &str| {
        if a == b {
            a.to_owned()
        } else {
            format!("{a}-{b}")
        }
    };
    format!("write `{},{}`", span(from, last), span(first, to))
}
