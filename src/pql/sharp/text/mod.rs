//! Links on text. Positions and lengths count characters.

mod case;
mod chars;
mod code;
mod convert;
mod cut;
mod extend;
mod find;
mod replace;
mod split;
mod take;
mod test;
mod trim;

pub(crate) use chars::{count, keep_left, keep_right};
pub(crate) use code::{decode_base64, encode_base64};
pub(crate) use extend::repeat;
pub(crate) use find::position;
pub(crate) use replace::replace;
pub(crate) use split::field;

use crate::pql::sharp::Entry;

pub(crate) const FAMILIES: &[&[Entry]] = &[
    cut::LINKS,
    take::LINKS,
    trim::LINKS,
    split::LINKS,
    replace::LINKS,
    find::LINKS,
    test::LINKS,
    extend::LINKS,
    case::LINKS,
    convert::LINKS,
    code::LINKS,
];
