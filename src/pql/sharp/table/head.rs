//! What a table is made of.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(
        &["COUNT", "SIZE", "LENGTH"],
        "",
        Takes::TABLE,
        Rule::Table(count),
    )
    .says("The number of rows.")
    .shows(&[(r#"[{"a":1},{"a":2}] COUNT"#, "2")]),
    Entry::new(&["HAS"], "name", Takes::TABLE, Rule::Table(has))
        .says("Whether there is a column of this name.")
        .shows(&[(r#"[{"name":"Tom","age":18}] HAS 'age'"#, "true")]),
    Entry::new(&["FIELDS", "LABELS"], "", Takes::ROWS, Rule::Table(fields))
        .says("The names of the columns, which are their labels too.")
        .shows(&[(r#"[{"name":"Tom","age":18}] FIELDS"#, r#"["name","age"]"#)]),
    Entry::new(&["HEADERS"], "", Takes::ROWS, Rule::Table(headers))
        .says("The ROW of the names and labels of the columns.")
        .shows(&[(
            r#"[{"name":"Tom","age":18}] HEADERS"#,
            r#"{"name":"name","age":"age"}"#,
        )]),
    Entry::new(&["TO TABLE"], "", Takes::TABLE, Rule::Table(to_table))
        .says("The table itself.")
        .shows(&[(r#"[{"a":1}] TO TABLE"#, r#"[{"a":1}]"#)]),
];

fn count(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(i64::try_from(table.len()).unwrap_or(i64::MAX).into())
}

fn has(call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(table.column(&call.text()?).is_some().into())
}

fn fields(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(Value::array(table.columns().iter().map(Value::from)))
}

fn headers(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let columns = table.columns().iter();
    let row: Row = columns
        .map(|name| (Arc::clone(name), name.into()))
        .collect();
    Ok(row.into())
}

fn to_table(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    Ok(Value::Table(table))
}
