//! Links on rows. Names of fields ignore case; order and spelling are kept.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::{empty, fail};
use crate::pql::sharp::table::refuse_twice;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Row, Table, Value};

pub(crate) const FAMILIES: &[&[Entry]] = &[LINKS];

const LINKS: &[Entry] = &[
    Entry::new(&["GET"], "name | i", Takes::ROW, Rule::Row(get))
        .says("The field of a name, or at a place counted from 1; UNDEFINED when there is none.")
        .shows(&[
            (r#"{"name":"Tom","age":18} GET 'name'"#, "Tom"),
            (r#"{"name":"Tom"} GET 'x' IF UNDEFINED 'none'"#, "none"),
        ]),
    Entry::new(&["HAS"], "name", Takes::ROW, Rule::Row(has))
        .says("Whether there is a field of this name.")
        .shows(&[(r#"{"name":"Tom","age":18} HAS 'AGE'"#, "true")]),
    Entry::new(&["SET"], "a=1 [, b='x' ..]", Takes::ROW, Rule::Row(set))
        .says("With these fields set; new ones follow at the end.")
        .shows(&[(
            r#"{"name":"Tom","age":18} SET age=19"#,
            r#"{"name":"Tom","age":19}"#,
        )]),
    Entry::new(&["REMOVE"], "a [, b ..]", Takes::ROW, Rule::Row(remove))
        .says("Without these fields; names that are missing do not matter.")
        .shows(&[(r#"{"name":"Tom","age":18} REMOVE name"#, r#"{"age":18}"#)]),
    Entry::new(
        &["SIZE", "LENGTH", "COUNT"],
        "",
        Takes::ROW,
        Rule::Row(size),
    )
    .says("The number of fields.")
    .shows(&[(r#"{"name":"Tom","age":18} SIZE"#, "2")]),
    Entry::new(&["TO TABLE"], "[(k, v)]", Takes::ROW, Rule::Row(to_table))
        .says("A TABLE with one row for each field, by default with the columns `key` and `value`.")
        .shows(&[(
            r#"{"name":"Tom","age":18} TO TABLE (k, v)"#,
            r#"[{"k":"name","v":"Tom"},{"k":"age","v":18}]"#,
        )]),
    Entry::new(&["FIRST CELL"], "[v]", Takes::ROW, Rule::Row(first_cell))
        .says("The value of the first field; of no fields v, else an error.")
        .shows(&[(r#"{"name":"Tom","age":18} FIRST CELL"#, "Tom")]),
];

fn get(call: &mut Call<'_>, row: Arc<Row>) -> Done<Value> {
    let key = call.value()?;
    field(call, &row, &key)
}

/// The field of a name or at a place; UNDEFINED when there is none.
pub(crate) fn field(call: &Call<'_>, row: &Row, key: &Value) -> Done<Value> {
    if let Value::Text(name) = key {
        return Ok(row.get(name).cloned().unwrap_or_default());
    }
    let place = key.to_integer(call.frame())?;
    let index = place
        .checked_sub(1)
        .and_then(|index| usize::try_from(index).ok());
    let found = index.and_then(|index| row.at(index));
    Ok(found.map(|(_, value)| value.clone()).unwrap_or_default())
}

fn has(call: &mut Call<'_>, row: Arc<Row>) -> Done<Value> {
    Ok(row.get(&call.text()?).is_some().into())
}

fn set(call: &mut Call<'_>, mut row: Arc<Row>) -> Done<Value> {
    let pairs = call.pairs()?;
    call.release();
    let fields = Arc::make_mut(&mut row);
    for (name, value) in pairs {
        fields.insert(name, value);
    }
    Ok(Value::Row(row))
}

fn remove(call: &mut Call<'_>, mut row: Arc<Row>) -> Done<Value> {
    let names = call.text_names()?;
    call.release();
    let fields = Arc::make_mut(&mut row);
    for name in names {
        fields.remove(&name);
    }
    Ok(Value::Row(row))
}

fn size(_call: &mut Call<'_>, row: Arc<Row>) -> Done<Value> {
    Ok(i64::try_from(row.len()).unwrap_or(i64::MAX).into())
}

fn to_table(call: &mut Call<'_>, row: Arc<Row>) -> Done<Value> {
    let names = call.text_names()?;
    let columns = match names.len() {
        0 => vec!["key".into(), "value".into()],
        2 => names,
        _ => return Err(fail("two columns are needed, for name and value")),
    };
    refuse_twice(&columns)?;
    let rows = row
        .iter()
        .map(|(name, value)| vec![name.into(), value.clone()])
        .collect();
    Ok(Table::with_rows(columns, rows).into())
}

fn first_cell(call: &mut Call<'_>, row: Arc<Row>) -> Done<Value> {
    match row.at(0) {
        Some((_, value)) => Ok(value.clone()),
        None => call.optional()?.ok_or_else(|| empty("row")),
    }
}
