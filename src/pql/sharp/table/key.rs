//! Which rows have equal values in some columns.
//!
//! Values are equal when their texts are, so that `1` and `'1'` are one, but NULL is not `null`,
//! and times are when their fractions are too.

use std::collections::HashMap;

use crate::pql::cancel::Lookout;
use crate::value::{Table, Value};

/// Whole numbers no further apart than this are counted off in a list instead of being hashed.
const SPAN_MAX: u64 = 1 << 20;

/// The rows of a table by the values of some columns, in the order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// The first row of each group.
    pub(super) first: Vec<usize>,
    /// The group of each row.
    of_rows: Vec<usize>,
}

impl Groups {
    /// The rows with equal values in all these columns; some rows when the run is stopped.
    pub(super) fn of(table: &Table, columns: &[usize], mut lookout: Lookout) -> Self {
        let cells: Vec<_> = columns
            .iter()
            .filter_map(|index| table.column_cells(*index))
            .collect();
        if let [only] = cells.as_slice() {
            return Self::of_column(only, &mut lookout);
        }
        Self::by_keys(table.len(), &mut lookout, |place, key| {
            for cells in &cells {
                write_key(cells.get(place), key);
            }
        })
    }

    /// The rows whose values are one name; some rows when the run is stopped.
    pub(super) fn by_name(cells: &[Value], mut lookout: Lookout) -> Self {
        if let Some(groups) = Self::of_integers(cells) {
            return groups;
        }
        Self::by_keys(cells.len(), &mut lookout, |place, key| {
            let name = cells.get(place).map(Value::render).unwrap_or_default();
            key.push_str(&name.to_lowercase());
        })
    }

    /// The places of the rows of each group, in order.
    pub(super) fn rows(&self) -> Vec<Vec<usize>> {
        let mut sizes = vec![0_usize; self.first.len()];
        for group in &self.of_rows {
            if let Some(size) = sizes.get_mut(*group) {
                *size = size.saturating_add(1);
            }
        }
        let mut rows: Vec<Vec<usize>> = sizes.into_iter().map(Vec::with_capacity).collect();
        for (place, group) in self.of_rows.iter().enumerate() {
            if let Some(rows) = rows.get_mut(*group) {
                rows.push(place);
            }
        }
        rows
    }

    fn of_column(cells: &[Value], lookout: &mut Lookout) -> Self {
        Self::of_integers(cells)
            .or_else(|| Self::of_texts(cells, lookout))
            .unwrap_or_else(|| {
                let write = |place, key: &mut String| write_key(cells.get(place), key);
                Self::by_keys(cells.len(), lookout, write)
            })
    }

    /// The groups of whole numbers that are not far apart; none of other cells.
    fn of_integers(cells: &[Value]) -> Option<Self> {
        let mut range: Option<(i64, i64)> = None;
        for cell in cells {
            let number = cell.as_integer()?;
            let (least, most) = range.unwrap_or((number, number));
            range = Some((least.min(number), most.max(number)));
        }
        let (least, most) = range?;
        let span = most.abs_diff(least);
        if span > SPAN_MAX {
            return None;
        }
        let mut known = vec![None; usize::try_from(span).ok()?.saturating_add(1)];
        let mut groups = Self::default();
        for cell in cells {
            let at = usize::try_from(cell.as_integer()?.abs_diff(least)).ok()?;
            let group = *known.get_mut(at)?.get_or_insert(groups.first.len());
            groups.push(group);
        }
        Some(groups)
    }

    /// The groups of texts, which are borrowed; none of other cells.
    fn of_texts(cells: &[Value], lookout: &mut Lookout) -> Option<Self> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut groups = Self::default();
        for cell in cells {
            if lookout.is_stopped() {
                break;
            }
            let group = *known.entry(cell.as_text()?).or_insert(groups.first.len());
            groups.push(group);
        }
        Some(groups)
    }

    /// The groups by a written key, which is written into one text and kept once for each group.
    fn by_keys(count: usize, lookout: &mut Lookout, write: impl Fn(usize, &mut String)) -> Self {
        let mut known: HashMap<Box<str>, usize> = HashMap::new();
        let mut groups = Self::default();
        let mut key = String::new();
        for place in 0..count {
            if lookout.is_stopped() {
                break;
            }
            key.clear();
            write(place, &mut key);
            let group = known.get(key.as_str()).copied().unwrap_or_else(|| {
                known.insert(key.as_str().into(), groups.first.len());
                groups.first.len()
            });
            groups.push(group);
        }
        groups
    }

    /// Adds the next row to a group, which may be the next new one.
    fn push(&mut self, group: usize) {
        if group == self.first.len() {
            self.first.push(self.of_rows.len());
        }
        self.of_rows.push(group);
    }
}

/// Writes a value so that no two rows of values are written alike: the length behind the text keeps
/// two short texts apart from one long one.
fn write_key(cell: Option<&Value>, key: &mut String) {
    let Some(cell) = cell.filter(|cell| !cell.is_absent()) else {
        key.push('-');
        return;
    };
    let start = key.len();
    cell.render_into(key);
    if let Value::DateTime(moment) = cell
        && moment.civil.subsec_nanosecond() != 0
    {
        // The text of a time does not show it.
        key.push('.');
        Value::Integer(moment.civil.subsec_nanosecond().into()).render_into(key);
    }
    let length = key.len().saturating_sub(start);
    key.push(':');
    Value::Integer(i64::try_from(length).unwrap_or(i64::MAX)).render_into(key);
    key.push('=');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pql::Cancel;
    use proptest::prelude::*;

    /// Stops nothing.
    fn nobody() -> Lookout {
        Lookout::new(&Cancel::new())
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            (-3_i64..12).prop_map(Value::Integer),
            prop_oneof![Just(i64::MAX), Just(i64::MIN)].prop_map(Value::Integer),
            "[a1:=-]{0,3}".prop_map(Value::from),
            Just(Value::Null),
            Just(Value::from("null")),
        ]
    }

    /// What makes two cells one.
    fn plain(cell: &Value) -> Option<String> {
        (!cell.is_absent()).then(|| cell.to_string())
    }

    proptest! {
        /// However the keys are held, the groups are those of the plain comparison.
        #[test]
        fn groups_are_the_rows_with_equal_values(
            rows in prop::collection::vec((value(), value()), 0..30),
            kind in 0..4,
        ) {
            let cells = |of: fn(&(Value, Value)) -> &Value| -> Vec<Value> {
                let cells = rows.iter().map(of);
                match kind {
                    0 => cells.map(|cell| cell.as_integer().unwrap_or(7).into()).collect(),
                    1 => cells.map(|cell| cell.to_string().into()).collect(),
                    _ => cells.cloned().collect(),
                }
            };
            let columns = [cells(|row| &row.0), cells(|row| &row.1)];
            let named = ["a", "b"].into_iter().map(Into::into).zip(columns.clone().map(Into::into));
            let table = Table::with_columns(named.collect());
            for chosen in [&[0][..], &[1], &[0, 1]] {
                let key = |place: usize| -> Vec<Option<String>> {
                    chosen.iter().map(|column| plain(&columns[*column][place])).collect()
                };
                let mut expected: Vec<Vec<usize>> = Vec::new();
                for place in 0..rows.len() {
                    match expected.iter_mut().find(|rows| key(rows[0]) == key(place)) {
                        Some(rows) => rows.push(place),
                        None => expected.push(vec![place]),
                    }
                }
                let groups = Groups::of(&table, chosen, nobody());
                prop_assert_eq!(groups.rows(), expected.clone());
                let first: Vec<usize> = expected.iter().map(|rows| rows[0]).collect();
                prop_assert_eq!(groups.first, first);
            }
        }
    }

    #[test]
    fn times_differ_by_their_fractions() {
        use crate::clock::Civil;
        use crate::value::DateTime;
        let at = |nanos| Value::from(DateTime::full(Civil::constant(2030, 1, 31, 1, 2, 3, nanos)));
        let table = Table::with_rows(
            vec!["t".into()],
            vec![vec![at(0)], vec![at(5)], vec![at(0)]],
        );
        assert_eq!(
            Groups::of(&table, &[0], nobody()).rows(),
            [vec![0, 2], vec![1]]
        );
    }
}
