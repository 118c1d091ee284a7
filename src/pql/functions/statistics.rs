//! Functions over many numbers.

use crate::pql::eval::Done;
use crate::pql::functions::{Function, Given};
use crate::pql::sharp::array::Statistic;
use crate::value::Value;

const MANY: &str = "a, b, .. | array";

pub(crate) const FUNCTIONS: &[Function] = &[
    Function::new(&["MIN"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Min)
    })
    .says("The smallest of the arguments, or of the elements of one array.")
    .shows(&[("@MIN(3, 1, 2)", "1")]),
    Function::new(&["MAX"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Max)
    })
    .says("The largest of the arguments, or of the elements of one array.")
    .shows(&[("@MAX([3, 1, 2])", "3")]),
    Function::new(&["SUM"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Sum)
    })
    .says("The sum.")
    .shows(&[("@SUM(1, 2, 3)", "6")]),
    Function::new(&["AVG"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Avg)
    })
    .says("The mean.")
    .shows(&[("@AVG([1, 2])", "1.5")]),
    Function::new(&["VAR"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Var)
    })
    .says("The variance of a sample.")
    .shows(&[("@VAR(1, 2, 3, 4, 5)", "2.5")]),
    Function::new(&["VARP"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Varp)
    })
    .says("The variance of all there is.")
    .shows(&[("@VARP(1, 2, 3, 4, 5)", "2")]),
    Function::new(&["STDEV"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Stdev)
    })
    .says("The standard deviation of a sample.")
    .shows(&[("@STDEV(1, 2, 3, 4, 5)", "1.5811388300841898")]),
    Function::new(&["STDEVP"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Stdevp)
    })
    .says("The standard deviation of all there is.")
    .shows(&[("@STDEVP(1, 3)", "1")]),
    Function::new(&["CSV"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Csv)
    })
    .says("STDEV divided by the mean; a mean of 0 is an error.")
    .shows(&[("@CSV(1, 3)", "0.7071067811865476")]),
    Function::new(&["CV"], MANY, 1..=usize::MAX, |given| {
        of(given, Statistic::Cv)
    })
    .says("STDEVP divided by the mean; a mean of 0 is an error.")
    .shows(&[("@CV(1, 3)", "0.5")]),
];

/// Unlike in the links, what is no number is an error here.
fn of(given: &Given<'_>, statistic: Statistic) -> Done<Value> {
    let items = match given.values {
        [only] => only
            .as_items()
            .map_or(given.values, |items| items.as_slice()),
        values => values,
    };
    for item in items {
        item.to_decimal(given.frame())?;
    }
    statistic.of(items.iter(), given.frame())
}
