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
    let places: Vec<usize> = (0..table.len()).rev().collect();
    Ok(table.choose(&places).into())
}

fn reverse_text(_call: &mut Call<'_>, text: &str) -> Done<Value> {
    Ok(text.chars().rev().collect::<String>().into())
}

/// A stable sort.
fn sorted(lookout: &Lookout, mut items: Items, direction: fn(Ordering) -> Ordering) -> Items {
    let all = Arc::make_mut(&mut items);
    if all.iter().all(|item| matches!(item, Value::Integer(_))) {
        sort_integers(all, direction);
    } else if all.iter().all(Value::is_number) {
        sort(lookout, all, |left, right| {
            let order = left.order(right, Frame::utc());
            direction(order.unwrap_or(Ordering::Equal))
        });
    } else if all.iter().all(|item| item.as_text().is_some()) {
        sort_texts(lookout, all, direction);
    } else {
        all.sort_by_cached_key(|item| item.render().into_owned());
        if direction(Ordering::Less) == Ordering::Greater {
            reverse_runs(all);
        }
    }
    items
}

/// Sorts whole numbers, of which equal ones cannot be told apart.
fn sort_integers(items: &mut [Value], direction: fn(Ordering) -> Ordering) {
    let mut numbers: Vec<i64> = items.iter().filter_map(Value::as_integer).collect();
    numbers.sort_unstable();
    if direction(Ordering::Less) == Ordering::Greater {
        numbers.reverse();
    }
    for (item, number) in items.iter_mut().zip(numbers) {
        *item = Value::Integer(number);
    }
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

/// How many bytes of a text are compared without looking at the text.
const KEY_BYTES: usize = size_of::<u64>();

/// Sorts texts by their bytes, which is the order of their code points. Beside the place of each
/// text stands the number that its first bytes make, behind those that all texts begin with: most
/// comparisons then need no text, which lies anywhere in memory.
fn sort_texts(lookout: &Lookout, texts: &mut [Value], direction: fn(Ordering) -> Ordering) {
    let bytes = |place: usize| -> &[u8] {
        let text = texts.get(place).and_then(Value::as_text);
        text.unwrap_or_default().as_bytes()
    };
    let first = bytes(0);
    let shared = (1..texts.len()).fold(first.len(), |shared, place| {
        let pairs = first.iter().zip(bytes(place)).take(shared);
        pairs.take_while(|(left, right)| left == right).count()
    });
    let mut keys: Vec<(u64, usize)> = (0..texts.len())
        .map(|place| (leading_bytes(bytes(place), shared), place))
        .collect();
    sort(
        lookout,
        &mut keys,
        |(left_key, left), (right_key, right)| {
            let order = left_key.cmp(right_key);
            let order = order.then_with(|| bytes(*left).cmp(bytes(*right)));
            direction(order).then(left.cmp(right))
        },
    );
    let sorted: Vec<Value> = keys
        .into_iter()
        .filter_map(|(_, place)| texts.get_mut(place).map(std::mem::take))
        .collect();
    for (old, new) in texts.iter_mut().zip(sorted) {
        *old = new;
    }
}

/// The bytes from a place on as one number; a text that ends before is filled up with zeros.
fn leading_bytes(text: &[u8], from: usize) -> u64 {
    let mut key = [0; KEY_BYTES];
    for (old, new) in key.iter_mut().zip(text.iter().skip(from)) {
        *old = *new;
    }
    u64::from_be_bytes(key)
}

/// Turns an ascending order around and keeps the order of equal texts.
fn reverse_runs(items: &mut [Value]) {
    items.reverse();
    for run in items.chunk_by_mut(|left, right| left.render() == right.render()) {
        run.reverse();
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
        let items = (0..count).map(|at| format!("{:05}", at * 7919 % count).into());
        let sorted = sorted(&nobody(), Arc::new(items.collect()), |order| order);
        let expected = (0..count).map(|at| Value::from(format!("{at:05}")));
        assert!(
            expected
                .map(|value| value.to_json())
                .eq(sorted.iter().map(Value::to_json))
        );
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
        fn texts_are_sorted_by_their_bytes(
            prefix in "[a数]{0,3}",
            tails in prop::collection::vec("[ab\u{0}数👍]{0,12}", 0..40),
            is_descending in any::<bool>(),
        ) {
            let mut texts: Vec<String> =
                tails.iter().map(|tail| format!("{prefix}{tail}")).collect();
            let items = texts.iter().map(|text| text.as_str().into()).collect();
            texts.sort();
            let mut direction: fn(Ordering) -> Ordering = |order| order;
            if is_descending {
                texts.reverse();
                direction = Ordering::reverse;
            }
            let sorted = sorted(&nobody(), Arc::new(items), direction);
            let sorted: Vec<String> = sorted.iter().map(Value::to_string).collect();
            prop_assert_eq!(sorted, texts);
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
