//! Links on arrays.

pub(crate) mod access;
mod convert;
mod edit;
mod map;
mod member;
mod order;
mod random;
mod statistics;

pub(crate) use statistics::Statistic;

use crate::pql::sharp::Entry;

pub(crate) const FAMILIES: &[&[Entry]] = &[
    edit::LINKS,
    access::LINKS,
    member::LINKS,
    order::LINKS,
    map::LINKS,
    random::LINKS,
    convert::LINKS,
    statistics::LINKS,
];
