//! TO GROUPS, DISTINCT and TO NESTED MAP: rows by the values of columns.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::table::key::Groups;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::pql::syntax::tree::ColumnSource;
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["DISTINCT"], "names", Takes::ROWS, Rule::Table(distinct))
        .says(
            "These columns, `*` for all, each combination of values once, in the order of first \
             appearance.",
        )
        .shows(&[
            (
                r#"[{"n":"Tom","age":18},{"n":"Bo","age":17},{"n":"Ted","age":18}] DISTINCT age"#,
                r#"[{"age":18},{"age":17}]"#,
            ),
            (
                r#"[{"a":1,"b":2},{"a":1,"b":2},{"a":2,"b":2}] DISTINCT *"#,
                r#"[{"a":1,"b":2},{"a":2,"b":2}]"#,
            ),
        ]),
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

/// The columns named; `*` stands for all.
fn names(call: &mut Call<'_>, table: &Table) -> Done<Vec<Arc<str>>> {
    match call.columns() {
        [only] if matches!(only.source, ColumnSource::All) => Ok(table.columns().to_vec()),
        _ => call.text_names(),
    }
}

fn distinct(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let names = names(call, &table)?;
    let columns = super::columns(&table, &names)?;
    let first = Groups::of(&table, &columns, call.lookout()).first;
    let cells = columns.iter().map(|index| table.column_values(*index));
    let columns = Table::with_columns(names.into_iter().zip(cells).collect());
    Ok(columns.choose(&first).into())
}

fn to_groups(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let index = super::column(&table, &call.text()?)?;
    let names = table.column_values(index);
    let rest = table.without_column(index);
    // Names of fields ignore case: what differs by it alone is one group, or rows were lost.
    let groups = Groups::by_name(&names, call.lookout());
    let groups = call.until_stopped(groups.rows().into_iter());
    let tables = groups.filter_map(|places| {
        let name: Arc<str> = names.get(*places.first()?)?.render().into();
        Some((name, rest.part(&places).into()))
    });
    Ok(tables.collect::<Row>().into())
}

fn to_nested_map(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let index = super::column(&table, &call.text()?)?;
    let names = table.column_values(index);
    let rest = table.without_column(index);
    let places = call.until_stopped(names.iter().enumerate());
    let fields = places.filter_map(|(place, name)| {
        let name: Arc<str> = name.render().into();
        Some((name, rest.row(place)?.into()))
    });
    Ok(fields.collect::<Row>().into())
}
