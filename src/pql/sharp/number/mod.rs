//! Links on numbers.

mod amount;
mod arithmetic;
mod round;
mod sequence;
mod size;
mod time;

pub(crate) use arithmetic::{absolute, power, root, sign, whole_or_decimal};
pub(crate) use round::{Direction, round_to};
pub(crate) use sequence::{exclusive, inclusive};

use crate::pql::sharp::Entry;

pub(crate) const FAMILIES: &[&[Entry]] = &[
    arithmetic::LINKS,
    round::LINKS,
    sequence::LINKS,
    size::LINKS,
    time::LINKS,
    amount::LINKS,
];
