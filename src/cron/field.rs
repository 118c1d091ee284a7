//! One field of a part as a set of numbers (`cron.md` 3.1).

use super::ParseError;

/// The year that bit 0 of a year set stands for.
pub(super) const YEAR_MIN: u32 = 1970;

/// What a field may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// For messages.
    pub name: &'static str,
    pub min: u32,
    pub max: u32,
    /// Three-letter names in order from `min`.
    pub names: &'static [&'static str],
    /// Whether `?` may stand for `*`.
    pub question: bool,
}

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const DAYS: &[&str] = &["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

const fn shape(name: &'static str, min: u32, max: u32) -> Shape {
    Shape {
        name,
        min,
        max,
        names: &[],
        question: false,
    }
}

pub(super) const SECOND: Shape = shape("second", 0, 59);
pub(super) const MINUTE: Shape = shape("minute", 0, 59);
pub(super) const HOUR: Shape = shape("hour", 0, 23);
pub(super) const DAY: Shape = Shape {
    question: true,
    ..shape("day", 1, 31)
};
pub(super) const MONTH: Shape = Shape {
    names: MONTHS,
    ..shape("month", 1, 12)
};
pub(super) const WEEK: Shape = Shape {
    names: DAYS,
    question: true,
    ..shape("week", 1, 7)
};
pub(super) const YEAR: Shape = shape("year", YEAR_MIN, 2100);

/// A set of numbers; unrestricted when it was written `*` or `?`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    bits: [u128; 2],
    restricted: bool,
    base: u32,
}

impl Field {
    /// Every number of the shape.
    pub(super) fn any(shape: Shape) -> Self {
        let mut field = Self {
            bits: [0; 2],
            restricted: false,
            base: shape.min,
        };
        field.fill(shape.min, shape.max, 1);
        field
    }

    /// Whether it was written other than `*` and `?`.
    pub(super) const fn is_restricted(&self) -> bool {
        self.restricted
    }

    /// Whether `value` is in it.
    pub(super) fn contains(&self, value: u32) -> bool {
        self.next(value) == Some(value)
    }

    /// The smallest member at or above `from`.
    pub(super) fn next(&self, from: u32) -> Option<u32> {
        let offset = from.saturating_sub(self.base);
        for (word, bits) in (0_u32..).zip(self.bits) {
            let start = word.saturating_mul(u128::BITS);
            let skip = offset.saturating_sub(start);
            let rest = bits
                .checked_shr(skip)
                .and_then(|bits| bits.checked_shl(skip))
                .unwrap_or(0);
            if rest != 0 {
                return Some(
                    self.base
                        .saturating_add(start)
                        .saturating_add(rest.trailing_zeros()),
                );
            }
        }
        None
    }

    /// The smallest member.
    pub(super) fn first(&self) -> u32 {
        self.next(0).unwrap_or(self.base)
    }

    fn fill(&mut self, from: u32, to: u32, step: u32) {
        for value in (from..=to).step_by(usize::try_from(step).unwrap_or(1)) {
            let offset = value.saturating_sub(self.base);
            let word = usize::try_from(offset / u128::BITS).unwrap_or_default();
            if let Some(bits) = self.bits.get_mut(word) {
                *bits |= 1 << (offset % u128::BITS);
            }
        }
    }

    /// Reads a field; `at` is the place of its first character in the plan, from 1.
    pub(super) fn parse(text: &str, at: usize, shape: Shape) -> Result<Self, ParseError> {
        if text == "*" || (text == "?" && shape.question) {
            return Ok(Self::any(shape));
        }
        let mut field = Self {
            bits: [0; 2],
            restricted: true,
            base: shape.min,
        };
        let mut place = at;
        for item in text.split(',') {
            field.item(item, place, shape)?;
            place = place.saturating_add(item.chars().count()).saturating_add(1);
        }
        Ok(field)
    }

    fn item(&mut self, item: &str, at: usize, shape: Shape) -> Result<(), ParseError> {
        let fault = |expected: String| {
            Err(ParseError {
                position: at,
                found: item.into(),
                expected,
            })
        };
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (item, None),
        };
        let step = match step.map(str::parse::<u32>) {
            None => None,
            Some(Ok(step)) if step > 0 => Some(step),
            Some(_) => return fault(format!("a step of the {} is a number from 1", shape.name)),
        };
        if range == "*" {
            let Some(step) = step else {
                return fault("`*` stands alone, not in a list".to_owned());
            };
            self.fill(shape.min, shape.max, step);
            return Ok(());
        }
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (value(from, at, shape)?, value(to, at, shape)?),
            None => {
                let from = value(range, at, shape)?;
                (from, if step.is_some() { shape.max } else { from })
            }
        };
        if from > to {
            return fault(format!("a range of the {} runs upwards", shape.name));
        }
        self.fill(from, to, step.unwrap_or(1));
        Ok(())
    }
}

fn value(text: &str, at: usize, shape: Shape) -> Result<u32, ParseError> {
    let upper = text.to_ascii_uppercase();
    let named = (shape.min..)
        .zip(shape.names)
        .find(|(_, name)| **name == upper);
    if let Some((value, _)) = named {
        return Ok(value);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    if let Some(number) = number.filter(|number| (shape.min..=shape.max).contains(number)) {
        return Ok(number);
    }
    let found = if text.is_empty() {
        "nothing".to_owned()
    } else {
        text.to_owned()
    };
    let Shape { name, min, max, .. } = shape;
    let mut expected = format!("the {name} is a number from {min} to {max}");
    if let (Some(first), Some(last)) = (shape.names.first(), shape.names.last()) {
        expected.push_str(&format!(" or a name from {first} to {last}"));
    }
    if upper
        .bytes()
        .any(|byte| matches!(byte, b'F' | b'L' | b'W' | b'R' | b'#' | b'+'))
    {
        expected.push_str("; F, L, W, R, # and + are not supported in this version");
    }
    Err(ParseError {
        position: at,
        found,
        expected,
    })
}
