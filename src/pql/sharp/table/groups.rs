//! TO GROUPS, DISTINCT and TO NESTED MAP: rows by the values of columns.

use std::collections::HashMap;
use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["DISTINCT"], "names", Takes::ROWS, Rule::Table(distinct))
        .says("These columns, each combination of values once, in the order of first appearance.")
        .shows(&[(
            r#"[{"n":"Tom","age":18},{"n":"Bo","age":17},{"n":"Ted","age":18}] DISTINCT age"#,
            r#"[{"age":18},{"age":17}]"#,
        )]),
    Entry::new(&["TO GROUPS"], "c", Takes::ROWS, Rule::Table(to_groups))
        .says("The ROW of the tables of the rows with one value of c, without c.")
        .shows(&[(
            r#"[{"n":"Tom","age":18},{"n":"Bo","age":17},{"n":"Ted","age":18}] TO GROUPS 'age'"#,
            r#"{"18":[{"n":"Tom"},{"n":"Ted"}],"17":[{"n":"Bo"}]}"#,
        )]),
    Entry::new(
        &["TO NESTED MAP"],
        "c",
        Takes::ROWS,
        Rule::Table(to_nested_map),
    )
    .says("The ROW from the values of c to the rest of the row; of equal values the last wins.")
    .shows(&[(
        r#"[{"name":"Tom","age":18},{"name":"Ted","age":17}] TO NESTED MAP 'name'"#,
        r#"{"Tom":{"age":18},"Ted":{"age":17}}"#,
    )]),
];

/// The values of some columns as one key: by their texts, so that `1` and `'1'` are one, but NULL
/// is not `null`. The lengths in front keep two short texts apart from one long one.
pub(super) fn key(cells: &[Value], columns: &[usize]) -> String {
    if let [index] = columns {
        return match cells.get(*index) {
            Some(cell) if !cell.is_absent() => ["=", &cell.render()].concat(),
            _ => String::new(),
        };
    }
    let mut key = String::new();
    for index in columns {
        match cells.get(*index) {
            Some(cell) if !cell.is_absent() => {
                let text = cell.render();
                key.push_str(&text.len().to_string());
                key.push('=');
                key.push_str(&text);
            }
            _ => key.push('-'),
        }
    }
    key
}

/// The rows with equal values in some columns, in the order of first appearance.
pub(super) fn group<'a>(
    call: &Call<'_>,
    table: &'a Table,
    columns: &[usize],
) -> Vec<Vec<&'a Vec<Value>>> {
    group_by(call, table, |cells| key(cells, columns))
}

fn group_by<'a>(
    call: &Call<'_>,
    table: &'a Table,
    key: impl Fn(&[Value]) -> String,
) -> Vec<Vec<&'a Vec<Value>>> {
    let mut groups: Vec<Vec<&Vec<Value>>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for cells in call.until_stopped(table.rows().iter()) {
        let place = *places.entry(key(cells)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(rows) => rows.push(cells),
            None => groups.push(vec![cells]),
        }
    }
    groups
}

fn distinct(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let names = call.text_names()?;
    let columns = super::columns(&table, &names)?;
    let rows = group(call, &table, &columns)
        .into_iter()
        .filter_map(|rows| {
            let cells = rows.first()?;
            Some(
                columns
                    .iter()
                    .map(|index| super::cell(cells, *index))
                    .collect(),
            )
        });
    let rows = rows.collect();
    Ok(Table::with_rows(names, rows).into())
}

fn to_groups(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let index = super::column(&table, &call.text()?)?;
    let columns = without(table.columns(), index);
    // Names of fields ignore case: what differs by it alone is one group, or rows were lost.
    let groups = group_by(call, &table, |cells| {
        super::cell(cells, index).render().to_lowercase()
    });
    let groups = groups.into_iter().filter_map(|rows| {
        let name: Arc<str> = super::cell(rows.first()?, index).render().into();
        let cells = rows.iter().map(|cells| without(cells, index)).collect();
        Some((name, Table::with_rows(columns.clone(), cells).into()))
    });
    Ok(groups.collect::<Row>().into())
}

fn to_nested_map(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let index = super::column(&table, &call.text()?)?;
    let columns = without(table.columns(), index);
    let fields = call.until_stopped(table.rows().iter()).map(|cells| {
        let name: Arc<str> = super::cell(cells, index).render().into();
        let rest: Row = columns.iter().cloned().zip(without(cells, index)).collect();
        (name, rest.into())
    });
    Ok(fields.collect::<Row>().into())
}

/// All but the one at a position.
fn without<T: Clone>(items: &[T], index: usize) -> Vec<T> {
    let others = items.iter().enumerate().filter(|(at, _)| *at != index);
    others.map(|(_, item)| item.clone()).collect()
}
