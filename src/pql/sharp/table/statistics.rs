//! SUM and its kin over one column.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::array::Statistic;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["SUM"], "c", Takes::TABLE, Rule::Table(sum))
        .says("The sum of a column; what is no number counts as 0, here and in the links like it.")
        .shows(&[(r#"[{"age":18},{"age":17},{"age":18}] SUM 'age'"#, "53")]),
    Entry::new(&["AVG"], "c", Takes::TABLE, Rule::Table(avg))
        .says("The mean of a column.")
        .shows(&[(r#"[{"a":1},{"a":2}] AVG 'a'"#, "1.5")]),
    Entry::new(&["MIN"], "c", Takes::TABLE, Rule::Table(min))
        .says("The smallest cell of a column.")
        .shows(&[(r#"[{"a":1},{"a":2}] MIN 'a'"#, "1")]),
    Entry::new(&["MAX"], "c", Takes::TABLE, Rule::Table(max))
        .says("The largest cell of a column.")
        .shows(&[(r#"[{"a":1},{"a":2}] MAX 'a'"#, "2")]),
    Entry::new(&["VAR"], "c", Takes::TABLE, Rule::Table(var))
        .says("The variance of a column as a sample.")
        .shows(&[(r#"[{"a":1},{"a":3}] VAR 'a'"#, "2")]),
    Entry::new(&["VARP"], "c", Takes::TABLE, Rule::Table(varp))
        .says("The variance of a column as all there is.")
        .shows(&[(r#"[{"a":1},{"a":3}] VARP 'a'"#, "1")]),
    Entry::new(&["STDEV"], "c", Takes::TABLE, Rule::Table(stdev))
        .says("The standard deviation of a column as a sample.")
        .shows(&[(r#"[{"a":1},{"a":3}] STDEV 'a'"#, "1.4142135623730951")]),
    Entry::new(&["STDEVP"], "c", Takes::TABLE, Rule::Table(stdevp))
        .says("The standard deviation of a column as all there is.")
        .shows(&[(r#"[{"a":1},{"a":3}] STDEVP 'a'"#, "1")]),
    Entry::new(&["CSV"], "c", Takes::TABLE, Rule::Table(csv))
        .says("STDEV of a column divided by its mean.")
        .shows(&[(r#"[{"a":1},{"a":3}] CSV 'a'"#, "0.7071067811865476")]),
    Entry::new(&["CV"], "c", Takes::TABLE, Rule::Table(cv))
        .says("STDEVP of a column divided by its mean.")
        .shows(&[(r#"[{"a":1},{"a":3}] CV 'a'"#, "0.5")]),
];

/// The links, which differ in one word.
macro_rules! statistics {
    ($($name:ident: $statistic:ident;)*) => {$(
        fn $name(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
            let index = super::column(&table, &call.text()?)?;
            Statistic::$statistic.of(table.column_values(index).iter(), call.frame())
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
