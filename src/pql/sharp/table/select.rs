//! SELECT: columns, renamed or computed over groups of rows.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::array::Statistic;
use crate::pql::sharp::call::{fail, into_name};
use crate::pql::sharp::table::key::Groups;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::{Column, ColumnSource};
use crate::value::{Table, Value};

pub(crate) const LINKS: &[Entry] = &[Entry::new(
    &["SELECT"],
    "* | col [AS new] | FUNC(col) AS new [, ..]",
    Takes::ROWS,
    Rule::Table(select),
)
.says(
    "The columns named. With SUM, AVG, MIN, MAX or COUNT the others are the keys of groups; \
     `COUNT()` counts rows, `COUNT(a)` different values, `COUNT(a+b)` different pairs.",
)
.shows(&[
    (
        r#"[{"name":"Tom","age":18}] SELECT name, age AS years"#,
        r#"[{"name":"Tom","years":18}]"#,
    ),
    (
        r#"[{"a":"x","b":18},{"a":"y","b":17},{"a":"z","b":18}] SELECT b, COUNT() AS n"#,
        r#"[{"b":18,"n":2},{"b":17,"n":1}]"#,
    ),
])];

/// A column of the result.
struct Output {
    name: Arc<str>,
    source: Source,
}

/// Where its cells come from.
enum Source {
    Column(usize),
    Statistic(Statistic, usize),
    Rows,
    Different(Vec<usize>),
}

fn select(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let mut outputs = Vec::new();
    for column in call.columns() {
        let added = output(call, &table, column, &mut outputs);
        added.map_err(|halt| call.at(halt, column.span))?;
    }
    super::refuse_twice(outputs.iter().map(|output| &output.name))?;
    let keys: Vec<usize> = outputs
        .iter()
        .filter_map(|output| match output.source {
            Source::Column(index) => Some(index),
            _ => None,
        })
        .collect();
    if keys.len() == outputs.len() {
        return Ok(columns(&table, &outputs).into());
    }
    let names = outputs.iter().map(|output| Arc::clone(&output.name));
    let mut selected = Table::new(names.collect());
    let groups = if keys.is_empty() {
        // Without keys there is one row, also of nothing.
        vec![(0..table.len()).collect()]
    } else {
        Groups::of(&table, &keys, call.lookout()).rows()
    };
    for places in call.until_stopped(groups.into_iter()) {
        let cells = outputs
            .iter()
            .map(|output| output.compute(call, &table, &places));
        selected.push_row(cells.collect::<Done<_>>()?);
    }
    Ok(selected.into())
}

fn columns(table: &Table, outputs: &[Output]) -> Table {
    let columns = outputs.iter().filter_map(|output| match output.source {
        Source::Column(index) => Some((Arc::clone(&output.name), table.column_values(index))),
        _ => None,
    });
    Table::with_columns(columns.collect())
}

fn output(
    call: &mut Call<'_>,
    table: &Table,
    column: &Column,
    outputs: &mut Vec<Output>,
) -> Done<()> {
    let alias = match &column.alias {
        Some(alias) => Some(into_name(call.run.evaluate(alias)?)?),
        None => None,
    };
    match &column.source {
        ColumnSource::All => {
            let all = table.columns().iter().enumerate();
            outputs.extend(all.map(|(index, name)| Output {
                name: Arc::clone(name),
                source: Source::Column(index),
            }));
        }
        ColumnSource::Named(name) => {
            let name = into_name(call.run.evaluate(name)?)?;
            let index = super::column(table, &name)?;
            outputs.push(Output {
                name: alias.unwrap_or(name),
                source: Source::Column(index),
            });
        }
        ColumnSource::Aggregate { function, argument } => {
            let function = function.to_upper();
            let name = alias
                .ok_or_else(|| fail(&format!("`{function}({argument})` needs `AS` and a name")))?;
            let source = aggregate(table, &function, argument)?;
            outputs.push(Output { name, source });
        }
    }
    Ok(())
}

fn aggregate(table: &Table, function: &str, argument: &str) -> Done<Source> {
    let name = |text: &str| super::column(table, text.trim().trim_matches(['\'', '"', '`']));
    let statistic = match function {
        "SUM" => Statistic::Sum,
        "AVG" => Statistic::Avg,
        "MIN" => Statistic::Min,
        "MAX" => Statistic::Max,
        "COUNT" if argument.is_empty() || argument == "0" || argument == "*" => {
            return Ok(Source::Rows);
        }
        "COUNT" => {
            let columns = argument.split('+').map(name).collect::<Done<_>>()?;
            return Ok(Source::Different(columns));
        }
        _ => {
            let message = format!("`{function}` is none of SUM, AVG, MIN, MAX and COUNT");
            return Err(fail(&message));
        }
    };
    Ok(Source::Statistic(statistic, name(argument)?))
}

impl Output {
    /// The cell of the rows at some places.
    fn compute(&self, call: &Call<'_>, table: &Table, places: &[usize]) -> Done<Value> {
        match &self.source {
            Source::Column(index) => {
                let first = places.first().and_then(|place| table.cell(*place, *index));
                Ok(first.cloned().unwrap_or(Value::Null))
            }
            Source::Rows => Ok(whole(places.len())),
            Source::Different(columns) => {
                let cells = columns.iter().filter_map(|index| {
                    let column = table.column_cells(*index)?;
                    let cells = places
                        .iter()
                        .filter_map(|place| column.get(*place).cloned());
                    Some(("".into(), Arc::new(cells.collect())))
                });
                let chosen = Table::with_columns(cells.collect());
                let all: Vec<usize> = (0..columns.len()).collect();
                Ok(whole(Groups::of(&chosen, &all, call.lookout()).first.len()))
            }
            Source::Statistic(statistic, index) => {
                let column = table.column_values(*index);
                let cells = places.iter().filter_map(|place| column.get(*place));
                let mut present = cells.filter(|cell| !cell.is_absent()).peekable();
                let is_extreme = matches!(statistic, Statistic::Min | Statistic::Max);
                if is_extreme && present.peek().is_none() {
                    return Ok(Value::Null);
                }
                statistic.of(present, call.frame())
            }
        }
    }
}

fn whole(count: usize) -> Value {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}
