//! JOIN and TO TABLE: an array as something else.

use std::sync::Arc;

use crate::pql::eval::Done;
use crate::pql::sharp::call::fail;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Table, Value};

/// The column that an array becomes.
const COLUMN: &str = "item";

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["JOIN"], "[s]", Takes::LIST, Rule::List(join))
        .says("The texts of the elements with s between them, by default nothing; NULL is `null`.")
        .shows(&[
            ("[1, 2, 3, 4, 5] JOIN '-'", "1-2-3-4-5"),
            ("['a', null] JOIN", "anull"),
        ]),
    Entry::new(
        &["TO TABLE"],
        "[(name)]",
        Takes::ARRAY,
        Rule::List(to_table),
    )
    .says("A TABLE with one column, by default `item`.")
    .shows(&[("[1, 2] TO TABLE (n)", r#"[{"n":1},{"n":2}]"#)]),
];

fn join(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let separator = call.optional_text()?.unwrap_or_default();
    let limit = call.run.limits().text_bytes;
    let mut text = String::with_capacity(size_of_texts(&items, &separator).min(limit));
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(&separator);
        }
        item.render_into(&mut text);
        call.run.check_text(text.len())?;
    }
    Ok(text.into())
}

/// The bytes of the joined texts, where the elements are texts.
fn size_of_texts(items: &[Value], separator: &str) -> usize {
    let texts = items.iter().filter_map(Value::as_text);
    let gaps = items.len().saturating_mul(separator.len());
    texts.fold(gaps, |size, text| size.saturating_add(text.len()))
}

fn to_table(call: &mut Call<'_>, items: Arc<Vec<Value>>) -> Done<Value> {
    let names = call.text_names()?;
    let column = match names.as_slice() {
        [] => COLUMN.into(),
        [name] => Arc::clone(name),
        _ => return Err(fail("an array has one column")),
    };
    Ok(Table::with_columns(vec![(column, items)]).into())
}
