//! Sums, means and spreads of many numbers.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt};
use crate::pql::sharp::call::empty;
use crate::pql::sharp::number::whole_or_decimal;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Frame, Value};

type Items = Arc<Vec<Value>>;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["SUM"], "", Takes::ARRAY, Rule::List(sum))
        .says("The sum of the elements; what is no number counts as 0, as in the links below.")
        .shows(&[("[1, 2, 3, 4, 5] SUM", "15"), ("[] SUM", "0")]),
    Entry::new(&["AVG"], "", Takes::ARRAY, Rule::List(avg))
        .says("The mean of the elements, 0 of none.")
        .shows(&[("[1, 2, 3, 4, 5] AVG", "3")]),
    Entry::new(&["MIN"], "", Takes::ARRAY, Rule::List(min))
        .says("The smallest element; of none an error.")
        .shows(&[("[1, 2, 3, 4, 5] MIN", "1")]),
    Entry::new(&["MAX"], "", Takes::ARRAY, Rule::List(max))
        .says("The largest element; of none an error.")
        .shows(&[("[1, 2, 3, 4, 5] MAX", "5")]),
    Entry::new(&["VAR"], "", Takes::ARRAY, Rule::List(var))
        .says("The variance of a sample, 0 of fewer than two elements.")
        .shows(&[("[1, 2, 3, 4, 5] VAR", "2.5")]),
    Entry::new(&["VARP"], "", Takes::ARRAY, Rule::List(varp))
        .says("The variance of all there is.")
        .shows(&[("[1, 2, 3, 4, 5] VARP", "2")]),
    Entry::new(&["STDEV"], "", Takes::ARRAY, Rule::List(stdev))
        .says("The standard deviation of a sample.")
        .shows(&[("[1, 2, 3, 4, 5] STDEV", "1.5811388300841898")]),
    Entry::new(&["STDEVP"], "", Takes::ARRAY, Rule::List(stdevp))
        .says("The standard deviation of all there is.")
        .shows(&[("[1, 3] STDEVP", "1")]),
    Entry::new(&["CSV"], "", Takes::ARRAY, Rule::List(csv))
        .says("STDEV divided by the mean; a mean of 0 is an error.")
        .shows(&[("[1, 3] CSV", "0.7071067811865476")]),
    Entry::new(&["CV"], "", Takes::ARRAY, Rule::List(cv))
        .says("STDEVP divided by the mean; a mean of 0 is an error.")
        .shows(&[("[1, 3] CV", "0.5")]),
];

/// What can be computed of many numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Sum,
    Avg,
    Min,
    Max,
    Var,
    Varp,
    Stdev,
    Stdevp,
    Csv,
    Cv,
}

/// The links, which differ in one word.
macro_rules! statistics {
    ($($name:ident: $statistic:ident;)*) => {$(
        fn $name(call: &mut Call<'_>, items: Items) -> Done<Value> {
            Statistic::$statistic.of(items.iter(), call.frame())
        }
    )*};
}

statistics! {
    sum: Sum;
    avg: Avg;
    min: Min;
    max: Max;
    var: Var;
    varp: Varp;
    stdev: Stdev;
    stdevp: Stdevp;
    csv: Csv;
    cv: Cv;
}

impl Statistic {
    /// Computes it; what is no number counts as 0.
    ///
    /// # Errors
    /// The extreme of nothing, a ratio to a mean of 0.
    pub(crate) fn of<'a>(
        self,
        items: impl Iterator<Item = &'a Value>,
        frame: Frame<'_>,
    ) -> Done<Value> {
        if let Self::Min | Self::Max = self {
            let items: Vec<&Value> = items.collect();
            return self.extreme(&items, frame);
        }
        let mut whole = Some(0_i64);
        let numbers: Vec<f64> = items
            .map(|item| {
                whole = whole
                    .zip(item.as_integer())
                    .and_then(|(sum, n)| sum.checked_add(n));
                item.to_decimal(frame).unwrap_or(0.0)
            })
            .collect();
        if let (Self::Sum, Some(sum)) = (self, whole) {
            return Ok(Value::Integer(sum));
        }
        whole_or_decimal(self.compute(&numbers)?)
    }

    /// The smallest or largest item: by number when any is one, the others counting as 0; else by
    /// time or text, where absent ones do not count.
    fn extreme(self, items: &[&Value], frame: Frame<'_>) -> Done<Value> {
        let wanted = match self {
            Self::Min => Ordering::Less,
            _ => Ordering::Greater,
        };
        if items.is_empty() {
            return Err(empty("collection"));
        }
        let numbers: Vec<Option<Value>> = items.iter().map(|item| item.as_number()).collect();
        if numbers.iter().all(Option::is_none) {
            let present = items.iter().copied().filter(|item| !item.is_absent());
            let order = |item: &Value, best: &Value| match (item, best) {
                (Value::DateTime(item), Value::DateTime(best)) => item.civil.cmp(&best.civil),
                _ => item.render().cmp(&best.render()),
            };
            let found = present.reduce(|best, item| {
                if order(item, best) == wanted {
                    item
                } else {
                    best
                }
            });
            return Ok(found.cloned().unwrap_or(Value::Integer(0)));
        }
        let numbers = numbers
            .into_iter()
            .map(|number| number.unwrap_or(Value::Integer(0)));
        let found = numbers.reduce(|best, item| {
            let order = item.order_as_numbers(&best, frame);
            if matches!(order, Ok(Some(order)) if order == wanted) {
                item
            } else {
                best
            }
        });
        match found {
            Some(Value::Decimal(number)) => whole_or_decimal(number),
            found => Ok(found.unwrap_or(Value::Integer(0))),
        }
    }

    fn compute(self, numbers: &[f64]) -> Done<f64> {
        let sample = variance(numbers, 1.0);
        let all = variance(numbers, 0.0);
        match self {
            Self::Avg => Ok(mean(numbers)),
            // The extremes are found among the items themselves.
            Self::Sum | Self::Min | Self::Max => Ok(numbers.iter().sum()),
            Self::Var => Ok(sample),
            Self::Varp => Ok(all),
            Self::Stdev => Ok(sample.sqrt()),
            Self::Stdevp => Ok(all.sqrt()),
            Self::Csv => ratio(sample.sqrt(), mean(numbers)),
            Self::Cv => ratio(all.sqrt(), mean(numbers)),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "no collection has 2^53 elements"
)]
fn mean(numbers: &[f64]) -> f64 {
    if numbers.is_empty() {
        return 0.0;
    }
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// The mean square distance from the mean, with `less` taken from the number of elements.
#[expect(
    clippy::cast_precision_loss,
    reason = "no collection has 2^53 elements"
)]
fn variance(numbers: &[f64], less: f64) -> f64 {
    let divisor = numbers.len() as f64 - less;
    if divisor <= 0.0 {
        return 0.0;
    }
    let mean = mean(numbers);
    let squares = numbers.iter().map(|number| (number - mean).powi(2));
    squares.sum::<f64>() / divisor
}

fn ratio(deviation: f64, mean: f64) -> Done<f64> {
    if mean == 0.0 {
        return Err(Halt::new(Code::PQL_ARITHMETIC, "the mean is 0"));
    }
    Ok(deviation / mean)
}
