//! HAS, IN and TO HASHSET: which values are in an array.

use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{HashSet, Kind, Value, is_listed};

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["HAS"], "v", Takes::ARRAY, Rule::Value(has))
        .says("Whether v is an element: numbers by value, texts by case.")
        .shows(&[
            ("[1, 2, 3, 4, 5] HAS 6", "false"),
            ("[1, 2] HAS 2.0", "true"),
        ]),
    Entry::new(&["IN"], "list", Takes::ANY, Rule::Value(is_in))
        .says("Whether the text of the data is that of an element; a text `'a,b'` is a list too.")
        .shows(&[("3 -> IN (1, 2, 3)", "true"), ("'b' -> IN 'a,b'", "true")]),
    Entry::new(&["NOT IN"], "list", Takes::ANY, Rule::Value(is_not_in))
        .says("The opposite of IN.")
        .shows(&[("3 -> NOT IN (1, 2, 3)", "false")]),
    Entry::new(&["TO HASHSET"], "", Takes::LIST, Rule::Value(to_hashset))
        .says(
            "The HASHSET of the elements: every one once, in the order of first appearance. It is \
             an ARRAY to all links, but ADD takes only values that are not in it yet.",
        )
        .shows(&[
            ("[1, 3, 3, 2] TO HASHSET", "[1,3,2]"),
            ("[1, 3, 3] TO HASHSET -> ADD 3", "[1,3]"),
        ]),
];

fn has(call: &mut Call<'_>, data: Value) -> Done<Value> {
    let wanted = call.value()?;
    Ok(match &data {
        // However large a set is, it knows at once.
        Value::HashSet(set) => set.contains(&wanted),
        other => {
            let items = other.to_array();
            items.iter().any(|item| item.is_identical(&wanted))
        }
    }
    .into())
}

fn is_in(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok(stands_in(call, &data)?.into())
}

fn is_not_in(call: &mut Call<'_>, data: Value) -> Done<Value> {
    Ok((!stands_in(call, &data)?).into())
}

fn stands_in(call: &mut Call<'_>, data: &Value) -> Done<bool> {
    let text = data.render();
    let members = call.list()?;
    let is_list = members.len() == 1;
    Ok(members.iter().any(|member| match member {
        Value::Text(list) if is_list => is_listed(&text, list),
        other => data.is_in(other),
    }))
}

fn to_hashset(_call: &mut Call<'_>, data: Value) -> Done<Value> {
    if data.kind() == Kind::HashSet {
        return Ok(data);
    }
    let items = data.to_array();
    Ok(items.iter().cloned().collect::<HashSet>().into())
}
