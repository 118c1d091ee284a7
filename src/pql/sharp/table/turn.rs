//! TURN and TO ROW: two columns that become names and values.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{fail, into_name};
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["TURN"],
        "(a, b) TO ROW | a AND b TO ROW",
        Takes::ROWS,
        Rule::Table(turn),
    )
    .says(
        "The ROW whose names are the values of a and whose values are those of b; of equal names \
             the first gives the place and the last the value.",
    )
    .shows(&[
        (
            r#"[{"name":"Tom","age":18},{"name":"Jerry","age":17}] TURN (name, age) TO ROW"#,
            r#"{"Tom":18,"Jerry":17}"#,
        ),
        (
            r#"[{"name":"Tom","age":18}] TURN name AND age TO ROW"#,
            r#"{"Tom":18}"#,
        ),
    ]),
    Entry::new(
        &["TURN TO ROW", "TO ROW"],
        "",
        Takes::ROWS,
        Rule::Table(to_row),
    )
    .says("As TURN with the first two columns; one column gives `value0`, `value1` and so on.")
    .shows(&[
        (r#"[{"name":"Tom","age":18}] TURN TO ROW"#, r#"{"Tom":18}"#),
        (r#"[{"a":7},{"a":8}] TO ROW"#, r#"{"value0":7,"value1":8}"#),
    ]),
];

fn turn(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    if !call.has_tail("TO ROW") {
        return Err(fail("`TO ROW` is missing"));
    }
    let mut names = call.text_names()?;
    if let Some(second) = call.tail("AND")? {
        names.push(into_name(second)?);
    }
    let [first, second] = super::columns(&table, &names)?
        .try_into()
        .map_err(|_| fail("two columns are needed, for names and values"))?;
    Ok(pairs(&table, first, second).into())
}

fn to_row(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    if table.columns().len() != 1 {
        return Ok(pairs(&table, 0, 1).into());
    }
    let cells = table.column_values(0);
    let row: Row = cells
        .iter()
        .enumerate()
        .map(|(index, value)| (format!("value{index}").into(), value.clone()))
        .collect();
    Ok(row.into())
}

fn pairs(table: &Table, names: usize, values: usize) -> Row {
    let (names, values) = (table.column_values(names), table.column_values(values));
    let pairs = names.iter().zip(values.iter());
    pairs
        .map(|(name, value)| (name.render().into(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_an_empty_row() {
        assert!(pairs(&Table::default(), 0, 1).is_empty());
        assert!(Value::from(Row::new()).is_empty());
    }
}
