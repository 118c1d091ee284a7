//! The number fields: second, minute, hour, month and year (`cron.md` 3.1).

use super::error::Fault;
use super::field::{Field, Manner, Range, parse_field, parse_range, wrapped};
use super::set::NumberSet;
use super::suggest;
use super::text::Piece;

/// A number field as written.
pub(super) type Numbers = Field<Range<u32>>;

/// What a number field may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// For messages.
    pub name: &'static str,
    pub min: u32,
    pub max: u32,
    /// Three-letter names in order from `min`.
    pub names: &'static [&'static str],
}

pub(super) const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];

const fn shape(name: &'static str, min: u32, max: u32) -> Shape {
    Shape {
        name,
        min,
        max,
        names: &[],
    }
}

pub(super) const SECOND: Shape = shape("second", 0, 59);
pub(super) const MINUTE: Shape = shape("minute", 0, 59);
pub(super) const HOUR: Shape = shape("hour", 0, 23);
pub(super) const MONTH: Shape = Shape {
    names: MONTHS,
    ..shape("month", 1, 12)
};
pub(super) const YEAR: Shape = shape("year", 1970, 2100);

impl Shape {
    /// Reads a whole field.
    pub(super) fn parse(&self, text: Piece<'_>) -> Result<Numbers, Fault> {
        let manner = Manner {
            name: self.name,
            min: self.min,
            has_question: false,
        };
        parse_field(text, manner, |item| self.item(item))
    }

    /// The numbers of a field.
    pub(super) fn set(&self, field: &Numbers) -> NumberSet {
        let mut set = NumberSet::empty(self.min);
        match field {
            Field::Any => (self.min..=self.max).for_each(|number| set.insert(number)),
            Field::List { items, .. } => items
                .iter()
                .flat_map(|item| item.numbers(self.max))
                .for_each(|number| set.insert(number)),
        }
        set
    }

    fn item(&self, item: Piece<'_>) -> Result<Range<u32>, Fault> {
        let range = parse_range(item, self.name, |text| self.value(text))?;
        let Some(to) = range.to.filter(|to| *to < range.from) else {
            return Ok(range);
        };
        let write = |number: u32| self.spell(number);
        let fault = item.fault(format!("a range of the {} that runs upwards", self.name));
        let is_cyclic = self.max < YEAR.min && range.step.is_none();
        Err(fault.hint(is_cyclic.then(|| {
            wrapped(
                &write(range.from),
                &write(self.max),
                &write(self.min),
                &write(to),
            )
        })))
    }

    fn value(&self, text: Piece<'_>) -> Result<u32, Fault> {
        let named = (self.min..)
            .zip(self.names)
            .find(|(_, name)| text.is(name))
            .map(|(number, _)| number);
        let number = text
            .number()
            .filter(|number| (self.min..=self.max).contains(number));
        named.or(number).ok_or_else(|| {
            let Self { name, min, max, .. } = self;
            let mut expected = format!("{name} {min}-{max}");
            if let (Some(first), Some(last)) = (self.names.first(), self.names.last()) {
                expected.push_str(" or ");
                expected.push_str(first);
                expected.push('-');
                expected.push_str(last);
            }
            text.fault(expected).hint(suggest::number(text, self))
        })
    }

    /// A number as an author would write it.
    fn spell(&self, number: u32) -> String {
        (self.min..)
            .zip(self.names)
            .find(|(own, _)| *own == number)
            .map_or_else(|| number.to_string(), |(_, name)| (*name).to_owned())
    }
}
