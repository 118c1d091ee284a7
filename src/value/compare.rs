//! Comparison: `=`, `===`, order, IN and LIKE (`pql-core.md` 4.22).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::convert::parse_boolean;
use super::number::Number;
use super::search;
use super::{Error, Frame, Kind, Result, Value};

impl Value {
    /// `=`: equal by meaning. Absent values equal each other; numbers compare with texts that read
    /// as numbers, times with what converts to one, truth with its words; otherwise texts compare
    /// ignoring case.
    pub fn is_loosely_equal(&self, other: &Self, frame: Frame<'_>) -> bool {
        if let Some((left, right)) = self.single_cells(other) {
            return left.is_loosely_equal(right, frame);
        }
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => return left == right,
            (Self::Null | Self::Undefined, _) | (_, Self::Null | Self::Undefined) => {
                return self.is_absent() && other.is_absent();
            }
            (Self::HashSet(left), Self::HashSet(right)) => return left.is_same(right),
            _ => {}
        }
        if (self.is_number() || other.is_number())
            && let (Some(left), Some(right)) = (Number::of(self), Number::of(other))
        {
            return left.is_same(right);
        }
        if (matches!(self, Self::DateTime(_)) || matches!(other, Self::DateTime(_)))
            && let (Ok(left), Ok(right)) = (self.to_datetime(frame), other.to_datetime(frame))
        {
            return left.civil == right.civil;
        }
        match (self, other) {
            (Self::Boolean(truth), Self::Text(text)) | (Self::Text(text), Self::Boolean(truth)) => {
                if let Some(word) = parse_boolean(text) {
                    return word == *truth;
                }
            }
            _ => {}
        }
        is_same_text(&self.render(), &other.render())
    }

    /// `===`: same type and same value; a whole number and an equal decimal are identical, NULL and
    /// UNDEFINED differ.
    pub fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Boolean(left), Self::Boolean(right)) => left == right,
            (Self::Integer(left), Self::Integer(right)) => left == right,
            (Self::Decimal(left), Self::Decimal(right)) => {
                Number::Double(*left).is_same(Number::Double(*right))
            }
            (Self::Integer(whole), Self::Decimal(double))
            | (Self::Decimal(double), Self::Integer(whole)) => {
                Number::Whole(*whole).is_same(Number::Double(*double))
            }
            (Self::Text(left), Self::Text(right)) => left == right,
            (Self::DateTime(left), Self::DateTime(right)) => left.civil == right.civil,
            (Self::Bytes(left), Self::Bytes(right)) => left == right,
            (Self::HashSet(left), Self::HashSet(right)) => left.is_same(right),
            _ => {
                self.is_collection() && self.kind() == other.kind() && {
                    self.to_json() == other.to_json()
                }
            }
        }
    }

    /// The order for `> >= < <=`: by number when either side is one, by time when either side is,
    /// else by the code points of the texts.
    ///
    /// # Errors
    /// Absent values, and a side that cannot be converted to what the other one is.
    pub fn order(&self, other: &Self, frame: Frame<'_>) -> Result<Ordering> {
        if let (Self::Integer(left), Self::Integer(right)) = (self, other) {
            return Ok(left.cmp(right));
        }
        if let Some((left, right)) = self.single_cells(other) {
            return left.order(right, frame);
        }
        for side in [self, other] {
            if side.is_absent() {
                return Err(Error::Absent {
                    kind: side.kind(),
                    operator: "<, <=, >, >=",
                });
            }
        }
        if self.is_number() || other.is_number() {
            // Only what is not a number has no order; no text reads as that.
            return self
                .order_as_numbers(other, frame)?
                .ok_or_else(|| self.refuse(Kind::Decimal));
        }
        if matches!(self, Self::DateTime(_)) || matches!(other, Self::DateTime(_)) {
            let (left, right) = (self.to_datetime(frame)?, other.to_datetime(frame)?);
            return Ok(left.civil.cmp(&right.civil));
        }
        Ok(self.render().cmp(&other.render()))
    }

    /// Both sides, where a table of a single cell, as a query that counts gives it, stands beside a
    /// single value or another one: that cell is what is compared.
    fn single_cells<'v>(&'v self, other: &'v Self) -> Option<(&'v Self, &'v Self)> {
        match (self, other) {
            (Self::Table(left), Self::Table(right)) => left.single_cell().zip(right.single_cell()),
            (Self::Table(_), single) | (single, Self::Table(_)) if single.is_collection() => None,
            (Self::Table(table), _) => Some((table.single_cell()?, other)),
            (_, Self::Table(table)) => Some((self, table.single_cell()?)),
            _ => None,
        }
    }

    /// The exact order of the numbers that two values are or read as; `None` where one is not a
    /// number.
    ///
    /// # Errors
    /// As [`Self::to_decimal`].
    pub fn order_as_numbers(&self, other: &Self, frame: Frame<'_>) -> Result<Option<Ordering>> {
        let number = |side: &Self| match Number::of(side) {
            Some(number) => Ok(number),
            None => side.to_decimal(frame).map(Number::Double),
        };
        Ok(number(self)?.order(number(other)?))
    }

    /// `IN`: tells whether the canonical text equals that of a member; a TABLE gives its first
    /// column, a ROW its values, a single value itself.
    pub fn is_in(&self, members: &Self) -> bool {
        if let Self::Table(table) = self
            && let Some(cell) = table.single_cell()
        {
            return cell.is_in(members);
        }
        let text = self.render();
        match members {
            Self::Array(items) => items.iter().any(|item| item.render() == text),
            Self::HashSet(set) => set.items().iter().any(|item| item.render() == text),
            Self::Table(table) => table
                .rows()
                .iter()
                .filter_map(|cells| cells.first())
                .any(|cell| cell.render() == text),
            Self::Row(row) => row.values().any(|value| value.render() == text),
            single => single.render() == text,
        }
    }

    /// `LIKE`, see [`is_like`].
    pub fn is_like(&self, pattern: &Self) -> bool {
        is_like(&self.render(), &pattern.render())
    }
}

/// Tells whether a text is one of those that another lists with commas.
pub fn is_listed(text: &str, list: &str) -> bool {
    list.split(',').any(|part| part.trim() == text)
}

/// Tells whether the whole text matches a pattern, ignoring case: `%` is any run of characters, `?`
/// exactly one, everything else itself. Takes no more than text times pattern steps.
pub fn is_like(text: &str, pattern: &str) -> bool {
    let is_ascii = text.is_ascii() && pattern.is_ascii();
    if let Some(part) = pattern
        .strip_prefix('%')
        .and_then(|rest| rest.strip_suffix('%'))
        && is_ascii
        && memchr::memchr2(b'%', b'?', part.as_bytes()).is_none()
    {
        return search::contains_any_case(text, part);
    }
    if !pattern.contains('?') {
        return holds_parts(&folded(text), &folded(pattern));
    }
    if is_ascii {
        let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
        return fits(text, pattern, [b'%', b'?'], u8::eq_ignore_ascii_case);
    }
    let letters = |text: &str| -> Vec<char> { folded(text).chars().collect() };
    fits(&letters(text), &letters(pattern), ['%', '?'], char::eq)
}

/// Each letter in lower case, whatever stands around it.
fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return search::lower(text);
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Tells whether a text is made of the parts between `%`, in order, with anything for each `%`.
fn holds_parts(text: &str, pattern: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('%') else {
        return text == pattern;
    };
    let (middle, tail) = rest.rsplit_once('%').unwrap_or(("", rest));
    let inner = text.strip_prefix(head);
    let Some(mut inner) = inner.and_then(|inner| inner.strip_suffix(tail)) else {
        return false;
    };
    // The first place of a part leaves most to those behind it.
    middle
        .split('%')
        .all(|part| match search::split_once(inner, part) {
            Some((_, behind)) => {
                inner = behind;
                true
            }
            None => false,
        })
}

/// Tells whether letters fit a pattern with a sign for any run and one for any letter.
fn fits<T: PartialEq>(
    text: &[T],
    pattern: &[T],
    [run, one]: [T; 2],
    is_same: impl Fn(&T, &T) -> bool,
) -> bool {
    let (mut at, mut next) = (0_usize, 0_usize);
    // Where to go on when the last run must take one letter more.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match pattern.get(next) {
            Some(wanted) if *wanted == run => {
                retry = Some((next.saturating_add(1), at));
                next = next.saturating_add(1);
            }
            Some(wanted) if *wanted == one || is_same(wanted, letter) => {
                at = at.saturating_add(1);
                next = next.saturating_add(1);
            }
            _ => {
                let Some((after, taken)) = retry else {
                    return false;
                };
                let taken = taken.saturating_add(1);
                retry = Some((after, taken));
                at = taken;
                next = after;
            }
        }
    }
    pattern.iter().skip(next).all(|letter| *letter == run)
}

fn is_same_text(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii()) && left.to_lowercase() == right.to_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_found_where_letters_fit(text in "[ab%]{0,12}", pattern in "[ab%]{0,8}") {
            let (letters, signs) = (text.as_bytes(), pattern.as_bytes());
            let expected = fits(letters, signs, [b'%', b'?'], u8::eq);
            prop_assert_eq!(holds_parts(&text, &pattern), expected);
            prop_assert_eq!(is_like(&text, &pattern), expected);
        }
    }
}
