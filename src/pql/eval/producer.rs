//! Where the tables of PAGE and BLOCK come from, one query after the other (4.11).

use std::sync::Arc;

use crate::fault::Code;
use crate::pql::eval::{Done, Halt, Prepared};
use crate::pql::syntax::tree::KeyMarks;
use crate::value::{Table, Value};

/// Where the tables come from.
#[derive(Debug, Clone)]
pub(crate) enum Producer {
    /// Page k begins at row k * size; ends at the first empty page.
    Offset { query: Prepared, size: PageSize },
    /// Each page begins behind the largest value of a column in the page before.
    Column {
        query: Prepared,
        column: Arc<str>,
        /// The rows at which a LIMIT ends a page: then they must come in the order of the column.
        limit: Option<i64>,
    },
    /// One query for each range of keys.
    Ranges { query: Prepared, ranges: Ranges },
}

/// The rows of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageSize {
    /// The number of the LIMIT that the mark belongs to: the database keeps to it.
    Limit(i64),
    /// A number that the query does not bind its pages to.
    Guess(i64),
}

/// Consecutive ranges of keys that cover both ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranges {
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Keys of one range, at least one.
    pub(crate) per: i64,
    pub(crate) marks: KeyMarks,
}

/// Where a producer is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn {
    pub(crate) index: usize,
    largest: i64,
    /// The page before.
    before: Option<Arc<Table>>,
}

impl Turn {
    /// The turn of a producer whose pages do not depend on one another.
    pub(crate) fn at(index: usize) -> Self {
        Self {
            index,
            ..Self::default()
        }
    }
}

impl Ranges {
    /// The number of ranges.
    pub(crate) fn count(&self) -> usize {
        if self.from > self.to {
            return 0;
        }
        let last = self.to.abs_diff(self.from) / self.per.unsigned_abs().max(1);
        usize::try_from(last).map_or(usize::MAX, |last| last.saturating_add(1))
    }

    /// What the two marks get for a range; that depends on their signs (D43).
    pub(crate) fn get(&self, index: usize) -> Option<(i64, i64)> {
        let done = i128::from(self.per).checked_mul(i128::try_from(index).ok()?)?;
        let first = i128::from(self.from).checked_add(done)?;
        if first > i128::from(self.to) {
            return None;
        }
        let behind = first.checked_add(i128::from(self.per))?;
        let behind = behind.min(i128::from(self.to) + 1);
        let low = first - i128::from(!self.marks.from_is_included);
        let high = behind - i128::from(!self.marks.to_is_excluded);
        let low = i64::try_from(low).unwrap_or(i64::MIN);
        let high = i64::try_from(high).unwrap_or(i64::MAX);
        Some((low, high))
    }
}

impl Producer {
    /// Tells whether its queries may run at once.
    pub(crate) fn is_parallel(&self) -> bool {
        match self {
            Self::Offset { size, .. } => matches!(size, PageSize::Limit(_)),
            Self::Column { .. } => false,
            Self::Ranges { .. } => true,
        }
    }

    /// The query of a turn; `None` behind the last one.
    pub(crate) fn query(&self, turn: &Turn) -> Option<String> {
        let index = i64::try_from(turn.index).unwrap_or(i64::MAX);
        match self {
            Self::Offset { query, size } => {
                let (PageSize::Limit(rows) | PageSize::Guess(rows)) = size;
                Some(query.fill_marks(&[index.saturating_mul(*rows)]))
            }
            Self::Column { query, .. } => Some(query.fill_marks(&[turn.largest])),
            Self::Ranges { query, ranges } => {
                let (low, high) = ranges.get(turn.index)?;
                Some(query.fill_marks(&[low, high]))
            }
        }
    }

    /// Tells whether a page is the one behind the last.
    pub(crate) fn ends_with(&self, table: &Table) -> bool {
        table.is_empty() && !matches!(self, Self::Ranges { .. })
    }

    /// The rows of a page that are taken and the turn behind them; an error when pages cannot
    /// follow one another like this.
    pub(crate) fn accept(&self, turn: &Turn, table: Arc<Table>) -> Done<(Arc<Table>, Turn)> {
        let mut next = Turn::at(turn.index.saturating_add(1));
        match self {
            Self::Offset { size, .. } => {
                if let PageSize::Guess(rows) = size {
                    check_guess(*rows, turn.before.as_ref(), &table)?;
                    next.before = Some(Arc::clone(&table));
                }
            }
            Self::Column { column, limit, .. } => {
                let keys = keys(&table, column)?;
                next.largest = grown(&keys, turn, column)?;
                if limit.is_some() && !keys.is_sorted() {
                    let message = format!(
                        "the rows of PAGE do not come in the order of `{column}`, so that LIMIT \
                         leaves some out: write `ORDER BY {column} LIMIT ..`"
                    );
                    return Err(Halt::new(Code::PQL_STATEMENT, message));
                }
                let is_full = |limit: i64| table.len() as u64 >= limit.unsigned_abs();
                if let Some(limit) = limit.filter(|limit| *limit > 1 && is_full(*limit)) {
                    let (count, largest) = complete(&keys, table.len(), limit, column)?;
                    next.largest = largest;
                    let places: Vec<usize> = (0..count).collect();
                    return Ok((Arc::new(table.choose(&places)), next));
                }
            }
            Self::Ranges { .. } => {}
        }
        Ok((table, next))
    }
}

/// The largest key of a page, whose keys must all be behind those of the page before.
fn grown(keys: &[i64], turn: &Turn, column: &str) -> Done<i64> {
    let Some((smallest, largest)) = keys.iter().min().zip(keys.iter().max()) else {
        let message = format!("the column `{column}` of PAGE has no whole numbers");
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    };
    let is_behind = *largest > turn.largest && (turn.index == 0 || *smallest > turn.largest);
    if is_behind {
        return Ok(*largest);
    }
    let message = format!(
        "the column `{column}` does not grow from page to page: write \
         `WHERE {column} > @{{{column}}}`"
    );
    Err(Halt::new(Code::PQL_STATEMENT, message))
}

/// How many rows of a full page have keys whose rows are all in it, and the last such key.
///
/// LIMIT may have cut off rows of the last key, and the next page begins behind that key. So its
/// rows are left to the next page, which then gets all of them.
fn complete(keys: &[i64], rows: usize, limit: i64, column: &str) -> Done<(usize, i64)> {
    if keys.len() < rows {
        let message = format!(
            "the column `{column}` of PAGE has values that are no whole numbers, so that LIMIT may \
             leave rows out: add `AND {column} IS NOT NULL`, or write no LIMIT"
        );
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    }
    let last = keys.last().copied().unwrap_or_default();
    let count = keys.partition_point(|key| *key < last);
    let before = count.checked_sub(1).and_then(|index| keys.get(index));
    if let Some(largest) = before {
        return Ok((count, *largest));
    }
    let message = format!(
        "perhaps more than {limit} rows have the key {last} of PAGE, so that LIMIT leaves some \
         out: write a larger number behind LIMIT, so that all rows of a key are in one page"
    );
    Err(Halt::new(Code::PQL_STATEMENT, message))
}

/// Refuses pages that show that a query does not begin where its mark says.
fn check_guess(rows: i64, before: Option<&Arc<Table>>, table: &Arc<Table>) -> Done<()> {
    let count = i64::try_from(table.len()).unwrap_or(i64::MAX);
    let is_same = before.is_some_and(|before| {
        let before = Value::Table(Arc::clone(before));
        before.is_identical(&Value::Table(Arc::clone(table)))
    });
    let found = if count > rows {
        format!("a page of PAGE has {count} rows, but the next one begins {rows} rows later")
    } else if is_same {
        "a page of PAGE is the same as the page before".to_owned()
    } else {
        return Ok(());
    };
    let message = format!("{found}: write `LIMIT @{{offset}}, n` or `LIMIT n OFFSET @{{offset}}`");
    Err(Halt::new(Code::PQL_STATEMENT, message))
}

fn keys(table: &Table, column: &str) -> Done<Vec<i64>> {
    let Some(index) = table.column(column) else {
        let message = format!("the query of PAGE does not select its column `{column}`");
        return Err(Halt::new(Code::PQL_STATEMENT, message));
    };
    let cells = table.rows().iter().map(|cells| cells.get(index));
    let keys = cells.filter_map(|cell| match cell {
        Some(Value::Integer(number)) => Some(*number),
        Some(Value::Text(text)) => text.trim().parse().ok(),
        _ => None,
    });
    Ok(keys.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(from: i64, to: i64, per: i64, is_included: bool) -> Vec<(i64, i64)> {
        let marks = KeyMarks {
            from_is_included: is_included,
            to_is_excluded: is_included,
        };
        let ranges = Ranges {
            from,
            to,
            per,
            marks,
        };
        let all: Vec<_> = (0..).map_while(|index| ranges.get(index)).collect();
        assert_eq!(ranges.count(), all.len());
        all
    }

    #[test]
    fn ranges_cover_both_ends() {
        assert_eq!(all(1, 5, 2, false), [(0, 2), (2, 4), (4, 5)]);
        assert_eq!(all(1, 5, 2, true), [(1, 3), (3, 5), (5, 6)]);
        assert_eq!(all(3, 3, i64::MAX, false), [(2, 3)]);
        assert_eq!(all(4, 3, 1, false), []);
        let whole = all(i64::MIN, i64::MAX, i64::MAX, true);
        assert_eq!(
            whole,
            [(i64::MIN, -1), (-1, i64::MAX - 1), (i64::MAX - 1, i64::MAX)]
        );
    }

    #[test]
    fn a_full_page_leaves_its_last_key() {
        assert_eq!(complete(&[1, 2, 3], 3, 3, "id").ok(), Some((2, 2)));
        assert_eq!(complete(&[1, 1, 2, 2], 4, 4, "id").ok(), Some((2, 1)));
        assert_eq!(complete(&[-2, 5, 5, 5], 4, 3, "id").ok(), Some((1, -2)));
        assert!(complete(&[7, 7, 7], 3, 3, "id").is_err());
        assert!(complete(&[1, 2], 3, 3, "id").is_err());
    }

    #[test]
    fn ranges_are_counted_without_being_made() {
        let marks = KeyMarks {
            from_is_included: false,
            to_is_excluded: false,
        };
        let ranges = Ranges {
            from: 1,
            to: 9_000_000_000_000_000_000,
            per: 10_000,
            marks,
        };
        assert_eq!(ranges.count(), 900_000_000_000_000);
        assert_eq!(ranges.get(1), Some((10_000, 20_000)));
    }
}
