//! The order of an array.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::pql::cancel::Lookout;
use crate::pql::eval::Done;
use crate::pql::sharp::{Call, Entry, Rule, Takes};
use crate::value::{Frame, Table, Value};

type Items = Arc<Vec<Value>>;

pub(crate) const LINKS: &[Entry] = &[
    Entry::new(&["SORT", "ASC"], "", Takes::LIST, Rule::List(ascending))
        .says(
            "In ascending order: by value when all are numbers, else by text; equal ones stay put.",
        )
        .shows(&[
            ("[3, 1, 2] SORT", "[1,2,3]"),
            ("['b', 'B', 'a'] SORT", r#"["B","a","b"]"#),
        ]),
    Entry::new(&["DESC"], "", Takes::LIST, Rule::List(descending))
        .says("In descending order, otherwise as SORT.")
        .shows(&[("[3, 1, 2] DESC", "[3,2,1]")]),
    Entry::new(&["REVERSE"], "", Takes::ARRAY, Rule::List(reverse))
        .says("The elements from the last to the first.")
        .shows(&[("[1, 2, 3, 4, 5] REVERSE", "[5,4,3,2,1]")]),
    Entry::new(&["REVERSE"], "", Takes::TABLE, Rule::Table(reverse_rows))
        .says("The rows from the last to the first.")
        .shows(&[(r#"[{"n":1},{"n":2}] REVERSE"#, r#"[{"n":2},{"n":1}]"#)]),
    Entry::new(&["REVERSE"], "", Takes::LETTERS, Rule::Text(reverse_text))
        .says("The characters from the last to the first.")
        .shows(&[("'abc' REVERSE", "cba")]),
];

fn ascending(call: &mut Call<'_>, items: Items) -> Done<Value> {
    Ok(Value::Array(sorted(&call.lookout(), items, |order| order)))
}

fn descending(call: &mut Call<'_>, items: Items) -> Done<Value> {
    Ok(Value::Array(sorted(
        &call.lookout(),
        items,
        Ordering::reverse,
    )))
}

fn reverse(_call: &mut Call<'_>, mut items: Items) -> Done<Value> {
    Arc::make_mut(&mut items).reverse();
    Ok(Value::Array(items))
}

fn reverse_rows(_call: &mut Call<'_>, table: Arc<Table>) -> Done<Value> {
    let columns = table.columns().to_vec();
    let rows = Arc::unwrap_or_clone(table).into_rows().into_iter().rev();
    Ok(Table::with_rows(columns, rows.collect()).into())
}

fn reverse_text(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.chars().rev().collect::<String>().into())
}

/// A stable sort.
fn sorted(lookout: &Lookout, mut items: Items, direction: fn(Ordering) -> Ordering) -> Items {
    let all = Arc::make_mut(&mut items);
    if all.iter().all(|item| matches!(item, Value::Integer(_))) {
        sort(lookout, all, |left, right| {
            direction(left.as_integer().cmp(&right.as_integer()))
        });
    } else if all.iter().all(Value::is_number) {
        sort(lookout, all, |left, right| {
            let order = left.order(right, Frame::utc());
            direction(order.unwrap_or(Ordering::Equal))
        });
    } else if all.iter().all(|item| item.as_text().is_some()) {
        sort(lookout, all, |left, right| {
            direction(left.as_text().cmp(&right.as_text()))
        });
    } else {
        let texts = all.iter().map(|item| item.render().into_owned());
        let mut pairs: Vec<(String, Value)> = texts.zip(all.iter().cloned()).collect();
        sort(lookout, &mut pairs, |left, right| {
            direction(left.0.cmp(&right.0))
        });
        *all = pairs.into_iter().map(|(_, item)| item).collect();
    }
    items
}

/// Sorts in pieces that double each time, so that the run can be stopped in between: what is in
/// order already is only merged.
fn sort<T>(lookout: &Lookout, items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    const FIRST: usize = 8192;
    let mut width = FIRST;
    loop {
        for piece in items.chunks_mut(width) {
            if lookout.look() {
                return;
            }
            piece.sort_by(&order);
        }
        if width >= items.len() {
            return;
        }
        width = width.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pql::Cancel;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            (-3_i64..3).prop_map(Value::Integer),
            (-3.0_f64..3.0).prop_map(Value::Decimal),
            "[ab1-]{0,2}".prop_map(Value::from),
            Just(Value::Null),
        ]
    }

    fn nobody() -> Lookout {
        Lookout::new(&Cancel::new())
    }

    /// Longer than the pieces that are sorted first.
    #[test]
    fn long_arrays_are_sorted_like_short_ones() {
        let count = 20_000_i64;
        let items = (0..count).map(|at| Value::Integer(at * 7919 % count));
        let sorted = sorted(&nobody(), Arc::new(items.collect()), |order| order);
        assert!((0..count).map(Value::Integer).eq(sorted.iter().cloned()));
    }

    proptest! {
        #[test]
        fn sorting_keeps_all_and_can_be_repeated(items in prop::collection::vec(value(), 0..20)) {
            let once = sorted(&nobody(), Arc::new(items.clone()), |order| order);
            prop_assert_eq!(once.len(), items.len());
            let again = sorted(&nobody(), Arc::clone(&once), |order| order);
            prop_assert_eq!(Value::Array(again).to_json(), Value::Array(once).to_json());
        }

        #[test]
        fn equal_texts_keep_their_order(count in 0_usize..6, is_descending in any::<bool>()) {
            // A whole number and its text look the same and can be told apart.
            let mut items: Vec<Value> = (0..count)
                .map(|at| if at % 3 == 0 { Value::Integer(7) } else { Value::from("7") })
                .collect();
            items.push("x".into());
            let direction = if is_descending { Ordering::reverse } else { |order| order };
            let sorted = sorted(&nobody(), Arc::new(items.clone()), direction);
            let sevens = |items: &[Value]| -> String {
                let sevens = items.iter().filter(|item| item.render() == "7");
                sevens.map(Value::to_json).collect()
            };
            prop_assert_eq!(sevens(&sorted), sevens(&items));
        }
    }
}
